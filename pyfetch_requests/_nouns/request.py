"""Request, as the user wrote it, and PreparedRequest, as it is sent.

Decides method, URL, headers and body. Never decides how they are sent, and never reads a body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from .._text import urls
from .._text.headers import check_header
from .._text.structures import CaseInsensitiveDict, is_cookie_jar, pairs_of
from .._transports import runtime
from ..exceptions import InvalidJSONError, UnrewindableBodyError, short_traceback
from .arguments import UNSET, from_js

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from . import types


# The parameters of `Request` and of `PreparedRequest.prepare`, in their order. Both are public with
# explicit signatures, so they stand in both; a test compares them with this.
ARGUMENTS = (
    "method", "url", "headers", "files", "data", "params", "auth", "cookies", "hooks", "json",
)  # fmt: skip
_arguments_of = attrgetter(*ARGUMENTS)


def default_hooks() -> dict[str, list[types.Hook]]:
    """Return an empty list of hooks for every event; "response" is the only one."""
    return {"response": []}


class HooksMixin:
    """Registering and removing hooks."""

    if TYPE_CHECKING:
        hooks: dict[str, list[types.Hook]]

    def register_hook(self, event: str, hook: types.Hook | Iterable[types.Hook]) -> None:
        """Call `hook` (a callable or an iterable of them) on an event, which is "response".

        Raises:
            ValueError: there is no such event.
        """
        if event not in self.hooks:
            raise ValueError(f'Unsupported event specified, with event name "{event}"')
        if callable(hook):
            self.hooks[event].append(hook)
        elif isinstance(hook, Iterable):  # what cannot be called is left out, as in requests
            self.hooks[event].extend(item for item in hook if callable(item))

    def deregister_hook(self, event: str, hook: types.Hook) -> bool:
        """Remove a hook, and tell whether it was there."""
        try:
            self.hooks[event].remove(hook)
        except ValueError:
            return False
        return True


class Request(HooksMixin):
    """A request as the user wrote it; `prepare` makes it ready to be sent.

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
        json: a value to be sent as JSON, if there is no `data`.
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
        # Empty, not None, as in requests: code adds to them before the request is prepared.
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
        """Return the request as it is sent, without the settings of a session."""
        prepared = PreparedRequest()
        # By name, as in requests: what replaces `prepare` may take nothing else.
        prepared.prepare(**dict(zip(ARGUMENTS, _arguments_of(self), strict=True)))
        return prepared


