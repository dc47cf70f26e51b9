"""When to send a request again, and how long to wait before that.

Decides on values alone. Never sends and never sleeps.
Source: the names and meaning of urllib3's `Retry`; RFC 9110 sections 9.2.2 and 10.2.3.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, Self

from ..exceptions import ConnectTimeout, HeadersTimeout, Reason, RetryError

if TYPE_CHECKING:
    from .foreign_retry import ForeignRetry
    from .response import ResponseBase
    from .types import Retries

IDEMPOTENT = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})  # section 9.2.2


class Retry:
    """A retry policy; each decision returns a new policy with one try less.

    Args:
        total: tries after the first one, whatever the reason; False or 0 for none, None for
            the limits below alone.
        connect: tries after errors before anything was sent.
        read: tries after errors once the request may have reached the server.
        status: tries after a status in `status_forcelist` (or one with Retry-After).
        other: tries after errors of other kinds.
        allowed_methods: the methods that may be repeated; None or False for all of them.
        status_forcelist: the status codes that ask for another try.
        backoff_factor: seconds; the n-th wait is `backoff_factor * 2 ** (n - 1)`, but there is no
            wait before the first repetition.
        backoff_max: seconds, the longest such wait.
        backoff_jitter: seconds, the most that is added at random.
        raise_on_status: False returns the last response instead of raising RetryError.
        respect_retry_after_header: wait as long as the server asks.
        retry_after_max: seconds, the longest such wait.
        redirect, raise_on_redirect, remove_headers_on_redirect: accepted for code written for
            urllib3, and ignored: the session follows redirects.
    """

    # Names, values and defaults are urllib3's, and part of its public interface.

    DEFAULT_ALLOWED_METHODS = IDEMPOTENT
    RETRY_AFTER_STATUS_CODES = frozenset({413, 429, 503})
    DEFAULT_BACKOFF_MAX = 120
    DEFAULT_RETRY_AFTER_MAX = 21600

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        from .foreign_retry import check_subclass

        check_subclass(cls)

    def __init__(
        self,
        total: int | bool | None = 10,
        connect: int | None = None,
        read: int | None = None,
        redirect: int | bool | None = None,
        status: int | None = None,
        other: int | None = None,
        allowed_methods: Collection[str] | Literal[False] | None = IDEMPOTENT,
        status_forcelist: Collection[int] | None = None,
        backoff_factor: float = 0,
        backoff_max: float = DEFAULT_BACKOFF_MAX,
        raise_on_redirect: bool = True,
        raise_on_status: bool = True,
        history: tuple[object, ...] | None = None,
        respect_retry_after_header: bool = True,
        remove_headers_on_redirect: Collection[str] = ("Authorization", "Cookie"),
        backoff_jitter: float = 0.0,
        retry_after_max: float = DEFAULT_RETRY_AFTER_MAX,
    ) -> None:
        self.total = int(total) if isinstance(total, bool) else total
        self.connect = connect
        self.read = read
        self.redirect = redirect
        self.status = status
        self.other = other
        self.allowed_methods = allowed_methods
        self.status_forcelist = status_forcelist or frozenset()
        self.backoff_factor = backoff_factor
        self.backoff_max = backoff_max
        self.raise_on_redirect = raise_on_redirect
        self.raise_on_status = raise_on_status
        self.history = history or ()
        self.respect_retry_after_header = respect_retry_after_header
        self.remove_headers_on_redirect = frozenset(map(str.lower, remove_headers_on_redirect))
        self.backoff_jitter = backoff_jitter
        self.retry_after_max = retry_after_max

    @classmethod
    def of(cls, value: Retries) -> Retry | ForeignRetry:
        """Return the policy for None (no retries), a number of tries, or a policy of urllib3."""
        if isinstance(value, Retry):
            return value
        if value is None or isinstance(value, int):
            return cls.counted(value)
        # A subclass may override any method, so it decides itself; of urllib3's own class the
        # settings are enough.
        if not type(value).__module__.startswith("urllib3."):
            from .foreign_retry import ForeignRetry

            return ForeignRetry(value)
        retry = cls()
        own = vars(retry)
        own.update({name: item for name, item in vars(value).items() if name in own})
        return retry

    from_int = of

    @classmethod
    def counted(cls, tries: int | None) -> Self:
        """Return a policy of a number of tries, whatever their reason; None is 0."""
        # requests' HTTPAdapter has read=False for its default of 0.
        return cls(total=tries or 0, read=None if tries else 0)

    def after_error(self, method: str, error: Exception) -> Retry | None:
        """Return the policy for the next try, None if the error is final.

        It is if no try is left, or the method may not be repeated.
        """
        # A HeadersTimeout is a ConnectTimeout as well, but the request may have reached the server.
        before_sending = isinstance(error, ConnectTimeout) and not isinstance(error, HeadersTimeout)
        kind = "connect" if before_sending else "read"
        if not before_sending and not self._may_repeat(method):
            return None
        return self._count_down(kind, method, error)

    def after_response(self, method: str, response: ResponseBase) -> Retry | None:
        """Return the policy for the next try, None if the response is final.

        Raises:
            RetryError: the status asks for another try, and none is left.
        """
        status = response.status_code
        # Nearly every response; a subclass may have its own `is_retry`.
        if status < 400 and not self.status_forcelist and type(self) is Retry:
            return None
        if not self.is_retry(method, status, "retry-after" in response.headers):
            return None
        following = self._count_down("status", method, response)
        if following is None and self.raise_on_status:
            # The words are urllib3's, because code looks for them.
            reason = f"too many {status} error responses"
            text = f"Max retries exceeded with url: {reason}"
            raise RetryError(Reason(text, reason), response=response)
        return following

    def wait(self, response: ResponseBase | None = None) -> float:
        """Return the seconds to wait before the next try."""
        if response is not None and self.respect_retry_after_header:
            asked = self.get_retry_after(response)
            if asked:  # for urllib3, 0 seconds is the same as no header
                return asked
        return self.get_backoff_time()

    # These three have urllib3's names, because subclasses override them.

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Tell whether a response asks for another try."""
        return self._may_repeat(method) and (
            status_code in self.status_forcelist
            or (
                bool(self.total)
                and self.respect_retry_after_header
                and has_retry_after
                and status_code in self.RETRY_AFTER_STATUS_CODES
            )
        )

    def get_retry_after(self, response: ResponseBase) -> float | None:
        """Return the seconds that the server asks to wait, None if it does not."""
        asked = parse_retry_after(response.headers.get("retry-after"))
        return None if asked is None else min(asked, self.retry_after_max)

    def get_backoff_time(self) -> float:
        """Return the seconds to wait after this number of tries."""
        tries = len(self.history)
        if tries <= 1:  # as in urllib3: the first repetition comes at once
            return 0.0
        seconds = self.backoff_factor * 2 ** (tries - 1)
        if self.backoff_jitter:
            import random

            seconds += random.random() * self.backoff_jitter
        return float(max(0.0, min(self.backoff_max, seconds)))

    def _may_repeat(self, method: str) -> bool:
        # As in urllib3: None, False and an empty collection stand for all methods.
        return not self.allowed_methods or method.upper() in self.allowed_methods

    def _count_down(self, kind: str, method: str, cause: ResponseBase | Exception) -> Retry | None:
        from .retry_history import entry

        following = copy.copy(self)
        counts = vars(following)
        for name in ("total", kind):
            if counts[name] is not None:
                counts[name] -= 1
                if counts[name] < 0:
                    return None
        following.history = (*self.history, entry(method, cause))
        return following

    def __repr__(self) -> str:
        return (
            f"Retry(total={self.total}, connect={self.connect}, read={self.read}, "
            f"status={self.status})"
        )


def parse_retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, None if it makes no sense.

    Source: RFC 9110 section 10.2.3: a number of seconds, or a date.
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():  # other scripts have digits, too
        return float(value)
    import time
    from email.utils import mktime_tz, parsedate_tz

    try:
        date = parsedate_tz(value)
        return max(0.0, mktime_tz(date) - time.time()) if date else None
    except (ValueError, OverflowError):  # such as day 99, or the year 99999
        return None
