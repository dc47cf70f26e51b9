"""What "./x" and "/x" are relative to; imported for the first such address."""

from __future__ import annotations

import os

from ..exceptions import MissingSchema
from .runtime import page_url

_base_url: str | None = None


def set_base_url(url: str | None) -> None:
    """Set what "./x", "../x" and "/x" are relative to, where the package cannot find it out.

    Args:
        url: absolute, such as "https://my.example/project/"; None for the default.

    Raises:
        MissingSchema: the URL is not absolute.
    """
    global _base_url  # noqa: PLW0603
    if url is not None and "://" not in url:
        raise MissingSchema(f"{url!r} is not absolute: write it as in 'https://my.example/data/'.")
    _base_url = url


def base_url() -> str | None:
    """Return what relative URLs are resolved against.

    That is what was set, else the page; in a worker the site of JupyterLite, else the origin. In
    Node, Deno and CPython, which have no page, it is what the environment names, or None.
    """
    return _base_url or page_url() or os.environ.get("PYFETCH_REQUESTS_BASE_URL") or None
