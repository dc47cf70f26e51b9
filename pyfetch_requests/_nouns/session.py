"""Sessions and adapters, as far as both faces share them: settings, and how requests inherit them.

Decides with which settings a request is sent, and by which adapter. Never sends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Unpack, cast

from .._text import structures, urls
from .._text.structures import CaseInsensitiveDict, is_cookie_jar, is_missing
from .._transports import choose, runtime
from .._wire import NO_ROUTE
from ..exceptions import AbortError, InvalidSchema, short_traceback
from . import settings
from .arguments import FETCH_OPTIONS, from_js, unwrapped
from .netrc_logins import find_netrc_auth
from .redirects import RedirectMixin
from .request import PreparedRequest, Request, default_hooks
from .retry import Retry

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from .._wire import Route, Transport
    from . import types
    from .cookies import RequestsCookieJar
    from .json_values import Decoder
    from .response import ResponseBase

DEFAULT_REDIRECT_LIMIT = 30  # requests' own
# The parameters of requests' `Session.request` after method and URL. They are keywords here, so
# that the verbs can name them once; by position they come for code that was written for requests.
POSITIONAL = (
    "params", "data", "headers", "cookies", "files", "auth", "timeout", "allow_redirects",
    "proxies", "hooks", "stream", "verify", "cert", "json",
)  # fmt: skip

_fetch_values = attrgetter(*FETCH_OPTIONS)  # all of them in one call, for each request


class BaseAdapter:
    """The base of the user's own adapters."""

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
    ) -> types.Answer:
        """Send a prepared request, and return the response; on the async face it may be awaited."""
        raise NotImplementedError

    def close(self) -> None:
        """Release what the adapter holds."""
        raise NotImplementedError


# The adapters of `pyfetch_requests.mount`, for new sessions of both faces, by URL prefix.
mounted: dict[str, BaseAdapter] = {}


class AdapterBase(BaseAdapter):
    """What the HTTP adapters of both faces have in common.

    Args:
        pool_connections: number of hosts whose connections are kept, over sockets only; if there
            are fewer hosts, each may have more connections.
        pool_maxsize: number of connections that are kept for each host.
        pool_block: True opens no more connections to a host than that, and waits for one.
        max_retries: number of tries after the first, or a `Retry`.
        transport: sends the requests; None for the best that the runtime has.
    """

    def __init__(
        self,
        pool_connections: int = 10,
        pool_maxsize: int = 10,
        max_retries: types.Retries = 0,
        pool_block: bool = False,
        *,
        transport: Transport | None = None,
    ) -> None:
        # A policy of urllib3 stays what it is: libraries read `adapter.max_retries`.
        if max_retries is None or isinstance(max_retries, int):
            max_retries = Retry.counted(max_retries)
        self.max_retries: types.Retries = max_retries
        self.transport = transport
        # One pool for all hosts, so the two limits of urllib3 become one.
        self.kept_connections = pool_connections * pool_maxsize
        self.most_connections = pool_maxsize if pool_block else None
        self._pool_settings: Mapping[str, object] = {}
        self.init_poolmanager(pool_connections, pool_maxsize, block=pool_block)

    def init_poolmanager(self, *_: object, block: bool = False, **pool_kwargs: object) -> None:
        """Set what connections over sockets are made with, under urllib3's names."""
        self._pool_settings = pool_kwargs
        if pool_kwargs and runtime.IN_PYODIDE:
            from .pool_settings import warn_in_browser

            warn_in_browser(self, pool_kwargs)

    def _check(
        self,
        request: PreparedRequest,
        timeout: types.Timeout,
        verify: types.Verify,
        cert: types.Cert,
        proxies: types.Proxies | None,
    ) -> Route:
        # Refuse what cannot be done here, before anything is sent; return the way to the server.
        # A browser decides about certificates and proxies itself; sockets get them as the route.
        route = NO_ROUTE
        if choose.over_sockets(self.transport):
            from .routes import route_to

            route = route_to(request.url, timeout, verify, cert, proxies, self._pool_settings)
        else:
            settings.check_as_in_browser(request, verify, cert, proxies)
        if request.fetch_options and runtime.is_aborted(request.fetch_options):
            raise AbortError("the signal was aborted before the request was sent", request=request)
        return route

    def for_session(self, session: SessionBase) -> BaseAdapter:
        """Return the adapter to use in a session; an adapter for both faces chooses by it."""
        return self

    def close(self) -> None:
        """Close the idle connections over sockets; a browser manages its own."""
        choose.close_connections(self)


