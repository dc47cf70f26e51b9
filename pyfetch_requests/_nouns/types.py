"""The options of a request, as a type: a verb is two lines, and editors know every keyword."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypedDict

Timeout: TypeAlias = float | tuple[float | None, float | None] | None
Hook: TypeAlias = Callable[..., Any]
Hooks: TypeAlias = Mapping[str, Hook | list[Hook]]


class FetchOptions(TypedDict, total=False):
    """What `fetch` knows and requests does not; each under the name of the fetch standard.

    Source: WHATWG Fetch, `RequestInit`; `referrer_policy` is its `referrerPolicy`, and
    `fetch_options` holds those of its members that have no name here. WICG Local Network Access for
    `target_address_space`.
    """

    credentials: str | None
    mode: str | None
    cache: str | None
    redirect: str | None
    referrer_policy: str | None
    integrity: str | None
    keepalive: bool | None
    priority: str | None
    target_address_space: str | None
    signal: Any
    fetch_options: Mapping[str, Any] | None


class SendOptions(FetchOptions, total=False):
    """The keywords that every verb has, with requests' meaning."""

    headers: Mapping[str, str | bytes | None] | None
    cookies: Any
    files: Any
    auth: Any
    timeout: Timeout
    allow_redirects: bool
    proxies: Mapping[str, str] | None
    hooks: Hooks | None
    stream: bool | None
    verify: bool | str | None
    cert: str | tuple[str, str] | None


class GetOptions(SendOptions, total=False):
    """The keywords of `get`, which names `params` itself."""

    data: Any
    json: Any


class PostOptions(SendOptions, total=False):
    """The keywords of `post`, which names `data` and `json` itself."""

    params: Any


class PutOptions(PostOptions, total=False):
    """The keywords of `put` and `patch`, which name `data` themselves."""

    json: Any


class RequestOptions(PutOptions, total=False):
    """The keywords of `request` and of the other verbs."""

    data: Any


FETCH_OPTIONS: tuple[str, ...] = tuple(FetchOptions.__annotations__)
