"""The `monitor` command: thin doors on rounds, casework and registry."""
