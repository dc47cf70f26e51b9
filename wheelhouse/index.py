"""Write the indexes of a folder of wheels: piplite's all.json and a static simple index.

Decides the form in which installers in the browser can read them from any static file server. Never
where the wheels come from: build.py does.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from jupyterlite_pyodide_kernel.addons.piplite import write_wheel_index
from packaging.utils import parse_wheel_filename
from pkginfo import Wheel

PAGE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="pypi:repository-version" content="1.0">
<title>{title}</title>
</head>
<body>
{links}
</body>
</html>
"""


def write_all_json(folder: Path) -> None:
    """Write all.json, the index that `piplite.install` and `%pip` of JupyterLite read."""
    write_wheel_index(folder)


def write_simple_index(folder: Path, base: str = "") -> None:
    """Write simple/: for each project an index.html (PEP 503) and an index.json (PEP 691).

    Args:
        folder: Where the wheels lie.
        base: URL under which the folder is published; with "" the links are relative.
    """
    simple = folder / "simple"
    projects: dict[str, list[Path]] = defaultdict(list)
    for wheel in sorted(folder.glob("*.whl")):
        projects[parse_wheel_filename(wheel.name)[0]].append(wheel)
    prefix = base.rstrip("/") + "/" if base else "../../"
    for name, wheels in projects.items():
        files = [file_entry(wheel, prefix) for wheel in wheels]
        (simple / name).mkdir(parents=True)
        (simple / name / "index.html").write_text(PAGE.format(title=name, links=links_to(files)))
        (simple / name / "index.json").write_text(json.dumps(project_json(name, files), indent=1))
    links = "<br>\n".join(f'<a href="{name}/">{name}</a>' for name in sorted(projects))
    (simple / "index.html").write_text(PAGE.format(title="Simple index", links=links))
    listing = {
        "meta": {"api-version": "1.1"},
        "projects": [{"name": name} for name in sorted(projects)],
    }
    (simple / "index.json").write_text(json.dumps(listing, indent=1))


def file_entry(wheel: Path, prefix: str) -> dict:
    """The entry of a file, by PEP 691 and PEP 700."""
    entry = {
        "filename": wheel.name,
        "url": prefix + quote(wheel.name),
        "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
        "size": wheel.stat().st_size,
        "yanked": False,
    }
    requires_python = Wheel(str(wheel)).requires_python
    return entry | ({"requires-python": requires_python} if requires_python else {})


def links_to(files: list[dict]) -> str:
    """The links of a project's page."""
    lines = []
    for file in files:
        href = html.escape(f"{file['url']}#sha256={file['hashes']['sha256']}")
        python = html.escape(file.get("requires-python", ""))
        attribute = f' data-requires-python="{python}"' if python else ""
        lines.append(f'<a href="{href}"{attribute}>{html.escape(file["filename"])}</a><br>')
    return "\n".join(lines)


def project_json(name: str, files: list[dict]) -> dict:
    """A project's page in JSON, readable under either media type.

    A static server sends the file as application/json. micropip takes that for PyPI's older JSON
    API, which has `info` and `releases`; readers of PEP 691 ignore keys that they do not know.
    """
    releases: dict[str, list[dict]] = defaultdict(list)
    for file in files:
        version = str(parse_wheel_filename(file["filename"])[1])
        releases[version].append(file | {"digests": file["hashes"]})
    return {
        "meta": {"api-version": "1.1"},
        "name": name,
        "versions": sorted(releases),
        "files": files,
        "info": {"name": name},
        "releases": releases,
    }
