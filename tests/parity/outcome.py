"""What a call led to, as plain values that two libraries can be compared by."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def attempt(call: Callable[[], Any]) -> Any:
    """The value of a call, or the exception it ended with as ("raises", names of its classes)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be compared
            return raised_by(type(error))


def raised_by(kind: type[BaseException]) -> tuple[str, tuple[str, ...]]:
    """An exception's class and its bases, by name, in the order of resolution."""
    return "raises", tuple(base.__name__ for base in kind.__mro__)


def of_prepared(request: Any) -> dict[str, Any]:
    """A prepared request: all that a server or a caller can see of it."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": list(request.headers.items()),
        "body": of_body(request.body),
        "path_url": request.path_url,
        "hooks": {
            event: [hook.__name__ for hook in hooks] for event, hooks in request.hooks.items()
        },
    }


def of_body(body: Any) -> Any:
    """A body: str and bytes as they are, all others as their type and their pieces."""
    if body is None or isinstance(body, str | bytes):
        return body
    kind = type(body).__name__
    if isinstance(body, bytearray | memoryview):
        return kind, bytes(body)
    if hasattr(body, "read"):
        return kind, body.read()
    with suppress(TypeError):
        return kind, list(body)
    return kind, None


def of_response(response: Any) -> dict[str, Any]:
    """A response whose body is there: all that a caller can see of it."""
    return {
        "status": (response.status_code, response.reason, bool(response), response.ok),
        "url": response.url,
        "headers": [pair for pair in response.headers.items() if pair[0] != "Date"],
        "content": hide_chance(response.content),
        "encoding": response.encoding,
        "apparent_encoding": response.apparent_encoding,
        "text": hide_chance(response.text.encode("utf-8", "surrogatepass")),
        "json": attempt(lambda: repr(response.json())) if response.content[:1] != b"<" else None,
        "redirect": (response.is_redirect, response.is_permanent_redirect),
        "links": response.links,
        "cookies": of_cookies(response.cookies),
        "elapsed": type(response.elapsed),
        "raise_for_status": attempt(response.raise_for_status),
        "history": [(step.status_code, step.url, step.content) for step in response.history],
        "request": hide_chance(repr(of_prepared(response.request)).encode()),
        "next": response.next and of_prepared(response.next),
        "repr": repr(response),
    }


_NONCE = re.compile("[0-9a-f]{32}")


def of_cookies(jar: Any) -> list[tuple[Any, ...]]:
    """The cookies of a jar, without the time at which they end."""
    return [
        (cookie.name, _NONCE.sub("", cookie.value or ""), cookie.domain, cookie.path, cookie.secure)
        for cookie in jar
    ]


def hide_chance(data: bytes) -> bytes:
    """Mask what Digest chooses at random, on the server and here."""
    return re.sub(rb"(nonce|cnonce|opaque|response)(=\\*\"?)[0-9a-f]+", rb"\1\2", data)
