"""The other tools: how each is installed into an environment of its own, and the programs that drive it."""
