"""What `verify` and `cert` ask for: files that have to exist, and what a browser does not heed.

Decides on values alone. A browser does not import it for a request that sets neither.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .._warn import warn_once

if TYPE_CHECKING:
    from . import types


def check_tls_files(url: str, verify: types.Verify, cert: types.Cert) -> None:
    """Refuse TLS settings with paths that do not exist.

    Raises:
        OSError: a path does not exist; class and words are those of requests.
    """
    secure = url[:5].lower() == "https"  # for http, requests looks at `cert` alone
    if secure and isinstance(verify, (str, os.PathLike)) and not os.path.exists(verify):
        raise OSError(
            f"Could not find a suitable TLS CA certificate bundle, invalid path: {verify}"
        )
    pair = (cert,) if isinstance(cert, str) else cert or ()
    for what, path in zip(("certificate", "key"), pair, strict=False):
        if path and not os.path.exists(path):
            raise OSError(f"Could not find the TLS {what} file, invalid path: {path}")


def check_tls(url: str, verify: types.Verify, cert: types.Cert) -> None:
    """Check the TLS settings for a browser, and warn once about those that have no effect.

    Raises:
        OSError: a path that does not exist, as in requests.
    """
    # A warning, not an error: programs written for servers set these, and work all the same.
    if verify is True and not cert:
        return
    check_tls_files(url, verify, cert)
    secure = url[:5].lower() == "https"
    if secure and verify is not True and verify is not None:
        what = "verify=False" if verify is False else "a CA bundle (verify=...)"
        warn_once(
            f"verify:{verify is False}",
            f"{what} has no effect in a browser, which checks certificates by its own list.",
        )
    if cert:
        warn_once("cert", "cert= has no effect: a browser asks its user for client certificates.")
