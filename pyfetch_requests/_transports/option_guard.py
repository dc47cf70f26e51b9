"""What the caller's own fetch options forbid, by name, where `fetch` only says that it failed.

What contradicts itself is refused before it is sent. A redirect that is an error, and a hash that
does not match, are looked at here and not left to the browser, which would not tell them from a
dead server. What is left is found out after a failure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from .._text.urls import brief
from .._wire import REDIRECTS, WireRequest, WireResponse
from ..exceptions import FetchOptionError
from . import diagnosis, embedder, js_bodies, promises, runtime
from .abort import js_signal_of
from .fetch_rules import with_integrity
from .outcomes import Outcome
from .runtime import js_object

# Of all bodies that are under way with `keepalive`. Source: WHATWG Fetch, section 4.6, step 8.10.5.
_KEEPALIVE_LIMIT = 1 << 16
_NO_CORS_METHODS = ("GET", "HEAD", "POST")
_PROBE_LIMIT = 5.0  # seconds

_kept_alive = 0  # bytes


class OptionGuard:
    """Stands beside one request whose options may be what makes it fail.

    Args:
        request: the request.
        headers: those that are sent.
        body: what is sent: bytes-like, a Blob, or None.
        options: for fetch, by their names in JavaScript.

    Attributes:
        options: those that the browser is to get.
        stream: False where the whole body has to be there before it is handed out.

    Raises:
        FetchOptionError: the options forbid the request; nothing is to be sent.
    """

    def __init__(
        self,
        request: WireRequest,
        headers: Sequence[tuple[str, str]],
        body: Any,
        options: Mapping[str, Any],
    ) -> None:
        self._request = request
        self._headers = headers
        self._what = f"{request.method} {brief(request.url)}"
        self.options = dict(options)
        self._integrity = self.options.pop("integrity", "")
        self._redirect = self.options.get("redirect", "follow")
        if self._redirect == "error":
            self.options["redirect"] = "manual"
        self.stream = request.stream and not self._integrity
        self._kept = _size(body) if self.options.get("keepalive") else 0
        self._all_kept = 0
        target, here = diagnosis.parsed_url(request.url), runtime.origin()
        self._is_other = None not in (target, here) and target.origin != here
        self._refuse_cache_and_mode()
        if here is not None and self._kept > _KEEPALIVE_LIMIT:
            raise self._error(
                f"keepalive=True: the body has {self._kept} bytes, and browsers let at most "
                f"{_KEEPALIVE_LIMIT} outlive the page. Send less, or leave keepalive= out."
            )
        if request.options.get("mode") == "no-cors" or options.keys() - _NAMED:
            self._ask_browser()

    def _error(self, text: str) -> FetchOptionError:
        return FetchOptionError(f"{self._what}: {text}")

    def _refuse_cache_and_mode(self) -> None:
        mode = self.options.get("mode", "cors")
        if self.options.get("cache") == "only-if-cached" and mode != "same-origin":
            raise self._error(
                "cache='only-if-cached' is for addresses of the page's own origin, and goes with "
                "mode='same-origin' only."
            )
        if mode == "same-origin" and self._is_other:
            raise self._error(
                "mode='same-origin' does not let a request go to another origin: leave it out."
            )
        if mode != "no-cors":
            return
        if self._request.method not in _NO_CORS_METHODS:
            raise self._error("mode='no-cors' goes with GET, HEAD and POST only.")
        if self._is_other and self._redirect != "follow":
            raise self._error(
                "mode='no-cors' has to follow redirects when it asks another origin: write "
                "allow_redirects=True (which head() does not do by itself), and no redirect=."
            )
        if self._is_other and self._integrity:
            raise self._error(
                "integrity= cannot be checked with mode='no-cors', which hides the body."
            )

    def _ask_browser(self) -> None:
        """Make a request of the options without sending it, and see what becomes of it."""
        import js
        from pyodide.ffi import JsException

        init = {"method": self._request.method, "headers": self._headers, **self.options}
        try:
            made = js.Request.new(self._request.url, js_object(init))
        except JsException as error:
            if diagnosis.parsed_url(self._request.url) is None:
                return
            _, message = promises.describe(error)
            raise self._error(
                f"fetch does not take these options: {message}; they are {self._named()}."
            ) from None
        lost = [name for name, _ in self._headers if not made.headers.has(name)]
        if lost and self.options.get("mode") == "no-cors":
            raise self._error(
                "mode='no-cors' allows only headers that a form could send (Accept, "
                "Accept-Language, Content-Language, and Content-Type of a form or of plain text), "
                f"and not {', '.join(lost)}: a browser would leave them out."
            )

    def _named(self) -> str:
        given = {name: v for name, v in self._request.options.items() if name != "signal"}
        return ", ".join(f"{name}={value!r}" for name, value in given.items())

    async def watched(self, exchange: Awaitable[Outcome]) -> Outcome:
        """Wait for the exchange, and count the bodies that are under way at the same time."""
        global _kept_alive  # noqa: PLW0603
        _kept_alive += self._kept
        self._all_kept = _kept_alive
        try:
            return await exchange
        finally:
            _kept_alive -= self._kept

    async def checked(self, answer: WireResponse) -> WireResponse:
        """Return the answer, if the options allow it."""
        is_redirect = answer.kind == "opaqueredirect" or answer.status in REDIRECTS
        if is_redirect and self._redirect == "error":
            await answer.body.close()
            raise self._error("the address redirects, and redirect='error' forbids to follow.")
        if self._integrity and not (is_redirect and self._request.follow):
            return await with_integrity(self._request, answer)
        return answer

    async def explained(self, settle: promises.Settle) -> FetchOptionError | None:
        """Return the failure that the options have brought about, None where it is another one."""
        await settle(promises.pause(0))  # violations of a policy are reported late
        if diagnosis.known(self._request) not in ("", "offline"):
            return None
        if self.options.get("cache") == "only-if-cached":
            return self._error(
                "cache='only-if-cached': the browser's cache has no answer for this address."
            )
        if self._kept and self._all_kept > _KEEPALIVE_LIMIT and not runtime.is_firefox():
            return self._error(
                f"keepalive=True: bodies with {self._all_kept} bytes were under way, and browsers "
                f"let at most {_KEEPALIVE_LIMIT} at a time outlive the page."
            )
        try:
            self._ask_browser()
        except FetchOptionError as error:
            return error
        return await self._left_the_origin(settle)

    async def _left_the_origin(self, settle: promises.Settle) -> FetchOptionError | None:
        request = self._request
        safe = request.method in ("GET", "HEAD")
        if self.options.get("mode") != "same-origin" or not (safe and request.probe):
            return None
        init = {"method": "HEAD", "mode": "no-cors", "cache": "no-store", "credentials": "omit"}
        signal = js_signal_of(request.options.get("signal"))
        url = diagnosis.parsed_url(request.url).href
        watch = embedder.Watch()
        try:
            answer = await diagnosis.ask(url, init, settle, signal, _PROBE_LIMIT)
            # Only other origins' answers are held back.
            left = answer.type == "opaque" if answer else await watch.has_held_back(url, settle)
        finally:
            watch.close()
        if not left:
            return None
        return self._error(
            "the address redirects to another origin, which mode='same-origin' forbids."
        )


def _size(body: Any) -> int:
    if body is None:
        return 0
    if isinstance(body, (bytes, bytearray, memoryview)):
        return memoryview(body).nbytes
    return js_bodies.length(body) or 0


# What is checked by its name; all else goes to the browser first.
_NAMED = frozenset(
    "credentials mode cache redirect referrerPolicy integrity keepalive priority".split()
)
