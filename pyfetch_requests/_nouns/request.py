"""Request, as the user wrote it, and PreparedRequest, as it goes on the wire.

Decides method, URL, headers and body. Never decides how they travel, and reads no body.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from .._text import urls
from .._text.headers import check_header
from .._text.structures import CaseInsensitiveDict, is_cookie_jar
from .._transports import runtime
from ..exceptions import UnrewindableBodyError, short_traceback
from . import body as _body
from .auth import HTTPBasicAuth
from .body import plain
from .types import UNSET

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from . import types


def default_hooks() -> dict[str, list[types.Hook]]:
    """Return an empty list of hooks for every event; there is one."""
    return {"response": []}


class HooksMixin:
    """Registering and removing hooks."""

    if TYPE_CHECKING:
        hooks: dict[str, list[types.Hook]]

    def register_hook(self, event: str, hook: types.Hook | Iterable[types.Hook]) -> None:
        """Call `hook` (a callable or several) on an event; the only event is "response".

        Raises:
            ValueError: there is no such event.
        """
        if event not in self.hooks:
            raise ValueError(f'Unsupported event specified, with event name "{event}"')
        if callable(hook):
            self.hooks[event].append(hook)
        elif isinstance(hook, Iterable):
            self.hooks[event].extend(item for item in hook if callable(item))

    def deregister_hook(self, event: str, hook: types.Hook) -> bool:
        """Remove a hook, and tell whether it was there."""
        try:
            self.hooks[event].remove(hook)
        except ValueError:
            return False
        return True


class Request(HooksMixin):
    """A request in the user's words; `prepare` makes it ready to be sent.

    Args:
        method: such as "GET".
        url: str or bytes; "/x" and "./x" are relative to the page.
        headers: mapping of names to str or bytes.
        files: mapping or pairs; see `PreparedRequest.prepare_body`.
        data: the body, or the fields of a form.
        params: for the query string.
        auth: (user, password), or a callable that takes and returns a PreparedRequest.
        cookies: mapping or cookie jar.
        hooks: mapping of an event to a callable or several.
        json: a value that is sent as JSON, where there is no `data`.
    """

    def __init__(
        self,
        method: str | None = None,
        url: types.Url | None = None,
        headers: types.Headers | None = None,
        files: types.Files = None,
        data: types.Data = None,
        params: types.Params = None,
        auth: types.Auth = None,
        cookies: types.Cookies = None,
        hooks: types.Hooks | None = None,
        json: object = None,
    ) -> None:
        self.method = method
        self.url = url
        self.headers: types.Headers = {} if headers is None else headers
        self.files: types.Files = [] if files is None else files
        self.data: types.Data = [] if data is None else data
        self.params: types.Params = {} if params is None else params
        self.auth = auth
        self.cookies = cookies
        self.json = json
        self.hooks = default_hooks()
        for event, hook in ({} if hooks is None else hooks).items():
            self.register_hook(event, hook)

    def __repr__(self) -> str:
        return f"<Request [{self.method}]>"

    @short_traceback
    def prepare(self) -> PreparedRequest:
        """Return the request as it goes on the wire, without a session's settings."""
        prepared = PreparedRequest()
        prepared.prepare(
            method=self.method,
            url=self.url,
            headers=self.headers,
            files=self.files,
            data=self.data,
            json=self.json,
            params=self.params,
            auth=self.auth,
            cookies=self.cookies,
            hooks=self.hooks,
        )
        return prepared


