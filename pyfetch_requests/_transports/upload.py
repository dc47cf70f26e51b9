"""An upload that tells how far it is: by an asynchronous XMLHttpRequest, for `fetch` tells nothing.

It takes the place of `fetch` in one exchange; time limits, signals, the answer's body and what a
failure means stay what they are. The browser gathers its events in a list of its own, which is
looked at ten times a second: no function of Python's is left with JavaScript, and what the caller's
function raises ends the request.

Source: XMLHttpRequest standard, sections 3.5.6 (send) and 3.6 (response).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from .._text.progress import Meter
from .._text.urls import brief
from .._wire import WireRequest
from ..exceptions import BrowserLimitError
from . import js_bodies, promises, runtime
from .ffi_fetch import FFIFetcher
from .runtime import js_object

if TYPE_CHECKING:
    from .._text.progress import Report
    from .js_values import JsValue

_LOOK_EVERY = 100  # milliseconds
_BODILESS = (204, 205, 304)
# What an XMLHttpRequest does by itself, by fetch's names; None: any value, it is only a hint.
_POSSIBLE: dict[str, tuple[object, ...] | None] = {
    "credentials": ("same-origin", "include"),
    "mode": ("cors",),
    "cache": ("default",),
    "redirect": ("follow",),
    "priority": None,
    "keepalive": (False,),
    "referrerPolicy": ("",),
}


def _refuse(request: WireRequest, options: Mapping[str, object]) -> None:
    """Refuse what an XMLHttpRequest cannot do.

    Raises:
        BrowserLimitError: naming the option; nothing is sent.
    """
    for name, value in options.items():
        allowed = _POSSIBLE.get(name, ())
        if allowed is not None and value not in allowed:
            raise BrowserLimitError(
                f"{request.method} {brief(request.url)}: {_WORDS.get(name, name)} is not possible "
                "with progress= and a body, because only an XMLHttpRequest tells how far an upload "
                "is. Leave one of the two out."
            )


_WORDS = {
    "redirect": "allow_redirects=False (or redirect=)",
    "credentials": "credentials='omit' (which answering a challenge needs, too)",
}


class UploadFetcher(FFIFetcher):
    """Makes one exchange by an asynchronous XMLHttpRequest.

    Args:
        settle: how to wait for a promise.
        request: what is sent, with an `upload_report`.
        options: for fetch, by their names in JavaScript.

    Raises:
        BrowserLimitError: an option is not possible; nothing is sent.
    """

    def __init__(
        self, settle: promises.Settle, request: WireRequest, options: Mapping[str, object]
    ) -> None:
        super().__init__(settle)
        _refuse(request, options)
        self._report = cast("Report", request.upload_report)

    async def _send(self, url: str, init: Mapping[str, object]) -> promises.Outcome:
        import js
        from pyodide.ffi import JsException

        xhr = js.XMLHttpRequest.new()
        signal: Any = init["signal"]
        stop = xhr.abort.bind(xhr)
        try:
            self._open(xhr, url, init)
            signal.addEventListener("abort", stop)
            sent = await self._watched(xhr, signal, init["body"])
            asked = str(js.URL.new(url).href)
            return promises.Outcome(True, _response(xhr, asked)) if sent is None else sent
        except JsException as error:
            return promises.Outcome(False, cast("JsValue", error))
        except BaseException:
            xhr.abort()
            raise
        finally:
            signal.removeEventListener("abort", stop)

    def _open(self, xhr: Any, url: str, init: Mapping[str, Any]) -> None:
        xhr.open(init["method"], url, True)
        xhr.responseType = "arraybuffer"
        xhr.withCredentials = init.get("credentials") == "include"
        for name, value in init["headers"]:
            xhr.setRequestHeader(name, value)

    async def _watched(self, xhr: Any, signal: Any, body: object) -> promises.Outcome | None:
        """Send, look at the events until the end, and report; return a failure, else None."""
        import js
        from pyodide.ffi import to_js

        push = js.Reflect.get(js.Array.prototype, "push")
        events, ends = js.Array.new(), js.Array.new()
        xhr.upload.onprogress = push.bind(events)
        xhr.onloadend = push.bind(ends)  # readyState is 0 again after an abort
        ended = promises.event(xhr, "loadend")
        data = to_js(body)
        length = js_bodies.length(data)
        meter = Meter(self._report, "upload", length)
        if signal.aborted:  # by what was called just now
            return promises.Outcome(False, signal.reason)
        xhr.send(data)
        while not ends.length:
            await self.settle(promises.first(ended, promises.pause(_LOOK_EVERY)))
            if events.length:
                meter.reached(int(events[events.length - 1].loaded))
                events.length = 0
        if not xhr.status:
            return promises.Outcome(False, _failure())
        if length is not None:
            meter.reached(length)
        meter.end()
        return None


def _failure() -> JsValue:
    import js

    return js.TypeError.new("the request failed")


def _response(xhr: JsValue, asked: str) -> JsValue:
    """Return what `fetch` would have given."""
    import js

    lines = str(xhr.getAllResponseHeaders()).strip().replace("\r", "\n").split("\n")
    parts = [line.partition(":") for line in lines if line.find(":") > 0]
    headers = [(name, value.strip()) for name, _, value in parts]
    body = None if xhr.status in _BODILESS else xhr.response
    init = js_object({"status": xhr.status, "statusText": xhr.statusText, "headers": headers})
    response = js.Response.new(body, init)
    address = str(xhr.responseURL)
    shown = {
        "url": address,
        "redirected": address != asked,
        "type": "cors" if runtime.is_foreign(address) else "basic",
    }
    for name, value in shown.items():
        js.Object.defineProperty(response, name, js_object({"value": value}))
    return response
