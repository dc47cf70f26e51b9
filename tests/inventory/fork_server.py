"""Imports the inventory server once, and forks a server for each line that it is given.

Importing is most of a start. A forked process goes on where `python -m inventory` is after its
imports: the same code, with memory and files of its own, and it can be killed like any other.

Reads lines of JSON. `{"arguments": […], "output": FIFO}` starts a server and answers its process
number; `answer` is what it reads from its standard input. `{"ended": NUMBER}` waits for its end and
answers the exit code.
"""

import gc
import json
import os
import sys
from threading import active_count

import inventory.model
import inventory.seed
import inventory.server  # noqa: F401
from inventory.__main__ import main


def serve(arguments: list[str], output: str, answer: str) -> None:
    """Become the server; does not return."""
    file = os.open(output, os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)
    standard_input, writer = os.pipe()
    os.write(writer, answer.encode())
    os.close(writer)
    os.dup2(standard_input, 0)
    sys.stdin = os.fdopen(0)  # the one of before has read ahead
    sys.argv = ["inventory", *arguments]
    sys.exit(main())


gc.freeze()
assert active_count() == 1, "a thread would be missing in what is forked"
for line in sys.stdin:
    request = json.loads(line)
    if "ended" in request:
        _, status = os.waitpid(request["ended"], 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    elif number := os.fork():
        print(number, flush=True)
    else:
        serve(request["arguments"], request["output"], request.get("answer", ""))
