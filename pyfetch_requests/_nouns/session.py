"""What a session keeps, and what a request takes from it; the part that both faces share.

Decides settings. Never sends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from .._text import urls
from .._text.structures import CaseInsensitiveDict, is_missing
from ..exceptions import AbortError, InvalidSchema, short_traceback
from . import settings
from .redirects import RedirectMixin
from .request import PreparedRequest, Request, default_hooks
from .retry import Retry
from .types import FETCH_OPTIONS

DEFAULT_REDIRECT_LIMIT = 30
# Of `Session.request`, after method and URL.
POSITIONAL = (
    "params", "data", "headers", "cookies", "files", "auth", "timeout", "allow_redirects",
    "proxies", "hooks", "stream", "verify", "cert", "json",
)  # fmt: skip

_fetch_values = attrgetter(*FETCH_OPTIONS)


def default_headers() -> CaseInsensitiveDict[str]:
    """Return the headers of a new session.

    No User-Agent, Accept-Encoding and Connection, unlike requests: the browser writes them, and
    a User-Agent from script makes Firefox preflight every cross-origin request.
    """
    return CaseInsensitiveDict({"Accept": "*/*"})


class BaseAdapter:
    """The base of adapters of the user's own."""

    def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Any:
        """Send a prepared request, and return the response; on the async face it may be awaited."""
        raise NotImplementedError

    def close(self) -> None:
        """Free what the adapter holds."""
        raise NotImplementedError


class AdapterBase(BaseAdapter):
    """What is the same in the HTTP adapters of both faces.

    Args:
        pool_connections, pool_maxsize, pool_block: accepted; the browser keeps the pool.
        max_retries: number of tries after the first, or a `Retry`.
        transport: carries the requests; None for the best that the runtime has.
    """

    def __init__(
        self,
        pool_connections: int = 10,
        pool_maxsize: int = 10,
        max_retries: Any = 0,
        pool_block: bool = False,
        *,
        transport: Any = None,
    ) -> None:
        # A policy of somebody else's stays what it is: code looks at it here.
        foreign = hasattr(max_retries, "increment")
        self.max_retries: Any = max_retries if foreign else Retry.of(max_retries)
        self.transport = transport

    def _check(self, request: Any, verify: Any, cert: Any, proxies: Any) -> None:
        """Refuse before sending what a browser cannot do."""
        settings.refuse_proxy(request.url, proxies, request)
        settings.check_tls(request.url, verify, cert)
        settings.check_method(request.method, request.body)
        if getattr(request.fetch_options.get("signal"), "aborted", False):
            raise AbortError("the signal was aborted before the request was sent", request=request)

    def close(self) -> None:
        """Do nothing: connections are the browser's."""


