"""The types of a request's arguments, named once for verbs, sessions, adapters and editors.

Decides nothing at run time, and is not imported then: Python takes as long for these TypedDicts as
for a module with code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
    from http.cookiejar import CookieJar
    from typing import Literal, Protocol, Self, TypeAlias

    from .._text.for_checkers import Items, Readable
    from .._text.progress import Report
    from .._wire import BytesLike, Transport
    from .json_values import Decoder
    from .request import PreparedRequest
    from .response import ResponseBase
    from .retry import Retry

    class RetryPolicy(Protocol):
        """A retry policy of urllib3, as far as it is called here."""

        raise_on_status: bool
        respect_retry_after_header: bool

        @property
        def history(self) -> tuple[object, ...]: ...
        # Properties of a Callable, because the parameters of urllib3's methods have its own types.
        @property
        def increment(self) -> Callable[..., Self]: ...
        def is_retry(self, method: str, status_code: int, has_retry_after: bool) -> bool: ...
        def get_backoff_time(self) -> float: ...
        @property
        def get_retry_after(self) -> Callable[..., float | None]: ...

    class Signal(Protocol):
        """An abort signal: ours, or JavaScript's."""

        @property
        def aborted(self) -> bool: ...

    Url: TypeAlias = str | bytes
    Scalar: TypeAlias = str | bytes | float | None  # float includes int and bool, by PEP 484
    Pairs: TypeAlias = (
        Items[str | bytes | float, Scalar | Iterable[str | bytes | float]]
        | Iterable[tuple[str | bytes | float, Scalar | Iterable[str | bytes | float]]]
    )
    Params: TypeAlias = Pairs | str | bytes | None
    Data: TypeAlias = (
        Pairs | Iterable[BytesLike | str] | AsyncIterable[BytesLike | str] | Readable
        | BytesLike | str | None
    )  # fmt: skip

    # None removes a header of the session.
    Headers: TypeAlias = Mapping[str, str | bytes | None] | Mapping[str, str]

    FileContent: TypeAlias = Readable | BytesLike | str
    File: TypeAlias = (
        FileContent
        | tuple[str | None, FileContent]
        | tuple[str | None, FileContent, str | None]
        | tuple[str | None, FileContent, str | None, Items[str, str]]
    )
    # None leaves a file out, as in requests.
    Files: TypeAlias = Items[str, File | None] | Iterable[tuple[str, File | None]] | None

    Cookies: TypeAlias = CookieJar | Mapping[str, str] | None
    AuthCall: TypeAlias = Callable[[PreparedRequest], PreparedRequest]
    Auth: TypeAlias = tuple[str | bytes, str | bytes] | AuthCall | None

    # Seconds, for both limits or for (connect, read).
    Timeout: TypeAlias = float | tuple[float | None, float | None] | None
    # A path is that of a bundle of certificates; a pair in `cert` is (certificate, key).
    Verify: TypeAlias = bool | str | None
    Cert: TypeAlias = str | tuple[str, str] | None
    Proxies: TypeAlias = Mapping[str, str]

    class AdapterOptions(TypedDict, total=False):
        """The keywords of an adapter's `send`."""

        stream: bool
        timeout: Timeout
        verify: Verify
        cert: Cert
        proxies: Proxies | None

    class EnvironmentSettings(TypedDict):
        """What `merge_environment_settings` returns."""

        stream: bool
        verify: Verify
        cert: Cert
        proxies: Proxies | None

    class SessionOptions(AdapterOptions, total=False):
        """The keywords of a session's `send`."""

        allow_redirects: bool

    class Authenticator(Protocol):
        """An auth scheme that responds to a 401."""

        def follow_up(self, response: ResponseBase, /) -> PreparedRequest | None: ...

    # What a PreparedRequest has as its body.
    PreparedBody: TypeAlias = (
        Iterable[BytesLike | str] | AsyncIterable[BytesLike | str] | Readable
        | BytesLike | str | None
    )  # fmt: skip

    class Clearable(Protocol):
        """What code of the user's keeps in an adapter's `proxy_manager`."""

        def clear(self) -> object: ...

    # A hook gets the response and the keywords of `send`, and may return another response.
    Hook: TypeAlias = Callable[..., object]
    Hooks: TypeAlias = Mapping[str, Hook | Iterable[Hook]]

    # On the async face, what an adapter returns is to be awaited.
    Retries: TypeAlias = Retry | RetryPolicy | int | None
    Answer: TypeAlias = ResponseBase | Awaitable[ResponseBase]

    Credentials: TypeAlias = Literal["omit", "same-origin", "include"]
    Mode: TypeAlias = Literal["cors", "no-cors", "same-origin"]
    Cache: TypeAlias = Literal[
        "default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"
    ]
    Redirect: TypeAlias = Literal["follow", "error", "manual"]
    Priority: TypeAlias = Literal["high", "low", "auto"]
    AddressSpace: TypeAlias = Literal["loopback", "local", "public", "unknown"]
    ReferrerPolicy: TypeAlias = Literal[
        "", "no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin",
        "same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url",
    ]  # fmt: skip


class FetchOptions(TypedDict, total=False):
    """The options of `fetch` that requests does not have, under the names of the fetch standard.

    Source: WHATWG Fetch, `RequestInit`; `referrer_policy` is its `referrerPolicy`, and
    `fetch_options` contains further members of it. WICG Local Network Access for
    `target_address_space`. `progress` is ours.
    """

    credentials: Credentials | None
    mode: Mode | None
    cache: Cache | None
    redirect: Redirect | None
    referrer_policy: ReferrerPolicy | None
    integrity: str | None
    keepalive: bool | None
    priority: Priority | None
    target_address_space: AddressSpace | None
    signal: Signal | None
    fetch_options: Mapping[str, object] | None
    progress: Report | bool | None


class SendOptions(FetchOptions, total=False):
    """The keywords that every verb has, as in requests."""

    headers: Headers | None
    cookies: Cookies
    files: Files
    auth: Auth
    timeout: Timeout
    allow_redirects: bool
    proxies: Proxies | None
    hooks: Hooks | None
    stream: bool | None
    verify: Verify
    cert: Cert


class GetOptions(SendOptions, total=False):
    """The keywords of `get`, which names `params` itself."""

    data: Data
    json: object


class PostOptions(SendOptions, total=False):
    """The keywords of `post`, which names `data` and `json` itself."""

    params: Params


class PutOptions(PostOptions, total=False):
    """The keywords of `put` and `patch`, which name `data` themselves."""

    json: object


class RequestOptions(PutOptions, total=False):
    """The keywords of `request` and of the other verbs."""

    data: Data


if TYPE_CHECKING:

    class SessionSettings(FetchOptions, total=False):
        """The keywords of a session, apart from `max_connections`."""

        base_url: str | None
        transport: Transport | None
        retries: Retries
        json_decoder: Decoder
        cors_probe: bool
