"""The ruler: the indicator system as data, one pure rule per indicator, and the scoring."""
