"""Make the pictures of examples/ anew: `python -m tests.examples.pictures`."""

from __future__ import annotations

from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from examples.serve import Handler
from tests.examples.browser import Browser
from tests.examples.conftest import CDN, EXAMPLES, ROOT
from tests.examples.outside import Outside

PAGES = {"page/": "page/page.png", "pyscript/": "pyscript/pyscript.png"}
PAGES |= {"pyscript/worker.html": "pyscript/worker.png"}


def take(wheel: Path) -> None:
    """Open each page, and write what it shows."""
    address = ("127.0.0.1", 0)
    served = ThreadingHTTPServer(address, partial(Handler, directory=str(EXAMPLES)))
    Thread(target=served.serve_forever, daemon=True).start()
    with Outside(CDN, [wheel]) as outside, Browser(outside.port, window=(640, 560)) as browser:
        for page, picture in PAGES.items():
            browser.open(f"http://127.0.0.1:{served.server_port}/{page}")
            browser.picture(EXAMPLES / picture)
    served.shutdown()


if __name__ == "__main__":
    take(next((ROOT / "wheelhouse" / "dist").glob("pyfetch_requests-*.whl")))
