"""Errors of the file: as messages, and as HTTP statuses for requests."""

from __future__ import annotations

import sqlite3

from aiohttp.web import HTTPInsufficientStorage, HTTPServiceUnavailable

_FULL = ("disk is full", "disk I/O error")


class StoreError(Exception):
    """The file cannot be used: the message says why, and what can be done."""


def cannot_grow(error: sqlite3.Error) -> bool:
    """Whether the disk was full."""
    return any(words in str(error) for words in _FULL)


def no_room(file: str, message: str) -> HTTPInsufficientStorage:
    """The answer to a request that there was no room for."""
    return HTTPInsufficientStorage(
        text=f"Nothing was changed: {file} cannot be written ({message}). Is the disk full?"
    )


def as_http(error: sqlite3.Error, file: str) -> Exception:
    """The answer to a request that could not be stored; the error itself if it is unexpected.

    507 where there is no room, 503 where the file may only be read.
    """
    message = str(error)
    if cannot_grow(error):
        return no_room(file, message)
    if "readonly" in message or "read-only" in message:
        return HTTPServiceUnavailable(text=f"Nothing was changed: {file} may only be read.")
    return error
