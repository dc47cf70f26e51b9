"""What the runtime is (page, worker, Node or Deno), what it can do, and access to its values."""

# Features are tested where that is possible. The name of an engine is asked for only where a quirk
# cannot be seen beforehand.

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader

    from .js_values import JsValue

from .._text.urls import address_space, has_local_scheme

IN_PYODIDE = sys.platform == "emscripten"  # in a browser, Node or Deno: fetch sends, not sockets
# Milliseconds, some 25 days. setTimeout takes a 32-bit integer: a longer timer fires at once.
LONGEST_TIMER = (1 << 31) - 1
# A kernel of JupyterLite is a worker whose script lies below this folder of the site.
_IN_JUPYTERLITE = "extensions/@jupyterlite/"
_NOT_HIERARCHICAL = ("blob:", "data:", "about:")  # nothing is relative to such an address


def page_url() -> str | None:
    """Return what relative URLs are relative to in this page or worker; None if there is none."""
    if not IN_PYODIDE:
        return None
    document, location = js_global("document"), js_global("location")
    if document:
        base = str(document.baseURI)  # heeds a <base> element, as fetch in the page does
        if not base.startswith(_NOT_HIERARCHICAL):
            return base
    if not location:
        return None
    site, found, _ = str(location.href).partition(_IN_JUPYTERLITE)
    if found and site.startswith("http"):
        return site
    # In what is loaded from a blob: URL the origin of the location may be "null"; the global
    # `origin` is that of the page that created it.
    origin = str(location.origin)
    if origin == "null":
        origin = str(js_global("origin") or "null")
    return f"{origin}/" if origin != "null" else None


@cache
def origin() -> str | None:
    """Return the origin that requests come from, "null" for an opaque one.

    None where there is neither page nor worker: in Node and Deno.
    """
    return str(js_global("origin")) if js_global("location") else None


def is_cross_origin(url: str) -> bool:
    """Tell whether an absolute URL has another origin than this page or worker."""
    here = origin()
    # The prefix saves the crossing into JavaScript in the usual case.
    if here is None or url.startswith(f"{here}/") or has_local_scheme(url):
        return False
    import js

    return bool(js.URL.new(url).origin != here)


@cache
def knows_address_spaces() -> bool:
    """Tell whether `fetch` knows `targetAddressSpace` with the values of Local Network Access."""
    # Older versions of Chrome have an option of that name with other values ("private", from
    # Private Network Access), and throw a TypeError for these.
    import js
    from pyodide.ffi import JsException

    options = js_object({"targetAddressSpace": "loopback"})
    try:
        made = js.Request.new("https://localhost/", options)
    except JsException:
        return False
    return bool(js_property(made, "targetAddressSpace") == "loopback")


@cache
def spaces_needing_permission() -> tuple[str, ...]:
    """Return the address spaces that this page may reach only with the user's permission."""
    # WICG Local Network Access: a request to a less public space than that of the page needs it.
    here = origin()
    if here is None:
        return ()
    if here == "null":  # a sandboxed frame is where its page is from, in spite of its origin
        here = page_url() or here
    return {"loopback": (), "local": ("loopback",)}.get(address_space(here), ("loopback", "local"))


def target_space(url: str, given: object) -> str | None:
    """Return the address space to pass to `fetch`, None for none.

    Args:
        url: of the request.
        given: what the user passed, or None.
    """
    # Also derived from an IP address: Chrome then lets an https page ask it over http.
    if given is None:
        if not spaces_needing_permission():
            return None
        found = address_space(url)
        given = found if found in spaces_needing_permission() else None
    return str(given) if given is not None and knows_address_spaces() else None


def has_variable(names: Collection[str]) -> bool:
    """Tell whether one of these environment variables is set, in whatever case.

    Args:
        names: in capitals.
    """
    # Its own dict: `os.environ` itself decodes each name anew, in some twenty calls for each
    # request. What they are called is remembered, what they are set to is not.
    variables = getattr(os.environ, "_data", os.environ)
    return not _in_capitals(tuple(variables)).isdisjoint(names)


