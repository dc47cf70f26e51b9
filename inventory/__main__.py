"""Command line of the inventory server: `python -m inventory --port 8900 --site build/site`."""

from __future__ import annotations

import argparse
import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn

from inventory.listener import Report, bind


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m inventory",
        description="Serves resotocore's API over an inventory, and the notebook site.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8900, help="port to listen on (%(default)s)")
    parser.add_argument("--site", type=Path, help="folder with the site to serve under /notebook")
    parser.add_argument("--docs", type=Path, help="folder with the documents, for /docs")
    parser.add_argument("--psk", help="pre-shared key; requests then need a token made from it")
    parser.add_argument(
        "--resotocore",
        metavar="URL",
        default=os.environ.get("RESOTOCORE_URL"),
        help="pass requests on to this resotocore instead (default: $RESOTOCORE_URL)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder to keep everything in; without it changes end with the server",
    )
    parser.add_argument(
        "--times",
        type=int,
        default=1,
        metavar="N",
        help="fill in N times as many accounts, 1,400 nodes each time (default: 1)",
    )
    parser.add_argument("--reset", action="store_true", help="start --data anew, after asking")
    parser.add_argument("--check", action="store_true", help="verify --data, and start nothing")
    parser.add_argument("--verbose", action="store_true", help="log what resotocore does")
    return parser.parse_args(arguments)


def folders_of(arguments: argparse.Namespace) -> dict[str, Path]:
    """The folders to serve, by the first part of their path."""
    named = {"notebook": arguments.site, "docs": arguments.docs}
    return {first: folder for first, folder in named.items() if folder}


def main() -> int:
    """Run the server; returns the exit code."""
    arguments = parse_arguments()
    if problem := _contradiction(arguments):
        return _fail(problem)
    if arguments.check:
        return _check(arguments.data)
    if arguments.reset and not _confirmed(arguments.data):
        return _fail("nothing was changed")
    _warn(arguments)
    started = time.monotonic()
    gc.disable()  # collecting while the model grows would take a second of the start
    try:
        listener = bind(arguments.host, arguments.port)
    except (OSError, OverflowError) as error:
        return _fail(_explain(error, arguments.host, arguments.port))
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    url = f"http://{host}:{listener.getsockname()[1]}"

    def progress(step: str) -> None:
        print(f"inventory: {step}", flush=True)

    def ready() -> None:
        gc.freeze()
        gc.enable()
        progress(f"ready after {time.monotonic() - started:.1f} s")
        for first in folders_of(arguments):
            print(f"{first.capitalize()}: {url}/{first}", flush=True)
        print(f"API: {url} (stop with Ctrl-C)", flush=True)

    # Until the server listens, and handles both itself.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    from inventory.store.errors import StoreError

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(arguments, listener, Report(progress, ready)))
    except StoreError as error:
        return _fail(str(error))
    progress("stopped")
    return 0


def _contradiction(arguments: argparse.Namespace) -> str | None:
    """Return what is wrong with the arguments, None if nothing is."""
    for folder in folders_of(arguments).values():
        if not (folder / "index.html").is_file():
            return f"no site in {folder} (index.html is missing): build it first"
    if (arguments.reset or arguments.check) and not arguments.data:
        return "--reset and --check need --data"
    return None


def _warn(arguments: argparse.Namespace) -> None:
    """Warn if everybody on the network could use the server."""
    loopback = arguments.host in ("localhost", "::1") or arguments.host.startswith("127.")
    if not (loopback or arguments.psk or arguments.resotocore):
        print(
            f"inventory: warning: everybody who can reach {arguments.host} can change everything; "
            "use --psk",
            flush=True,
        )


async def _serve(arguments: argparse.Namespace, listener: socket.socket, report: Report) -> None:
    if arguments.resotocore:
        from inventory.relay import serve_relay

        await serve_relay(listener, folders_of(arguments), arguments.resotocore, report)
        return
    logging.basicConfig(level=logging.INFO if arguments.verbose else logging.ERROR)
    # imported late: it takes seconds, and mistakes in the arguments are reported before
    report.progress("importing resotocore and its plugins")
    from inventory.server import Options, serve_inventory

    options = Options(folders_of(arguments), arguments.psk, arguments.data, arguments.times)
    await serve_inventory(listener, options, report)


def _interrupt(*_: object) -> NoReturn:
    """Stop at once; asyncio would wait for the next await, amid half-started services."""
    raise KeyboardInterrupt


def _check(data: Path) -> int:
    """Verify the file, and print what is wrong with it."""
    from inventory.store.database import Database
    from inventory.store.errors import StoreError
    from inventory.store.opening import FILE

    if not (data / FILE).is_file():
        return _fail(f"there is no {data / FILE}")
    try:
        with closing(Database(data)) as database:
            problems = database.problems()
    except StoreError as error:
        return _fail(str(error))
    for problem in problems:
        print(f"inventory: {problem}", file=sys.stderr)
    if not problems:
        print(f"inventory: {data / FILE} is in order")
    return 1 if problems else 0


def _confirmed(data: Path) -> bool:
    """Ask whether to delete the file, and delete it."""
    from inventory.store.errors import StoreError
    from inventory.store.opening import FILE, remove

    if not (data / FILE).exists():
        return True
    print(f"{data / FILE} contains everything that was stored in this inventory.", flush=True)
    try:
        if input("Delete it? [y/N] ").strip().lower() not in ("y", "yes"):
            return False
        remove(data)
    except EOFError:
        return False
    except StoreError as error:
        _fail(str(error))
        return False
    return True


def _explain(error: Exception, host: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: stop what listens there, or choose another port"
    return f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"


def _fail(message: str) -> int:
    print(f"inventory: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