class SessionBase(RedirectMixin):
    """Settings that requests share; see requests' `Session` for their meaning.

    Args:
        base_url: what URLs without a scheme are resolved against.
        transport: carries the requests; None for the best that the runtime has.
        retries: number of tries after the first, or a `Retry`.
        json_decoder: see `Response.json`.
        cors_probe: False never sends the `no-cors` HEAD request that tells, after a failure, a
            refusal by CORS from a host that is not there.
        **options: fetch options, as defaults for all requests.

    Attributes:
        headers, auth, params, proxies, hooks, stream, verify, cert, cookies, trust_env,
            max_redirects, adapters: as in requests.
        base_url: what URLs without a scheme are resolved against; None for the page.
        credentials, mode, cache, redirect, referrer_policy, integrity, keepalive, priority,
            signal, fetch_options: the defaults of the fetch options of the same names.
        json_decoder: the default of `Response.json(decoder=...)`.
    """

    __attrs__ = (
        "headers", "cookies", "auth", "proxies", "hooks", "params", "verify", "cert", "adapters",
        "stream", "trust_env", "max_redirects", "base_url", "json_decoder",
        "cors_probe", *FETCH_OPTIONS,
    )  # fmt: skip

    base_url: str | None
    fetch_options: Any = None

    @short_traceback
    def __init__(
        self,
        *,
        base_url: str | None = None,
        transport: Any = None,
        retries: Any = 0,
        json_decoder: Any = "python",
        cors_probe: bool = True,
        **options: Any,
    ) -> None:
        if unknown := sorted(options.keys() - set(FETCH_OPTIONS)):
            raise TypeError(f"Session() got unexpected keyword arguments: {', '.join(unknown)}")
        self.headers: Any = default_headers()
        self.auth: Any = None
        self.proxies: dict[str, str] = {}
        self.hooks = default_hooks()
        self.params: Any = {}
        self.stream = False
        self.verify: Any = True
        self.cert: Any = None
        self.trust_env = True
        self.max_redirects = DEFAULT_REDIRECT_LIMIT
        self.json_decoder = json_decoder
        self.cors_probe = cors_probe
        fetch_options = {"base_url": base_url, **settings.check_fetch_options(options)}
        for name in ("base_url", *FETCH_OPTIONS):
            # Subclasses in the wild set attributes of these names before they call this.
            if fetch_options.get(name) is not None or not hasattr(self, name):
                setattr(self, name, fetch_options.get(name))
        self._cookies: Any = None
        self.adapters: dict[str, Any] = {}
        self.mount("https://", self._new_adapter(retries, transport))
        self.mount("http://", self._new_adapter(retries, transport))

    def _new_adapter(self, retries: Any, transport: Any) -> Any:
        raise NotImplementedError

    @property
    def cookies(self) -> Any:
        """The session's cookie jar; in a browser the page's own jar is used instead."""
        if self._cookies is None:
            from . import cookies as _cookies

            self._cookies = _cookies.RequestsCookieJar()
        return self._cookies

    @cookies.setter
    def cookies(self, jar: Any) -> None:
        self._cookies = jar

    def mount(self, prefix: str, adapter: Any) -> None:
        """Use an adapter for the URLs with a prefix; the longest prefix wins."""
        self.adapters[prefix] = adapter
        for shorter in [key for key in self.adapters if len(key) < len(prefix)]:
            self.adapters[shorter] = self.adapters.pop(shorter)

    @short_traceback
    def get_adapter(self, url: str) -> Any:
        """Return the adapter for a URL.

        Raises:
            InvalidSchema: none is mounted for it.
        """
        lower = url.lower()
        for prefix, adapter in self.adapters.items():
            if lower.startswith(prefix.lower()):
                return adapter
        shown = urls.without_userinfo(url)
        raise InvalidSchema(f"No connection adapters were found for {shown!r}")

    @short_traceback
    def prepare_request(
        self, request: Request, fetch_options: Mapping[str, Any] | None = None
    ) -> PreparedRequest:
        """Return a request with the session's settings merged in, ready for `send`."""
        auth = request.auth
        if self.trust_env and not auth and not self.auth:
            url = request.url
            auth = settings.find_netrc_auth(url.decode() if isinstance(url, bytes) else str(url))
        prepared = PreparedRequest()
        prepared.prepare(
            method=request.method.upper(),  # type: ignore[union-attr]
            url=self._absolute(request.url),
            files=request.files,
            data=request.data,
            json=request.json,
            headers=settings.merge_headers(request.headers, self.headers),
            params=settings.merge(request.params, self.params),
            auth=self.auth if auth is None else auth,
            cookies=self._merged_cookies(request.cookies),
            hooks=settings.merge_hooks(request.hooks, self.hooks),
        )
        prepared.fetch_options = self._fetch_options(fetch_options or {})
        return prepared

    def _absolute(self, url: Any) -> Any:
        if self.base_url is None:
            return url
        text = url.decode("utf-8") if isinstance(url, bytes) else str(url)
        return text if "://" in text.partition("?")[0] else urls.resolve(self.base_url, text)

    def _merged_cookies(self, cookies: Any) -> Any:
        if not cookies and self._cookies is None:
            return None
        from . import cookies as _cookies

        if not hasattr(cookies, "add_cookie_header"):
            cookies = _cookies.cookiejar_from_dict(cookies or {})
        jar = _cookies.merge_cookies(_cookies.RequestsCookieJar(), self.cookies)
        return _cookies.merge_cookies(jar, cookies)

    def _fetch_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fetch options that hold for a request: its own, else the session's."""
        given: dict[str, Any] = {}
        defaults = _fetch_values(self)
        if not options and not any(defaults):
            return given
        # Other types are not meant for us: requests-cache keeps its store in `session.cache`,
        # google-auth its login in `session.credentials`.
        for name, value in zip(FETCH_OPTIONS, defaults, strict=True):
            if isinstance(value, (str, bool)) or name in ("signal", "fetch_options"):
                given[name] = value
        given.update({name: value for name, value in options.items() if not is_missing(value)})
        given = settings.check_fetch_options(given)
        if further := settings.merge(given.pop("fetch_options", None), self.fetch_options):
            given.update({name: value for name, value in further.items() if not is_missing(value)})
        return given

    def merge_environment_settings(
        self, url: str, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> dict[str, Any]:
        """Return proxies, stream, verify and cert as they hold for a URL."""
        if self.trust_env and settings.environment_matters(url):
            if proxies is not None:
                found = settings.environment_proxies(url, proxies.get("no_proxy"))
                proxies = {**found, **proxies}
            if verify is True or verify is None:
                bundles = map(os.environ.get, settings.CA_BUNDLES)
                verify = next(filter(None, bundles), verify)
        return {
            "proxies": settings.merge(proxies, self.proxies),
            "stream": self.stream if stream is None else stream,
            "verify": self.verify if verify is None else verify,
            "cert": self.cert if cert is None else cert,
        }

    def _prepare(
        self, method: str, url: Any, positional: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[Any, dict[str, Any]]:
        """Split the arguments of `request` into a prepared request and the keywords of `send`."""
        if positional:
            options.update(zip(POSITIONAL[: len(positional)], positional, strict=True))
        take = options.pop
        request = Request(
            method.upper(),
            url,
            headers=take("headers", None),
            files=take("files", None),
            data=take("data", None) or {},
            params=take("params", None) or {},
            auth=take("auth", None),
            cookies=take("cookies", None),
            hooks=take("hooks", None),
            json=take("json", None),
        )
        timeout, follow = take("timeout", None), take("allow_redirects", True)
        proxies, stream = take("proxies", None) or {}, take("stream", None)
        verify, cert = take("verify", None), take("cert", None)
        if options:  # what is left has to be for fetch
            if unknown := [name for name in options if name not in FETCH_OPTIONS]:
                names = ", ".join(unknown)
                raise TypeError(f"request() got unexpected keyword arguments: {names}")
            prepared = self.prepare_request(request, options)
        else:
            prepared = self.prepare_request(request)
        sending = self.merge_environment_settings(prepared.url, proxies, stream, verify, cert)
        return prepared, {"timeout": timeout, "allow_redirects": follow, **sending}

    def _sending_options(self, request: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Complete the keywords of `send` from the session.

        Raises:
            ValueError: the request is not a prepared one.
        """
        if isinstance(request, Request):
            raise ValueError("You can only send PreparedRequests.")
        options.setdefault("stream", self.stream)
        options.setdefault("verify", self.verify)
        options.setdefault("cert", self.cert)
        if "proxies" not in options:
            no_proxy = self.proxies.get("no_proxy")
            found = settings.environment_proxies(request.url, no_proxy) if self.trust_env else {}
            options["proxies"] = {**found, **self.proxies}
        return options

    def _take_cookies(self, response: Any) -> None:
        """Keep the cookies that a response shows to have set."""
        raw = response.raw
        pairs = getattr(raw, "header_pairs", None)
        # The second is how an adapter of somebody else's keeps what the server has set.
        if (pairs and "set-cookie" in raw.headers) or getattr(raw, "_original_response", None):
            from . import cookies as _cookies

            _cookies.extract_cookies_to_jar(self.cookies, response.request, raw)

    def _rebuild_cookies(self, prepared_request: Any, response: Any) -> None:
        has_cookies = self._cookies is not None or prepared_request._jar is not None
        if has_cookies or "set-cookie" in response.headers:
            super()._rebuild_cookies(prepared_request, response)
        else:  # the standard library's jar is not imported for nothing
            prepared_request.headers.pop("Cookie", None)

    def close(self) -> None:
        """Close the adapters."""
        for adapter in self.adapters.values():
            adapter.close()

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name, None) for name in self.__attrs__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._cookies = None
        for name, value in state.items():
            setattr(self, name, value)