@lru_cache(4)
def _in_capitals(variables: tuple[str | bytes, ...]) -> frozenset[str]:
    return frozenset(os.fsdecode(name).upper() for name in variables)


def is_firefox() -> bool:
    """Tell whether this is Firefox, for quirks that no feature shows."""
    return "Firefox/" in str(js_property(js_global("navigator"), "userAgent"))


def is_webkit() -> bool:
    """Tell whether this is WebKit, for quirks that no feature shows."""
    # Not by userAgent: Chromium's names AppleWebKit and Safari, too.
    return str(js_property(js_global("navigator"), "vendor")).startswith("Apple")


@cache
def is_node() -> bool:
    """Tell whether this is Node, Deno or Bun, whose fetch shows redirects and cookies."""
    if not IN_PYODIDE:
        return False
    # Deno and Bun have Node's `process`, too. A bundler may put a `process` into a page.
    process = js_global("process")
    if not process or js_global("document"):
        return False
    return bool(js_property(process.versions, "node"))


@cache
def has_xhr() -> bool:
    """Tell whether there is an XMLHttpRequest: not in Node, Deno and service workers."""
    return bool(js_global("XMLHttpRequest"))


def in_page() -> bool:
    """Tell whether this is the main thread of a page, and not a worker."""
    return bool(js_global("document"))


@cache
def allows_user_agent() -> bool:
    """Tell whether a program may set User-Agent here, as the Fetch standard allows."""
    import js

    # Chromium drops it from a Request without an error.
    init = js_object({"headers": {"User-Agent": "x"}})
    return bool(js.Request.new("https://host.invalid/", init).headers.has("User-Agent"))


def milliseconds(seconds: float | None) -> float | None:
    """Return a time limit for a timer; None for no limit, or for one longer than timers can be."""
    limit = None if seconds is None else seconds * 1000
    return None if limit is None or limit > LONGEST_TIMER else limit


def load_script(name: str) -> str:
    """Return the text of one of the JavaScript files beside this module."""
    path = f"{__file__.rpartition('/')[0]}/{name}"
    # The loader reads from wherever the package is: a folder, or a zip file on sys.path.
    return cast("ResourceLoader", __spec__.loader).get_data(path).decode("utf-8")


@cache
def may_evaluate() -> bool:
    """Tell whether the page's Content-Security-Policy allows to evaluate JavaScript."""
    from pyodide.code import run_js
    from pyodide.ffi import JsException

    try:
        run_js("0")
    except JsException:
        return False
    return True


def js_global(name: str) -> JsValue | None:
    """Return a global of JavaScript, None if it is undefined."""
    import js

    found: JsValue | None = js_property(js, name)
    return found


def is_javascript(value: object) -> bool:
    """Tell whether a value is a JavaScript object; never outside of Pyodide."""
    # JsProxy has several classes, all with `js_id`; pyodide.ffi is not imported to find out.
    return IN_PYODIDE and hasattr(value, "js_id")


def js_property(value: object, name: str) -> Any:
    """Return a property of a JavaScript object, None if it is undefined."""
    # For an undefined property a JsProxy has no attribute.
    return getattr(value, name, None)


def is_aborted(options: Mapping[str, object]) -> bool:
    """Tell whether the signal among the options of a request has been aborted."""
    return bool(js_property(options.get("signal"), "aborted"))


def js_object(mapping: Mapping[str, object]) -> JsValue:
    """Return a plain JavaScript object; values that are JavaScript objects are kept."""
    import js
    from pyodide.ffi import to_js

    made: JsValue = to_js(mapping, dict_converter=js.Object.fromEntries)
    return made


def text_or_none(value: object) -> str | None:
    """Return a JavaScript string, None for null."""
    # null is None up to Pyodide 0.27, and `jsnull` from 0.28 on.
    return value if isinstance(value, str) else None


def check_signals() -> None:
    """Call the handlers of pending signals now, and not at some later bytecode."""
    import pyodide_js

    pyodide_js.checkInterrupt()
