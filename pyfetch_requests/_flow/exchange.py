"""The flow: from a prepared request to a response, through retries, challenges and redirects.

Decides the order of things. Never touches a network or a clock: the transport does, and it is
the only place where these coroutines can suspend, so both faces run the same code.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, TypeVar, Unpack, cast

from .._nouns import body as _body
from .._nouns import settings
from .._nouns.raw import RawBase, sets_cookies
from .._nouns.redirects import refuse_local_scheme
from .._nouns.response import ResponseBase
from .._nouns.retry import Retry
from .._text import urls
from .._text.headers import check_header, check_sendable
from .._text.structures import close_unawaited
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
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._nouns.session import AdapterBase, BaseAdapter, SessionBase
    from .._text.progress import Report

T = TypeVar("T")


class Face(NamedTuple):
    """One of the two faces of the package: what differs where it is awaited or blocks.

    Attributes:
        blocking: True where nothing may be awaited.
        transport: chooses the transport for one call over an adapter.
        response: makes an empty response of the face's class.
        raw: makes what is below a response.
    """

    blocking: bool
    transport: Callable[[object], Transport]
    response: Callable[[], ResponseBase]
    raw: Callable[[WireResponse], RawBase]


async def if_awaitable(value: T | Awaitable[T], face: Face, what: str) -> T:
    """Await what a hook or an adapter of the user's own returned, where the face can.

    Raises:
        TypeError: it has to be awaited, and the face is the blocking one.
    """
    if not isinstance(value, Awaitable):
        return value
    if face.blocking:
        close_unawaited(value)
        raise TypeError(
            f"{what} returned something to be awaited, which pyfetch_requests.sync cannot do: "
            "make it a plain function, or use the async functions of pyfetch_requests"
        )
    return cast("T", await value)


def wire_request(
    request: PreparedRequest, stream: bool, timeout: types.Timeout, route: Route
) -> WireRequest:
    """Write a prepared request as a transport wants it, or refuse it before anything is sent."""
    plan, options = current_plan.get(), request.fetch_options
    if "progress" in options:
        options = {name: value for name, value in options.items() if name != "progress"}
    headers_timeout, body_timeout = settings.parse_timeout(timeout)
    headers = []
    for name, value in request.headers.items():
        pair = check_header(name, value)
        check_sendable(*pair)
        headers.append(pair)
    # By position, which costs less; a plan is three fields of it, in their order.
    return WireRequest(
        request.method,
        urls.without_userinfo(urls.without_fragment(request.url)),
        headers,
        _body.wire_body(request.body),
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
    """Send one request over the adapter's transport, as often as its retry policy says."""
    transport = _transport(face, adapter)
    retry = Retry.of(adapter.max_retries)
    while True:
        wire = wire_request(request, stream, timeout, route)
        try:
            response = await _attempt(face, transport, wire, request)
        except (ConnectionError, Timeout) as error:
            # Retries are for answers that have not begun, as in urllib3.
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
            return response
        await response.raw.give_up()
        await transport.sleep(following.wait(response))
        retry = following


def transport_of(adapter: BaseAdapter, face: Face) -> Transport:
    """Return what carries an adapter's requests, and waits for it; also of a foreign adapter."""
    return getattr(adapter, "transport", None) or face.transport(adapter)


def _transport(face: Face, adapter: AdapterBase) -> Transport:
    """Return what carries requests; where vcrpy is imported, by way of its cassettes."""
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
    try:
        if progress := request.fetch_options.get("progress"):
            answer = await _send_watched(transport, wire, cast("Report", progress))
        else:
            answer = await transport.send(wire)
        seconds = answer.elapsed if answer.elapsed is not None else perf_counter() - start
        response = face.response()
        response._fill(answer, request, face.raw(answer))
        response.elapsed = datetime.timedelta(seconds=seconds)
        if not wire.stream:
            await response._load()
    except RequestException as error:
        error.request = request
        if _is_logged():
            from . import log

            log.failed(transport, wire, error)
        raise
    if _is_logged():
        from . import log

        log.answered(transport, wire, response)
    if answer.redirected:
        if urls.has_local_scheme(answer.url):  # Firefox follows, in spite of the standard
            await response.raw.give_up()
            refuse_local_scheme(answer.url)
        _show_redirect(face, answer, response)
    return response


async def _send_watched(transport: Transport, wire: WireRequest, progress: Report) -> WireResponse:
    """Send a request, and count its body and that of its answer for who wants to know."""
    from .progress import Watch

    watch = Watch(progress)
    counts_itself = getattr(transport, "reports_uploads", False)
    answer = await transport.send(watch.outgoing(wire, counts_itself))
    return watch.incoming(wire, answer)


