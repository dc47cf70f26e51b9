"""What `requests.packages.urllib3` is if urllib3 is not installed: the switch for its warnings.

Old code uses it to silence warnings about certificates, which a browser never gives. Any other name
of urllib3 raises an error that says what to install.
"""

from __future__ import annotations

from typing import NoReturn

from ..reexport import Urllib3MissingError


def disable_warnings(category: type[Warning] | None = None) -> None:
    """Do nothing: none of urllib3's warnings is ever given here."""


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise Urllib3MissingError(f"requests.packages.urllib3.{name}")
