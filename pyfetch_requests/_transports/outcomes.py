"""What became of an exchange, as fetch.js and xhr.js tell it, and Python in their place."""

from __future__ import annotations

from typing import Any, TypeAlias

# The stages: before the headers are there, and in the body.
HEADERS, BODY = 1, 2
BY_ITSELF = "by itself"  # the diagnosis of a time limit that is the browser's own

# Stage (1 before the headers, 2 in the body), cause, name, message, diagnosis.
Failure: TypeAlias = tuple[int, str, str, str, str]
# 0 and values, or a failure.
Outcome: TypeAlias = tuple[Any, ...]
