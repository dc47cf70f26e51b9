"""Names that certificate code imports; see the package's own docstring."""
