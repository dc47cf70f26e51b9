"""There is one backend and no choice: asn1crypto."""


def default_backend() -> None:
    """Return None: the functions that take a backend do not look at it."""
