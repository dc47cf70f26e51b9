"""Callables that see each response."""

from __future__ import annotations

from typing import Any

from ..reexport import reexport

HOOKS = ["response"]

__getattr__, __dir__ = reexport(
    __name__,
    {"..._nouns.request": "default_hooks", "collections.abc": "Callable Iterable"},
)


def dispatch_hook(key: str, hooks: Any, hook_data: Any, **kwargs: Any) -> Any:
    """Call the hooks of an event one after the other, each with what the one before returned.

    Args:
        key: the event.
        hooks: mapping of an event to a callable or several, or None.
        hook_data: the response; a hook that returns None leaves it as it is.
        **kwargs: passed on to each hook.
    """
    found = (hooks or {}).get(key) or []
    for hook in [found] if callable(found) else found:
        changed = hook(hook_data, **kwargs)
        hook_data = hook_data if changed is None else changed
    return hook_data
