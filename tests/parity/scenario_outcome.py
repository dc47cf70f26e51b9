"""What came of a scenario, as plain values: responses, exceptions, a session, what was sent."""

from __future__ import annotations

import pickle
from typing import Any

from .outcome import attempt, hide_chance
from .scenario_server import Script


def failure(error: Exception) -> Any:
    """An exception: all its classes, and what it carries."""
    request, response = getattr(error, "request", None), getattr(error, "response", None)
    return Failure(
        [kind.__name__ for kind in type(error).__mro__],
        request is not None and (request.method, request.url),
        response is not None and (response.status_code, response.url),
        str(error),
    )


class Failure:
    """An exception; equal to another if ours is at least of the class that the oracle raises."""

    def __init__(self, kinds: list[str], request: Any, response: Any, text: str) -> None:
        self.kinds, self.request, self.response, self.text = kinds, request, response, text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Failure):
            return False
        alike = self.kinds[0] in other.kinds or other.kinds[0] in self.kinds
        return alike and (self.request, self.response) == (other.request, other.response)

    def __repr__(self) -> str:
        return f"Failure({self.kinds[:3]}, {self.request}, {self.response}, {self.text!r})"

    __hash__ = None  # type: ignore[assignment]


def attempt_fully(call: Any) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - as above
        return failure(error)


def describe(response: Any, whole: bool) -> dict[str, Any]:
    """All that a caller can see of a response."""
    found = {
        "status": (response.status_code, response.reason, response.ok, bool(response)),
        "url": response.url,
        "headers": list(response.headers.items()),
        "encoding": response.encoding,
        "redirect": (response.is_redirect, response.is_permanent_redirect),
        "links": attempt(lambda: response.links),
        "cookies": cookies(response.cookies),
        "elapsed": type(response.elapsed),
        "raise_for_status": attempt_fully(response.raise_for_status),
        "history": [step(each) for each in response.history],
        "request": prepared(response.request),
        "next": response.next and prepared(response.next),
        "repr": repr(response),
    }
    if whole:
        found["text"] = attempt(lambda: response.text)
        found["apparent"] = response.apparent_encoding
        found["json"] = attempt_fully(lambda: repr(response.json()))
        found["pickled"] = attempt_fully(lambda: pickled(response))
    return found


def step(response: Any) -> Any:
    return (
        response.status_code,
        response.url,
        list(response.headers.items()),
        attempt(lambda: response.content),
        prepared(response.request),
        [each.status_code for each in response.history],
        cookies(response.cookies),
    )


def prepared(request: Any) -> Any:
    """A prepared request, and a copy of it."""

    def view(each: Any) -> Any:
        body = each.body if isinstance(each.body, (bytes, str, type(None))) else type(each.body)
        headers = [(name, hidden(value)) for name, value in each.headers.items()]
        hooks = {name: len(found) for name, found in each.hooks.items()}
        return each.method, each.url, headers, body, each.path_url, hooks, cookies(each._cookies)

    return view(request) if view(request) == view(request.copy()) else "copy differs"


def pickled(response: Any) -> Any:
    twin = pickle.loads(pickle.dumps(response))
    return (
        twin.status_code, twin.url, list(twin.headers.items()), twin.content, twin.encoding,
        twin.reason, cookies(twin.cookies), len(twin.history), prepared(twin.request),
    )  # fmt: skip


def cookies(jar: Any) -> Any:
    """Every attribute of every cookie."""
    return [
        {
            **{name: value for name, value in vars(cookie).items() if name != "expires"},
            "expires": cookie.expires and round(cookie.expires / 100),
        }
        for cookie in jar or ()
    ]


def hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide_chance(value.encode("utf-8", "surrogateescape")).decode(
            "utf-8", "surrogateescape"
        )
    return value


def session_state(session: Any) -> Any:
    """What a session has become."""
    return {
        "cookies": cookies(session.cookies),
        "headers": list(session.headers.items()),
        "params": session.params,
        "proxies": session.proxies,
        "adapters": list(session.adapters),
        "settings": (session.max_redirects, session.trust_env, session.verify, session.stream),
    }


def sent(script: Script) -> Any:
    """What the server has received."""
    return [
        (each.connection, each.place, hide_chance(each.head), each.body) for each in script.received
    ]
