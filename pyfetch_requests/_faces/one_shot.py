"""The functions of the async face: each call has a session of its own.

Decides when that session ends. Never sends anything by itself: the session does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from .._nouns.verbs import shared_docstring, with_keywords
from .._transports import runtime
from ..exceptions import shorten
from .asynchronous import Session
from .awaitables import AwaitedVerbs, Call, ResponseCall

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from .._nouns import types
    from .event_streams import AsyncEventStream

T = TypeVar("T")


class OneShot(AwaitedVerbs):
    """The verbs of the module: each call has a session of its own."""

    @with_keywords
    def request(
        self, method: str, url: types.Url, **options: Unpack[types.RequestOptions]
    ) -> ResponseCall:
        """Send a request, and return the answer.

        Args:
            method: such as "GET".
            url: str or bytes; "/x" and "./x" are relative to the page.
            **options: the keywords below.

        Raises:
            RequestException: every failure, by its subclasses: ConnectionError (CORSError when
                the browser refused), Timeout, TooManyRedirects, InvalidURL, MissingSchema,
                InvalidHeader, BrowserLimitError and the others of `exceptions`.
        """
        # In a browser a session has no connections to close, and the frame less is a faster call.
        if runtime.IN_PYODIDE:
            return Session().request(method, url, **options)
        return ResponseCall(
            _once("request", lambda session: session._request(method, url, options))
        )

    @shared_docstring
    def download(
        self,
        url: types.Url,
        path: str | PathLike[str] = ".",
        *,
        resume: bool = True,
        hash: str | None = None,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> Call[Path]:
        return Call(
            _once(
                "download",
                lambda session: session._download(url, path, resume, hash, max_retries, options),
            )
        )


def _once(name: str, call: Callable[[Session], Awaitable[T]]) -> Coroutine[Any, Any, T]:
    """Return a call in a session of its own, with the name that Python shows for it."""

    async def send() -> T:
        # Made when it is awaited: a call that never is leaves nothing to close.
        session = Session()
        try:
            return await call(session)
        except BaseException as error:
            shorten(error)
            raise
        finally:
            session.close()

    send.__qualname__ = name
    return send()


@shared_docstring
def sse(
    url: types.Url,
    *,
    method: str = "GET",
    reconnect: bool = False,
    max_retries: int = 5,
    **options: Unpack[types.RequestOptions],
) -> AsyncEventStream:
    stream = Session().sse(
        url, method=method, reconnect=reconnect, max_retries=max_retries, **options
    )
    stream.owns_session = True  # which ends with the stream
    return stream


# Methods of one object instead of functions, so that each face writes the verbs once.
_one_shot = OneShot()
request = _one_shot.request
get = _one_shot.get
options = _one_shot.options
head = _one_shot.head
post = _one_shot.post
put = _one_shot.put
patch = _one_shot.patch
delete = _one_shot.delete
download = _one_shot.download
session = Session
