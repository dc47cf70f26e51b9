"""What can go wrong with the file, in words, and as an HTTP status where a request is answered."""

from __future__ import annotations

import sqlite3

from aiohttp.web import HTTPException

_FULL = ("disk is full", "disk I/O error")


class StoreError(Exception):
    """The file cannot be used: the message says why, and what can be done."""


class HTTPStoreFull(HTTPException):
    """507: nothing was changed, because it could not be written."""

    status_code = 507


class HTTPStoreReadOnly(HTTPException):
    """503: nothing was changed, because the file may only be read."""

    status_code = 503


def as_http(error: sqlite3.Error, file: str) -> Exception:
    """The answer to a request that could not be stored; the error itself if it is unexpected."""
    message = str(error)
    if any(words in message for words in _FULL):
        return HTTPStoreFull(
            text=f"Nothing was changed: {file} cannot be written ({message}). Is the disk full?"
        )
    if "readonly" in message or "read-only" in message:
        return HTTPStoreReadOnly(text=f"Nothing was changed: {file} may only be read.")
    return error
