"""The inventory server, started as its users start it, and asked over HTTP."""
