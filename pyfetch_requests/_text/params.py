"""Parameters: what a query string or a form is made of. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from .structures import has_items, is_file, is_missing


def encode_params(params: object) -> str:
    """Encode parameters as a query string or form body, in their order.

    A value may be a list of values; None and JavaScript's null are left out. A str, bytes (decoded)
    or an object with `read` is returned as it is.
    """
    if not params and not isinstance(params, Iterable):
        return ""  # None, or the False of `params=wanted and {...}`
    if isinstance(params, bytes):
        return params.decode("utf-8")
    if isinstance(params, str) or is_file(params):
        return cast("str", params)
    if not isinstance(params, Iterable):
        raise TypeError(
            f"parameters must be a mapping, pairs, str or bytes, not {type(params).__name__}"
        )
    pairs: list[tuple[str | bytes, object]] = []
    for name, values in pairs_of(params):
        single = isinstance(values, (str, bytes)) or not isinstance(values, Iterable)
        several = [values] if single else cast("Iterable[object]", values)
        pairs += [(name, value) for value in several if not is_missing(value)]
    from urllib.parse import urlencode

    return urlencode(pairs, doseq=True)


def pairs_of(value: object) -> list[tuple[str | bytes, object]]:
    """Return the (name, value) pairs of a mapping or of an iterable of pairs.

    Raises:
        ValueError: it is neither; the message is requests' own.
    """
    if has_items(value):
        return list(cast("Iterable[tuple[str | bytes, object]]", value.items()))
    if isinstance(value, (str, bytes, bool, int)):
        raise ValueError("cannot encode objects that are not 2-tuples")
    return list(cast("Iterable[tuple[str | bytes, object]]", value))
