"""The environment of a test, without the settings of the developer's machine."""

from __future__ import annotations

import os

from pyfetch_requests._nouns.settings import CA_BUNDLES


def is_setting(name: str) -> bool:
    """Whether a variable names a proxy, or certificates, that requests obeys."""
    return name.lower().endswith("_proxy") or name in CA_BUNDLES


def without_settings() -> dict[str, str]:
    """The variables of this process, without proxies, bundles of certificates and a netrc file."""
    kept = {name: value for name, value in os.environ.items() if not is_setting(name)}
    return kept | {"NETRC": os.devnull}
