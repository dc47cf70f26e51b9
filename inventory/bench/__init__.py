"""Measures the server over inventories of several sizes: `python -m inventory.bench`."""
