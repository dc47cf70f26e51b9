"""The flow: from a prepared request to a response, through retries, challenges and redirects.

Decides the order of these steps. Never touches the network or a clock: the transport does, and it
is the only place where these coroutines can suspend, so both faces run the same code.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Awaitable, Callable
from functools import cache
from time import perf_counter
from types import CoroutineType
from typing import TYPE_CHECKING, NamedTuple, TypeVar, Unpack, cast

from .._nouns import settings
from .._nouns.raw import RawBase, sets_cookies
from .._nouns.redirects import refuse_local_scheme
from .._nouns.response import ResponseBase
from .._nouns.retry import Retry
from .._text import urls
from .._text.headers import check_header, check_sendable
from .._text.structures import close_unawaited, pairs_of
from .._transports import runtime
from .._wire import Route, SendPlan, Transport, WireRequest, WireResponse, current_plan
from ..exceptions import (
    BodyTimeout,
    ConnectionError,
    RequestException,
    Timeout,
    TooManyRedirects,
    UnrewindableBodyError,
)

if TYPE_CHECKING:
    from logging import Logger
    from types import ModuleType

    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._nouns.session import AdapterBase, BaseAdapter, SessionBase
    from .._text.progress import Report
    from .._wire import RequestBody

T = TypeVar("T")


class Face(NamedTuple):
    """What differs between the async and the blocking face of the package.

    Attributes:
        blocking: True if nothing may be awaited.
        transport: chooses the transport for one call over an adapter.
        response: creates an empty response of the face's class.
        raw: creates the `raw` of a response.
    """

    blocking: bool
    transport: Callable[[object], Transport]
    response: Callable[[], ResponseBase]
    raw: Callable[[WireResponse], RawBase]


async def if_awaitable(value: T | Awaitable[T], face: Face, what: str) -> T:
    """Await what a hook or an adapter of the user's own returned, if the face can.

    Raises:
        TypeError: it has to be awaited, and the face is the blocking one.
    """
    # The type first: `isinstance` with an abstract class is a call of Python.
    if type(value) is not CoroutineType and not isinstance(value, Awaitable):
        return value
    if face.blocking:
        close_unawaited(value)  # or Python warns that it "was never awaited" on top of this error
        raise TypeError(
            f"{what} returned an awaitable, which pyfetch_requests.sync cannot await: make it a "
            "plain function, or use the async functions of pyfetch_requests"
        )
    return cast("T", await value)


def wire_request(
    request: PreparedRequest, stream: bool, timeout: types.Timeout, route: Route
) -> WireRequest:
    """Convert a prepared request for a transport, or refuse it before anything is sent."""
    plan, options = current_plan.get(), request.fetch_options
    # An option of this package among those of fetch, which would reach the browser.
    if "progress" in options:
        options = {name: value for name, value in options.items() if name != "progress"}
    headers_timeout, body_timeout = settings.parse_timeout(timeout)
    body: RequestBody = None
    if request.body is not None:
        from .._nouns.body import wire_body

        body = wire_body(request.body)
    headers = []
    for name, value in pairs_of(request.headers):
        pair = check_header(name, value)
        check_sendable(*pair)
        headers.append(pair)
    # By position, which is faster for a tuple of 13; the fields of a plan are three of them.
    return WireRequest(
        request.method,
        urls.without_userinfo(urls.without_fragment(request.url)),
        headers,
        body,
        headers_timeout,
        body_timeout,
        stream,
        *plan,
        options,
        route,
    )


async def exchange(
    face: Face,
    adapter: AdapterBase,
    request: PreparedRequest,
    stream: bool,
    timeout: types.Timeout,
    route: Route,
) -> ResponseBase:
    """Send one request over the adapter's transport, as often as its retry policy allows."""
    transport = _transport(face, adapter)
    retry = Retry.of(adapter.max_retries)
    while True:
        wire = wire_request(request, stream, timeout, route)  # anew: a rewound body is read again
        try:
            response = await _attempt(face, transport, wire, request)
        except (ConnectionError, Timeout) as error:
            # As in urllib3: an answer that has begun is not retried. Nor is what the browser or
            # the user would refuse again.
            if error.is_final or isinstance(error, BodyTimeout) or not _rewound(request):
                raise
            following = retry.after_error(request.method, error)
            if following is None:
                raise
            retry = following
            await transport.sleep(retry.wait())
            continue
        following = retry.after_response(request.method, response)
        if following is None or not _rewound(request):
            response.connection = adapter
            response.raw.retries = retry
            return response
        # Before the pause, which may be long (Retry-After): the connection would be held so long.
        await response.raw.give_up()
        await transport.sleep(following.wait(response))
        retry = following


