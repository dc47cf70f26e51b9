"""Prints the generated inventory as ndjson, in the format that resotocore's graph merge takes."""

import argparse
import json
import sys
from datetime import UTC, datetime

from inventory.seed import generate

parser = argparse.ArgumentParser(prog="python -m inventory.seed", description=__doc__)
parser.add_argument(
    "--now",
    type=datetime.fromisoformat,
    default=datetime.now(UTC).replace(microsecond=0),
    help="the moment that ages count back from, in ISO 8601 (default: now)",
)
parser.add_argument(
    "--copy", type=int, default=0, help="print other accounts below the same clouds (default: 0)"
)
arguments = parser.parse_args()
for line in generate(arguments.now, arguments.copy):
    sys.stdout.write(json.dumps(line) + "\n")
