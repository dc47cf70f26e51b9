"""Cookie jars; a browser uses only its own."""

from __future__ import annotations

from ..reexport import reexport

__getattr__, __dir__ = reexport(
    __name__,
    {
        "": "cookielib=http.cookiejar",
        "..._nouns.cookies": """
            CookieConflictError MockRequest MockResponse RequestsCookieJar _copy_cookie_jar=copy_jar
            cookiejar_from_dict create_cookie extract_cookies_to_jar get_cookie_header
            merge_cookies morsel_to_cookie remove_cookie_by_name
            """,
        "collections.abc": "Iterator MutableMapping",
        "http.cookiejar": "Cookie CookieJar CookiePolicy",
        "http.cookies": "Morsel",
        ".compat": "urlparse urlunparse",
        ".utils": "to_native_string",
    },
)
