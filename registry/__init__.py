"""Who is filed: divisions, units, websites and new-media accounts, and what was filed on any past day."""
