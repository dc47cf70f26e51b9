"""How a JSON value lies in a column, so that SQLite's order is that of the values.

SQLite orders null < number < text < blob, and the database that resotocore knows null < bool <
number < string < list < object. Numbers and strings are stored as they are, bools as the two least
numbers (which JSON does not write), lists and objects as blobs of JSON: greater than any string.
Blobs among each other are not in order.

Text for full-text search lies there as the words that resotocore takes it apart into.
"""

from __future__ import annotations

import json
import math
from typing import Any

from resotocore.db.arango_query import fulltext_delimiter_regexp

FALSE, TRUE = -math.inf, -1.7976931348623157e308
Column = int | float | str | bytes
# what the index would take as an end of a word, or as part of its own syntax
_NO_WORD = {code: 0xE000 + code for code in [*range(0x21), 0x22, 0x27, 0x7F]}


def encode(value: Any) -> Column:
    """The column for a value that is not null."""
    if value is False:
        return FALSE
    if value is True:
        return TRUE
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else float(value)
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # halves of surrogate pairs are no text
    return json.dumps(value).encode()


def decode(column: Column | None) -> Any:
    """The value of a column."""
    if isinstance(column, bytes):
        return json.loads(column)
    if isinstance(column, float) and column <= TRUE:
        return column == TRUE
    return column


def is_ordered(value: Any) -> bool:
    """Whether comparing columns is comparing values: not so for lists and objects."""
    return isinstance(value, (bool, int, float, str)) and not (
        isinstance(value, int) and not -(2**63) <= value < 2**63
    )


def word_text(flat: str) -> str:
    """The words of a text, so that the index splits it where full-text search does."""
    words = filter(None, fulltext_delimiter_regexp.split(flat.lower()))
    return " ".join(word.translate(_NO_WORD) for word in words)
