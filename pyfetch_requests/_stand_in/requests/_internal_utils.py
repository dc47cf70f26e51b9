"""Private helpers of requests, for code that imports them nevertheless."""

from __future__ import annotations

import re

from ..reexport import reexport

# For a name and for a value. Code calls `match` on them, so they say where the end has to be: by
# "\Z", because "$" also matches before a line break, which would begin another header.
HEADER_VALIDATORS = {
    str: (re.compile(r"[^:\s][^:\r\n]*\Z"), re.compile(r"(?:\S[^\r\n]*)?\Z")),
    bytes: (re.compile(rb"[^:\s][^:\r\n]*\Z"), re.compile(rb"(?:\S[^\r\n]*)?\Z")),
}

__getattr__, __dir__ = reexport(
    __name__, {".compat": "builtin_str", ".utils": "to_native_string unicode_is_ascii"}
)
