"""requests' tests, from its source distribution: never committed, always the same bytes."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from tools.wheels import fill_once, pip_download

ROOT = Path(__file__).parents[2]
VERSION = "2.34.2"
SHA256 = "f288924cae4e29463698d6d60bc6a4da69c89185ad1e0bcc4104f584e960b9ed"
NAME = f"requests-{VERSION}"
# Beside the folder: the settings of pytest, and a file that some tests upload.
SETTINGS = ("pyproject.toml", "requirements-dev.txt")


def sdist() -> Path:
    """The archive, downloaded once.

    Raises:
        ValueError: What was downloaded is not the file that is pinned here.
    """
    archive = ROOT / ".cache" / f"sdist-{NAME}" / f"{NAME}.tar.gz"
    what = ["--no-binary", ":all:", "--no-deps", f"requests=={VERSION}"]
    fill_once(archive.parent, lambda place: pip_download(place, *what))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{archive} has the hash {found}, not {SHA256}")
    return archive


def test_files() -> dict[str, bytes]:
    """The files of the folder `tests`, and the settings of pytest, by path in the archive."""
    files = {}
    with tarfile.open(sdist()) as archive:
        for member in archive:
            path = member.name.removeprefix(f"{NAME}/")
            if member.isfile() and (path.startswith("tests/") or path in SETTINGS):
                content = archive.extractfile(member)
                assert content
                files[path] = content.read()
    return files
