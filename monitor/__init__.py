"""The running service: rounds, collection, the ledger, people's decisions, the scheduler and the command line."""
