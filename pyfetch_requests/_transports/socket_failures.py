"""Turns a failure of a socket into the exception that requests would raise.

Unlike a browser, a socket reveals the cause: a message names it, and then what to do about it.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any, TypeVar

import h11
import httpcore2

from .._text.url_rules import origin_of
from .._text.urls import brief
from .._wire import WireRequest
from ..exceptions import (
    AbortError,
    BodyTimeout,
    ChunkedEncodingError,
    ConnectionError,
    ConnectTimeout,
    InvalidHeader,
    ProxyError,
    ReadTimeout,
    Reason,
    RequestException,
    SSLError,
)
from . import runtime
from .socket_requests import proxy_url


class AbortedError(Exception):
    """The signal of a request was aborted while the request was in progress."""


try:
    from socksio import SOCKSError as _SocksError
except ImportError:

    class _SocksError(Exception):  # type: ignore[no-redef]
        """Never raised: without socksio no proxy speaks SOCKS."""


# Everything that httpcore2 may raise: its exceptions have no common base, and some of h11, ssl and
# socksio pass through it.
FAILURES = (
    _SocksError,
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    h11.LocalProtocolError,
    ssl.SSLError,
    AbortedError,
)

Kind = TypeVar("Kind", bound=BaseException)


def before_answer(
    request: WireRequest, error: Exception, at_proxy: bool = False
) -> RequestException:
    """Return the exception for a request that got no answer.

    Args:
        request: what was to be sent.
        error: of httpcore2.
        at_proxy: whether there was no connection to the proxy yet.
    """
    broken = _find(error, ssl.SSLError) if at_proxy else None
    if broken is None:
        return _as_urllib3(_before_answer(request, error))
    what = f"{request.method} {brief(request.url)}"
    help_ = _tls(_peer(request), _peer(request), "the URL of the proxy", broken)
    return _as_urllib3(ProxyError(f"{what}: Cannot connect to proxy: {help_}"))


def in_body(request: WireRequest, error: Exception) -> RequestException:
    """Return the exception for a body that broke before its end."""
    if runtime.is_aborted(request.options):
        error = AbortedError()
    return _as_urllib3(_in_body(request, error))


def abandoned(request: WireRequest) -> RequestException:
    """Return the exception for a body whose reading was cancelled: what was under way is lost."""
    what = f"{request.method} {brief(request.url)}"
    cause = "reading it was cancelled or interrupted"
    return _as_urllib3(ChunkedEncodingError(f"{what}: Connection broken: {cause}"))


def _as_urllib3(error: RequestException) -> RequestException:
    """Replace `args[0]` by an object like urllib3's exception, whose `reason` some code reads."""
    error.args = (Reason(str(error)),)
    return error


def _before_answer(request: WireRequest, error: Exception) -> RequestException:
    what = f"{request.method} {brief(request.url)}"
    if isinstance(error, httpcore2.ConnectTimeout):
        # As in requests. With https it may as well be the handshake with the server behind it.
        kind = ProxyError if request.route.proxy and request.url[:5] == "http:" else ConnectTimeout
        return kind(
            f"{what}: timed out. No connection to {_peer(request)} within "
            f"{request.route.connect_timeout} s (timeout=)"
        )
    if isinstance(error, httpcore2.ReadTimeout):
        return ReadTimeout(
            f"{what}: Read timed out. No answer within {request.body_timeout} s (timeout=)"
        )
    if isinstance(error, httpcore2.TimeoutException):
        return BodyTimeout(
            f"{what}: timed out. The server accepted nothing more of the body for "
            f"{request.body_timeout} s (timeout=)"
        )
    if isinstance(error, httpcore2.ProxyError | _SocksError):
        return _refused_by_proxy(request, what, error)
    if isinstance(error, httpcore2.LocalProtocolError | h11.LocalProtocolError):
        return InvalidHeader(f"{what}: {_unwritable(error)}")
    if found := _at_any_time(request, what, error):
        return found
    if isinstance(error, httpcore2.ConnectError):
        return _no_connection(request, what, error)
    # httpcore2 has one class for all; h11's words are the only way to tell them apart.
    if isinstance(error, httpcore2.RemoteProtocolError) and "conflicting" in str(error):
        return InvalidHeader(f"{what}: the answer cannot be trusted ({error})")
    if isinstance(error, httpcore2.RemoteProtocolError) and "disconnected" not in str(error):
        return ConnectionError(f"{what}: Connection aborted: the answer is not HTTP ({error})")
    return ConnectionError(
        f"{what}: Connection aborted: {origin_of(request.url)} closed it without an answer "
        f"({_detail(error)}). Try again; if it happens again, look into the log of the server."
    )


