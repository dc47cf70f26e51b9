"""Runs jobs for who writes their names and URLs to it, a line each; answers with a line each."""

from __future__ import annotations

import sys

from . import run

for line in sys.stdin:
    name, url = line.split()
    print(run(name, url), flush=True)
