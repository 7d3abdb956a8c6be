"""The server side of the estate: pages, faults, sockets and the control port."""
