"""The two colours: the same names, awaited or not."""
