"""What callers pass: the names of the options of fetch, and JavaScript's values as Python's.

Decides which arguments are converted now, and which later. Never what they mean.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from .._text.structures import CaseInsensitiveDict, is_missing
from .._transports import runtime

T = TypeVar("T")

UNSET: Any = None
"""The value of an attribute that is set before it is read, so that its type needs no None."""

# The keys of `FetchOptions`, which exists for type checkers only; a test compares them.
FETCH_OPTIONS = (
    "credentials", "mode", "cache", "redirect", "referrer_policy", "integrity", "keepalive",
    "priority", "target_address_space", "signal", "fetch_options", "progress",
)  # fmt: skip
# The last one are the merged headers of a session, which were converted before merging.
_SIMPLE = frozenset((type(None), bool, int, float, str, bytes, CaseInsensitiveDict))


def from_js(value: T) -> T:
    """Return a value with everything of JavaScript's converted, also in dicts, lists and tuples.

    Raises:
        TypeError: a JavaScript object has no counterpart in Python; the message names it.
    """
    kind = type(value)
    if kind in _SIMPLE or (kind is dict and not value) or not runtime.IN_PYODIDE:
        return value  # the cheap answer first: this is asked of each argument of each request
    if kind is dict:
        found: object = {n: from_js(v) for n, v in cast("dict[str, object]", value).items()}
    elif kind in (list, tuple):
        found = cast("type[list[object]]", kind)(map(from_js, cast("list[object]", value)))
    else:
        return unwrapped(value)
    return cast("T", found)


def unwrapped(value: T) -> T:
    """Return the Python value of a JavaScript object, without looking into Python's containers."""
    # For what is merged now and converted later: no argument is walked twice.
    if value is None or not runtime.IN_PYODIDE:
        return value
    if not (is_missing(value) or runtime.is_javascript(value)):
        return value
    from .._transports.from_js import python

    found = python(value)
    # requests wants pairs, logins and (connect, read) as tuples; JavaScript has arrays alone.
    return cast("T", tuple(found) if isinstance(found, list) else found)
