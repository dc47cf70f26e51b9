"""Build the documentation site: pages, a reference, and Pyodide for the examples that run in it.

Usage: python tools/docs.py [--wheelhouse wheelhouse/dist] [--target build/docs]

Decides which files are pages, and what the reference contains. Never how a page looks: MkDocs does,
in .venv-docs. The site loads nothing from another host.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lite.wheels import compiled, replace_wheels  # noqa: E402
from pyfetch_requests._nouns.verbs import KEYWORDS  # noqa: E402
from tools.pyodide_folder import make_pyodide_folder  # noqa: E402
from tools.wheels import download  # noqa: E402

RUNTIME = ROOT / "node_modules" / "pyodide-314.0.7"
PAGES = (
    "*.md",
    "docs/*.md",
    "docs/img/*",
    "docs/site/*",
    "wheelhouse/README.md",
    "examples/README.md",
    "examples/*/README.md",
)
REFERENCE = {
    "Verbs": ["_nouns.verbs.Verbs"],
    "Sessions": ["_faces.asynchronous.Session", "_nouns.retry.Retry"],
    "Answers": ["_faces.asynchronous.Response", "_faces.awaitables.ResponseCall"],
    "Requests": ["_nouns.request.Request", "_nouns.request.PreparedRequest"],
    "Adapters": ["_faces.asynchronous.HTTPAdapter", "_faces.through.ThroughAdapter"],
    "For all sessions": ["_nouns.through.mount", "_transports.base_url.set_base_url"],
    "Logins": ["_nouns.auth.HTTPBasicAuth", "_nouns.digest.HTTPDigestAuth"],
    "Events": ["_faces.one_shot.sse", "_faces.event_streams.AsyncEventStream"],
    "Files by range": ["_faces.blocking.open_url", "_faces.remote_reader.RemoteReader"],
    "fsspec": ["fsspec"],
    "WebSocket": ["_faces.websocket.websocket", "_faces.websocket.WebSocket"],
    "Progress": ["_text.progress.Progress"],
    "Ending requests": ["_transports.abort.AbortController", "_transports.abort.AbortSignal"],
    "install": [f"_stand_in.install.{name}" for name in ("install", "installed", "uninstall")],
    "Tests": ["testing"],
    "Failures": ["exceptions"],
}  # fmt: skip


def reference() -> str:
    """The page of the reference, for mkdocstrings."""
    lines = [
        "# Reference",
        "",
        "For the async face. `pyfetch_requests.sync` has the same names without `await`.",
        "",
        "## Keywords",
        "",
        "Of every verb:",
        "",
        "```text",
        textwrap.dedent(KEYWORDS).strip(),
        "```",
    ]
    for title, names in REFERENCE.items():
        lines += ["", f"## {title}"]
        lines += [f"\n::: pyfetch_requests.{name}" for name in names]
    return "\n".join([*lines, ""])


def gather(source: Path) -> None:
    """Copy the pages to where they are in the project, so that links between them work."""
    shutil.rmtree(source, ignore_errors=True)
    for pattern in PAGES:
        for file in filter(Path.is_file, ROOT.glob(pattern)):
            target = source / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    for page in source.rglob("*.md"):
        page.write_text(without_dead_links(page, source))
    (source / "api.md").write_text(reference())


def without_dead_links(page: Path, source: Path) -> str:
    """The text of a page; a link to a file of the project that is not a page becomes text."""

    def link(match: re.Match[str]) -> str:
        target = match[2].replace("\n", "").partition("#")[0]
        there = "://" in target or not target or (page.parent / target).is_file()
        return match[0] if there else match[1]

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)", link, page.read_text())


def build(wheelhouse: Path, target: Path) -> None:
    """Build the site from scratch."""
    gather(target / "source")
    mkdocs = [
        str(ROOT / ".venv-docs" / "bin" / "python"),
        "-m",
        "mkdocs",
        "--quiet",
        "build",
        "--strict",
    ]
    # Material advertises its successor, Zensical, at each build.
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(mkdocs, cwd=ROOT, env=quiet, check=True)
    lock = download(ROOT / "requirements" / "thirdparty.txt", "3.12", ROOT / ".cache")
    imported = [wheel for wheel in lock if wheel.name.startswith("fsspec-")]
    wheels = [*wheelhouse.glob("pyfetch_requests-*.whl"), *imported]
    pyodide = target / "site" / "docs" / "site" / "pyodide"
    make_pyodide_folder(RUNTIME, wheels, pyodide)
    # Compiling takes half of the time from the first press of a button to its result.
    originals = [*wheels, RUNTIME / "python_stdlib.zip"]
    replace_wheels(pyodide, compiled(originals, RUNTIME, ROOT / ".cache" / "site-wheels"))
    files = [file for file in (target / "site").rglob("*") if file.is_file()]
    print(f"docs: {sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {target / 'site'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheelhouse", type=Path, default=ROOT / "wheelhouse" / "dist")
    parser.add_argument("--target", type=Path, default=ROOT / "build" / "docs")
    arguments = parser.parse_args()
    build(arguments.wheelhouse.resolve(), arguments.target.resolve())
