"""Arguments of a request without what JavaScript put into them, in one place for all of them."""

from __future__ import annotations

from typing import TypeVar, cast

from .._text.structures import is_missing
from .._transports import runtime

T = TypeVar("T")


def plain(value: T) -> T:
    """Return a value without anything of JavaScript's in it, also within containers of Python.

    An array is a tuple then, as requests wants pairs to be.

    Raises:
        TypeError: an object of JavaScript's is no value of Python's; the message names it.
    """
    if not runtime.IN_BROWSER or value is None or isinstance(value, (str, bytes, int, float)):
        return value
    found: object = value
    if is_missing(value) or runtime.is_javascript(value):
        from .._transports.from_js import python

        found = python(value)
        found = tuple(found) if isinstance(found, list) else found
    elif type(value) is dict:
        found = {name: plain(item) for name, item in cast("dict[str, object]", value).items()}
    elif type(value) in (list, tuple):
        found = cast("type[list[object]]", type(value))(map(plain, cast("list[object]", value)))
    return cast("T", found)
