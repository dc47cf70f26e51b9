"""What was answered is on disk: the server is killed at any moment, and comes back with all of it.

`INVENTORY_KILLS=200` makes many more runs than the few that are always made.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from tests.inventory.api import Api
from tests.inventory.estate import collected
from tests.inventory.forks import ForkServer

RUNS = int(os.environ.get("INVENTORY_KILLS", "4"))
CONFIG = "/config/test.killed"
Request = Callable[[], requests.Response]


class Told:
    """What the server was told: states that it may be in after each part's last request."""

    def __init__(self) -> None:
        self.instances: list[set[str]] = [set()]
        self.names: list[Any] = []
        self.config: list[Any] = [None]
        self.refused: list[str] = []

    def change(self, which: list[Any], value: Any, *requests: Request) -> None:
        """Ask for a change: until the last request is answered, both states are right."""
        which.append(value)
        for request in requests:
            response = request()
            if not response.ok:
                self.refused.append(response.text)
                return
        del which[:-1]


def _work(api: Api, told: Told, chance: random.Random) -> None:
    """Change things until the server is gone."""
    with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        for number in range(10_000):
            _change(api, told, chance, f"{chance.getrandbits(32):x}-{number}")


def _change(api: Api, told: Told, chance: random.Random, name: str) -> None:
    kind = chance.choice(["merge", "batch", "patch", "config"])
    if kind == "patch":
        path = "/graph/resoto/node/marked/section/reported"
        told.change(told.names, name, lambda: api.patch(path, json={"name": name}))
    elif kind == "config":
        value = {"number": {"is": name}}
        options: dict[str, Any] = {"params": {"validate": "false"}, "json": value}
        told.change(told.config, value, lambda: api.put(CONFIG, **options))
    else:
        instances = [f"i-{name}-{at}" for at in range(chance.randrange(1, 40))]
        content = collected(*instances)
        if kind == "merge":
            sends: list[Request] = [lambda: api.post("/graph/resoto/merge", json=content)]
        else:
            path = "/graph/resoto/batch"
            given = {"json": content, "params": {"batch_id": name}}
            sends = [
                lambda: api.post(f"{path}/merge", **given),
                lambda: api.post(f"{path}/{name}"),
            ]
        told.change(told.instances, set(instances), *sends)


def _state(api: Api) -> tuple[set[str], Any, Any]:
    instances = api.keys("/ancestors.account.reported.id = cellar and is(instance)")
    name = api.get("/graph/resoto/node/marked").json()["reported"]["name"]
    config = api.get(CONFIG)
    return instances, name, config.json() if config.ok else None


def test_what_was_answered_survives_a_kill(forks: ForkServer, filled: Path):
    chance = random.Random(RUNS)
    told = Told()
    for _ in range(RUNS):
        with forks.running(data=filled) as server:
            api = server.api
            if not told.names:
                marked = {"kind": "instance", "id": "marked", "name": "name"}
                api.post("/graph/resoto/node/marked/under/root", json=marked).raise_for_status()
                told.names = ["name"]
            _compare(api, told)
            for update in api.get("/graph/resoto/batch").json():
                api.delete(f"/graph/resoto/batch/{update['id']}").raise_for_status()
            worker = threading.Thread(target=_work, args=(api, told, chance))
            worker.start()
            worker.join(chance.uniform(0.05, 1.5))
            assert server.end(signal.SIGKILL) == -signal.SIGKILL
            worker.join()
    with forks.running(data=filled) as server:
        _compare(server.api, told)
    code, printed = forks.run("--data", filled, "--check")
    assert (code, printed) == (0, f"inventory: {filled / 'inventory.sqlite'} is in order\n")


def _compare(api: Api, told: Told) -> None:
    """The server has what it had answered; where it had not, it has one state or the other."""
    assert told.refused == []
    instances, name, config = _state(api)
    assert instances in told.instances
    assert name in told.names
    assert config in told.config
    told.instances, told.names, told.config = [instances], [name], [config]
