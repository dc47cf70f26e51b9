"""Starts the inventory server as a process of its own, for the tests that need one."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment_python(folder: Path, lock: Path, *options: str) -> Path:
    """The interpreter of an environment, which is made first if it is missing or outdated.

    Args:
        folder: where the environment is.
        lock: the lock file that it is made from.
        options: more for tools/environment.py.

    Raises:
        RuntimeError: it is outdated, and a link to an environment of somebody else.
    """
    stamp = folder / ".stamp"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        if folder.is_symlink():  # making it anew would empty what others use
            raise RuntimeError(f"{folder} is a link, and older than {lock}: renew it where it is")
        with alone(folder):
            if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
                tool = str(ROOT / "tools" / "environment.py")
                subprocess.run([sys.executable, tool, str(folder), str(lock), *options], check=True)
    return folder / "bin" / "python"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let other test processes wait that want to make the same folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def inventory_python() -> Path:
    """The interpreter of the inventory's environment, the same that `make notebook` uses."""
    lock = ROOT / "inventory" / "requirements.txt"
    return environment_python(ROOT / ".venv-inventory", lock, "--below", "3.13")


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_inventory(
    site: Path | None = None,
    psk: str | None = None,
    resotocore: str | None = None,
    data: Path | None = None,
    tree: Path = ROOT,
) -> Iterator[str]:
    """A server on a free port; yields its base URL once it answers, and stops it afterwards.

    Args:
        site: the folder to serve under /notebook, None for the API alone.
        psk: the pre-shared key, None for no login.
        resotocore: another server to pass requests on to, None for the generated inventory.
        data: the folder to keep everything in, None for the server's memory.
        tree: the checkout whose server it is.
    """
    port = free_port()
    command = [str(inventory_python()), "-m", "inventory", "--port", str(port)]
    command += ["--site", str(site)] if site else []
    command += ["--psk", psk] if psk else []
    command += ["--data", str(data)] if data else []
    environment = {k: v for k, v in os.environ.items() if k != "RESOTOCORE_URL"}
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=environment | ({"RESOTOCORE_URL": resotocore} if resotocore else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_ready(process)
        yield f"http://127.0.0.1:{port}"
    finally:
        code = _stop(process)
    if code != 0:
        raise RuntimeError(f"the inventory server ended with exit code {code}")


def _stop(process: subprocess.Popen[str]) -> int:
    """Ask the server to stop; its exit code, which is 0 only if it did so by itself."""
    process.terminate()
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Read what the server prints until it says that it listens."""
    printed = []
    assert process.stdout
    for line in process.stdout:
        printed.append(line)
        if line.startswith("API: "):
            return
    raise RuntimeError(f"the inventory server did not start:\n{''.join(printed)}")
