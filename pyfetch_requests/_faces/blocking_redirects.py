"""`resolve_redirects`: redirects one by one, for code that calls or overrides requests' method.

Decides when the iteration ends. Never decides where a redirect leads: `_nouns/redirects.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Unpack

from .._nouns.redirects import RedirectMixin, refuse_local_scheme
from ..exceptions import ChunkedEncodingError, ContentDecodingError, TooManyRedirects

if TYPE_CHECKING:
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .blocking import Response


class SessionRedirectMixin(RedirectMixin):
    """The redirect methods of requests' class of that name.

    Attributes:
        max_redirects: how many are followed.
    """

    max_redirects: int

    def __init_subclass__(cls) -> None:
        # A subclass with a method of its own follows redirects by that.
        super().__init_subclass__()
        own = cls.resolve_redirects is not SessionRedirectMixin.resolve_redirects
        cls.resolves_redirects = own

    def send(self, request: PreparedRequest, **options: Unpack[types.SessionOptions]) -> Response:
        """Send a prepared request."""
        raise NotImplementedError

    def resolve_redirects(
        self,
        resp: Response,
        req: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
        yield_requests: bool = False,
        **adapter_kwargs: Any,
    ) -> Iterator[Any]:
        """Follow the redirects that start with a response, and yield each response.

        Args:
            resp: the redirect.
            req: the request that it answers.
            stream, timeout, verify, cert, proxies, **adapter_kwargs: for `send`.
            yield_requests: True yields each next request instead of sending it.

        Raises:
            TooManyRedirects: more than `max_redirects`.
        """
        history: list[Response] = []
        while self.get_redirect_target(resp):
            resp.history = history[:]
            history.append(resp)
            # The order of requests: a limit of 0 still reads the first redirect.
            _read_to_the_end(resp)
            if len(resp.history) >= self.max_redirects:
                raise TooManyRedirects(f"Exceeded {self.max_redirects} redirects.", response=resp)
            resp.close()
            step = self._next_request(resp, req, proxies)
            if step is None:
                return
            req, proxies = step
            refuse_local_scheme(req.url)
            req.rewind_body()
            if yield_requests:
                yield req
                continue
            resp = self.send(
                req,
                stream=stream,
                timeout=timeout,
                verify=verify,
                cert=cert,
                proxies=proxies,
                allow_redirects=False,
                **adapter_kwargs,
            )
            yield resp


def _read_to_the_end(response: Response) -> None:
    try:
        _ = response.content
    except (ChunkedEncodingError, ContentDecodingError, RuntimeError):
        # As in requests: a redirect is followed although its body is broken.
        response.raw.read(decode_content=False)
