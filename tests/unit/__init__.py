"""The pure layers, on plain CPython."""