def transport_of(adapter: BaseAdapter, face: Face) -> Transport:
    """Return the transport of an adapter, which may be one of the user's own."""
    return getattr(adapter, "transport", None) or face.transport(adapter)


def _transport(face: Face, adapter: AdapterBase) -> Transport:
    """Return the transport of an adapter, behind vcrpy's cassette if vcrpy is imported."""
    transport = transport_of(adapter, face)
    if "vcr" not in sys.modules:
        return transport
    from .._transports.cassette import with_cassette

    return with_cassette(transport)


def _rewound(request: PreparedRequest) -> bool:
    try:
        request.rewind_body()
    except UnrewindableBodyError:
        return False
    return True


async def _attempt(
    face: Face, transport: Transport, wire: WireRequest, request: PreparedRequest
) -> ResponseBase:
    start = perf_counter()
    response = face.response()
    try:
        if progress := request.fetch_options.get("progress"):
            answer = await _send_watched(transport, wire, cast("Report", progress))
        else:
            answer = await transport.send(wire)
        seconds = answer.elapsed if answer.elapsed is not None else perf_counter() - start
        response._fill(answer, request, face.raw(answer))
        # As in requests: until the headers are there, without the body.
        response.elapsed = datetime.timedelta(seconds=seconds)
        if not wire.stream:
            await response._load()
    except RequestException as error:
        error.request = request
        # As in requests, a session keeps the cookies of an answer whose body breaks.
        if response.raw is not None and sets_cookies(response.raw):
            vars(error)["_header_pairs"] = response.raw.header_pairs
        if _is_logged():
            from . import log

            log.failed(transport, wire, error)
        raise
    if _is_logged():
        from . import log

        log.answered(transport, wire, response)
    if answer.redirected:
        # To blob: or data:. Firefox follows there in a worker, against the standard (Fetch,
        # HTTP-redirect fetch: a network error unless the scheme is HTTP(S)).
        if urls.has_local_scheme(answer.url):
            await response.raw.give_up()
            refuse_local_scheme(answer.url)
        _add_redirect_history(face, answer, response)
    return response


async def _send_watched(transport: Transport, wire: WireRequest, progress: Report) -> WireResponse:
    """Send a request, and report the progress of its body and of the answer's."""
    from .progress import ProgressWatch

    watch = ProgressWatch(progress)
    counts_itself = getattr(transport, "reports_uploads", False)
    answer = await transport.send(watch.outgoing(wire, counts_itself))
    return watch.incoming(wire, answer)


def _is_logged() -> bool:
    # Not imported for this: a program that has not imported logging has configured none.
    logging = sys.modules.get("logging")
    return logging is not None and _logger_of(logging).isEnabledFor(10)  # DEBUG


@cache
def _logger_of(logging: ModuleType) -> Logger:
    logger: Logger = logging.getLogger("pyfetch_requests")
    return logger


def _add_redirect_history(face: Face, answer: WireResponse, response: ResponseBase) -> None:
    """Add one entry to the history for the redirects that the browser has followed."""
    # How many there were, their statuses and their addresses are hidden.
    before = face.response()
    before.status_code = 0
    before.type = "opaqueredirect"
    before.request = response.request
    before.url = response.request.url
    before._content = b""
    response.history = [before]
    response.request = response.request.copy()
    response.request.url = response.url
    if _left_origin(answer, before.url):
        # The browser has taken it off: WHATWG Fetch, HTTP-redirect fetch, step 13.
        response.request.headers.pop("Authorization", None)


def _left_origin(answer: WireResponse, url: str) -> bool:
    """Tell whether the browser has sent the request for a URL to another origin on the way."""
    from .._text.url_rules import origin_of

    origin = origin_of(url)
    if origin_of(answer.url) != origin:
        return True
    # It may have come back: then an answer of the page's own origin has the type "cors". For an
    # origin other than the page's nothing shows it.
    return answer.kind == "cors" and runtime.IN_PYODIDE and origin == runtime.origin()


