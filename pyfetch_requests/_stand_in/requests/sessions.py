"""Settings and cookies that several requests share."""

from __future__ import annotations

import sys
from typing import Any

from ..._nouns import netrc_logins
from ...sync import Session as _Session
from ..reexport import reexport

Session = _Session

__getattr__, __dir__ = reexport(
    __name__,
    {
        "": "cookielib=http.cookiejar",
        "...sync": "HTTPAdapter PreparedRequest Request Response codes",
        "..._nouns.request": "default_hooks",
        "..._wire": "REDIRECT_STATI=REDIRECTS",
        "..._nouns.session": "DEFAULT_REDIRECT_LIMIT",
        "..._faces.blocking_redirects": "SessionRedirectMixin",
        "..._nouns.settings": "merge_hooks merge_setting=merge",
        "..._text.structures": "CaseInsensitiveDict",
        "...exceptions": """
            ChunkedEncodingError ContentDecodingError InvalidSchema TooManyRedirects
            """,
        "collections": "OrderedDict",
        "collections.abc": "Generator Mapping MutableMapping",
        "datetime": "timedelta",
        ".auth": "_basic_auth_str",
        ".compat": "urljoin urlparse",
        ".cookies": """
            RequestsCookieJar cookiejar_from_dict extract_cookies_to_jar merge_cookies
            """,
        ".hooks": "dispatch_hook",
        ".utils": """
            DEFAULT_PORTS default_headers get_auth_from_url get_environ_proxies get_netrc_auth
            requote_uri resolve_proxies rewind_body should_bypass_proxies to_key_val_list
            to_native_string
            """,
        "time": "preferred_clock=perf_counter",
    },
)


def _netrc_auth(url: str) -> tuple[str, str] | None:
    # Looked up at each call: code replaces the function by one of its own.
    found: tuple[str, str] | None = sys.modules[__name__].get_netrc_auth(url)
    return found


# The flow is below this module and cannot import it, so it is told which function to ask.
netrc_logins.netrc_source = _netrc_auth


def session(*args: Any, **kwargs: Any) -> Session:
    """Return a new session."""
    return Session(*args, **kwargs)
