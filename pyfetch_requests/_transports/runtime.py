"""What this runtime is: a page, a worker, Node or Deno, what URLs are relative to, its values."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader

    from .js_values import JsValue

from .._text.urls import address_space, is_held
from ..exceptions import MissingSchema

IN_BROWSER = sys.platform == "emscripten"
# Milliseconds, some 25 days: a timer of a browser that is set for longer goes off at once.
LONGEST_TIMER = (1 << 31) - 1
# A kernel of JupyterLite lies below this folder of its site.
_IN_JUPYTERLITE = "extensions/@jupyterlite/"
_base_url: str | None = None


def set_base_url(url: str | None) -> None:
    """Say what "./x", "../x" and "/x" are relative to, where the page cannot know it.

    Args:
        url: absolute, such as "https://my.example/project/"; None for what is found out by itself.

    Raises:
        MissingSchema: the URL is not absolute.
    """
    global _base_url  # noqa: PLW0603
    if url is not None and "://" not in url:
        raise MissingSchema(f"{url!r} is not absolute: write it as in 'https://my.example/data/'.")
    _base_url = url


def base_url() -> str | None:
    """Return what relative URLs are resolved against.

    It is what was set, else the page; in a worker the site of JupyterLite, else the origin. Where
    there is neither (Node, Deno, CPython) it is what the environment says, or None.
    """
    return _base_url or _page_url() or os.environ.get("PYFETCH_REQUESTS_BASE_URL") or None


def _page_url() -> str | None:
    if not IN_BROWSER:
        return None
    document, location = js_global("document"), js_global("location")
    if document:
        return str(document.baseURI)
    if not location:
        return None
    site, found, _ = str(location.href).partition(_IN_JUPYTERLITE)
    if found and site.startswith("http"):
        return site
    # A worker made from a blob: URL has no origin in its location, but one of its own.
    origin = str(location.origin)
    if origin == "null":
        origin = str(js_global("origin") or "null")
    return f"{origin}/" if origin != "null" else None


@cache
def origin() -> str | None:
    """Return the origin that requests come from, "null" for one that is like no other.

    None where there is no page and no worker: in Node and Deno.
    """
    return str(js_global("origin")) if js_global("location") else None


def is_foreign(url: str) -> bool:
    """Tell whether an absolute URL is of another origin than this page or worker."""
    here = origin()
    if here is None or url.startswith(f"{here}/") or is_held(url):
        return False
    import js

    return bool(js.URL.new(url).origin != here)


@cache
def knows_address_spaces() -> bool:
    """Tell whether `fetch` takes `targetAddressSpace`, in the words of Local Network Access.

    Older versions of Chrome have an option of that name with other words, and refuse these.
    """
    import js
    from pyodide.ffi import JsException

    options = js_object({"targetAddressSpace": "loopback"})
    try:
        made = js.Request.new("https://localhost/", options)
    except JsException:
        return False
    return bool(js_property(made, "targetAddressSpace") == "loopback")


@cache
def asked_for() -> tuple[str, ...]:
    """Return the address spaces that a browser may ask its user for before this page gets there.

    A page of this computer may go everywhere; one of a private network is asked about for this
    computer.
    """
    here = origin()
    if here is None:
        return ()
    if here == "null":  # a sandboxed frame is where its page is from, in spite of its origin
        here = _page_url() or here
    return {"loopback": (), "local": ("loopback",)}.get(address_space(here), ("loopback", "local"))


def target_space(url: str, given: object) -> str | None:
    """Return the address space to be named to `fetch`, None for none.

    Args:
        url: what is asked for.
        given: what the user says of it.
    """
    if given is None:
        if not asked_for():
            return None
        found = address_space(url)
        given = found if found in asked_for() else None
    return str(given) if given is not None and knows_address_spaces() else None


def is_secure() -> bool:
    """Tell whether this page or worker came over https, so that it may ask for nothing by http."""
    import js

    return str(js.location.protocol) == "https:" or str(js.origin).startswith("https:")


def is_online() -> bool:
    """Tell whether the browser believes that it has a network."""
    return js_property(js_global("navigator"), "onLine") is not False


def is_firefox() -> bool:
    """Tell whether this is Firefox, for what can be known by nothing else."""
    return "Firefox/" in str(js_property(js_global("navigator"), "userAgent"))


def is_webkit() -> bool:
    """Tell whether this is WebKit, for what can be known by nothing else."""
    return str(js_property(js_global("navigator"), "vendor")).startswith("Apple")


@cache
def is_node() -> bool:
    """Tell whether the runtime shows redirects, Cookie and Set-Cookie, as Node and Deno do."""
    if not IN_BROWSER:
        return False
    process = js_global("process")
    if not process or js_global("document"):
        return False
    return bool(js_property(process.versions, "node"))


@cache
def has_xhr() -> bool:
    """Tell whether there is an XMLHttpRequest: not in Node, in Deno and in service workers."""
    return bool(js_global("XMLHttpRequest"))


def in_page() -> bool:
    """Tell whether this is the main thread of a page, and not a worker."""
    return bool(js_global("document"))


@cache
def keeps_user_agent() -> bool:
    """Tell whether a program may set User-Agent here, as the standard says; Chromium drops it."""
    import js

    init = js_object({"headers": {"User-Agent": "x"}})
    return bool(js.Request.new("https://host.invalid/", init).headers.has("User-Agent"))


def milliseconds(seconds: float | None) -> float | None:
    """Return a time limit as a timer takes it; None for no limit, or for one beyond all timers."""
    limit = None if seconds is None else seconds * 1000
    return None if limit is None or limit > LONGEST_TIMER else limit


def load_script(name: str) -> str:
    """Return the text of one of the JavaScript files beside this module."""
    path = f"{__file__.rpartition('/')[0]}/{name}"
    # The loader reads from wherever the package is: a folder, or a zip file on sys.path.
    return cast("ResourceLoader", __spec__.loader).get_data(path).decode("utf-8")


@cache
def may_evaluate() -> bool:
    """Tell whether JavaScript of ours may run: a Content-Security-Policy may forbid it."""
    from pyodide.code import run_js
    from pyodide.ffi import JsException

    try:
        run_js("0")
    except JsException:
        return False
    return True


def js_global(name: str) -> JsValue | None:
    """Return what JavaScript has in its global scope under a name, None where it has nothing."""
    import js

    found: JsValue | None = js_property(js, name)
    return found


def is_javascript(value: object) -> bool:
    """Tell whether a value is an object of JavaScript's; never outside of Pyodide."""
    return IN_BROWSER and hasattr(value, "js_id")


def js_property(value: object, name: str) -> Any:
    """Return a property of a JavaScript object, None where it is undefined.

    Pyodide has no attribute then.
    """
    return getattr(value, name, None)


def is_aborted(options: Mapping[str, object]) -> bool:
    """Tell whether the signal among the options of a request was given already."""
    return bool(js_property(options.get("signal"), "aborted"))


def js_object(mapping: Mapping[str, object]) -> JsValue:
    """Return a plain JavaScript object; what is JavaScript's already goes into it as it is."""
    import js
    from pyodide.ffi import to_js

    made: JsValue = to_js(mapping, dict_converter=js.Object.fromEntries)
    return made


def text_or_none(value: object) -> str | None:
    """Return a string that may be null: Pyodide has None for it, or a value of its own (0.28)."""
    return value if isinstance(value, str) else None
