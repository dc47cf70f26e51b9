"""Reads the head of a usual answer with two regular expressions, in place of one for each line.

The rules are those of h11, which gets every head that they do not match: it knows best what else is
allowed, and what is wrong with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import h11

_NAME, _VALUE = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]++", rb"[^\x00\s]++(?:[ \t]++[^\x00\s]++)*+"
_FIELD = rb"%b:[ \t]*+(?:%b)?+[ \t]*+\r\n" % (_NAME, _VALUE)
# From status 200 on: what comes before is counted elsewhere. Every repetition is possessive: one
# that gave back what it took could only fail again, more slowly.
_HEAD = re.compile(
    rb"HTTP/(\d\.\d) ([2-9]\d\d)(?: ((?:[ \t]|[^\x00\s])*+))?\r\n((?:%b)*+)\r\n" % _FIELD
)
_PAIR = re.compile(rb"(%b):[ \t]*+((?:%b)?+)[ \t]*+\r\n" % (_NAME, _VALUE))


def read_fast(state: h11.Connection) -> None:
    """Let a connection that waits for an answer read its head in this way.

    Args:
        state: of a connection, before its request is sent or just after.
    """
    parts = vars(state)
    reader = parts["_reader"]
    # h11 sets another one for the body, and its own again for the next answer.
    if state.their_state is h11.SEND_RESPONSE and not isinstance(reader, _Reader):
        parts["_reader"] = _Reader(reader)


class _Reader:
    def __init__(self, usual: Callable[[Any], Any]) -> None:
        self._usual = usual

    def __call__(self, buffer: Any) -> Any:
        """Return the event of a head, None if it is not complete; see the readers of h11."""
        received = bytes(buffer)
        found = _HEAD.match(received) if b"\r\n\r\n" in received else None
        if found is None:
            return self._usual(buffer)
        buffer.maybe_extract_at_most(found.end())
        version, status, reason, fields = found.groups()
        return h11.Response(
            status_code=int(status),
            headers=_PAIR.findall(fields),
            http_version=version,
            reason=reason or b"",
            _parsed=True,  # else it would match each header once more
        )
