"""Where two outcomes of a scenario differ, without the differences that are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .scenario_outcome import Failure
from .scenarios import Scenario

Difference = tuple[str, Any, Any]


def differences(scenario: Scenario, theirs: Any, ours: Any) -> list[Difference]:
    """Each place in which two outcomes differ: its path, theirs and ours."""
    return [found for found in walk("", theirs, ours) if not is_meant(scenario, *found)]


def walk(path: str, theirs: Any, ours: Any) -> Iterator[Difference]:
    """Compare deeply."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in {**theirs, **ours}:
            yield from walk(f"{path}.{name}", theirs.get(name), ours.get(name))
    elif (
        isinstance(theirs, (list, tuple))
        and isinstance(ours, (list, tuple))
        and len(theirs) == len(ours)
    ):
        for a, b in zip(theirs, ours, strict=True):
            yield from walk(f"{path}[]", a, b)
    elif theirs != ours:
        yield path, theirs, ours


def is_documented(scenario: Scenario) -> bool:
    """Tell whether a scenario is about what differs on purpose, so that all of it may differ."""
    answers = [answer for answers in scenario.answers.values() for answer in answers]
    text = repr((scenario.settings, scenario.calls))
    # A generator cannot be sent again.
    if "generator" in text and any(answer.status in (307, 308, 401) for answer in answers):
        return True
    # Digest does not answer the challenge of another site than the one that was asked.
    leads_away = any(name == b"Location" and b"//" in v for a in answers for name, v in a.headers)
    return "digest" in text and leads_away


def is_meant(scenario: Scenario, path: str, theirs: Any, ours: Any) -> bool:
    """Tell whether docs/differences.md covers a difference."""
    text = repr(scenario)
    if isinstance(theirs, Failure) and isinstance(ours, Failure):
        return is_meant_failure(path, theirs, ours)
    if path.endswith(("[].response", ".history")):  # Digest is no hook, and its refusals stay
        return "digest" in text
    if path == ".sent[][]" and isinstance(theirs, bytes):
        # An empty form has a length here.
        return of_head(theirs) == of_head(ours) or (theirs, ours) == (b"0\r\n\r\n", b"")
    if path == ".sent[][]":  # which connection: one to a proxy is for one server
        return "prox" in text.lower()
    if path.endswith(".use") and theirs == b"":  # requests reads a redirect before `raw` can
        return "'raw'" in text
    if path == ".calls[]" and isinstance(theirs, Failure):
        # The port of a redirect that is not followed; a file that is not sent again.
        odd_port = theirs.kinds[0] == "ValueError" and "Port" in theirs.text
        if odd_port or theirs.kinds[0] == "UnrewindableBodyError":
            return True
    if path == ".calls[]" and isinstance(ours, Failure):  # allow_redirects=False included
        return ours.kinds[0] == "InvalidURL" and ours.text.startswith("Redirected")
    # "localhost:80" is the address of a proxy here; requests takes "localhost" for its scheme.
    if (isinstance(theirs, Failure) and "InvalidProxyURL" in theirs.kinds) or path == ".sent":
        return "localhost:{" in text
    # An HTTPDigestAuth can be pickled here.
    return isinstance(theirs, Failure) and "_thread._local" in theirs.text


def is_meant_failure(path: str, theirs: Failure, ours: Failure) -> bool:
    """Tell whether two exceptions may differ so."""
    if path.endswith(".json"):  # the error of json() has request and response here
        return theirs.kinds[0] == ours.kinds[0]
    if theirs.kinds[0] in ("ValueError", "TooManyRedirects") and ours.kinds[0] == "InvalidURL":
        return True  # of a redirect; which of two faults is found first
    if theirs.kinds[0] == "ProtocolError":  # of urllib3, which is below `raw` there
        return "ChunkedEncodingError" in ours.kinds
    alike = theirs.kinds[0] in ours.kinds
    # Ours tell the request where those of requests do not.
    return alike and theirs.request in (False, ours.request) and theirs.response == ours.response


def of_head(head: bytes) -> bytes:
    """A head with Host before all other headers, and without what differs on purpose."""
    head = re.sub(rb"(?is)\A(.*?\r\n)(.*?)(host: .*?\r\n)", rb"\1\3\2", head, count=1)
    framing = rb"(\r\nHost: .*?\r\n)(?:Transfer-Encoding: chunked|Content-Length: 0)\r\n"
    head = re.sub(framing, rb"\1", head)
    if b"Proxy-Authorization" in head:  # comes first here
        return b"\r\n".join(sorted(head.split(b"\r\n")))
    return head
