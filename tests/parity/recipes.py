"""Calls whose answer is made by the recipe of `Urls.respond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.server import Urls

Call = Callable[[Callable[..., Any], Urls], Any]


def respond(body: bytes | str, method: str = "GET", **options: Any) -> Call:
    """A call that gets this answer."""
    return lambda request, urls: request(method, urls.respond(body, **options))


def typed(kind: str, body: bytes | str) -> Call:
    """A GET that gets a body of this Content-Type."""
    return respond(body, headers=[("Content-Type", kind)])


def coded(coding: str, body: bytes | str) -> Call:
    """A GET that gets a body that claims to be in this Content-Encoding."""
    return respond(body, headers=[("Content-Encoding", coding)])
