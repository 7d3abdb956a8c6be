"""One page in, the facts that stand on it out; nothing here asks the network."""
