"""Run the test server by hand: python -m tests.server [--ports 8001 8002]."""

from __future__ import annotations

import argparse
import threading
from contextlib import suppress

from tests.server import Server

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ports", type=int, nargs=2, default=(0, 0), help="of the two origins")
    with Server(ports=tuple(parser.parse_args().ports)) as server, suppress(KeyboardInterrupt):
        print(f"page   {server.urls.page}   (its origin serves httpbin under /httpbin)")
        print(f"other  {server.urls.other}   (/cors/OPTIONS/... may be read from other origins)")
        print(f"dead   {server.urls.dead}   (refuses connections)")
        print(f"try    curl {server.urls.echo()}", flush=True)
        threading.Event().wait()
