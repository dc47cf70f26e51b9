"""The type of JavaScript values, for type checkers only: nothing imports this at run time.

Pyodide's JsProxy allows no attribute that it does not declare, and a JavaScript object may have
any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    class JsValue:
        """A JavaScript object, or None: it has every attribute, and the caller knows its type."""

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: object) -> None: ...
        def __getitem__(self, key: object) -> JsValue: ...
        def __iter__(self) -> Iterator[Any]: ...
        def __await__(self) -> Generator[object, None, JsValue]: ...
        def __call__(self, *arguments: object) -> Any: ...
        def __bool__(self) -> bool: ...
