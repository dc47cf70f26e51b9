"""Warnings that are given once, however often a notebook runs its cells."""

from __future__ import annotations

import warnings

from .exceptions import RequestsWarning

_warned: set[str] = set()


def warn_once(key: str, message: str) -> None:
    """Warn the first time that a key comes by; a notebook runs its cells again and again."""
    if key not in _warned:
        _warned.add(key)
        warnings.warn(message, RequestsWarning, stacklevel=2)
