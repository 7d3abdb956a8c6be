"""The rehearsal estate: sites and accounts of our own making, their faults, and the truth about them."""
