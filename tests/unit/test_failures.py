"""Failures in JavaScript as exceptions: each says what was refused, why, and what would help."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests._transports import failures, outcomes
from pyfetch_requests._wire import WireRequest

SECRET = "hunter2"


def wire(method: str = "GET", **options: Any) -> WireRequest:
    options.setdefault("headers", [])
    return WireRequest(method, f"https://user:{SECRET}@api.example:8443/x?q=1", **options)


def failure(
    request: WireRequest | None = None,
    stage: int = outcomes.HEADERS,
    cause: str = "error",
    name: str = "TypeError",
    message: str = "Failed to fetch",
    diagnosis: str = "",
) -> exceptions.RequestException:
    return failures.exception(request or wire(), stage, cause, name, message, diagnosis)


# Diagnosis, class, what is said about the reason, what is said about the way out.
TABLE = [
    ("offline", "ConnectionError", "offline", "Connect to a network, and try again"),
    ("mixed", "ConnectionError", "Mixed content", "Use the https address"),
    ("mixed local", "ConnectionError", "Mixed content", "target_address_space='local'"),
    ("local denied", "ConnectionError", "Local Network Access", "Allow it in the settings"),
    ("local prompt", "ConnectionError", "not been answered yet", "allow it when the browser asks"),
    ("local unknown", "ConnectionError", "does not say which", "in the settings of this site"),
    ("perhaps local", "ConnectionError", "host is unknown", "Allow it in the settings"),
    ("space", "FetchOptionError", "target_address_space=None is not where", "Leave the option out"),
    ("port", "ConnectionError", "every browser refuses", "listen on another port"),
    ("policy", "ConnectionError", "Content-Security-Policy", "connect-src directive has to list"),
    ("cors", "CORSError", "CORS", "has to send 'Access-Control-Allow-Origin'"),
    ("redirect", "ConnectionError", "The address redirects", "Request the target of the redirect"),
    ("unreachable", "ConnectionError", "cannot be reached", "host is unknown"),
    ("isolated", "ConnectionError", "cross-origin isolated", "its console does"),
    ("embedder", "CORSError", "Cross-Origin-Embedder-Policy", "leave mode='no-cors' out"),
    ("isolated opaque", "ConnectionError", "Embedder-Policy", "Cross-Origin-Resource-Policy"),
    ("unknown", "ConnectionError", "does not say which", "Access-Control-Allow-Origin"),
    ("own", "ConnectionError", "the address redirects", "Access-Control-Allow-Origin"),
    ("", "ConnectionError", "cannot be reached", "connection broke"),
    ("blob", "ConnectionError", "nothing at this address", "was revoked"),
    ("long", "InvalidURL", "longer than this browser allows", "in the body of the request"),
    ("data", "InvalidURL", "not a valid data: address", "Write it like data:text/plain"),
    ("held unknown", "ConnectionError", "A synchronous request", "Use the async functions"),
    ("held silent", "ConnectionError", "nothing at this address", "does not list https:"),
    ("no blocking", "BrowserLimitError", "Permissions-Policy", "Use the async functions"),
    ("url", "InvalidURL", "does not accept this URL", "odd character in the host"),
]


def test_every_row_is_here() -> None:
    assert {row[0] for row in TABLE} == set(failures._HELP)


@pytest.mark.parametrize(("diagnosis", "kind", "reason", "way_out"), TABLE)
def test_diagnosis(diagnosis: str, kind: str, reason: str, way_out: str) -> None:
    error = failure(diagnosis=diagnosis)
    text = str(error)
    assert type(error) is getattr(exceptions, kind)
    assert text.startswith("GET https://api.example:8443/x?q=1: ")
    assert reason in text
    assert way_out in text
    assert text.endswith("[TypeError: Failed to fetch]")
    assert "{" not in text
    assert SECRET not in text


@pytest.mark.parametrize("diagnosis", ["policy", "cors", "unreachable", "unknown"])
def test_origin_is_named(diagnosis: str) -> None:
    # Once in the URL, once in the help.
    assert str(failure(diagnosis=diagnosis)).count("https://api.example:8443") == 2


@pytest.mark.parametrize("diagnosis", ["cors", "unknown"])
def test_preflight_is_explained_where_there_is_one(diagnosis: str) -> None:
    assert "OPTIONS" not in str(failure(diagnosis=diagnosis))
    text = str(failure(wire("PUT"), diagnosis=diagnosis))
    assert "OPTIONS request that is sent before this one (a PUT with these headers" in text
    assert "Access-Control-Allow-Methods" in text


@pytest.mark.parametrize(
    ("method", "headers", "preflight"),
    [
        ("GET", [], False),
        ("HEAD", [("Accept", "*/*")], False),
        ("POST", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "1")], False),
        ("POST", [("content-type", "multipart/form-data; boundary=x")], False),
        ("POST", [("Content-Type", "application/x-www-form-urlencoded")], False),
        ("POST", [("Transfer-Encoding", "chunked")], False),
        ("POST", [("Content-Type", "application/json")], True),
        ("GET", [("Authorization", "x")], True),
        ("GET", [("X-Requested-With", "x")], True),
        ("PUT", [], True),
        ("DELETE", [], True),
    ],
)
def test_needs_preflight(method: str, headers: list[tuple[str, str]], preflight: bool) -> None:
    assert failures.needs_preflight(wire(method, headers=headers)) is preflight


def test_timeout_before_the_headers() -> None:
    error = failure(wire(headers_timeout=3.5), cause="timeout")
    assert type(error) is exceptions.HeadersTimeout
    assert "Read timed out" in error.args[0].args[0]  # as requests' own tests look for it
    assert "No answer within 3.5 s, the limit that timeout= sets" in str(error)


def test_timeout_in_the_body() -> None:
    error = failure(wire(body_timeout=2), stage=outcomes.BODY, cause="timeout")
    assert type(error) is exceptions.BodyTimeout
    assert "Read timed out" in str(error)
    assert "nothing more for 2 s, the limit that timeout= sets" in str(error)


@pytest.mark.parametrize("stage", [outcomes.HEADERS, outcomes.BODY])
def test_aborted(stage: int) -> None:
    error = failure(stage=stage, cause="abort", name="AbortError")
    assert type(error) is exceptions.AbortError
    assert "aborted by its signal" in str(error)


@pytest.mark.parametrize("message", ["network error", "Load failed", "Error in body stream"])
def test_cut_body(message: str) -> None:
    error = failure(stage=outcomes.BODY, message=message)
    assert type(error) is exceptions.ChunkedEncodingError
    assert "broke inside the body, which is incomplete" in str(error)
    assert message in str(error)


def test_broken_body_that_has_a_coding() -> None:
    error = failure(stage=outcomes.BODY, diagnosis="coded", message="network error")
    assert type(error) is exceptions.BrokenBodyError
    assert "not in the coding that its Content-Encoding names" in str(error)


@pytest.mark.parametrize("diagnosis", ["cors", "unknown"])
@pytest.mark.parametrize("credentials", ["include", "same-origin", "omit", None])
def test_credentials_ask_for_more(diagnosis: str, credentials: str | None) -> None:
    options = {"credentials": credentials} if credentials else {}
    text = str(failure(wire(options=options), diagnosis=diagnosis))
    included = credentials == "include"
    assert ("'*' is not enough for credentials='include'" in text) is included
    assert ("'Access-Control-Allow-Credentials: true'" in text) is included
    assert ("this page's origin or '*'" in text) is not included


def test_error_that_is_none_of_the_network() -> None:
    error = failure(name="SecurityError", message="The operation is insecure.")
    assert type(error) is exceptions.ConnectionError
    assert str(error).endswith("x?q=1: SecurityError: The operation is insecure.")


@pytest.mark.parametrize("stage", [outcomes.HEADERS, outcomes.BODY])
@pytest.mark.parametrize("cause", ["error", "timeout", "abort"])
@pytest.mark.parametrize("name", ["TypeError", "NetworkError", "Other"])
def test_no_credentials(stage: int, cause: str, name: str) -> None:
    for diagnosis in failures._HELP:
        error = failure(stage=stage, cause=cause, name=name, diagnosis=diagnosis)
        assert SECRET not in str(error)
        assert str(error).startswith("GET https://api.example:8443/x?q=1: ")


def test_timeout_of_the_browsers_own() -> None:
    error = failure(cause="timeout", name="TimeoutError", diagnosis=outcomes.BY_ITSELF)
    assert type(error) is exceptions.HeadersTimeout
    assert "ended the request by itself" in str(error)
    assert "None" not in str(error)
