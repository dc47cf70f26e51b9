"""The two faces: the same names, awaited or not."""
