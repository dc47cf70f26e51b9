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

import pytest
import requests

from tests.inventory.api import Api, Json
from tests.inventory_process import killable_inventory

RUNS = int(os.environ.get("INVENTORY_KILLS", "4"))
CONFIG = "/config/test.killed"


def _collected(instances: list[str]) -> list[Json]:
    def node(kind: str, name: str, **more: object) -> Json:
        return {"id": name, "reported": {"kind": kind, "id": name, "name": name}, **more}

    return [
        node("graph_root", "root"),
        node("cloud", "onprem"),
        node("account", "cellar", replace=True),
        *(node("instance", name) for name in instances),
        {"from": "root", "to": "onprem"},
        {"from": "onprem", "to": "cellar"},
        *({"from": "cellar", "to": name} for name in instances),
    ]


class Told:
    """What the server was told: states that it may be in after each part's last request."""

    def __init__(self) -> None:
        self.instances: list[set[str]] = [set()]
        self.cores: list[Any] = [None]
        self.config: list[Any] = [None]

    def change(self, which: list[Any], value: Any, request: Callable[[], bool]) -> None:
        """Ask for a change: until it is answered, both states are right."""
        which.append(value)
        if request():
            del which[:-1]


def _work(api: Api, told: Told, chance: random.Random) -> None:
    """Change things until the server is gone."""
    with suppress(requests.RequestException):
        for number in range(10_000):
            _change(api, told, chance, number)


def _change(api: Api, told: Told, chance: random.Random, number: int) -> None:
    kind = chance.choice(["merge", "batch", "patch", "config"])
    if kind == "patch":
        patch = {"name": f"name-{number}"}
        path = "/graph/resoto/node/marked/section/reported"
        told.change(told.cores, patch["name"], lambda: api.patch(path, json=patch).ok)
    elif kind == "config":
        value = {"number": {"is": number}}
        options: dict[str, Any] = {"params": {"validate": "false"}, "json": value}
        told.change(told.config, value, lambda: api.put(CONFIG, **options).ok)
    else:
        names = [f"i-{number}-{at}" for at in range(chance.randrange(1, 40))]
        send = _merge if kind == "merge" else _batch
        told.change(told.instances, set(names), lambda: send(api, names, str(number)))


def _merge(api: Api, names: list[str], _: str) -> bool:
    return api.post("/graph/resoto/merge", json=_collected(names)).ok


def _batch(api: Api, names: list[str], batch: str) -> bool:
    path = "/graph/resoto/batch"
    given = api.post(f"{path}/merge", json=_collected(names), params={"batch_id": batch})
    given.raise_for_status()
    return api.post(f"{path}/{batch}").ok


def _state(api: Api) -> tuple[set[str], Any, Any]:
    instances = api.keys("/ancestors.account.reported.id = cellar and is(instance)")
    name = api.get("/graph/resoto/node/marked").json()["reported"]["name"]
    config = api.get(CONFIG)
    return instances, name, config.json() if config.ok else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


def test_what_was_answered_survives_a_kill(folder: Path):
    chance = random.Random(RUNS)
    told = Told()
    for _ in range(RUNS):
        with killable_inventory(folder) as (url, process):
            api = Api(url)
            if told.cores == [None]:
                marked = {"kind": "instance", "id": "marked", "name": "name"}
                api.post("/graph/resoto/node/marked/under/root", json=marked).raise_for_status()
                told.cores = ["name"]
            instances, name, config = _state(api)
            assert instances in told.instances
            assert name in told.cores
            assert config in told.config
            told.instances, told.cores, told.config = [instances], [name], [config]
            for update in api.get("/graph/resoto/batch").json():
                api.delete(f"/graph/resoto/batch/{update['id']}").raise_for_status()
            worker = threading.Thread(target=_work, args=(api, told, chance))
            worker.start()
            worker.join(chance.uniform(0.05, 1.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            worker.join()
    with killable_inventory(folder) as (url, process):
        instances, name, config = _state(Api(url))
        process.terminate()
        process.wait()
    assert instances in told.instances
    assert name in told.cores
    assert config in told.config
