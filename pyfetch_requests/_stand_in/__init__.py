"""This package in the place of others, for code that imports them by name."""
