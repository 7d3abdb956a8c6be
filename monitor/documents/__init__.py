"""Fills the inputs of the documents from the ledger and writes a round's folder."""