class PreparedRequest(HooksMixin):
    """A request as it is sent.

    Attributes:
        method: upper case.
        url: absolute; with the user's userinfo and fragment, which are not sent.
        headers: case-insensitive, in order.
        body: None, str, bytes, a file object or an iterable.
        hooks: the callables for each event.
        authenticator: an auth scheme that answers a 401, None for none.
        fetch_options: further options for `fetch`; see `FetchOptions`.
    """

    def __init__(self) -> None:
        self.method: str = UNSET
        self.url: str = UNSET
        self.headers: CaseInsensitiveDict[str] = UNSET
        self.body: types.PreparedBody = None
        self.hooks = default_hooks()
        self.authenticator: types.Authenticator | None = None
        self.fetch_options: dict[str, object] = {}
        # Made when a cookie comes: `http.cookiejar` takes longer to import than this package.
        self._jar: CookieJar | None = None
        self._body_position: object = None

    def __repr__(self) -> str:
        return f"<PreparedRequest [{self.method}]>"

    def _repr_html_(self) -> str:
        """Return HTML for a notebook: the address, and the headers without secrets."""
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
            MissingSchema, InvalidURL: the URL is invalid.
            InvalidHeader: a header may not be sent.
            InvalidJSONError: `json` cannot be written as JSON.
            TypeError: the body is of a type without bytes.
        """
        # Cookies depend on the URL and on a Cookie header; the body depends on Content-Type.
        self.prepare_method(method)
        self.prepare_url(url, params)
        self.prepare_headers(headers)
        self.prepare_cookies(cookies)
        self.prepare_body(data, files, json)
        # Authentication may sign everything above, and may register hooks.
        self.prepare_auth(auth, url)
        self.prepare_hooks(hooks)

    def prepare_method(self, method: str | bytes | None) -> None:
        """Write the method in upper case."""
        if isinstance(method, bytes):
            method = method.decode("ascii")
        self.method = method.upper() if method is not None else UNSET

    def prepare_url(self, url: types.Url | None, params: types.Params) -> None:
        """Normalise the URL, and add the parameters; see `Request`."""
        text = (url.decode("utf-8") if isinstance(url, bytes) else str(url)).lstrip()
        if urls.is_relative(text):
            from .._transports.base_url import base_url

            # Without a page it stays relative, and is refused as in requests (MissingSchema).
            if base := base_url():
                text = urls.resolve(base, text)
        params = from_js(params)
        normal = urls.prepare_normal(text, params)
        if normal is None:
            from .._text.url_rules import prepare_url

            normal = prepare_url(text, params)
        self.url = normal

    def prepare_headers(self, headers: types.Headers | None) -> None:
        """Check and set the headers; names become str."""
        kept: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        self.headers = kept
        headers = from_js(headers)
        for name, value in pairs_of(headers) if headers else ():
            given = cast("str", value)  # bytes stay bytes, and `check_header` refuses None
            kept[check_header(name, given)[0]] = given

    @property
    def _cookies(self) -> CookieJar:
        """The jar, by its name in requests; libraries use it, and there it is never None."""
        if self._jar is None:
            from . import cookies as _cookies

            self._jar = _cookies.RequestsCookieJar()
        return self._jar

    @_cookies.setter
    def _cookies(self, jar: CookieJar | None) -> None:
        self._jar = jar

    def prepare_cookies(self, cookies: types.Cookies) -> None:
        """Set the Cookie header, if there is none yet and a cookie matches."""
        cookies = from_js(cookies)
        is_jar = is_cookie_jar(cookies)
        if not cookies and not is_jar:
            return  # without importing `http.cookiejar`
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
            json: any value that `json.dumps` takes; used if `data` is empty.
        """
        # Most requests have no body: no further question for them, and no import.
        if not data and not files and json is None and type(data) in (dict, list):
            self.body = None
            self.prepare_content_length(None)
            return
        from . import body as _body

        try:
            prepared = _body.prepare(data, files, json)
        except InvalidJSONError as error:
            error.request = self
            raise
        self.body = prepared.body
        if not prepared.stream:
            self.prepare_content_length(self.body)
        elif length := _body.stream_len(self.body):
            self.headers["Content-Length"] = str(length)
        else:  # as requests shows it; a browser drops the header, and sends a length all the same
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
            self._body_position = object()  # as in requests: not None, but nothing to seek to

    def rewind_body(self) -> None:
        """Seek back to where a file was when the request was prepared, to send it again.

        Raises:
            UnrewindableBodyError: the file cannot seek, or the body is a generator.
        """
        if self.body is None or isinstance(self.body, (str, bytes, bytearray, memoryview)):
            return
        # Of JavaScript's bodies only a ReadableStream (which has a getReader) is used up.
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
            from .body import super_len

            length = super_len(body)
            if length:  # for b"" there is none, as in requests
                self.headers["Content-Length"] = str(length)
        elif self.method not in ("GET", "HEAD") and self.headers.get("Content-Length") is None:
            self.headers["Content-Length"] = "0"

    def prepare_auth(self, auth: types.Auth, url: types.Url | None = "") -> None:
        """Let the scheme add its headers; without one, the userinfo of the URL is used."""
        auth = from_js(auth)
        if auth is None:
            if "@" not in self.url:
                return
            from .._text.url_rules import credentials_of

            auth = credentials_of(self.url)
            auth = auth if auth and any(auth) else None  # http://:@host/ has a login without text
        if not auth:
            return
        scheme = auth
        if isinstance(auth, tuple) and len(auth) == 2:
            from .auth import HTTPBasicAuth

            scheme = HTTPBasicAuth(*auth)
        if not callable(scheme):
            raise TypeError(
                "auth must be (user, password) or a callable that takes and returns a "
                f"PreparedRequest, not {type(auth).__name__}"
            )
        # As in requests: a scheme may return another request, and may have changed the body.
        self.__dict__.update(scheme(self).__dict__)
        self.prepare_content_length(self.body)

    def prepare_hooks(self, hooks: types.Hooks | None) -> None:
        """Register hooks."""
        for event, hook in hooks.items() if hooks else ():
            # An unknown event is an error, as in requests, even if its list is empty.
            if hook or event not in self.hooks:
                self.register_hook(event, hook)

    @property
    def path_url(self) -> str:
        """The path and query of the URL, as in the request line."""
        parts = urls.split(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def copy(self) -> PreparedRequest:
        """Return a copy with its own headers and cookies; body and hooks are shared.

        That of a subclass is a PreparedRequest, as in requests: to prepare it again is not its way.
        """
        twin = PreparedRequest.__new__(PreparedRequest)
        vars(twin).update(vars(self))
        # None until `prepare`; requests copies such a request as well.
        twin.headers = self.headers.copy() if self.headers is not None else UNSET
        if self._jar is not None:
            from . import cookies as _cookies

            twin._jar = _cookies.copy_jar(self._jar)
        return twin
