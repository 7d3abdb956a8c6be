"""Rounds: draw, freeze, run, follow and close a spot check."""
