"""Run the jobs of libraries on top of requests, and write their table in docs/install.md.

Usage: python tools/libraries.py [ENGINE ...]

Arguments choose engines; the column of the other one is kept. Decides what counts as equal. Never
what the libraries do: tests/thirdparty/jobs does.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.interpreter import own_interpreter  # noqa: E402
from tests.browser.targets import Target  # noqa: E402
from tests.conftest import FOLDERS  # noqa: E402
from tests.server import Server  # noqa: E402
from tests.thirdparty.api import PREFIX, Api  # noqa: E402
from tests.thirdparty.jobs import JOBS  # noqa: E402
from tests.thirdparty.libraries import Installed, Requests, archive, versions  # noqa: E402
from tools.test import named_runs  # noqa: E402
from tools.wheels import build_wheel  # noqa: E402

REPORTS = ROOT / "build" / "libraries"
PAGE = ROOT / "docs" / "install.md"
BEGIN, END = "<!-- libraries: begin -->\n", "<!-- libraries: end -->"
# The two ways of a blocking call: fetch where stacks can be switched, XMLHttpRequest as in Safari.
RUNS = (
    (Target("chromium", "worker", "314.0.7"), "switch"),
    (Target("webkit", "worker", "314.0.7"), "xhr"),
)
HEAD = """| library | what was done | fetch with JSPI | XMLHttpRequest |
|---|---|---|---|
"""


def verdict(library: str, way: str, oracle: Requests, installed: Installed) -> str:
    """The result of a job: "equal" to that with real requests, "differs" or "fails"."""
    expected, found = oracle.run(library), installed.run(library, way)
    if found == expected and found.error is None:
        return "equal"
    print(f"{library} by {way}: {found.error or found}\n{expected}", flush=True)
    return "fails" if found.error else "differs"


def run(target: Target, way: str, server: Server, package: Path) -> None:
    """Run all jobs in an engine; its report has the verdict of each."""
    api = Api(server.urls.page)
    server.serve(PREFIX, api)
    file = archive()
    server.mount("/libraries", file.parent)
    with own_interpreter(target, server, package) as interpreter, Requests(api) as oracle:
        installed = Installed(interpreter, api, f"{server.urls.page}/libraries/{file.name}")
        found = {library: verdict(library, way, oracle, installed) for library in JOBS}
    equal = sum(each == "equal" for each in found.values())
    print(f"{target} by {way}: {equal} of {len(found)} are equal", flush=True)
    report_of(target).write_text(json.dumps(found, indent=1))


def report_of(target: Target) -> Path:
    return REPORTS / f"{target}.json"


def read(target: Target) -> dict[str, str]:
    """The verdicts of an engine, as far as it has run."""
    file = report_of(target)
    found: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    return found


def write() -> None:
    """Write the table into the document."""
    known, columns = versions(), [read(target) for target, _ in RUNS]
    rows = [
        f"| {library} {known[canonicalize_name(library)]} | {JOBS[library].what} | "
        f"{' | '.join(column.get(library, 'did not run') for column in columns)} |\n"
        for library in sorted(JOBS, key=str.lower)
    ]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{HEAD}{''.join(rows)}{END}{after}")


def main() -> int:
    chosen = named_runs(__doc__.splitlines()[0], RUNS)
    REPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Server(FOLDERS) as server:
        wheel = build_wheel(ROOT, Path(folder))
        for target, way in chosen:
            run(target, way, server, wheel)
            write()
    return 0 if all(set(read(target).values()) == {"equal"} for target, _ in chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
