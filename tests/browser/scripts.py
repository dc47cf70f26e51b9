"""JavaScript of tests for pages where nothing may be evaluated: it is served as a module."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator


def registration(source: str) -> str:
    """JavaScript that registers the expressions of a test module as functions, by their text.

    Args:
        source: Of a test module; it calls `script` with a literal, or with a constant of its own.
    """
    entries = (f"[{json.dumps(text)}, () => ({text})]," for text in dict.fromkeys(found(source)))
    return (
        "globalThis.testScripts ??= new Map();"
        f"for (const [text, call] of [{' '.join(entries)}]) globalThis.testScripts.set(text, call);"
    )


def found(source: str) -> Iterator[str]:
    """The text of each call of `script`."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="script"), args=[ast.Constant(value=str(text))]):
                yield text
            case ast.Call(func=ast.Name(id="script"), args=[ast.Name(id=name)]):
                yield constants[name]
