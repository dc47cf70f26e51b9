"""The warning classes of urllib3, for code that silences them; none is ever given here."""

from __future__ import annotations

from typing import NoReturn

from ..reexport import Urllib3MissingError


class HTTPWarning(Warning):
    """The base of urllib3's warnings."""


class SecurityWarning(HTTPWarning):
    """Something about the security of a connection."""


class InsecureRequestWarning(SecurityWarning):
    """A certificate was not checked; a browser always checks it."""


class InsecurePlatformWarning(SecurityWarning):
    """Python's ssl is too old; a browser does not use it."""


class SubjectAltNameWarning(SecurityWarning):
    """A certificate has no subjectAltName."""


class SNIMissingWarning(HTTPWarning):
    """Python's ssl does not support SNI."""


class DependencyWarning(HTTPWarning):
    """A dependency of urllib3 is missing."""


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise Urllib3MissingError(f"requests.packages.urllib3.exceptions.{name}")
