"""Failures whose cause is the page: a script has replaced or removed what a request needs."""

from __future__ import annotations

from types import TracebackType

from .._wire import WireRequest
from . import failures, outcomes, promises, runtime

_PACKAGE = f"{__file__.rpartition('/_transports/')[0]}/"


def raise_if_of_page(request: WireRequest, error: BaseException) -> None:
    """Raise what a caller can understand in place of an error of JavaScript; else return.

    What is raised in the caller's own code, such as a generator, is not of the page.

    Raises:
        ConnectionError: a script of the page caused the error.
    """
    cause = _cause(error)
    if _is_of_javascript(cause) and _is_raised_here(error.__traceback__):
        about = described(cause)
        raise failures.exception(request, outcomes.HEADERS, "page", *about, "") from None


def described(error: object) -> tuple[str, str]:
    """Return the name and the message of an error that a replacement has led to."""
    # The `name` of a Python error, if it has one, is that of the attribute.
    if isinstance(error, (AttributeError, TypeError)):
        return type(error).__name__, str(error)
    return promises.describe(error)


def _cause(error: BaseException) -> BaseException:
    """Return what JavaScript threw while an argument was converted, else the error itself."""
    from pyodide.ffi import ConversionError

    thrown = error.__cause__ if isinstance(error, ConversionError) else None
    return thrown or error


def _is_of_javascript(error: BaseException) -> bool:
    from pyodide.ffi import JsException

    # What JavaScript throws, or a property that an object of JavaScript should have.
    return isinstance(error, JsException) or runtime.is_javascript(getattr(error, "obj", None))


def _is_raised_here(traceback: TracebackType | None) -> bool:
    file = ""
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        file = file if "/pyodide/" in name else name
        traceback = traceback.tb_next
    return file.startswith(_PACKAGE)
