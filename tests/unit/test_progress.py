"""Progress: its figures, when it is told, and what is drawn."""

from __future__ import annotations

import io
import itertools
import sys
import types
from typing import Any

import pytest

from pyfetch_requests import Progress
from pyfetch_requests._display import progress_bar
from pyfetch_requests._text import progress as module
from pyfetch_requests._text.progress import Meter, reporter


def test_figures() -> None:
    halfway = Progress("download", 60, 100, 2.0, resumed=20)
    assert (halfway.rate, halfway.fraction, halfway.remaining) == (20.0, 0.6, 2.0)
    unknown = Progress("upload", 60, None, 2.0)
    assert (unknown.rate, unknown.fraction, unknown.remaining) == (30.0, None, None)
    start = Progress("download", 0, 0, 0.0)
    assert (start.rate, start.fraction, start.remaining) == (None, 1.0, None)


def test_at_the_start_at_the_end_and_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    told: list[Progress] = []
    meter = Meter(told.append, "download", 1000)
    for _ in range(1000):
        now[0] += 0.001
        meter.add(1)
    meter.end()
    meter.end()
    steps = [later.done - p.done for p, later in itertools.pairwise(told[:-1])]
    assert 8 <= len(steps) <= 10
    assert min(steps) >= 100
    assert (told[0].seconds, told[0].ended) == (0.0, False)
    assert (told[-1].done, told[-1].ended, told[-1].fraction) == (1000, True, 1.0)


def test_never_above_the_whole() -> None:
    told: list[Progress] = []
    meter = Meter(told.append, "download", 10)
    meter.add(11)
    meter.end()
    assert (told[0].total, told[-1].total, told[-1].fraction) == (10, None, None)


def test_a_coroutine_is_refused() -> None:
    async def report(progress: Progress) -> None:
        """Nobody awaits this."""

    with pytest.raises(TypeError, match="plain function"):
        Meter(report, "download", 10)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (99_949, "99.9 kB"), (99_950, "100 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (12_345_678, "12.3 MB"), (5e15, "5000 TB"),
    ],
)  # fmt: skip
def test_sizes(count: float, text: str) -> None:
    assert progress_bar.size_text(count) == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    bar = reporter(True)
    assert bar is not None
    bar(Progress("download", 500_000, 1_000_000, 0.5))
    bar(Progress("download", 1_000_000, 1_000_000, 1.0, ended=True))
    first, second = stream.getvalue().removeprefix("\r").split("\r")
    assert first == f"[{'#' * 15}{'.' * 15}] download 500 kB of 1.0 MB, 1.0 MB/s, 0 s left"
    assert second.endswith("\n")
    assert second.strip() == f"[{'#' * 30}] download 1.0 MB, 1.0 MB/s, 1.0 s"
    assert len(second) == len(first) + 1
    bar(Progress("upload", 5, None, 1.0))
    assert stream.getvalue().endswith("\rupload 5 B, 5 B/s")


def test_elsewhere_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert reporter(True) is None
    monkeypatch.setattr(sys, "stderr", None)
    assert reporter(True) is None
    assert reporter(False) is None


def test_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    class Handle:
        update = shown.append

    def display(value: object, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(value)
        return Handle()

    ipython = types.ModuleType("IPython")
    vars(ipython).update(get_ipython=object, display=types.SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    bar = reporter(True)
    assert bar is not None
    bar(Progress("download", 1, 4, 1.0))
    bar(Progress("download", 4, 4, 2.0, ended=True))
    bar(Progress("upload", 0, None, 0.0))
    assert [repr(each) for each in shown] == [
        "download 1 B of 4 B, 1 B/s, 3 s left",
        "download 4 B, 2 B/s, 2.0 s",
        "upload 0 B",
    ]
    values = ['value="0.2500" ', 'value="1.0000" ', ""]
    assert [each._repr_html_().partition("max=")[0] for each in shown] == [
        f"<progress {value}" for value in values
    ]
