"""Stands in for the patches of pyodide-http, for what this package stands in for already.

Decides nothing, and never patches. Those of pyodide-http would mount its own adapters on every
session, which raise an exception without a message for every kind of failure.
"""


def patch() -> None:
    """Change nothing: requests work already."""
