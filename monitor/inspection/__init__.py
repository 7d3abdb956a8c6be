"""One at a time: one site, one saved page or one feed looked at now, told in plain words."""
