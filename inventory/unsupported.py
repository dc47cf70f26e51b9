"""Refuses operations that the inventory does not support: 501, with their name."""

from typing import NoReturn

from aiohttp.web import HTTPNotImplemented


class Unsupported(HTTPNotImplemented):
    """An HTTP error: resotocore's error handler passes these on to the client as they are."""

    def __init__(self, operation: str) -> None:
        super().__init__(text=f"Not implemented by this inventory: {operation}")


class NoDatabase:
    """Stands where resotocore expects its ArangoDB connection; every use of it is Unsupported."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # copy and pickle look for their own hooks
            raise AttributeError(name)
        raise Unsupported(f"{self._purpose} ({name})")