async def send(
    session: SessionBase,
    request: PreparedRequest,
    face: Face,
    **options: Unpack[types.SessionOptions],
) -> ResponseBase:
    """Send a prepared request, and follow redirects.

    Args:
        session: whose adapters, cookies and limits apply.
        request: the PreparedRequest.
        face: the one that was called.
        **options: allow_redirects, stream, timeout, verify, cert, proxies.

    Raises:
        TooManyRedirects: more than `session.max_redirects`.
    """
    follow = follows(request, options.pop("allow_redirects", True))
    history: list[ResponseBase] = []
    while True:
        step = _Step(session, face, SendPlan(follow, session.cors_probe), options)
        try:
            response = await _send_once(step, request)
        except RequestException as error:
            if pairs := vars(error).pop("_header_pairs", None):
                from .._nouns.cookies import extract_cookies

                extract_cookies(session.cookies, request, pairs)
            raise
        _keep_cookies(session, response)
        # Computed in any case: with allow_redirects=False it becomes `response.next`.
        following = session._next_request(response, request, options.get("proxies"))
        # As in requests: with a limit of 0 a redirect fails even if it would not be followed.
        if following is None or not (follow or session.max_redirects < 1):
            break
        if session.resolves_redirects:
            break
        # As in requests, so that the connection can be used for the next request.
        await _discard(response)
        response.history = history[:]
        history.append(response)
        if len(history) > session.max_redirects:
            raise TooManyRedirects(
                f"Exceeded {session.max_redirects} redirects.", response=response
            )
        request, proxies = following
        # A server must not lead a program to its own blob: and data: addresses.
        refuse_local_scheme(request.url)
        request.rewind_body()
        options = {**options, "proxies": proxies}
    if history:
        # Before what the last request added: a refused challenge, a redirect that was followed.
        response.history = [*history, *response.history]
    if following is not None:
        _rewound(following[0])
        response._next = following[0]
    return response


def follows(request: PreparedRequest, allow_redirects: bool) -> bool:
    """Tell whether redirects are followed: fetch's own option `redirect` wins."""
    return {"follow": True, "manual": False}.get(
        str(request.fetch_options.get("redirect")), allow_redirects
    )


def _keep_cookies(session: SessionBase, response: ResponseBase) -> None:
    """Put the cookies of a response into the session's jar, where its headers show any."""
    if sets_cookies(response.raw):
        from .._nouns.cookies import extract_cookies_to_jar

        extract_cookies_to_jar(session.cookies, response.request, response.raw)


async def whole(response: ResponseBase) -> bytes:
    """Read a body to its end, and return it.

    Raises:
        ChunkedEncodingError: it broke before its end.
    """
    await response._load()
    return cast("bytes", response._content)


async def _discard(response: ResponseBase) -> None:
    """Read an intermediate answer to its end, which frees its connection."""
    if response._content is False and response.raw is not None:
        await whole(response)


class _Step:
    """How one request in a chain of redirects is sent."""

    # session: whose adapters, cookies and JSON decoder apply. face: the one that was called.
    # plan: how the request travels. options: what the adapter and the hooks get.

    __slots__ = ("face", "options", "plan", "session")

    def __init__(
        self, session: SessionBase, face: Face, plan: SendPlan, options: types.AdapterOptions
    ) -> None:
        self.session = session
        self.face = face
        self.plan = plan
        self.options = options

    def sent(self, request: PreparedRequest) -> Awaitable[ResponseBase]:
        """Have the adapter send a request; to be awaited at once."""
        adapter = self.session.get_adapter(url=request.url)
        return if_awaitable(adapter.send(request, **self.options), self.face, "the adapter")


async def _send_once(step: _Step, request: PreparedRequest) -> ResponseBase:
    before = current_plan.set(step.plan)
    try:
        result = await _authenticated(step, request)
        # Before the hooks, which may call json(); and for the history, whose users may as well.
        for each in (*getattr(result, "history", ()), result):
            each.json_decoder = step.session.json_decoder
        for hook in request.hooks["response"]:
            changed = await if_awaitable(hook(result, **step.options), step.face, "a response hook")
            result = result if changed is None else cast("ResponseBase", changed)
    finally:
        try:  # noqa: SIM105  # `suppress` is three calls, for each request
            current_plan.reset(before)
        except ValueError:  # a dropped coroutine may be closed in another context
            pass
    return result


async def _authenticated(step: _Step, request: PreparedRequest) -> ResponseBase:
    """Send a request, and once more if its authentication can answer the challenge."""
    authenticator = request.authenticator
    # With an Authorization header of its own the request is not expected to be challenged.
    if authenticator is not None and "Authorization" not in request.headers:
        current_plan.set(step.plan._replace(expects_challenge=True))
    result = await step.sent(request)
    if authenticator is None:
        return result
    current_plan.set(step.plan)
    challenged = authenticator.follow_up(result)
    if challenged is None:
        return result
    # As in requests: the connection is reused for the answer, and a 401 may set cookies.
    await _discard(result)
    _keep_cookies(step.session, result)
    accepted = await step.sent(challenged)
    accepted.history.append(result)
    return accepted
