"""Names of the standard library and of Python 2, for code that imports them from here."""

from __future__ import annotations

import builtins
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ..reexport import reexport

is_py2 = False
is_py3 = True
is_urllib3_1 = False
has_simplejson = False  # also where it is installed: here JSON is parsed by `json` or msgspec
builtin_str = builtins.str
str = builtins.str
bytes = builtins.bytes
basestring = (builtins.str, builtins.bytes)
numeric_types = (int, float)
integer_types = (int,)

_table, __dir__ = reexport(
    __name__,
    {
        "": "cookielib=http.cookiejar json chardet",
        "collections": "OrderedDict",
        "collections.abc": "Callable Mapping MutableMapping",
        "io": "StringIO",
        "json": "JSONDecodeError",
        "urllib.parse": """
            quote quote_plus unquote unquote_plus urldefrag urlencode urljoin urlparse urlsplit
            urlunparse
            """,
        "urllib3": "urllib3_version=__version__",
        "http.cookies": "Morsel",
        "urllib.request": """
            getproxies getproxies_environment parse_http_list proxy_bypass
            proxy_bypass_environment
            """,
    },
)


def __getattr__(name: str) -> Any:
    if name != "chardet":
        return _table(name)
    # As in requests: whichever of the two libraries is installed, or None.
    for library in ("chardet", "charset_normalizer"):
        if find_spec(library):
            return import_module(library)
    return None
