"""The verbs, written once for both faces: they only name the method.

`Answer` is a Response on the blocking face, and on the async face a coroutine that gives one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, Unpack

from ..exceptions import short_traceback

if TYPE_CHECKING:
    from .types import Data, GetOptions, Params, PostOptions, PutOptions, RequestOptions, Url

Answer = TypeVar("Answer")


class Verbs(Generic[Answer]):
    """The methods of HTTP as methods of Python.

    The keywords are requests' (params, data, json, headers, cookies, files, auth, timeout,
    allow_redirects, proxies, hooks, stream, verify, cert) and those of fetch (credentials,
    mode, cache, redirect, referrer_policy, integrity, keepalive, priority,
    target_address_space, signal).
    """

    def request(self, method: str, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a request of any method."""
        raise NotImplementedError

    @short_traceback
    def get(self, url: Url, params: Params = None, **options: Unpack[GetOptions]) -> Answer:
        """Send a GET request.

        Args:
            url: str or bytes; "/x" and "./x" are relative to the page.
            params: for the query string: mapping, pairs, str or bytes.
            **options: see `request`.
        """
        return self.request("GET", url, params=params, **options)

    @short_traceback
    def options(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send an OPTIONS request; see `request` for the keywords."""
        return self.request("OPTIONS", url, **options)

    @short_traceback
    def head(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a HEAD request; unlike all others it does not follow redirects by default."""
        options.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **options)

    @short_traceback
    def post(
        self,
        url: Url,
        data: Data = None,
        json: object = None,
        **options: Unpack[PostOptions],
    ) -> Answer:
        """Send a POST request.

        Args:
            url: str or bytes.
            data: a form (mapping or pairs), or the body: str, bytes, a file, an iterable.
            json: a value to be sent as JSON, where there is no `data`.
            **options: see `request`.
        """
        return self.request("POST", url, data=data, json=json, **options)

    @short_traceback
    def put(
        self,
        url: Url,
        data: Data = None,
        **options: Unpack[PutOptions],
    ) -> Answer:
        """Send a PUT request; `data` as for `post`."""
        return self.request("PUT", url, data=data, **options)

    @short_traceback
    def patch(
        self,
        url: Url,
        data: Data = None,
        **options: Unpack[PutOptions],
    ) -> Answer:
        """Send a PATCH request; `data` as for `post`."""
        return self.request("PATCH", url, data=data, **options)

    @short_traceback
    def delete(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a DELETE request."""
        return self.request("DELETE", url, **options)
