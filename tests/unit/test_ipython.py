"""What IPython, and so a notebook, shows of a failure: the user's line and the message."""

from __future__ import annotations

import pytest
from IPython.core import ultratb
from IPython.core.formatters import DisplayFormatter

from pyfetch_requests import sync, testing
from tests.flow.test_tracebacks import cells, run, short

__all__ = ["short"]  # a fixture: nothing of the environment of whoever runs the tests


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize(("face", "cell"), cells())
def test_shows_a_dozen_lines_in_ipython(face: str, cell: str) -> None:
    error = run(face, cell)
    formatter = ultratb.FormattedTB(mode="Context", theme_name="nocolor")
    position = error.__traceback__
    while position is not None and position.tb_frame.f_code.co_filename != "<cell>":
        position = position.tb_next
    lines = formatter.text(type(error), error, position).splitlines()
    assert len(lines) <= 12, "\n".join(lines)
    assert "pyfetch_requests/" not in "\n".join(lines)


def test_shows_things_as_html() -> None:
    formatter = DisplayFormatter()
    answer = testing.respond(json={"a": 1})
    with testing.mocked(lambda _: answer):
        response = sync.get("https://api.example/")
    for thing in (response, sync.Session(), sync.HTTPError("no", response=response)):
        shown, _ = formatter.format(thing)
        assert shown["text/html"].endswith("</div>")
    assert formatter.format(response)[0]["text/plain"] == "<Response [200]>"
