"""What stands in for other packages, for code that imports them by name."""
