"""Following redirects by the `resolve_redirects` of a subclass of Session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._flow import exchange

if TYPE_CHECKING:
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .blocking import Response, Session


def resolved(
    session: Session, response: Response, request: PreparedRequest, options: types.SessionOptions
) -> Response:
    """Return the last response that `session.resolve_redirects` gives, with its history.

    Args:
        session: one whose class overrides that method.
        response: a redirect.
        request: what it answers.
        options: those of `Session.send`.
    """
    options = options.copy()
    if not exchange.follows(request, options.pop("allow_redirects", True)):
        return response
    later = list(session.resolve_redirects(response, request, **options))
    if not later:
        return response
    response.history = []
    last: Response = later[-1]
    last.history = [response, *later[:-1]]
    return last
