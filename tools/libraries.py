"""Run the jobs of libraries on top of requests, and write the table of docs/install.md.

Usage: python tools/libraries.py

Decides nothing about what the libraries do: tests/thirdparty/jobs does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from test import set_up  # noqa: E402

from tests.browser.interpreter import Interpreter  # noqa: E402
from tests.browser.targets import Target  # noqa: E402
from tests.conftest import FOLDERS  # noqa: E402
from tests.server import Server  # noqa: E402
from tests.thirdparty.api import PREFIX, Api  # noqa: E402
from tests.thirdparty.jobs import JOBS  # noqa: E402
from tests.thirdparty.libraries import Installed, Requests, archive, versions  # noqa: E402

PAGE = ROOT / "docs" / "install.md"
BEGIN, END = "<!-- libraries: begin -->\n", "<!-- libraries: end -->"
RUNS = (
    (Target("chromium", "worker", "314.0.7"), "switch"),
    (Target("webkit", "worker", "314.0.7"), "xhr"),
)
HEAD = """| library | what was done | fetch with JSPI | XMLHttpRequest |
|---|---|---|---|
"""


def verdict(library: str, way: str, oracle: Requests, installed: Installed) -> str:
    """What became of a job: "equal", or in which respect it is not."""
    expected, found = oracle.run(library), installed.run(library, way)
    if found == expected and found.error is None:
        return "equal"
    print(f"{library} by {way}: {found.error or found}\n{expected}", flush=True)
    return "fails" if found.error else "other results" if found.wire == expected.wire else "differs"


def verdicts(server: Server, package: str) -> Iterator[dict[str, str]]:
    """For each run the verdict of each library."""
    api = Api(server.urls.page)
    server.serve(PREFIX, api)
    file = archive()
    server.mount("/libraries", file.parent)
    with Requests(api) as oracle:
        for target, way in RUNS:
            interpreter = Interpreter(target, server.urls, package, None)
            installed = Installed(interpreter, api, f"{server.urls.page}/libraries/{file.name}")
            found = {library: verdict(library, way, oracle, installed) for library in JOBS}
            equal = sum(each == "equal" for each in found.values())
            print(f"{target} by {way}: {equal} of {len(found)} are equal", flush=True)
            interpreter.close()
            yield found


def write(columns: list[dict[str, str]]) -> None:
    """Write the table into the document."""
    known = versions()
    rows = [
        f"| {library} {known[canonicalize_name(library)]} | {JOBS[library].what} | "
        f"{' | '.join(column[library] for column in columns)} |\n"
        for library in sorted(JOBS, key=str.lower)
    ]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{HEAD}{''.join(rows)}{END}{after}")


def main() -> int:
    set_up(["tests/browser"], ",".join(target.engine for target, _ in RUNS))
    with tempfile.TemporaryDirectory() as folder, Server(FOLDERS) as server:
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
        subprocess.run([*command, ROOT], check=True, capture_output=True)
        wheel = next(Path(folder).glob("*.whl"))
        server.mount("/wheels", wheel.parent)
        columns = list(verdicts(server, f"{server.urls.page}/wheels/{wheel.name}"))
    write(columns)
    return 0 if all(set(column.values()) == {"equal"} for column in columns) else 1


if __name__ == "__main__":
    sys.exit(main())
