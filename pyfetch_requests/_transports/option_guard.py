"""Names the fetch option of the caller that makes a request fail.

`fetch` itself would only say that it failed. Contradictory options are refused before anything is
sent. redirect="error" and integrity= are checked here instead of by the browser, whose failure
looks like a dead server. The rest is found out after a failure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from .._text.urls import brief
from .._wire import REDIRECTS, WireRequest, WireResponse
from ..exceptions import FetchOptionError
from . import diagnosis, js_bodies, promises, runtime
from .abort import js_signal_of
from .fetch_rules import check_integrity
from .outcomes import Outcome
from .runtime import js_object

# Bytes of all keepalive bodies in flight: WHATWG Fetch, HTTP-network-or-cache fetch, step 8.10.5.
_KEEPALIVE_LIMIT = 1 << 16
# WHATWG Fetch, section 2.2.1: the CORS-safelisted methods are the only ones in this mode.
_NO_CORS_METHODS = ("GET", "HEAD", "POST")

_keepalive_bytes = 0  # of the bodies that are in flight now


class OptionGuard:
    """Checks the options of one request, before it is sent, after its answer, after its failure.

    Args:
        request: the request.
        headers: the headers that are sent.
        body: what is sent: bytes-like, a Blob, or None.
        options: for fetch, by their names in JavaScript.

    Attributes:
        options: the options that are left for the browser.
        stream: False if the whole body is needed before any of it is handed out.

    Raises:
        FetchOptionError: the options forbid the request; nothing was sent.
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
            # "manual" shows that there was a redirect; "error" would be one more network error.
            self.options["redirect"] = "manual"
        self.stream = request.stream and not self._integrity
        self._body_size = _size(body) if self.options.get("keepalive") else 0
        self._keepalive_total = 0
        target, here = diagnosis.parsed_url(request.url), runtime.origin()
        self._is_cross_origin = None not in (target, here) and target.origin != here
        self._refuse_contradictions()
        if here is not None and self._body_size > _KEEPALIVE_LIMIT:
            raise self._error(
                f"keepalive=True: the body has {self._body_size} bytes, and browsers let at most "
                f"{_KEEPALIVE_LIMIT} outlive the page. Send less, or leave keepalive= out."
            )
        # A browser drops headers in "no-cors" silently; options that are new to us only it knows.
        if request.options.get("mode") == "no-cors" or options.keys() - _KNOWN_OPTIONS:
            self._try_as_request()

    def _error(self, text: str) -> FetchOptionError:
        return FetchOptionError(f"{self._what}: {text}")

    def _refuse_contradictions(self) -> None:
        mode = self.options.get("mode", "cors")
        # WHATWG Fetch, Request constructor: a TypeError that looks like any other.
        if self.options.get("cache") == "only-if-cached" and mode != "same-origin":
            raise self._error(
                "cache='only-if-cached' works for addresses of the page's own origin only, with "
                "mode='same-origin'."
            )
        if mode == "same-origin" and self._is_cross_origin:
            raise self._error(
                "mode='same-origin' does not let a request go to another origin. Leave it out."
            )
        if mode != "no-cors":
            return
        if self._request.method not in _NO_CORS_METHODS:
            raise self._error("mode='no-cors' allows only GET, HEAD and POST.")
        # WHATWG Fetch, main fetch: a network error for "no-cors" across origins without "follow".
        if self._is_cross_origin and self._redirect != "follow":
            raise self._error(
                "mode='no-cors' has to follow redirects in a request to another origin. Pass "
                "allow_redirects=True (it is not the default of head()), and no redirect=."
            )
        if self._is_cross_origin and self._integrity:
            raise self._error(
                "integrity= cannot be checked with mode='no-cors', which hides the body."
            )

    def _try_as_request(self) -> None:
        """Let the browser's Request constructor judge the options; nothing is sent."""
        import js
        from pyodide.ffi import JsException

        init = {"method": self._request.method, "headers": self._headers, **self.options}
        try:
            made = js.Request.new(self._request.url, js_object(init))
        except JsException as error:
            if diagnosis.parsed_url(self._request.url) is None:
                return  # the URL is to blame, which the diagnosis of the failure says
            _, message = promises.describe(error)
            raise self._error(
                f"fetch does not accept the options {self._named()}: {message}."
            ) from None
        lost = [name for name, _ in self._headers if not made.headers.has(name)]
        if lost and self.options.get("mode") == "no-cors":
            raise self._error(
                f"mode='no-cors' does not allow {', '.join(lost)}, and a browser would leave it "
                "out: only headers that a form could send are allowed (Accept, Accept-Language, "
                "Content-Language, and Content-Type of a form or of plain text)."
            )

    def _named(self) -> str:
        given = {name: v for name, v in self._request.options.items() if name != "signal"}
        return ", ".join(f"{name}={value!r}" for name, value in given.items())

    async def watched(self, exchange: Awaitable[Outcome]) -> Outcome:
        """Wait for the exchange, and count the keepalive bodies that are in flight with it."""
        global _keepalive_bytes  # noqa: PLW0603
        _keepalive_bytes += self._body_size
        self._keepalive_total = _keepalive_bytes
        try:
            return await exchange
        finally:
            _keepalive_bytes -= self._body_size

    async def checked(self, answer: WireResponse) -> WireResponse:
        """Return the answer if the options allow it."""
        is_redirect = answer.kind == "opaqueredirect" or answer.status in REDIRECTS
        if is_redirect and self._redirect == "error":
            await answer.body.close()
            raise self._error("the address redirects, and redirect='error' forbids to follow.")
        if self._integrity and not (is_redirect and self._request.follow):
            return await check_integrity(self._request, answer)
        return answer

    async def explained(self, settle: promises.Settle) -> FetchOptionError | None:
        """Return the exception if the options caused a failure, None if something else did."""
        await settle(promises.pause(0))  # policy violations are reported by a later task
        # Not "offline": only-if-cached asks no network, and fails in the same way without one.
        if diagnosis.certain(self._request) not in ("", "offline"):
            return None
        if self.options.get("cache") == "only-if-cached":
            return self._error(
                "cache='only-if-cached': the browser's cache has no answer for this address."
            )
        # Firefox allows 64 KiB for each body; Chromium and WebKit for all of them, as the standard.
        total = self._keepalive_total
        if self._body_size and total > _KEEPALIVE_LIMIT and not runtime.is_firefox():
            return self._error(
                f"keepalive=True: bodies of {total} bytes were in flight, and browsers let at most "
                f"{_KEEPALIVE_LIMIT} at a time outlive the page."
            )
        try:
            self._try_as_request()
        except FetchOptionError as error:
            return error
        return await self._explained_by_redirect(settle)

    async def _explained_by_redirect(self, settle: promises.Settle) -> FetchOptionError | None:
        """Return the exception if mode="same-origin" met a redirect to another origin."""
        request = self._request
        safe = request.method in ("GET", "HEAD")
        if self.options.get("mode") != "same-origin" or not (safe and request.probe):
            return None
        init = {"method": "HEAD", "cache": "no-store", **diagnosis.CROSS_ORIGIN_PROBE}
        signal = js_signal_of(request.options.get("signal"))
        url = diagnosis.parsed_url(request.url).href
        answer, is_blocked = await diagnosis.watched_fetch(
            url, init, settle, signal, diagnosis.PROBE_LIMIT
        )
        # From the own origin to another one: only then an answer is opaque, or blocked.
        if not is_blocked and (answer is None or answer.type != "opaque"):
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


# Checked here by name; any other option is first tried on the browser's Request constructor.
_KNOWN_OPTIONS = frozenset(
    "credentials mode cache redirect referrerPolicy integrity keepalive priority".split()
)
