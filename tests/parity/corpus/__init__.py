"""Requests picked by hand, in tables by subject."""

from . import auth, cookies, data, files, headers, params, urls
from .cases import Case, parametrize

PREPARED = [
    *urls.URLS,
    *params.PARAMS,
    *data.DATA,
    *data.JSON,
    *files.FILES,
    *files.MIXED,
    *headers.METHODS,
    *headers.HEADERS,
    *headers.HOOKS,
    *cookies.COOKIES,
    *auth.AUTH,
]

__all__ = ["PREPARED", "Case", "parametrize"]
