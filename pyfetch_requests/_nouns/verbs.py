"""The verbs (`get`, `post` and so on) and their docstrings, written once for both faces.

Decides only the method. Never sends: `request` of a face does. `Answer` is a Response on the
blocking face, and on the async face a coroutine that returns one.
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
        """Explain every keyword.

        Keywords, as in requests:
            params: for the query string: mapping, pairs, str or bytes.
            data: a form (mapping or pairs), or the body: str, bytes, a file, an iterable.
            json: a value to be sent as JSON, if there is no `data`.
            headers: mapping; the value None removes a header of the session.
            cookies: mapping or cookie jar; a browser does not let programs set them.
            files: mapping of a field to a file, or to (name, content, type).
            auth: (user, password), or a callable that changes the request.
            timeout: seconds until the headers are there, and between two pieces of the body; or a
                pair for connecting and reading; None for no limit.
            allow_redirects: False returns a redirect, as far as a browser shows it.
            proxies: mapping of a scheme to a proxy; not in a browser.
            hooks: {"response": function or list of them}, each called with the response.
            stream: True returns as soon as the headers are there.
            verify: False, or the path of a CA bundle; not in a browser.
            cert: path of a client certificate, or a pair with its key; not in a browser.

        Keywords of fetch:
            credentials: "omit", "same-origin" (the default) or "include": who gets the cookies.
            mode: "cors" (the default), "no-cors" (the response cannot be read) or "same-origin".
            cache: "no-cache" (asks the server, as by default), "default" (the browser's rules),
                "no-store", "reload", "force-cache" or "only-if-cached".
            redirect: "follow", "error" or "manual".
            referrer_policy: what the server learns about the page, such as "no-referrer".
            integrity: hashes, one of which the body must have, such as "sha256-...".
            keepalive: True lets the request outlive the page.
            priority: "high", "low" or "auto".
            target_address_space: where the server is: "loopback", "local", "public" or "unknown".
            signal: an AbortSignal, which can end the request.
            fetch_options: dict of further options, under their names in JavaScript.

        Keywords of this package:
            progress: function that is called with a `Progress`; True for a progress bar.
        """


# In a method, because Python 3.13 strips the indentation of docstrings when it compiles them, and
# this text has to fit those that it is added to.
KEYWORDS = (_Keywords.docstring.__doc__ or "").partition("\n")[2]


# Of the functions that each face declares itself, because their return types differ.
class _Docstrings:
    def download(self) -> None:
        """Download a file, and resume where the connection breaks.

        Until it is complete the file is called `path` + ".part". When the connection breaks, the
        rest is requested by `Range`; so does a later call, if the server shows that the file is the
        same (by a strong ETag or Last-Modified). Otherwise it starts over.

        Args:
            url: of the file.
            path: of the file, or an existing folder for it. In a folder the name is the one that
                the server proposes (Content-Disposition), else the last part of the URL, without
                any path; an existing file is not replaced then.
            resume: False deletes what an earlier call has left.
            hash: the expected hash of the file: "sha256:" (or another algorithm of `hashlib`) and
                hexadecimal digits. A file with another hash is deleted.
            max_retries: how many tries in a row may fail without a further byte.
            **options: those of every request: `params`, `headers`, `auth`, `timeout` and so on.

        Returns:
            The path of the file; on the async face it is to be awaited.

        Raises:
            OSError: the file cannot be written; raised before anything is sent if possible.
            HTTPError: the response is not a file.
            HashMismatchError: the file has another hash.
            ChunkedEncodingError: the connection broke too often; the next call resumes.
            ConnectionError: the server cannot be reached.
        """

    def sse(self) -> None:
        """Open a stream of server-sent events, as language models and feeds send them.

        Args:
            url: where the stream is.
            method: such as "GET" or "POST".
            reconnect: True also reconnects when the stream ends normally, as a browser's
                EventSource does, until the server answers 204.
            max_retries: how many tries in a row may fail without an event.
            **options: those of every request: `json`, `headers`, `timeout` and so on.

        Returns:
            A context manager, for `with` or, on the async face, `async with`. Iterating over it
            yields `Event`s with `event`, `data`, `id` and `json()`; `response` is the response that
            they come from. Leaving the block ends the request at the server. When the connection
            breaks, it reconnects with `Last-Event-ID`: always for GET, for other methods if the
            server has sent an id or no event has arrived yet.

        Raises:
            HTTPError: on entering: the response is not an event stream (204 is one without events).
            ChunkedEncodingError: the connection broke, and reconnecting failed or is not allowed.
            BrowserLimitError: on entering: this call cannot read a body as it arrives.
        """


def shared_docstring(function: Verb) -> Verb:
    """Give a function of either face the docstring that both share."""
    function.__doc__ = vars(_Docstrings)[getattr(function, "__name__", "")].__doc__
    return function


def with_keywords(verb: Verb) -> Verb:
    """Append the explanation of all keywords to a docstring, for `help()` and `?`."""
    if verb.__doc__:  # `python -OO` has none
        verb.__doc__ = f"{verb.__doc__.rstrip()}\n{KEYWORDS}"
    return verb


class Verbs(Generic[Answer]):
    """The methods of HTTP as methods of Python.

    `help()` on each of them explains all keywords.
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
        # As in requests: a subclass or a mock of `request` sees it.
        options.setdefault("allow_redirects", True)
        return self.request("GET", url, params=params, **options)

    @with_keywords
    @short_traceback
    def options(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send an OPTIONS request."""
        options.setdefault("allow_redirects", True)
        return self.request("OPTIONS", url, **options)

    @with_keywords
    @short_traceback
    def head(self, url: Url, **options: Unpack[RequestOptions]) -> Answer:
        """Send a HEAD request; unlike the others, it does not follow redirects by default."""
        options.setdefault("allow_redirects", False)  # as in requests
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
            json: a value to be sent as JSON, if there is no `data`.
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
