"""The space of requests that `test_probes` searches, and what each of them has to lead to.

A probe is one request; its causes are all that stands in its way. Standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from tests.server import Urls

ANSWER = b"an answer"
LARGE = bytes(range(256)) * 300  # more than `keepalive` lets pass
SAFE = ("GET", "HEAD")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT")
# What is given, and what goes over the wire; None for what has a boundary by chance.
BODIES: dict[str, tuple[Callable[[], dict[str, Any]], bytes | None]] = {
    "none": (dict, b""),
    "bytes": (lambda: {"data": b"\0\xff\r\n"}, b"\0\xff\r\n"),
    "empty": (lambda: {"data": b""}, b""),
    "large": (lambda: {"data": LARGE}, LARGE),
    "text": (lambda: {"data": "t\xe9xt"}, "t\xe9xt".encode()),
    "form": (lambda: {"data": {"a": "1 2"}}, b"a=1+2"),
    "json": (lambda: {"json": {"a": [1]}}, b'{"a": [1]}'),
    "multipart": (lambda: {"files": {"f": ("n", b"x")}}, None),
    "generator": (lambda: {"data": iter([b"one", b"two"])}, b"onetwo"),
    "file": (lambda: {"data": io.BytesIO(b"a file")}, b"a file"),
}
# The places that are asked one after another, and the status of the redirects between them.
ORIGINS: dict[str, tuple[tuple[str, ...], int]] = {
    "own": (("own",), 0),
    "other": (("other",), 0),
    "refused": (("refused",), 0),
    "no preflight": (("gated",), 0),
    "dead": (("dead",), 0),
    "own>own": (("own", "own"), 307),
    "own>own 302": (("own", "own"), 302),
    "own>other": (("own", "other"), 307),
    "own>other 303": (("own", "other"), 303),
    "own>refused": (("own", "refused"), 307),
    "own>dead": (("own", "dead"), 307),
    "other>own": (("other", "back"), 307),
    "other>own 303": (("other", "back"), 303),
    "other>refused": (("other", "refused"), 307),
    "loop": (("loop", "loop"), 302),
}


class Option(NamedTuple):
    """Keywords of a request.

    Attributes:
        values: the keywords; a function of the client for what cannot be written as text.
        refused: whether nobody takes them: True, False, or None where engines differ.
    """

    values: dict[str, Any] | Callable[[Any], dict[str, Any]]
    refused: bool | None = False

    @property
    def keyword(self) -> str:
        """The name of the keyword."""
        return "signal" if callable(self.values) else next(iter(self.values), "")


def _choices() -> Iterator[tuple[str, Option]]:
    """Each value of the options that are a word of a list, and one that is none."""
    words: dict[str, tuple[Any, ...]] = {
        "mode": ("cors", "no-cors", "same-origin"),
        "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
        "redirect": ("follow", "error", "manual"),
        "credentials": ("omit", "same-origin", "include"),
        "referrer_policy": ("", "no-referrer", "origin", "strict-origin", "unsafe-url"),
        "keepalive": (True, False),
        "priority": ("high", "low", "auto"),
        "target_address_space": ("loopback", "unknown"),
        "allow_redirects": (True, False),
    }
    for name, values in words.items():
        for value in values:
            yield f"{name}={value!r}", Option({name: value})
        if name != "allow_redirects":
            yield f"{name}='wrong'", Option({name: "wrong"}, True)
    for value in ("local", "public"):
        yield f"target_address_space={value!r}", Option({"target_address_space": value}, None)
    yield "mode='navigate'", Option({"mode": "navigate"}, True)


def _aborted(client: Any) -> Any:
    controller = client.AbortController()
    controller.abort()
    return {"signal": controller.signal}


OPTIONS: dict[str, Option] = {
    "nothing": Option({}),
    **dict(_choices()),
    "integrity right": Option({"integrity": "right"}),
    "integrity wrong": Option({"integrity": f"sha256-{'A' * 43}="}),
    "integrity none": Option({"integrity": "md5-AAAA"}, True),
    "signal": Option(lambda client: {"signal": client.AbortController().signal}),
    "signal aborted": Option(_aborted),
    "signal none": Option(lambda _: {"signal": object()}, True),
    "duplex half": Option({"fetch_options": {"duplex": "half"}}),
    "duplex wrong": Option({"fetch_options": {"duplex": "full"}}, None),
    "window null": Option({"fetch_options": {"window": None}}),
    "window wrong": Option({"fetch_options": {"window": "x"}}, None),
    "referrer own": Option({"fetch_options": {"referrer": "about:client"}}),
    "referrer empty": Option({"fetch_options": {"referrer": ""}}),
    "referrer foreign": Option({"fetch_options": {"referrer": "https://example.org/"}}),
    "referrer wrong": Option({"fetch_options": {"referrer": "http://["}}, True),
    "unknown": Option({"fetch_options": {"unheardOf": [1]}}),
    "owned": Option({"fetch_options": {"method": "GET"}}, True),
    "no dict": Option({"fetch_options": 5}, True),
    "header": Option({"headers": {"X-One": "1"}}),
    "header odd": Option({"headers": {"X One": "1"}}),
    "timeout": Option({"timeout": 30}),
    "auth": Option({"auth": ("user", "hunter2")}),
}


@dataclass(frozen=True)
class Probe:
    """One request to be made in an engine, by the names of its parts in the tables above."""

    engine: str
    options: tuple[str, ...]
    method: str
    body: str
    origin: str
    stream: bool

    @property
    def places(self) -> tuple[str, ...]:
        """Those that are asked, in order."""
        return ORIGINS[self.origin][0]

    def __str__(self) -> str:
        streamed = ", streamed" if self.stream else ""
        return f"{' + '.join(self.options)}: {self.method} {self.body}, {self.origin}{streamed}"

    @property
    def status(self) -> int:
        """Of a redirect, 0 for none."""
        return ORIGINS[self.origin][1]

    @property
    def has_body(self) -> bool:
        """Whether anything is sent as a body."""
        return self.body not in ("none", "empty")

    def keywords(self, client: Any) -> dict[str, Any]:
        """What to call `request` with, besides method and URL."""
        found: dict[str, Any] = {"stream": self.stream, **BODIES[self.body][0]()}
        for name in self.options:
            values = OPTIONS[name].values
            found.update(values(client) if callable(values) else values)
        if found.get("integrity") == "right":
            known = self.expected is not None  # a boundary is made when the request is
            found["integrity"] = f"sha256-{_hash(self.expected or b'')}" if known else ""
        return found

    def steps(self, urls: Urls, name: str, number: int) -> list[str]:
        """The addresses that are asked, with `id=name` and `n=number` in each of them."""
        body = None if self.has_body else ANSWER
        path = urls.path(urls.respond(body, id=name, n=number))
        found: list[str] = []
        for place in reversed(self.places):
            found.insert(0, _at(urls, place, path))
            path = urls.path(urls.redirect(found[0], self.status)) + f"&id={name}&n={number}"
        if self.origin == "loop":
            return [f"{urls.page}/redirect?id={name}&n={number}"]
        return found

    @property
    def becomes_get(self) -> bool:
        """Whether the last request is a GET, whatever the first one was."""
        if self.method == "HEAD" or not self.status:
            return False
        if self.engine == "webkit" and self.method == "DELETE" and len(set(self.places)) > 1:
            return True  # docs/differences.md
        by_requests = self.engine in ("node", "node-jspi", "deno")
        return self.status == 303 or (self.status == 302 and (by_requests or self.method == "POST"))

    @property
    def last_method(self) -> str:
        """The method that the last place sees."""
        return "GET" if self.becomes_get else self.method

    @property
    def expected(self) -> bytes | None:
        """The body of the answer, None where it is what was sent."""
        if self.last_method == "HEAD":
            return b""
        if not self.has_body:
            return ANSWER
        return b"" if self.becomes_get else BODIES[self.body][1]


def _at(urls: Urls, place: str, path: str) -> str:
    allowed = {"credentials": "true", "methods": ", ".join(METHODS)}
    if place == "other":
        return urls.cors(path, **allowed)
    if place == "gated":
        return urls.cors(path, **allowed, preflight="403")
    if place == "back":
        return urls.cors(path, **allowed).replace(urls.other, urls.page)
    return {"refused": urls.other, "dead": urls.dead}.get(place, urls.page) + path


def _hash(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def every(engine: str) -> list[Probe]:
    """All probes with one option."""
    parts = product(OPTIONS, METHODS, BODIES, ORIGINS, (False, True))
    return [Probe(engine, (option,), *rest) for option, *rest in parts]


def sample(engine: str, seed: int, number: int) -> list[Probe]:
    """Some probes, half of them with two options; the same ones for the same seed."""
    chance = random.Random(seed)
    found = []
    for _ in range(number):
        options = tuple(chance.sample(list(OPTIONS), chance.choice((1, 2))))
        if len({OPTIONS[name].keyword for name in options}) < len(options):
            options = options[:1]
        parts = [chance.choice(list(table)) for table in (METHODS, BODIES, ORIGINS)]
        method, body, origin = parts
        found.append(Probe(engine, options, method, body, origin, chance.random() < 0.5))
    return found
