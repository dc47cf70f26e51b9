"""Checks of the fetch options that are not one of a few words: `signal`, `integrity` and so on.

Decides on values alone, before anything is sent. Imported when one of them is given.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._text import integrity
from .._transports.abort import is_signal
from .._transports.runtime import js_property
from ..exceptions import FetchOptionError
from .arguments import FETCH_OPTIONS

# What fetch also takes, and the request itself decides: an option would contradict it silently.
_OWNED = {
    "method": "the method has an argument of its own",
    "headers": "write headers=",
    "body": "write data=, json= or files=",
}


def check(name: str, value: object) -> None:
    """Refuse a value that is invalid for its option.

    Raises:
        FetchOptionError: names the option, and what it takes.
    """
    if name == "signal":
        _check_signal(value)
    elif name == "integrity":
        _check_integrity(value)
    elif name == "fetch_options":
        _check_further(value)
    elif name == "progress" and not (callable(value) or isinstance(value, bool)):
        raise FetchOptionError(
            "progress= takes a function, which is called with a Progress, or True for a bar, not "
            f"{type(value).__name__}."
        )


def _check_signal(signal: object) -> None:
    if is_signal(signal):
        return
    kind = signal.__name__ if isinstance(signal, type) else type(signal).__name__
    hint = ""
    if js_property(signal, "signal") is not None:  # an AbortController, the usual mistake
        hint = " Pass the .signal of the controller."
    raise FetchOptionError(f"signal= takes an AbortSignal, not {kind}.{hint}")


def _check_integrity(value: object) -> None:
    # Stricter than browsers, for which a misspelt hash allows every body. "" asks for no check.
    if not isinstance(value, str) or (value.strip() and not integrity.hashes(value)):
        raise FetchOptionError(
            f"integrity={value!r}: write the name of a hash (sha256, sha384, sha512), a '-' and "
            "the hash of the body in base64; several are separated by spaces."
        )


def _check_further(options: object) -> None:
    if not isinstance(options, Mapping) or not all(isinstance(name, str) for name in options):
        raise FetchOptionError(
            "fetch_options= takes a dict of further options of fetch, under their names in "
            f"JavaScript, not {type(options).__name__}."
        )
    # Values are not checked: browsers know options that no list here can foresee.
    for name in options:
        if instead := _OWNED.get(name) or _OWN_ARGUMENTS.get(name):
            raise FetchOptionError(f"fetch_options= does not take {name!r}: {instead}.")


def _in_javascript(name: str) -> str:
    """Return "referrerPolicy" for "referrer_policy"."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


# In either spelling: fetch would ignore the first without a word, and obey the second beside ours.
_OWN_ARGUMENTS = {
    spelling: f"write {name}="
    for name in FETCH_OPTIONS
    if name != "fetch_options"
    for spelling in (name, _in_javascript(name))
}