def _is_logged() -> bool:
    # Who has not imported it has set nothing up; it is not imported for nothing.
    logging = sys.modules.get("logging")
    return logging is not None and logging.getLogger("pyfetch_requests").isEnabledFor(10)


def _show_redirect(face: Face, answer: WireResponse, response: ResponseBase) -> None:
    """Make of a redirect that the browser followed what it tells of it: that there was one."""
    before = face.response()
    before.status_code = 0
    before.type = "opaqueredirect"
    before.request = response.request
    before.url = response.request.url
    before._content = b""
    response.history = [before]
    response.request = response.request.copy()
    response.request.url = response.url
    if _was_elsewhere(answer, urls.origin_of(before.url)):
        # Source: WHATWG Fetch, section 4.4 (HTTP-redirect fetch), step 13.
        response.request.headers.pop("Authorization", None)


def _was_elsewhere(answer: WireResponse, origin: str) -> bool:
    """Tell whether the browser has asked another origin on the way.

    Where it came back the answer of the page's own origin is of the type "cors". Where it came back
    to another one than the page's nothing tells.
    """
    if urls.origin_of(answer.url) != origin:
        return True
    return answer.kind == "cors" and runtime.IN_BROWSER and origin == runtime.origin()


async def send(
    session: SessionBase,
    request: PreparedRequest,
    face: Face,
    **options: Unpack[types.SessionOptions],
) -> ResponseBase:
    """Send a prepared request, and follow where its answers lead.

    Args:
        session: whose adapters, cookies and limits apply.
        request: the PreparedRequest.
        face: the one that was called.
        **options: allow_redirects, stream, timeout, verify, cert, proxies.

    Raises:
        TooManyRedirects: more than `session.max_redirects`.
    """
    follow = _follows(request, options.pop("allow_redirects", True))
    history: list[ResponseBase] = []
    while True:
        step = _Step(session, face, SendPlan(follow, session.cors_probe), options)
        response = await _send_once(step, request)
        _keep_cookies(session, response)
        following = session._next_request(response, request, options.get("proxies"))
        if following is None or not follow:
            break
        await _discard(response)
        response.history = history[:]
        history.append(response)
        if len(history) > session.max_redirects:
            raise TooManyRedirects(
                f"Exceeded {session.max_redirects} redirects.", response=response
            )
        request, proxies = following
        refuse_local_scheme(request.url)
        request.rewind_body()
        options = {**options, "proxies": proxies}
    if history:
        response.history = [*history, *response.history]
    if following is not None:
        _rewound(following[0])
        response._next = following[0]
    return response


def _follows(request: PreparedRequest, allow_redirects: bool) -> bool:
    """Tell whether redirects are followed: fetch's own option says so where it is given."""
    return {"follow": True, "manual": False}.get(
        str(request.fetch_options.get("redirect")), allow_redirects
    )


def _keep_cookies(session: SessionBase, response: ResponseBase) -> None:
    """Put the cookies that a response shows to have set into the session's jar."""
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
    """Free the connection of an answer that was only a step on the way."""
    if response._content is False and response.raw is not None:
        await whole(response)


class _Step:
    """How one request is sent on the way from redirect to redirect.

    Attributes:
        session: whose adapters, cookies and JSON decoder apply.
        face: the one that was called.
        plan: how the request travels.
        options: what the adapter and the hooks get.
    """

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
        # Hooks may read JSON, and so may who looks at the steps on the way.
        for each in (*getattr(result, "history", ()), result):
            each.json_decoder = step.session.json_decoder
        for hook in request.hooks["response"]:
            changed = await if_awaitable(hook(result, **step.options), step.face, "a response hook")
            result = result if changed is None else cast("ResponseBase", changed)
    finally:
        with suppress(ValueError):  # a dropped coroutine may be closed in another context
            current_plan.reset(before)
    return result


async def _authenticated(step: _Step, request: PreparedRequest) -> ResponseBase:
    """Send a request, and once more if its authentication has an answer to the refusal."""
    authenticator = request.authenticator
    if authenticator is not None and "Authorization" not in request.headers:
        current_plan.set(step.plan._replace(expects_challenge=True))
    result = await step.sent(request)
    current_plan.set(step.plan)
    if authenticator is None:
        return result
    challenged = authenticator.follow_up(result)
    if challenged is None:
        return result
    await _discard(result)
    _keep_cookies(step.session, result)
    accepted = await step.sent(challenged)
    accepted.history.append(result)
    return accepted
