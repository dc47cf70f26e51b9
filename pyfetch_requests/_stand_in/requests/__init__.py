"""What stands in for `requests`, once `pyfetch_requests.install()` was called.

Decides which of our names carries which name of requests. These modules are found as `requests`
and `requests.utils` too, and are one and the same under both names.
"""

from __future__ import annotations

import logging

from ..reexport import reexport
from .__version__ import __version__ as _version

__version__ = _version  # over the submodule, which its import has put here

__getattr__, __dir__ = reexport(
    __name__,
    {
        "": """
            adapters=.adapters api=.api auth=.auth certs=.certs
            compat=.compat cookies=.cookies exceptions=.exceptions
            help=.help hooks=.hooks models=.models packages=.packages
            sessions=.sessions status_codes=.status_codes
            structures=.structures urllib3 utils=.utils
            """,
        ".__version__": """
            __author__ __author_email__ __build__ __cake__ __copyright__ __description__
            __license__ __title__ __url__
            """,
        "urllib3.exceptions": "DependencyWarning",
        ".api": "delete get head options patch post put request",
        ".sessions": "Session session",
        ".models": "PreparedRequest Request Response",
        ".status_codes": "codes",
        "...exceptions": """
            ConnectionError ConnectTimeout FileModeWarning HTTPError JSONDecodeError ReadTimeout
            RequestException RequestsDependencyWarning Timeout TooManyRedirects URLRequired
            """,
    },
)

__all__ = (
    "ConnectTimeout", "ConnectionError", "HTTPError", "JSONDecodeError", "PreparedRequest",
    "ReadTimeout", "Request", "RequestException", "Response", "Session", "Timeout",
    "TooManyRedirects", "URLRequired", "codes", "delete", "get", "head", "options", "packages",
    "patch", "post", "put", "request", "session", "utils",
)  # fmt: skip

logging.getLogger("requests").addHandler(logging.NullHandler())
