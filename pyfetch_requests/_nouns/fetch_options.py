"""The fetch options that are no word of a list: a signal, a hash, and those that have no name here.

Decides on values alone, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._text import integrity
from .._transports.abort import is_signal
from .._transports.runtime import js_property
from ..exceptions import FetchOptionError
from .types import FETCH_OPTIONS

_OWNED = {
    "method": "the method has an argument of its own",
    "headers": "write headers=",
    "body": "write data=, json= or files=",
}


def check(name: str, value: Any) -> None:
    """Refuse a value that is none for its option.

    Raises:
        FetchOptionError: naming the option, and what belongs there.
    """
    if name == "signal":
        _check_signal(value)
    elif name == "integrity":
        _check_integrity(value)
    elif name == "fetch_options":
        _check_further(value)
    elif name == "progress" and not (callable(value) or isinstance(value, bool)):
        raise FetchOptionError(
            "progress= takes a function, which is called with a Progress, or True for a bar, and "
            f"not {type(value).__name__}."
        )


def _check_signal(signal: Any) -> None:
    if is_signal(signal):
        return
    kind = signal.__name__ if isinstance(signal, type) else type(signal).__name__
    hint = ""
    if js_property(signal, "signal") is not None:
        hint = " Pass the .signal of the controller."
    raise FetchOptionError(f"signal= takes an AbortSignal, and {kind} is none.{hint}")


def _check_integrity(value: Any) -> None:
    if not isinstance(value, str) or (value.strip() and not integrity.hashes(value)):
        raise FetchOptionError(
            f"integrity={value!r}: write the name of a hash (sha256, sha384, sha512), a '-' and "
            "the hash of the body in base64; several are separated by spaces."
        )


def _check_further(options: Any) -> None:
    if not isinstance(options, Mapping) or not all(isinstance(name, str) for name in options):
        raise FetchOptionError(
            "fetch_options= takes a dict of further options of fetch, by their names in "
            f"JavaScript, and not {type(options).__name__}."
        )
    for name in options:
        if instead := _OWNED.get(name) or _OWN_ARGUMENTS.get(name):
            raise FetchOptionError(f"fetch_options: {name!r} does not belong there: {instead}.")


def _in_javascript(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


_OWN_ARGUMENTS = {
    spelling: f"write {name}="
    for name in FETCH_OPTIONS
    if name != "fetch_options"
    for spelling in (name, _in_javascript(name))
}
