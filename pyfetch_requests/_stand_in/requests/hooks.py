"""Hooks: callables that get each response."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from ..reexport import reexport

if TYPE_CHECKING:
    from ..._nouns.types import Hooks

T = TypeVar("T")

HOOKS = ["response"]

__getattr__, __dir__ = reexport(
    __name__,
    {"..._nouns.request": "default_hooks", "collections.abc": "Callable Iterable"},
)


def dispatch_hook(key: str, hooks: Hooks | None, hook_data: T, **kwargs: object) -> T:
    """Call the hooks of an event one after another, each with the result of the previous one.

    Args:
        key: the event.
        hooks: mapping of an event to a callable or several, or None.
        hook_data: the response; a hook that returns None leaves it as it is.
        **kwargs: passed on to each hook.
    """
    found = (hooks or {}).get(key) or []
    several = [found] if callable(found) else found
    for hook in several:
        changed = hook(hook_data, **kwargs)
        hook_data = hook_data if changed is None else cast("T", changed)
    return hook_data
