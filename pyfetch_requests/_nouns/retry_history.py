"""What a retry policy remembers of each try; imported only when something is tried again.

Source: the names of urllib3's `RequestHistory`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .response import ResponseBase


class RequestHistory(NamedTuple):
    """A try that was followed by another one.

    Attributes:
        method: of the request.
        url: its path and query; None if the request is not known.
        error: what was raised, None if there was a response.
        status: of the response, None if there was none.
        redirect_location: None; redirects are no retries here.
    """

    method: str
    url: str | None
    error: Exception | None
    status: int | None
    redirect_location: str | None


def entry(method: str, cause: ResponseBase | Exception) -> RequestHistory:
    """Return the entry for a response or an exception."""
    request = getattr(cause, "request", None)
    url = request.path_url if request else None
    if isinstance(cause, Exception):
        return RequestHistory(method, url, cause, None, None)
    return RequestHistory(method, url, None, cause.status_code, None)
