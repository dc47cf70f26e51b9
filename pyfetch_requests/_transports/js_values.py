"""What JavaScript gives, as a type: nothing imports this when a program runs.

Pyodide's own JsProxy is checked to the letter, and JavaScript has attributes of any name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    class JsValue:
        """An object of JavaScript, or None: it has every attribute, and who asks knows its type."""

        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, key: object) -> JsValue: ...
        def __iter__(self) -> Iterator[JsValue]: ...
        def __await__(self) -> Generator[object, None, JsValue]: ...
        def __call__(self, *arguments: object) -> Any: ...
        def __bool__(self) -> bool: ...
