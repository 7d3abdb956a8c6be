"""The demonstration: the rehearsal estate on loopback, a round started by the scheduler, everything written out."""
