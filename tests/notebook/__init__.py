"""The notebooks, run in a browser against the inventory server."""
