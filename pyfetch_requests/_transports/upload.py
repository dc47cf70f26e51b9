"""Uploads with progress, by an asynchronous XMLHttpRequest: `fetch` reports none.

It replaces `fetch` in one exchange; time limits, signals, the body of the answer and the diagnosis
of failures stay as they are. The browser collects its events in an array, which is polled ten times
a second: JavaScript holds no Python function, and an exception of the caller's callback ends the
request.

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
from .ffi_control import Control
from .ffi_fetch import FFIFetcher
from .outcomes import NULL_BODY_STATUSES
from .runtime import js_object

if TYPE_CHECKING:
    from .._text.progress import Report
    from .js_values import JsValue

_POLL = 100  # milliseconds; engines fire `progress` every 50 or so: XMLHttpRequest, section 3.5.6
# The options of fetch that describe what an XMLHttpRequest does; None: any value of a mere hint.
_SUPPORTED: dict[str, tuple[object, ...] | None] = {
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
        BrowserLimitError: it names the option; nothing was sent.
    """
    for name, value in options.items():
        allowed = _SUPPORTED.get(name, ())
        if allowed is not None and value not in allowed:
            argument = _ARGUMENTS.get(name, name)
            raise BrowserLimitError(
                f"{request.method} {brief(request.url)}: {argument} is not possible with progress= "
                "and a body, because upload progress takes an XMLHttpRequest. Leave one of the two "
                "out."
            )


# How a user knows the option.
_ARGUMENTS = {
    "redirect": "allow_redirects=False (or redirect=)",
    "credentials": "credentials='omit' (also set to answer a challenge)",
}


class UploadFetcher(FFIFetcher):
    """Makes one exchange by an asynchronous XMLHttpRequest.

    Args:
        settle: how to wait for a promise.
        request: what is sent, with an `upload_report`.
        options: for fetch, by their names in JavaScript.

    Raises:
        BrowserLimitError: an option is not possible; nothing was sent.
    """

    def __init__(
        self, settle: promises.Settle, request: WireRequest, options: Mapping[str, object]
    ) -> None:
        super().__init__(settle)
        _refuse(request, options)
        self._report = cast("Report", request.upload_report)

    async def _send(
        self, url: str, init: Mapping[str, object], control: Control
    ) -> promises.Outcome:
        import js
        from pyodide.ffi import JsException

        xhr = js.XMLHttpRequest.new()
        signal: Any = control.signal
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
        xhr.responseType = "arraybuffer"  # as text a byte order mark would be lost
        xhr.withCredentials = init.get("credentials") == "include"
        for name, value in init["headers"]:
            xhr.setRequestHeader(name, value)

    async def _watched(self, xhr: Any, signal: Any, body: object) -> promises.Outcome | None:
        """Send, report progress until the end, and return the failure, if any."""
        import js

        # Array.prototype.push as the listener: no Python proxy has to outlive the request.
        push = js.Reflect.get(js.Array.prototype, "push")
        events, ends = js.Array.new(), js.Array.new()
        xhr.upload.onprogress = push.bind(events)
        xhr.onloadend = push.bind(ends)  # readyState would not do: after an abort it is 0 again
        ended = promises.event(xhr, "loadend")
        data: Any = js_bodies.copied(body)
        length = js_bodies.length(data)
        meter = Meter(self._report, "upload", length)
        if signal.aborted:  # by the caller's report function, which the meter has just called
            return promises.Outcome(False, signal.reason)
        xhr.send(data)
        while not ends.length:
            await self.settle(promises.race(ended, promises.pause(_POLL)))
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
    """Return the response as `fetch` would return it."""
    import js

    lines = str(xhr.getAllResponseHeaders()).strip().replace("\r", "\n").split("\n")
    parts = [line.partition(":") for line in lines if line.find(":") > 0]
    headers = [(name, value.strip()) for name, _, value in parts]
    # The constructor throws a TypeError for a body with such a status.
    body = None if xhr.status in NULL_BODY_STATUSES else xhr.response
    init = js_object({"status": xhr.status, "statusText": xhr.statusText, "headers": headers})
    response = js.Response.new(body, init)
    address = str(xhr.responseURL)
    shown = {
        "url": address,
        "redirected": address != asked,
        "type": "cors" if runtime.is_cross_origin(address) else "basic",
    }
    # Getters of the prototype, which a constructed Response cannot be given.
    for name, value in shown.items():
        js.Object.defineProperty(response, name, js_object({"value": value}))
    return response
