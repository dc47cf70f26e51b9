"""Plays a scenario through one client, and says all that came of it as plain values."""

from __future__ import annotations

import copy
import io
import os
import pickle
import warnings
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.environment import without_settings

from .clients import Client
from .libraries import ASYNC
from .scenario_outcome import attempt_fully, describe, failure, sent, session_state
from .scenario_server import ScriptServer
from .scenarios import Call, Scenario, fill


class Played:
    """One run: the client, the ports, and what the scenario's words mean for that client."""

    def __init__(self, client: Client, server: ScriptServer) -> None:
        self.client, self.ports = client, server.ports

    # -- values, made anew for each client

    def build(self, value: Any) -> Any:
        """What a value of a scenario stands for."""
        if isinstance(value, tuple) and value and value[0] in MAKERS:
            return MAKERS[value[0]](*value[1:])
        if isinstance(value, dict):
            return {name: self.build(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.build(each) for each in value]
        return fill(value, self.ports)

    def auth(self, kind: str, *login: Any) -> Any:
        """An auth argument."""
        library = self.client.library.auth
        return {
            "none": None,
            "basic": login,
            "digest": login and library.HTTPDigestAuth(*login),
            "proxy": login and library.HTTPProxyAuth(*login),
            "callable": sign,
            "swap": swap_body,
        }[kind]

    def jar(self, cookies: list[tuple[Any, ...]]) -> Any:
        """A jar like that of the session."""
        jar = type(self.client.session.cookies)()
        for name, value, domain, path, secure in cookies:
            jar.set(name, value, domain=domain, path=path, secure=secure)
        return jar

    def options(self, given: dict[str, Any]) -> dict[str, Any]:
        """The keywords of a request, or the attributes of a session."""
        built = {}
        for name, value in given.items():
            if name == "auth":
                built[name] = self.auth(*value)
            elif name == "cookies" and isinstance(value, tuple):
                built[name] = self.jar(value[1])
            elif name == "hooks":
                built[name] = {"response": [self.hook(value)]}
            else:
                built[name] = self.build(value)
        return built

    def hook(self, name: str) -> Any:
        """A response hook of the client's caller."""
        if name == "read" and self.client.library is ASYNC:
            return read_awaited
        return HOOKS[name]

    # -- steps

    def set_up(self, scenario: Scenario) -> None:
        """Give the session its settings."""
        session = self.client.session
        session.headers["User-Agent"] = "parity"
        for name, value in self.options(scenario.settings).items():
            if name == "headers":
                session.headers.update(value)
            else:
                setattr(session, name, value)
        for prefix, kind in scenario.mounts:
            session.mount(fill(prefix, self.ports), self.adapter(kind))

    def adapter(self, kind: str) -> Any:
        """An adapter to mount."""
        library = self.client.library
        if kind == "marking":
            return marking(library.HTTPAdapter)
        retries: Any = {"retries": 1}.get(kind, 0)
        if kind == "policy":
            retries = library.Retry(total=2, status_forcelist=[503, 429], backoff_factor=0)
        return library.HTTPAdapter(max_retries=retries)

    def call(self, call: Call) -> Any:
        """What a request came to."""
        options = {"timeout": 3, **self.options(call.options)}
        try:
            response = self.client.request(call.method, fill(call.url, self.ports), **options)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be compared
            return failure(error)
        used = attempt_fully(lambda: self.use(response, call.use))
        whole = isinstance(used, bytes) and call.use in ("content", "text")
        return {"use": used, **describe(response, whole)}

    def use(self, response: Any, how: str) -> Any:
        """Do with a response what a program might."""
        client = self.client
        if how == "close":
            return client.finish(response.close())
        if how == "chunks":
            return b"".join(client.collect(response.iter_content(7)))
        if how == "lines":
            return client.collect(response.iter_lines())
        if how == "raw":
            start = client.finish(response.raw.read(5, decode_content=True))
            return start + client.finish(response.raw.read(decode_content=True))
        if how == "nothing":
            return None
        return client.content(response)


def file(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def seeked(content: bytes) -> io.BytesIO:
    """A file of which some was read already."""
    opened = io.BytesIO(content)
    opened.seek(3)
    return opened


MAKERS: dict[str, Any] = {
    "file": file,
    "seeked": seeked,
    "named": lambda name, content: (name, io.BytesIO(content), "text/x", {"X-Part": "1"}),
    "generator": iter,
}


def sign(request: Any) -> Any:
    """An auth that signs what is there."""
    request.headers["X-Signed"] = f"{request.method} {request.url} {sorted(request.headers)}"
    return request


def swap_body(request: Any) -> Any:
    """An auth that changes the request."""
    request.body = b"signed body"
    request._body_position = None  # requests would rewind the file that was there before
    request.headers.pop("Transfer-Encoding", None)
    request.register_hook("response", mark)
    return request


def mark(response: Any, **options: Any) -> None:
    response.headers["X-Hook"] = f"{len(response.history)} {sorted(options)} {options['timeout']}"


def read(response: Any, **options: Any) -> None:
    assert isinstance(response.content, bytes)


async def read_awaited(response: Any, **options: Any) -> None:
    assert isinstance(await response.read(), bytes)


def close(response: Any, **options: Any) -> Any:
    return response.close()


HOOKS = {"mark": mark, "read": read, "close": close}


def marking(base: Any) -> Any:
    """An adapter of the user's own."""

    class Marking(base):
        def send(self, request: Any, *positional: Any, **options: Any) -> Any:
            request.headers["X-Adapter"] = ",".join(sorted(options))
            return super().send(request, *positional, **options)

    return Marking()


def play(scenario: Scenario, client: Client, server: ScriptServer, netrc: Path) -> dict[str, Any]:
    """Play a scenario, and return everything that can be compared."""
    replies = {
        name: [answer.reply(server.ports) for answer in answers]
        for name, answers in scenario.answers.items()
    }
    script = server.play(replies)
    environment = {**without_settings(), **fill_all(scenario.environment, server.ports)}
    if scenario.netrc:
        netrc.write_text(scenario.netrc)
        netrc.chmod(0o600)
        environment["NETRC"] = str(netrc)
    played = Played(client, server)
    with patch.dict(os.environ, environment, clear=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        played.set_up(scenario)
        calls = [played.call(call) for call in scenario.calls]
        state = session_state(client.session)
        twin = attempt_fully(lambda: session_state(pickle.loads(pickle.dumps(client.session))))
        copied = attempt_fully(lambda: session_state(copy.copy(client.session)))
    return {"sent": sent(script), "calls": calls, "state": state, "twin": twin, "copy": copied}


def fill_all(values: dict[str, str], ports: dict[str, int]) -> dict[str, str]:
    return {name: fill(value, ports) for name, value in values.items()}