def _in_body(request: WireRequest, error: Exception) -> RequestException:
    what = f"{request.method} {brief(request.url)}"
    if isinstance(error, httpcore2.TimeoutException):
        return BodyTimeout(
            f"{what}: Read timed out. The server sent nothing more for {request.body_timeout} s "
            "(timeout=)"
        )
    if found := _at_any_time(request, what, error):
        return found
    cause = "it ended inside the body, which is incomplete"
    if isinstance(error, httpcore2.RemoteProtocolError) and "closed" not in str(error):
        cause = "the framing of the body is not valid HTTP"
    return ChunkedEncodingError(f"{what}: Connection broken: {cause} ({_detail(error)})")


def _at_any_time(request: WireRequest, what: str, error: Exception) -> RequestException | None:
    """Return the exception for what may happen both before an answer and in its body."""
    if isinstance(error, AbortedError):
        return _aborted(request)
    if broken := _find(error, ssl.SSLError):
        help_ = _tls(origin_of(request.url), _peer(request), "the URL", broken)
        return SSLError(f"{what}: {help_}")
    return None


def refuse_aborted(request: WireRequest) -> None:
    """Refuse to continue a request whose signal was aborted.

    Raises:
        AbortError: it was aborted.
    """
    if runtime.is_aborted(request.options):
        raise _aborted(request)


def _aborted(request: WireRequest) -> AbortError:
    return AbortError(
        f"{request.method} {brief(request.url)}: the request was aborted by its signal"
    )


def _refused_by_proxy(request: WireRequest, what: str, error: Exception) -> RequestException:
    if isinstance(error, _SocksError):
        return ProxyError(
            f"{what}: the proxy {_peer(request)} does not speak SOCKS ({error}). Is its address "
            "right, or should it begin with http://?"
        )
    return ProxyError(
        f"{what}: the proxy {_peer(request)} refused to connect to the server ({error}). "
        "If it needs a login, put it into the URL of the proxy: http://user:password@host"
    )


def _no_connection(request: WireRequest, what: str, error: Exception) -> RequestException:
    peer, detail = _peer(request), _detail(error)
    if _find(error, socket.gaierror):
        help_ = f"the host name of {peer} cannot be resolved ({detail}): check it for a typo, and "
        help_ += "the network"
    elif _find(error, ConnectionRefusedError):
        help_ = f"nothing listens at {peer} ({detail}): is the server running, is the port right?"
    else:
        help_ = f"{peer} cannot be reached ({detail})"
    if request.route.proxy:
        return ProxyError(f"{what}: Cannot connect to proxy: {help_}")
    return ConnectionError(f"{what}: {help_}")


def _unwritable(error: Exception) -> str:
    detail = str(error)
    if "Content-Length" in detail:
        return (
            f"the length of the body is not its Content-Length ({detail}). Open files in binary "
            "mode, and leave the header out if the length is not known."
        )
    return f"it cannot be sent as HTTP ({detail})"


def _tls(server: str, peer: str, url: str, error: ssl.SSLError) -> str:
    # One that is not of OpenSSL has no reason.
    reason = getattr(error, "reason", None)
    detail = getattr(error, "verify_message", "") or reason or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {server} is not trusted ({detail}). If your own "
            "certificate authority has signed it, pass its file: verify='ca.pem', or set the "
            "variable REQUESTS_CA_BUNDLE."
        )
    # What OpenSSL makes of a plain HTTP answer, in its several versions.
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return f"{peer} does not speak TLS ({detail}): should {url} be http://?"
    return f"no secure connection to {server} ({detail})"


def _peer(request: WireRequest) -> str:
    """Name the other end of the connection: the proxy where there is one."""
    proxy = request.route.proxy
    return origin_of(proxy_url(proxy) if proxy else request.url)


def _detail(error: Exception) -> str:
    """Return the message of the operating system, if there is one."""
    cause = _find(error, OSError)
    return str(cause or error) or type(error).__name__


def _find(error: BaseException, kind: type[Kind]) -> Kind | None:
    """Return the innermost exception of a class among those that led to an error."""
    found = None
    for each in _chain(error):
        if isinstance(each, kind):
            found = each
    return found


def _chain(error: BaseException | None) -> Iterator[Any]:
    seen: set[int] = set()  # chains of exceptions may have a loop
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
            continue
        inside = error.args[0] if error.args else None
        error = (
            inside if isinstance(inside, BaseException) else error.__cause__ or error.__context__
        )
