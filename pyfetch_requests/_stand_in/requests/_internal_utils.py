"""Private helpers of requests, for code that imports them nevertheless."""

from __future__ import annotations

import re

from ..reexport import reexport

HEADER_VALIDATORS = {
    str: (re.compile(r"[^:\s][^:\r\n]*"), re.compile(r"|\S[^\r\n]*")),
    bytes: (re.compile(rb"[^:\s][^:\r\n]*"), re.compile(rb"|\S[^\r\n]*")),
}

__getattr__, __dir__ = reexport(
    __name__, {".compat": "builtin_str", ".utils": "to_native_string unicode_is_ascii"}
)
