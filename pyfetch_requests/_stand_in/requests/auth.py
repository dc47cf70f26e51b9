"""Authentication schemes."""

from __future__ import annotations

from ..reexport import reexport

CONTENT_TYPE_FORM_URLENCODED = "application/x-www-form-urlencoded"
CONTENT_TYPE_MULTI_PART = "multipart/form-data"

__getattr__, __dir__ = reexport(
    __name__,
    {
        "..._nouns.auth": """
            AuthBase HTTPBasicAuth HTTPProxyAuth
            _basic_auth_str=basic_auth_header
            """,
        "..._nouns.digest": "HTTPDigestAuth",
        "base64": "b64encode",
        ".compat": "basestring str urlparse",
        ".cookies": "extract_cookies_to_jar",
        ".utils": "parse_dict_header to_native_string",
    },
)
