"""Tests of requests that cannot pass where Python runs in a browser: which, where, and why.

Source of the reasons: docs/differences.md.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.browser.targets import Target
from tests.browser.ways import Way


class Limit(NamedTuple):
    """Tests that fail for one reason.

    Attributes:
        reason: For the table in the docs.
        tests: Files, classes, tests with all of their cases, or single cases; without `tests/`,
            and those of `test_requests.py` without its name.
        where: Holds for the targets and ways that the reason is about; see `Target.fits`.
        guess: Whether an answer could be made up that is right most of the time.
    """

    reason: str
    tests: tuple[str, ...]
    where: str = "browser or process"
    guess: bool = False

    def holds(self, test: str, target: Target, way: str) -> bool:
        """Tell whether a test, by its id, is among those that fail in a target by a way."""
        return target.fits([self.where], Way(way)) and self.names(test)

    def names(self, test: str) -> bool:
        """Tell whether a test, by its id, is among these."""
        name = test.removeprefix("tests/").removeprefix("test_requests.py::")
        return any(
            name == each or name.startswith((f"{each}[", f"{each}::")) for each in self.tests
        )


def limit_of(test: str, target: Target, way: str) -> Limit | None:
    """The reason why a test cannot pass there, None for one that has to."""
    if target.engine == "cpython":
        return next((limit for limit in ON_CPYTHON if limit.names(test)), None)
    return next((limit for limit in LIMITS if limit.holds(test, target, way)), None)


SERVER = "test_testserver.py::TestTestServer::test"
POOL = "TestPreparingURLs::test_different_connection_pool_for"
LIMITS = (
    Limit(
        "starts a server in a separate thread: Pyodide has no threads, and a page cannot listen",
        (
            "test_lowlevel.py",
            f"{SERVER}_basic",
            f"{SERVER}_server_closes",
            f"{SERVER}_text_response",
            f"{SERVER}_basic_response",
            f"{SERVER}_basic_waiting_server",
            f"{SERVER}_multiple_requests",
            f"{SERVER}_requests_after_timeout_are_not_received",
            f"{SERVER}_request_recovery_with_bigger_timeout",
            f"{SERVER}_server_finishes_when_no_connections",
            "TestRequests::test_https_warnings",
            f"{POOL}_tls_settings_verify_True",
            f"{POOL}_tls_settings_verify_bundle_expired_cert",
            f"{POOL}_tls_settings_verify_bundle_unexpired_cert",
            f"{POOL}_mtls_settings",
        ),
    ),
    Limit(
        "a browser follows redirects by itself: no status, history or next request is visible",
        (
            "TestRequests::test_HTTP_302_ALLOW_REDIRECT_GET",
            "TestRequests::test_redirect_history_no_self_reference",
            "TestRequests::test_HTTP_307_ALLOW_REDIRECT_POST",
            "TestRequests::test_HTTP_307_ALLOW_REDIRECT_POST_WITH_SEEKABLE",
            "TestRequests::test_http_301_doesnt_change_head_to_get",
            "TestRequests::test_http_302_doesnt_change_head_to_get",
            "TestRequests::test_http_303_doesnt_change_head_to_get",
            "TestRequests::test_manual_redirect_with_partial_body_read",
            "TestRequests::test_custom_redirect_mixin",
            "TestPreparingURLs::test_redirecting_to_bad_url[http://:1-InvalidURL]",
        ),
        "browser",
    ),
    Limit(
        "a browser reports too many redirects only as a failed request",
        (
            "TestRequests::test_HTTP_302_TOO_MANY_REDIRECTS",
            "TestRequests::test_HTTP_302_TOO_MANY_REDIRECTS_WITH_PARAMS",
        ),
        "browser",
        guess=True,
    ),
    Limit(
        "the method after a redirect depends on its status, which a browser does not show",
        (
            "TestRequests::test_http_301_changes_post_to_get",
            "TestRequests::test_http_302_changes_post_to_get",
            "TestRequests::test_http_303_changes_post_to_get",
        ),
        "browser",
        guess=True,
    ),
    Limit(
        "a browser hides Set-Cookie",
        (
            "TestRequests::test_set_cookie_on_301",
            "TestRequests::test_cookie_removed_on_expire",
            "TestRequests::test_cookie_quote_wrapped",
            "TestRequests::test_DIGEST_AUTH_RETURNS_COOKIE",
            "TestRequests::test_DIGEST_AUTH_SETS_SESSION_COOKIES",
            "TestRequests::test_request_with_bytestring_host",
        ),
        "browser",
    ),
    Limit(
        "a browser does not let programs set the headers Cookie and Proxy-Authorization",
        (
            "TestRequests::test_request_cookie_overrides_session_cookie",
            "TestRequests::test_generic_cookiejar_works",
            "TestRequests::test_param_cookiejar_works",
            "TestRequests::test_proxy_authorization_preserved_on_request",
        ),
        "browser",
    ),
    Limit(
        "Chromium always sends its own User-Agent",
        ("TestRequests::test_user_agent_transfers",),
        "chromium",
    ),
    Limit(
        "fetch does not distinguish connecting from waiting: no separate connect timeout",
        ("TestTimeout::test_connect_timeout",),
    ),
    Limit(
        "needs an address in another network that never answers: the engines have none here",
        ("TestTimeout::test_total_timeout_connect",),
    ),
    Limit(
        "a browser does not report a bad certificate as such, and the test browsers accept any",
        ("TestRequests::test_certificate_failure",),
    ),
)

# Over sockets; the first is the same for requests itself.
ON_CPYTHON = (
    Limit(
        "needs an address in another network that never answers: there is none here",
        ("TestTimeout::test_connect_timeout", "TestTimeout::test_total_timeout_connect"),
        "CPython",
    ),
    Limit(
        "uses the connection pools of urllib3",
        (
            f"{POOL}_tls_settings_verify_True",
            f"{POOL}_tls_settings_verify_bundle_expired_cert",
            f"{POOL}_tls_settings_verify_bundle_unexpired_cert",
        ),
        "CPython",
    ),
    Limit(
        "a response that ends within its headers raises ConnectionError here",
        ("test_lowlevel.py::test_chunked_encoding_error",),
        "CPython",
    ),
)
