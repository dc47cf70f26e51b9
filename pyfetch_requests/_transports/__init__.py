"""The only modules that touch the browser: everything above them runs on plain CPython."""
