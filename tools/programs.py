"""Installs the browsers that the tests and the benchmark run in, from Debian.

Decides which packages an engine needs. Never downloads a browser from elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# For each engine the programs it needs, and their Debian packages.
PROGRAMS = {
    "chromium": {"chromium": "chromium", "chromedriver": "chromium-driver"},
    "firefox": {"firefox-esr": "firefox-esr"},
    "webkit": {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"},
}


def install_programs(engines: str) -> None:
    """Install the missing browsers with apt, by sudo if this user is not root."""
    # Chromium in any case: the tests of documents and notebooks run in it alone.
    chosen = PROGRAMS if engines == "all" else {"chromium", *engines.split(",")} & PROGRAMS.keys()
    missing = sorted(
        package
        for engine in chosen
        for name, package in PROGRAMS[engine].items()
        if not shutil.which(name)
    )
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        command.insert(0, "sudo")
    if not (shutil.which("apt-get") and shutil.which(command[0])):
        sys.exit(f"the browser tests need the Debian packages {' '.join(missing)}")
    print(" ".join(command), flush=True)
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"apt-get cannot install {' '.join(missing)}; see its message above")
