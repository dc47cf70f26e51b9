"""The verbs as functions; each call has a session of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._nouns.verbs import Verbs
from . import sessions

if TYPE_CHECKING:
    from ...sync import Response


class _OneShot(Verbs["Response"]):
    def request(self, method: str, url: Any, **options: Any) -> Response:
        """Send a request, and return the answer; see `pyfetch_requests.request`."""
        # Looked up at each call: libraries put a Session of their own there.
        with sessions.Session() as session:
            response: Response = session.request(method=method, url=url, **options)
            return response


_one_shot = _OneShot()
request = _one_shot.request
get = _one_shot.get
options = _one_shot.options
head = _one_shot.head
post = _one_shot.post
put = _one_shot.put
patch = _one_shot.patch
delete = _one_shot.delete

del _OneShot, Verbs
