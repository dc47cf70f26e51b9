"""Chromium's DevTools protocol: measures the JavaScript heap, and takes the network away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

import requests
from websocket import create_connection

PATIENCE = 60  # seconds


class DevTools:
    """A connection to the page or the worker of a running Chromium.

    Args:
        driver: selenium's, of the browser.
        place: "page" or "worker".
    """

    def __init__(self, driver: Any, place: str) -> None:
        address = driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        targets = requests.get(f"http://{address}/json/list", timeout=PATIENCE).json()
        page = next(target for target in targets if target["type"] == "page")
        # Chromium refuses connections from pages, which it recognises by the Origin header.
        self._socket = create_connection(
            page["webSocketDebuggerUrl"], timeout=PATIENCE, suppress_origin=True
        )
        self._count = 0
        self._session: str | None = None
        if place == "worker":
            self._attach()

    def _attach(self) -> None:
        options = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        number = self._send("Target.setAutoAttach", options)
        message: dict[str, Any] = {}
        while message.get("id") != number:
            message = json.loads(self._socket.recv())
            if message.get("method") == "Target.attachedToTarget":
                self._session = message["params"]["sessionId"]
        assert self._session, "Chromium reported no worker"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _send(self, method: str, parameters: dict[str, Any]) -> int:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        self._socket.send(json.dumps(message | session))
        return self._count

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = self._send(method, parameters)
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def set_offline(self, offline: bool) -> None:
        """Cut the target off from the network, for as long as this connection lasts."""
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._call("Network.enable")
        if self._session is None:
            self._call("Network.emulateNetworkConditions", offline=offline, **speed)
            return
        # A worker does not support the command above.
        rules = [{"urlPattern": "", "offline": True, **speed}] if offline else []
        command = "Network.emulateNetworkConditionsByRule"
        self._call(command, offline=offline, matchedNetworkConditions=rules)

    def set_permissions(self, names: Iterable[str], state: str) -> None:
        """Answer for the user, for as long as this connection lasts.

        Args:
            names: Of permissions.
            state: "granted", "denied" or "prompt".
        """
        for name in names:
            self._call("Browser.setPermission", permission={"name": name}, setting=state)

    def stop_service_workers(self) -> None:
        """End all service workers, as a browser does that needs their memory."""
        self._call("ServiceWorker.enable")
        self._call("ServiceWorker.stopAllWorkers")

    def set_frozen(self, frozen: bool) -> None:
        """Halt the timers and events of a page, as a browser does to save power, or no longer."""
        self._call("Page.enable")
        self._call("Page.setWebLifecycleState", state="frozen" if frozen else "active")

    def collect(self) -> None:
        """Collect garbage."""
        self._call("HeapProfiler.collectGarbage")

    def heap(self) -> dict[str, int]:
        """Bytes in use: by JavaScript objects, by the browser for them, by their buffers."""
        usage = self._call("Runtime.getHeapUsage")
        names = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
        return {name: int(usage[name]) for name in names}
