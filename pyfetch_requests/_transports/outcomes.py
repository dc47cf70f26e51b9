"""What became of an exchange, as fetch.js and xhr.js tell it, and Python in their place."""

from __future__ import annotations

from typing import Any, TypeAlias

# Stage (1 before the headers, 2 in the body), cause, name, message, diagnosis.
Failure: TypeAlias = tuple[int, str, str, str, str]
# 0 and values, or a failure.
Outcome: TypeAlias = tuple[Any, ...]
