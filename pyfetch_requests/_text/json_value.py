"""What JSON can say, and how it may be read; for type checkers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypedDict

# Any, as in requests: whoever reads `response.json()["items"]` knows the shape of the value, and
# a checker does not.
JsonValue: TypeAlias = Any


class DecoderOptions(TypedDict, total=False):
    """The keywords of `json.JSONDecoder`, which are those of `json.loads`, too."""

    object_hook: Callable[[dict[str, JsonValue]], object] | None
    parse_float: Callable[[str], object] | None
    parse_int: Callable[[str], object] | None
    parse_constant: Callable[[str], object] | None
    object_pairs_hook: Callable[[list[tuple[str, JsonValue]]], object] | None
