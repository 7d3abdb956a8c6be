"""The rehearsal estate: sites and accounts of our own making, their faults, and the truth about them.

Everything follows from (sites, accounts, seed, as_of): the plan is computed twice, once to write the folder
and the truth, once by the server that plays it. Nothing here knows the collector or the ruler.
"""
