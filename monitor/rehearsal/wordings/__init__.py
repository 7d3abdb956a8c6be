"""Words as real sites write them; wider than any checker's list, and known to no checker."""
