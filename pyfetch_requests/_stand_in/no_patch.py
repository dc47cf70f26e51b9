"""What pyodide-http finds in the place of its own patches, of what this package stands in for.

It would mount adapters of its own on every session, which raise an exception without a message
whatever has failed.
"""


def patch() -> None:
    """Change nothing: requests work already."""
