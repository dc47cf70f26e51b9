"""An exception as a notebook shows it. Pure."""

from __future__ import annotations

from html import escape

from . import hiding, markup


def failure(error: BaseException, behind: str) -> str:
    """Return the HTML of an exception.

    Args:
        error: its class, message and notes are shown.
        behind: HTML of the request or response that it is about, "" for none.
    """
    texts = [str(error), *getattr(error, "__notes__", ())]  # PEP 678; absent until one is added
    message = "".join(f"<div>{escape(hiding.in_text(text))}</div>" for text in texts if text)
    return markup.card(markup.line(markup.tag(type(error).__name__, "bad")), message) + behind
