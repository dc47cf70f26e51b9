"""What stands in the way of a probe, by the standard and docs/differences.md: the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .probes import OPTIONS, SAFE, Probe

SIMPLE_METHODS = ("GET", "HEAD", "POST")
KEEPALIVE_LIMIT = 1 << 16
HIDDEN = r"cannot be reached, or .*CORS|redirects and the browser could not follow|isolated"


class Cause(NamedTuple):
    """One reason for a failure.

    Attributes:
        kind: name of the exception.
        words: what its message has to match.
        sure: False where engines differ, or others things decide.
        sent: whether a server may have seen the request.
    """

    kind: str
    words: str
    sure: bool = True
    sent: bool = True


class Where(NamedTuple):
    """What runs the probe."""

    engine: str
    place: str
    way: str
    isolated: bool = False

    @property
    def browser(self) -> bool:
        return self.place != "process"

    @property
    def by_xhr(self) -> bool:
        return self.way == "xhr"


def causes(probe: Probe, given: dict[str, Any], where: Where) -> Iterator[Cause]:
    """All that a failure may name."""
    yield from _of_values(probe, given)
    if probe.has_body and probe.method in SAFE:
        yield Cause("BrowserLimitError", "cannot send a body", sent=False)
    if where.by_xhr:
        yield from _of_xhr(probe, given)
    else:
        yield from _of_options(probe, given, where)
    yield from _of_redirects(probe, given, where)
    yield from _of_places(probe, given, where)


def _of_values(probe: Probe, given: dict[str, Any]) -> Iterator[Cause]:
    for name in probe.options:
        refused = OPTIONS[name].refused
        if refused is not False:
            key = name.partition("=")[0].partition(" ")[0]
            words = "fetch_options" if key in ("owned", "no") else key
            words = f"{words}|target_address_space" if refused is None else words
            # A redirect leads to another address, which may be in another address space.
            yield Cause("FetchOptionError", words, bool(refused), sent=refused is None)
    if "X One" in given.get("headers", {}):
        yield Cause("InvalidHeader", "X One", sent=False)
    if "signal aborted" in probe.options:
        yield Cause("AbortError", "aborted", sent=False)
    if "integrity wrong" in probe.options:
        yield Cause("FetchOptionError", "does not match|cannot be checked|integrity=")


def _of_xhr(probe: Probe, given: dict[str, Any]) -> Iterator[Cause]:
    harmless: dict[str, tuple[Any, ...]] = {
        "credentials": ("same-origin", "include"),
        "mode": ("cors",),
        "cache": ("default",)
        if probe.places[0] in ("other", "refused", "gated", "dead")
        else (
            "default",
            "no-cache",
        ),
        "redirect": ("follow",),
        "referrer_policy": ("",),
        "target_address_space": ("loopback", "unknown"),
        "signal": (),
        "fetch_options": ({}, {"window": None}),
    }
    if given.get("keepalive") is True:
        yield Cause("BrowserLimitError", "keepalive", sent=False)
    for name, values in harmless.items():
        if isinstance(given.get(name, 0), int):
            continue  # is not given, or refused as a value
        if given[name] not in values:
            words = next(iter(given[name]), "") if name == "fetch_options" else name
            yield Cause("BrowserLimitError", words, sent=False)


def _of_options(probe: Probe, given: dict[str, Any], where: Where) -> Iterator[Cause]:
    mode, cache = given.get("mode"), given.get("cache")
    other = where.browser and probe.places[0] not in ("own", "loop")
    if cache == "only-if-cached":
        yield Cause("FetchOptionError", "only-if-cached", mode != "same-origin", sent=False)
    if mode == "same-origin" and other:
        yield Cause("FetchOptionError", "same-origin", sent=False)
    size = 76800 if probe.body == "large" else 0
    if given.get("keepalive") is True and size > KEEPALIVE_LIMIT and where.browser:
        yield Cause("FetchOptionError", "keepalive=True: the body has", sent=False)
    if mode != "no-cors":
        return
    if probe.method not in SIMPLE_METHODS:
        yield Cause("FetchOptionError", "no-cors", sent=False)
    if probe.body == "json" or "X-One" in given.get("headers", {}) or "auth" in given:
        yield Cause("FetchOptionError", "no-cors", sent=False)
    if other and _redirect(given) != "follow":
        yield Cause("FetchOptionError", "no-cors", sent=False)
    if "integrity" in given:
        yield Cause("FetchOptionError", "cannot be checked", _opaque(probe, given, where))


def _redirect(given: dict[str, Any]) -> str:
    by_requests = "follow" if given.get("allow_redirects", True) else "manual"
    return str(given.get("redirect", by_requests))


def shows_redirect(probe: Probe, given: dict[str, Any], where: Where) -> bool:
    """Whether the redirect itself is the answer."""
    if not probe.status or probe.places[0] in ("refused", "dead", "gated"):
        return False
    return _redirect(given) == "manual"


def _of_redirects(probe: Probe, given: dict[str, Any], where: Where) -> Iterator[Cause]:
    if not probe.status:
        return
    if given.get("redirect") == "error":
        yield Cause("FetchOptionError", "redirects, and redirect='error'", not where.by_xhr)
    if shows_redirect(probe, given, where) and not where.by_xhr:
        if "integrity" in given:
            words = "cannot be checked|does not match"
            yield Cause("FetchOptionError", words, sure=where.browser)
        return
    if not where.browser and probe.body == "generator" and not probe.becomes_get:
        yield Cause("UnrewindableBodyError", "rewind")
    if probe.origin == "loop":
        words = "redirects form a loop|could not follow" if where.browser else "Exceeded 30"
        yield Cause("ConnectionError" if where.browser else "TooManyRedirects", words)
    if given.get("mode") == "same-origin" and where.browser and set(probe.places) != {"own"}:
        yield Cause("FetchOptionError", "redirects to another origin")
        yield Cause("ConnectionError", "redirect")


def _opaque(probe: Probe, given: dict[str, Any], where: Where) -> bool:
    elsewhere = any(place not in ("own", "loop") for place in probe.places)
    return where.browser and given.get("mode") == "no-cors" and elsewhere


def is_opaque(probe: Probe, given: dict[str, Any], where: Where) -> bool:
    """Whether the answer is one that the page may not see."""
    return _opaque(probe, given, where)


def needs_preflight(probe: Probe, given: dict[str, Any]) -> bool:
    """Whether the server is asked before."""
    odd = probe.body == "json" or "X-One" in given.get("headers", {}) or "auth" in given
    return odd or probe.method not in SIMPLE_METHODS


def _of_places(probe: Probe, given: dict[str, Any], where: Where) -> Iterator[Cause]:
    shown = shows_redirect(probe, given, where) and not where.by_xhr
    places = probe.places[:1] if shown else probe.places
    if "dead" in places:
        first = places[0] == "dead"
        words = r"cannot be reached" if first else "redirect|cannot be reached"
        yield Cause("ConnectionError", words, sent=not first)
    if where.isolated and given.get("mode") == "no-cors":
        for kind in ("ConnectionError", "CORSError"):  # where nothing is reported, and where it is
            yield Cause(kind, "isolated", sure=False)
    if not where.browser or _opaque(probe, given, where):
        return
    refused = "refused" in places or ("gated" in places and needs_preflight(probe, given))
    if refused and places[0] in ("refused", "gated", "other"):
        if where.by_xhr or where.isolated:
            yield Cause("ConnectionError", HIDDEN)
        yield Cause("CORSError", "CORS")
    elif refused:
        yield Cause("ConnectionError", "redirects, and the browser could not|" + HIDDEN)