class SessionBase(RedirectMixin):
    """Settings that requests share; see requests' `Session` for their meaning.

    Args:
        base_url: against which URLs without a scheme are resolved.
        transport: sends the requests; None for the best that the runtime has.
        retries: number of tries after the first, or a `Retry`.
        json_decoder: see `Response.json`.
        cors_probe: False never sends the `no-cors` HEAD request which, after a failure, tells a
            refusal by CORS from a host that cannot be reached.
        **options: fetch options, as defaults for all requests.

    Attributes:
        headers, auth, params, proxies, hooks, stream, verify, cert, cookies, trust_env,
            max_redirects, adapters: as in requests.
        base_url: against which URLs without a scheme are resolved; None for the page.
        credentials, mode, cache, redirect, referrer_policy, integrity, keepalive, priority,
            target_address_space, signal, fetch_options, progress: the defaults of the options
                of the same names.
        json_decoder: the default of `Response.json(decoder=...)`.
    """

    # What is pickled: requests' attributes, and those of fetch.
    # A list, because subclasses add to it.
    __attrs__ = [  # noqa: RUF012
        "headers", "cookies", "auth", "proxies", "hooks", "params", "verify", "cert", "adapters",
        "stream", "trust_env", "max_redirects", "base_url", "json_decoder",
        "cors_probe", *FETCH_OPTIONS,
    ]  # fmt: skip

    if TYPE_CHECKING:
        base_url: str | None
        fetch_options: Mapping[str, object] | None
        credentials: types.Credentials | None
        mode: types.Mode | None
        cache: types.Cache | None
        redirect: types.Redirect | None
        referrer_policy: types.ReferrerPolicy | None
        integrity: str | None
        keepalive: bool | None
        priority: types.Priority | None
        signal: types.Signal | None
    fetch_options = None

    @short_traceback
    def __init__(
        self,
        *,
        base_url: str | None = None,
        transport: Transport | None = None,
        retries: types.Retries = 0,
        json_decoder: Decoder = "python",
        cors_probe: bool = True,
        **options: Unpack[types.FetchOptions],
    ) -> None:
        if unknown := sorted(options.keys() - set(FETCH_OPTIONS)):
            raise TypeError(f"Session() got unexpected keyword arguments: {', '.join(unknown)}")
        self.headers: CaseInsensitiveDict[str | bytes] = settings.default_headers()
        self.auth: types.Auth = None
        self.proxies: dict[str, str] = {}
        self.hooks = default_hooks()
        self.params: types.Params = {}
        self.stream = False
        self.verify: types.Verify = True
        self.cert: types.Cert = None
        self.trust_env = True
        self.max_redirects = DEFAULT_REDIRECT_LIMIT
        self.json_decoder = json_decoder
        self.cors_probe = cors_probe
        fetch_options = {"base_url": base_url, **settings.check_fetch_options(options)}
        for name in ("base_url", *FETCH_OPTIONS):
            # Subclasses in the wild set attributes of these names before they call this.
            if fetch_options.get(name) is not None or not hasattr(self, name):
                setattr(self, name, fetch_options.get(name))
        self._cookies: RequestsCookieJar | None = None  # made when it is asked for: a large import
        self.adapters: dict[str, BaseAdapter] = {}
        # One for each scheme, as in requests.
        self.mount("https://", self._new_adapter(retries, transport))
        self.mount("http://", self._new_adapter(retries, transport))
        for prefix, adapter in mounted.items():
            self.mount(prefix, adapter)

    def _new_adapter(self, retries: types.Retries, transport: Transport | None) -> BaseAdapter:
        raise NotImplementedError

    @property
    def cookies(self) -> RequestsCookieJar:
        """The session's cookie jar; a browser uses its own cookies instead."""
        if self._cookies is None:
            from . import cookies as _cookies

            self._cookies = _cookies.RequestsCookieJar()
        return self._cookies

    @cookies.setter
    def cookies(self, jar: CookieJar) -> None:
        self._cookies = cast("RequestsCookieJar", jar)

    def mount(self, prefix: str, adapter: BaseAdapter) -> None:
        """Use an adapter for the URLs with a prefix; the longest prefix wins."""
        if isinstance(adapter, AdapterBase):
            adapter = adapter.for_session(self)
        self.adapters[prefix] = adapter
        # As in requests: in order of length, so that `get_adapter` finds the longest prefix first.
        for shorter in [key for key in self.adapters if len(key) < len(prefix)]:
            self.adapters[shorter] = self.adapters.pop(shorter)

    @short_traceback
    def get_adapter(self, url: str) -> BaseAdapter:
        """Return the adapter for a URL.

        Raises:
            InvalidSchema: none is mounted for it (blob: and data: need none in a browser).
        """
        for prefix, adapter in self.adapters.items():
            if url.lower().startswith(prefix.lower()):
                return adapter
        # Not mounted: `adapters` shows the two of requests, and no more.
        if runtime.IN_PYODIDE and urls.has_local_scheme(url):
            return self._new_adapter(0, None)
        from .._text.url_rules import without_adapter

        raise InvalidSchema(without_adapter(url))

    @short_traceback
    def prepare_request(
        self, request: Request, fetch_options: Mapping[str, object] | None = None
    ) -> PreparedRequest:
        """Return a request with the session's settings merged in, ready for `send`."""
        auth = unwrapped(request.auth)
        # As in requests, a netrc file comes before the userinfo of the URL.
        if self.trust_env and not auth and not self.auth:
            url = request.url
            auth = find_netrc_auth(url.decode() if isinstance(url, bytes) else str(url))
        prepared = PreparedRequest()
        prepared.prepare(
            method=cast("str", request.method).upper(),
            url=urls.absolute(self.base_url, request.url),
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

    def _merged_cookies(self, cookies: types.Cookies) -> CookieJar | None:
        if not cookies and self._cookies is None:
            return None
        from . import cookies as _cookies

        cookies = from_js(cookies)
        if not is_cookie_jar(cookies):
            cookies = _cookies.cookiejar_from_dict(cast("Mapping[str, str]", cookies or {}))
        # A new jar: cookies of one call must not stay in the session.
        jar = _cookies.merge_cookies(_cookies.RequestsCookieJar(), self.cookies)
        return _cookies.merge_cookies(jar, cookies)

    def _fetch_options(self, options: Mapping[str, object]) -> dict[str, object]:
        # Return the fetch options for a request: its own, else the session's.
        given: dict[str, object] = {}
        defaults = _fetch_values(self)
        if not options and not any(defaults):
            return given
        # Values of other types are no options: requests-cache keeps its store in `session.cache`,
        # google-auth its login in `session.credentials`.
        for name, value in zip(FETCH_OPTIONS, defaults, strict=True):
            if isinstance(value, (str, bool)) or name in ("signal", "fetch_options"):
                given[name] = value
        given["progress"] = vars(self).get("progress")  # not a method that a subclass has
        given.update({name: value for name, value in options.items() if not is_missing(value)})
        return settings.add_further_options(settings.check_fetch_options(given), self.fetch_options)

    def merge_environment_settings(
        self,
        url: str,
        proxies: types.Proxies | None,
        stream: bool | None,
        verify: types.Verify,
        cert: types.Cert,
    ) -> types.EnvironmentSettings:
        """Return proxies, stream, verify and cert for a URL."""
        if self.trust_env and settings.environment_matters(url):
            if proxies is not None:  # as in requests: None ignores the environment's proxies
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
        self,
        method: str,
        url: types.Url,
        positional: tuple[object, ...],
        options: types.RequestOptions,
    ) -> tuple[PreparedRequest, types.SessionOptions]:
        # Split the arguments of `request` into a prepared request and the keywords of `send`.
        # Python made this dict for the call (`**options`), so it may be emptied.
        if positional:
            names = POSITIONAL[: len(positional)]
            cast("dict[str, object]", options).update(zip(names, positional, strict=True))
        follow = from_js(options.pop("allow_redirects", True))
        params = options.pop("params", None)
        headers = files = data = auth = cookies = hooks = json = None
        timeout = proxies = stream = verify = cert = None
        if options:  # most requests have nothing else
            timeout = from_js(options.pop("timeout", None))
            headers, files = options.pop("headers", None), options.pop("files", None)
            data, json = options.pop("data", None), options.pop("json", None)
            auth, cookies = options.pop("auth", None), options.pop("cookies", None)
            hooks, proxies = options.pop("hooks", None), from_js(options.pop("proxies", None))
            stream = from_js(options.pop("stream", None))
            verify, cert = from_js(options.pop("verify", None)), from_js(options.pop("cert", None))
        data, params = data or {}, params or {}  # as in requests
        request = Request(
            method.upper(), url, headers, files, data, params, auth, cookies, hooks, json
        )
        if options:  # whatever is left must be fetch options
            if unknown := [name for name in options if name not in FETCH_OPTIONS]:
                raise TypeError(f"request() got unexpected keyword arguments: {', '.join(unknown)}")
            prepared = self.prepare_request(request, options)
        else:  # subclasses override `prepare_request` with requests' one argument
            prepared = self.prepare_request(request)
        sending = self.merge_environment_settings(prepared.url, proxies or {}, stream, verify, cert)
        return prepared, {"timeout": timeout, "allow_redirects": follow, **sending}

    def _sending_options(
        self, request: PreparedRequest, options: types.SessionOptions
    ) -> types.SessionOptions:
        # Complete the keywords of `send` from the session, for a PreparedRequest only.
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

    def _rebuild_cookies(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        has_cookies = self._cookies is not None or prepared_request._jar is not None
        if has_cookies or "set-cookie" in response.headers:
            super()._rebuild_cookies(prepared_request, response)
        else:  # without importing `http.cookiejar`
            prepared_request.headers.pop("Cookie", None)

    def _repr_html_(self) -> str:
        """Return HTML for a notebook: the settings, without secrets, and the adapters."""
        from . import display

        return display.session(self)

    def close(self) -> None:
        """Close the adapters."""
        for adapter in self.adapters.values():
            adapter.close()

    def __getstate__(self) -> dict[str, object]:
        return structures.attributes(self, self.__attrs__)

    def __setstate__(self, state: dict[str, object]) -> None:
        self._cookies = None
        structures.set_attributes(self, state)
