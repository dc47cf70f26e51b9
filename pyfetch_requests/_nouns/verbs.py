"""The verbs, written once for both faces: they only name the method.

`Answer` is a Response on the blocking face, and on the async face a coroutine that gives one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, Unpack

from ..exceptions import short_traceback

if TYPE_CHECKING:
    from .types import Data, GetOptions, Params, PostOptions, PutOptions, RequestOptions, Url

Answer = TypeVar("Answer")
Verb = TypeVar("Verb")


class _Keywords:
    def docstring(self) -> None:
        """Say what each means.

        Keywords, with requests' meaning:
            params: for the query string: mapping, pairs, str or bytes.
            data: a form (mapping or pairs), or the body: str, bytes, a file, an iterable.
            json: a value to be sent as JSON, where there is no `data`.
            headers: mapping; None as a value takes out what the session has.
            cookies: mapping or cookie jar; no program may set them in a browser.
            files: mapping of a field to a file, or to (name, content, type).
            auth: (user, password), or a callable that changes the request.
            timeout: seconds until the headers are there, and between two pieces of the body; or a
                pair for connecting and reading; None for no limit.
            allow_redirects: False returns a redirect, as far as a browser shows it.
            proxies: mapping of a scheme to a proxy; outside of a browser only.
            hooks: {"response": function or list of them}, each called with the response.
            stream: True returns as soon as the headers are there.
            verify: False, or the path of a CA bundle; outside of a browser only.
            cert: path of a client certificate, or a pair with its key; outside of a browser only.

        Keywords of fetch:
            credentials: "omit", "same-origin" (the default) or "include": who gets the cookies.
            mode: "cors" (the default), "no-cors" (the answer cannot be read) or "same-origin".
            cache: "no-cache" (asks the server, as by default), "default" (the browser's rules),
                "no-store", "reload", "force-cache" or "only-if-cached".
            redirect: "follow", "error" or "manual".
            referrer_policy: what the server learns of the page, such as "no-referrer".
            integrity: hashes of which the body must have one, such as "sha256-...".
            keepalive: True lets the request outlive the page.
            priority: "high", "low" or "auto".
            target_address_space: where the server is: "loopback", "local", "public" or "unknown".
            signal: an AbortSignal, which can end the request.
            fetch_options: dict of further options, by their names in JavaScript.

        Keywords of this package:
            progress: function that is called with a `Progress`; True for a bar.
        """


# Of a method, so that the compiler indents it as it does the docstrings that it is added to.
KEYWORDS = (_Keywords.docstring.__doc__ or "").partition("\n")[2]


class _Docstrings:
    def download(self) -> None:
        """Download a file, and go on from where it broke.

        While it is on its way the file is called `path` + ".part", and holds what has come. When
        the connection breaks, the rest is asked for by `Range`; a later call does so, too, if the
        server shows that the file is the same (a strong ETag, or Last-Modified). Else it begins
        anew.

        Args:
            url: where the file is.
            path: of the file, or a folder for it. In a folder its name is the one that the server
                proposes (Content-Disposition), else the last part of the address, without any path;
                a file that is there is not replaced then.
            resume: False throws away what an earlier call has left.
            hash: what the file has to have, as "sha256:" and the hash in hexadecimal digits; or of
                another algorithm of `hashlib`. A file with another hash is thrown away.
            max_retries: how often in a row to try again, without a byte more.
            **options: those of every request: `params`, `headers`, `auth`, `timeout` and so on.

        Returns:
            The path of the file; on the async face it is to be awaited.

        Raises:
            OSError: it cannot be written there; said before anything is sent where that shows.
            HTTPError: the answer is no file.
            HashMismatchError: it has another hash.
            ChunkedEncodingError: the connection broke too often; the next call goes on from there.
            ConnectionError: the server cannot be reached.
        """

    def sse(self) -> None:
        """Open a stream of server-sent events, as language models and feeds send them.

        Args:
            url: where the stream is.
            method: such as "GET" or "POST".
            reconnect: True to come back also when the stream has ended well, as a browser's
                EventSource does, until the server answers 204.
            max_retries: how often in a row to try again, without an event in between.
            **options: those of every request: `json`, `headers`, `timeout` and so on.

        Returns:
            To be entered with `with`, on the async face with `async with`. Iterating gives
            `Event`s with `event`, `data`, `id` and `json()`; `response` is the answer that they
            come from. Leaving the block ends the request at the server. When the connection
            breaks, it is made again with `Last-Event-ID`: always for GET, for other methods if
            the server has given an id or no event has come yet.

        Raises:
            HTTPError: on entering, the answer is no stream of events (204 is one without events).
            ChunkedEncodingError: the connection broke, and could not or may not be made again.
            BrowserLimitError: on entering, this call cannot read a body as it arrives.
        """


def shared_docstring(function: Verb) -> Verb:
    """Give a function of either face the docstring that both have."""
    function.__doc__ = vars(_Docstrings)[getattr(function, "__name__", "")].__doc__
    return function


def with_keywords(verb: Verb) -> Verb:
    """Add to a docstring what the keywords mean, for `help()` and `?`."""
    if verb.__doc__:
        verb.__doc__ = f"{verb.__doc__.rstrip()}\n{KEYWORDS}"
    return verb


class Verbs(Generic[Answer]):
    """The methods of HTTP as methods of Python.

    What the keywords of all of them mean, `KEYWORDS` says, and the help on each.
    """

    def request(self, method: str, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a request of any method."""
        raise NotImplementedError

    @with_keywords
    @short_traceback
    def get(self, url: Url, params: Params = None, **options: Unpack[GetOptions]) -> Answer:
        """Send a GET request.

        Args:
            url: str or bytes; "/x" and "./x" are relative to the page.
            params: for the query string: mapping, pairs, str or bytes.
            **options: the keywords below.
        """
        return self.request("GET", url, params=params, **options)

    @with_keywords
    @short_traceback
    def options(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send an OPTIONS request."""
        return self.request("OPTIONS", url, **options)

    @with_keywords
    @short_traceback
    def head(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a HEAD request; unlike all others it does not follow redirects by default."""
        options.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **options)

    @with_keywords
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
            **options: the keywords below.
        """
        return self.request("POST", url, data=data, json=json, **options)

    @with_keywords
    @short_traceback
    def put(
        self,
        url: Url,
        data: Data = None,
        **options: Unpack[PutOptions],
    ) -> Answer:
        """Send a PUT request; `data` as for `post`."""
        return self.request("PUT", url, data=data, **options)

    @with_keywords
    @short_traceback
    def patch(
        self,
        url: Url,
        data: Data = None,
        **options: Unpack[PutOptions],
    ) -> Answer:
        """Send a PATCH request; `data` as for `post`."""
        return self.request("PATCH", url, data=data, **options)

    @with_keywords
    @short_traceback
    def delete(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a DELETE request."""
        return self.request("DELETE", url, **options)
