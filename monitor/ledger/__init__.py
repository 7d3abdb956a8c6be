"""The ledger: tables, bulk writing and migrations of everything that a round leaves behind."""
