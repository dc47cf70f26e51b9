"""What stands in for `requests` after `pyfetch_requests.install()`.

Decides which of our objects has which name of requests. These modules are also found as `requests`,
`requests.utils` and so on, and are the same objects under both names. They never send anything.
"""

from __future__ import annotations

import logging

from ..reexport import reexport
from .__version__ import __version__ as _version

__version__ = _version  # the import has set the submodule of this name as the attribute

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

# As in requests: libraries configure this logger.
logging.getLogger("requests").addHandler(logging.NullHandler())
