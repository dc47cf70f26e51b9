"""Transport adapters; the connections below them are the browser's."""

from __future__ import annotations

from ..reexport import reexport

# For subclasses of HTTPAdapter that repeat its signature; ours has the same defaults.
DEFAULT_POOLBLOCK = False
DEFAULT_POOLSIZE = 10
DEFAULT_POOL_TIMEOUT = None
DEFAULT_RETRIES = 0

__getattr__, __dir__ = reexport(
    __name__,
    {
        "...sync": "HTTPAdapter Response",
        "..._nouns.session": "BaseAdapter",
        "..._nouns.retry": "Retry",
        "..._text.structures": "CaseInsensitiveDict",
        "...exceptions": """
            ConnectionError ConnectTimeout InvalidHeader InvalidProxyURL InvalidSchema InvalidURL
            ProxyError ReadTimeout RetryError SSLError
            """,
        ".auth": "_basic_auth_str",
        ".cookies": "extract_cookies_to_jar",
        ".certs": "DEFAULT_CA_BUNDLE_PATH",
        ".compat": "basestring urlparse",
        ".utils": """
            get_auth_from_url get_encoding_from_headers
            prepend_scheme_if_needed select_proxy urldefragauth
            """,
        "urllib3.exceptions": """
            ClosedPoolError ConnectTimeoutError LocationValueError MaxRetryError NewConnectionError
            ProtocolError ReadTimeoutError ResponseError
            """,
        "urllib3.poolmanager": "PoolManager proxy_from_url",
        "urllib3.util": "TimeoutSauce=Timeout parse_url",
    },
)


# A function, as in a requests without PySocks: code that asks whether SOCKS is there calls it.
def SOCKSProxyManager(*_: object, **__: object) -> None:  # noqa: N802
    """Refuse; a browser takes its proxies from the system.

    Raises:
        BrowserLimitError: always.
    """
    from ...exceptions import BrowserLimitError

    raise BrowserLimitError(
        "Code in a browser cannot choose a SOCKS proxy: set it in the browser or system."
    )
