"""What to look at on one site, in which order, and what it adds up to; nothing here asks the network."""