class PreparedRequest(HooksMixin):
    """A request as it goes on the wire.

    Attributes:
        method: upper case.
        url: absolute; with the user's userinfo and fragment, which are not sent.
        headers: case-insensitive, in order.
        body: None, str, bytes, a file object or an iterable.
        hooks: the callables for each event.
        authenticator: an auth scheme that answers a refusal, None for none.
        fetch_options: what `fetch` is told beside all this; see `FetchOptions`.
    """

    def __init__(self) -> None:
        self.method: str = UNSET
        self.url: str = UNSET
        self.headers: CaseInsensitiveDict[str] = UNSET
        self.body: types.PreparedBody = None
        self.hooks = default_hooks()
        self.authenticator: types.Authenticator | None = None
        self.fetch_options: dict[str, object] = {}
        self._jar: CookieJar | None = None
        self._body_position: object = None

    def __repr__(self) -> str:
        return f"<PreparedRequest [{self.method}]>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: where it goes, and its headers without secrets."""
        from . import display

        return display.request(self)

    @short_traceback
    def prepare(
        self,
        method: str | None = None,
        url: types.Url | None = None,
        headers: types.Headers | None = None,
        files: types.Files = None,
        data: types.Data = None,
        params: types.Params = None,
        auth: types.Auth = None,
        cookies: types.Cookies = None,
        hooks: types.Hooks | None = None,
        json: object = None,
    ) -> None:
        """Prepare everything; the arguments are those of `Request`.

        Raises:
            MissingSchema, InvalidURL: the URL is none.
            InvalidHeader: a header may not go on the wire.
            InvalidJSONError: `json` is not to be written as JSON.
            TypeError: a body of a type without bytes.
        """
        self.prepare_method(method)
        self.prepare_url(url, params)
        self.prepare_headers(headers)
        self.prepare_cookies(cookies)
        self.prepare_body(data, files, json)
        # Authentication may sign all the rest, and may register hooks.
        self.prepare_auth(auth, url)
        self.prepare_hooks(hooks)

    def prepare_method(self, method: str | bytes | None) -> None:
        """Write the method in upper case."""
        if isinstance(method, bytes):
            method = method.decode("ascii")
        self.method = method.upper() if method is not None else UNSET

    def prepare_url(self, url: types.Url | None, params: types.Params) -> None:
        """Normalise the URL, and add the parameters; see `Request`."""
        if isinstance(url, bytes):
            url = url.decode("utf-8")
        if isinstance(url, str) and urls.is_relative(url.lstrip()):
            base = runtime.base_url()
            url = urls.resolve(base, url.lstrip()) if base else url
        self.url = urls.prepare_url(url, plain(params))

    def prepare_headers(self, headers: types.Headers | None) -> None:
        """Check the headers, and keep them; names become text."""
        kept: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        self.headers = kept
        headers = plain(headers)
        for name, value in headers.items() if headers else ():
            given = cast("str", value)  # bytes stay bytes, and None is refused
            kept[check_header(name, given)[0]] = given

    @property
    def _cookies(self) -> CookieJar:
        """The jar, by the name under which libraries look for it; theirs is never None."""
        if self._jar is None:
            from . import cookies as _cookies

            self._jar = _cookies.RequestsCookieJar()
        return self._jar

    @_cookies.setter
    def _cookies(self, jar: CookieJar | None) -> None:
        self._jar = jar

    def prepare_cookies(self, cookies: types.Cookies) -> None:
        """Write the Cookie header, if there is none yet and a cookie fits."""
        cookies = plain(cookies)
        is_jar = is_cookie_jar(cookies)
        if not cookies and not is_jar:
            return  # the standard library's jar is not imported for nothing
        from . import cookies as _cookies

        if is_jar:
            jar = cast("CookieJar", cookies)
        else:
            jar = _cookies.cookiejar_from_dict(cast("Mapping[str, str]", cookies))
        self._jar = jar
        header = _cookies.get_cookie_header(jar, self)
        if header is not None:
            self.headers["Cookie"] = header

    def prepare_body(self, data: types.Data, files: types.Files, json: object = None) -> None:
        """Set the body and the headers that describe it.

        Args:
            data: mapping or pairs (a form), str, bytes-like, a file object, or an iterable.
            files: mapping or pairs of a field's name and a file object, str, bytes, or a
                tuple (filename, file[, content type[, headers]]).
            json: any value that `json.dumps` takes; used where `data` is empty.
        """
        prepared = _body.prepare(data, files, json)
        self.body = prepared.body
        if not prepared.stream:
            self.prepare_content_length(self.body)
        elif length := _body.stream_len(self.body):
            self.headers["Content-Length"] = str(length)
        else:
            self.headers["Transfer-Encoding"] = "chunked"
        if prepared.content_type and "content-type" not in self.headers:
            self.headers["Content-Type"] = prepared.content_type
        if self.body is not None:
            self._remember_position()

    def _remember_position(self) -> None:
        tell = getattr(self.body, "tell", None)
        if tell is None:
            return
        try:
            self._body_position = tell()
        except OSError:
            self._body_position = object()  # it has a position, but no one can return to it

    def rewind_body(self) -> None:
        """Return a file to where it was, so that it can be sent again.

        Raises:
            UnrewindableBodyError: it cannot return, or the body is a generator.
        """
        if self.body is None or isinstance(self.body, (str, bytes, bytearray, memoryview)):
            return
        if runtime.is_javascript(self.body) and not runtime.js_property(self.body, "getReader"):
            return
        seek = getattr(self.body, "seek", None)
        if seek is None or not isinstance(self._body_position, int):
            raise UnrewindableBodyError("Unable to rewind request body for redirect.")
        try:
            seek(self._body_position)
        except OSError as error:
            raise UnrewindableBodyError(
                "An error occurred when rewinding request body for redirect."
            ) from error

    def prepare_content_length(self, body: types.PreparedBody) -> None:
        """Set Content-Length; "0" for a method that could have a body but has none."""
        if body is not None:
            length = _body.super_len(body)
            if length:
                self.headers["Content-Length"] = str(length)
        elif self.method not in ("GET", "HEAD") and self.headers.get("Content-Length") is None:
            self.headers["Content-Length"] = "0"

    def prepare_auth(self, auth: types.Auth, url: types.Url | None = "") -> None:
        """Let the scheme add its headers; the URL's userinfo serves where there is none."""
        auth = plain(auth)
        if auth is None:
            auth = urls.credentials_of(self.url) if "@" in self.url else None
            auth = auth if auth and any(auth) else None
        if not auth:
            return
        scheme = HTTPBasicAuth(*auth) if isinstance(auth, tuple) and len(auth) == 2 else auth
        if not callable(scheme):
            raise TypeError(
                "auth must be (user, password) or a callable that takes and returns a "
                f"PreparedRequest, not {type(auth).__name__}"
            )
        self.__dict__.update(scheme(self).__dict__)
        self.prepare_content_length(self.body)

    def prepare_hooks(self, hooks: types.Hooks | None) -> None:
        """Register hooks."""
        for event, hook in hooks.items() if hooks else ():
            if hook or event not in self.hooks:
                self.register_hook(event, hook)

    @property
    def path_url(self) -> str:
        """The path and query of the URL: what the request line names."""
        parts = urls.split(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def copy(self) -> PreparedRequest:
        """Return a copy with headers and cookies of its own; body and hooks are shared."""
        twin = copy.copy(self)
        twin.headers = self.headers.copy() if self.headers is not None else UNSET
        if self._jar is not None:
            from . import cookies as _cookies

            twin._jar = _cookies.copy_jar(self._jar)
        return twin
