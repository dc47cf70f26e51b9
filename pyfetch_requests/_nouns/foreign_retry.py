"""A subclass of urllib3's `Retry` as a policy, called in the way in which urllib3 calls it.

Decides nothing itself: the policy does. Never sends and never sleeps.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from .._warn import warn_once
from ..exceptions import ConnectTimeout, HeadersTimeout, ReadTimeout, RetryError

if TYPE_CHECKING:
    from .response import ResponseBase
    from .types import RetryPolicy


# urllib3 calls these methods of a policy, and this package does not call those of its own.
_NOT_CALLED = ("increment", "new", "sleep", "sleep_for_retry", "is_exhausted", "from_int")


def check_subclass(policy: type) -> None:
    """Warn of a subclass of our `Retry` that overrides methods which are not called."""
    if unused := [name for name in _NOT_CALLED if name in vars(policy)]:
        warn_once(
            f"{policy.__qualname__} {unused}",
            f"{policy.__name__} overrides {', '.join(unused)}, which is not called. Override "
            "is_retry, get_retry_after or get_backoff_time, or derive it from urllib3's Retry.",
        )


class ForeignRetry:
    """The interface of our `Retry`, on top of a policy with urllib3's.

    A copy of its settings would not do: a subclass may override any of its methods.

    Args:
        policy: has the methods of urllib3's `Retry`.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        of_urllib3 = _base(type(policy))
        for name in ("sleep", "sleep_for_retry"):
            if getattr(type(policy), name, None) is not getattr(of_urllib3, name, None):
                warn_once(
                    f"{type(policy).__qualname__}.{name}",
                    f"{type(policy).__name__} overrides {name}, which is not called. Override "
                    "get_backoff_time or get_retry_after.",
                )

    @property
    def history(self) -> tuple[object, ...]:
        """What the policy remembers of earlier tries."""
        return self._policy.history

    def after_error(self, method: str, error: Exception) -> ForeignRetry | None:
        """Return the policy for the next try, None if the error is final.

        Raises:
            Exception: whatever the policy itself raises.
        """
        from urllib3.exceptions import MaxRetryError

        request = getattr(error, "request", None)
        url = getattr(request, "path_url", "/")
        shown = _error_of_urllib3(error, url)
        try:
            return ForeignRetry(self._policy.increment(method, url, error=shown))
        except MaxRetryError:
            return None
        except type(shown) as raised:
            # urllib3 re-raises the error it was given if the method may not be repeated, or if the
            # count for its kind is False.
            if raised is shown:
                return None
            raise

    def after_response(self, method: str, response: ResponseBase) -> ForeignRetry | None:
        """Return the policy for the next try, None if the response is final.

        Raises:
            RetryError: the status asks for another try, and none is left.
            Exception: whatever the policy itself raises.
        """
        from urllib3.exceptions import MaxRetryError

        again = bool(response.headers.get("retry-after"))
        if not self._policy.is_retry(method, response.status_code, again):
            return None
        url = response.request.path_url
        try:
            return ForeignRetry(self._policy.increment(method, url, response=_Answer.of(response)))
        except MaxRetryError as error:
            if self._policy.raise_on_status:
                raise RetryError(error, response=response) from error
            return None

    def wait(self, response: ResponseBase | None = None) -> float:
        """Return the seconds to wait before the next try."""
        if response is not None and self._policy.respect_retry_after_header:
            asked = self._policy.get_retry_after(response.raw)
            if asked:  # urllib3 falls back to the backoff for 0, too
                return float(asked)
        return float(self._policy.get_backoff_time())


def _base(policy: type) -> type | None:
    """Return urllib3's own class among the bases of a policy."""
    return next((each for each in policy.__mro__ if each.__module__.startswith("urllib3.")), None)


class _Answer(io.BytesIO):
    """A response that was read already, as a file that a policy may read again."""

    def __init__(self, response: ResponseBase, content: bytes) -> None:
        super().__init__(content)
        self.status = response.status_code
        self.reason = response.reason
        self.headers = response.raw.headers
        self.get_redirect_location = response.raw.get_redirect_location

    @classmethod
    def of(cls, response: ResponseBase) -> object:
        """Return what a policy is given as urllib3's response; `raw` itself if it is unread."""
        # urllib3 gives it to a policy unread, so that one that looks at the body still can.
        content = response._content
        return response.raw if content is False else cls(response, content)


def _error_of_urllib3(error: Exception, url: str) -> Exception:
    """Return urllib3's exception for an error; a policy tells them apart by class."""
    from urllib3 import HTTPConnectionPool, exceptions

    # HeadersTimeout may have reached the server, so it must not count as `connect`.
    if isinstance(error, ConnectTimeout) and not isinstance(error, HeadersTimeout):
        return exceptions.ConnectTimeoutError(str(error))
    if isinstance(error, ReadTimeout):
        no_pool = cast(HTTPConnectionPool, None)
        return exceptions.ReadTimeoutError(no_pool, url, str(error))
    return exceptions.ProtocolError(str(error))
