"""The warnings of urllib3 by name, for code that silences them; none is ever given here."""

from __future__ import annotations

from typing import NoReturn

from ..reexport import Urllib3MissingError


class HTTPWarning(Warning):
    """What urllib3's warnings have in common."""


class SecurityWarning(HTTPWarning):
    """Something about the security of a connection."""


class InsecureRequestWarning(SecurityWarning):
    """A certificate was not checked; a browser checks each."""


class InsecurePlatformWarning(SecurityWarning):
    """Python's ssl is old; a browser does without it."""


class SubjectAltNameWarning(SecurityWarning):
    """A certificate names no host in the modern way."""


class SNIMissingWarning(HTTPWarning):
    """Python's ssl cannot name the host that it asks for."""


class DependencyWarning(HTTPWarning):
    """A library of urllib3's is missing."""


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise Urllib3MissingError(f"requests.packages.urllib3.exceptions.{name}")
