"""The verbs as functions; each call has a session of its own.

Plain functions over this module's `request`, which is looked up at each call: tests replace it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from . import sessions

if TYPE_CHECKING:
    from ..._nouns.types import (
        Data,
        GetOptions,
        Params,
        PostOptions,
        PutOptions,
        RequestOptions,
        Url,
    )
    from ...sync import Response


def request(method: str, url: Url, **kwargs: Unpack[RequestOptions]) -> Response:
    """Send a request, and return the answer; see `pyfetch_requests.request`."""
    # Looked up at each call: libraries replace the class by one of their own.
    # Closed at once, so over sockets no connection is kept; with `stream` it ends with the body.
    with sessions.Session() as session:
        response: Response = session.request(method=method, url=url, **kwargs)
        return response


# The names of the methods are in lower case, as in requests: mocks of `request` compare them.


def get(url: Url, params: Params = None, **kwargs: Unpack[GetOptions]) -> Response:
    """Send a GET request; `params` are for the query string."""
    return request("get", url, params=params, **kwargs)


def options(url: Url, **kwargs: Unpack[RequestOptions]) -> Response:
    """Send an OPTIONS request."""
    return request("options", url, **kwargs)


def head(url: Url, **kwargs: Unpack[RequestOptions]) -> Response:
    """Send a HEAD request; unlike all others it does not follow redirects by default."""
    kwargs.setdefault("allow_redirects", False)
    return request("head", url, **kwargs)


def post(
    url: Url, data: Data = None, json: object = None, **kwargs: Unpack[PostOptions]
) -> Response:
    """Send a POST request, with a form or a body as `data`, or a value as `json`."""
    return request("post", url, data=data, json=json, **kwargs)


def put(url: Url, data: Data = None, **kwargs: Unpack[PutOptions]) -> Response:
    """Send a PUT request; `data` as for `post`."""
    return request("put", url, data=data, **kwargs)


def patch(url: Url, data: Data = None, **kwargs: Unpack[PutOptions]) -> Response:
    """Send a PATCH request; `data` as for `post`."""
    return request("patch", url, data=data, **kwargs)


def delete(url: Url, **kwargs: Unpack[RequestOptions]) -> Response:
    """Send a DELETE request."""
    return request("delete", url, **kwargs)
