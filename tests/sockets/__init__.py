"""The package over its own sockets, on CPython: what only sockets can do."""
