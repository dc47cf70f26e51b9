"""The recipes of the guide for bars of others, with the real tqdm and ipywidgets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pyfetch_requests import testing
from tools.wheels import download

from .test_examples import ROOT, SITE, blocks, examples

KERNEL = """
import runpy, sys
sys.path[:0] = {path}
from pyfetch_requests import testing
mocked = testing.mocked(runpy.run_path({answers!r})["answer"])
mocked.__enter__();
"""


@pytest.fixture(autouse=True)
def _without_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def wheels() -> list[str]:
    """The wheels of the recipes, for `sys.path`."""
    return [
        str(each)
        for each in download(ROOT / "requirements" / "recipes.txt", "3.11", ROOT / ".cache")
    ]


def recipe(word: str) -> str:
    [found] = [text for text in blocks(ROOT / "docs" / "guide.md") if word in text]
    return found


def in_a_kernel(wheels: list[str], folder: Path, *cells: str) -> nbformat.NotebookNode:
    """Run cells in IPython's kernel; the notebook with what they gave."""
    start = KERNEL.format(path=[str(ROOT), *wheels], answers=str(SITE / "examples.py"))
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in (start, *cells)]
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=120, resources=resources).execute()


def test_tqdm_in_a_terminal(
    wheels: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for wheel in wheels:
        monkeypatch.syspath_prepend(wheel)
    with testing.mocked(examples.answer):
        asyncio.run(examples.run(recipe("from tqdm"), "the recipe"))
    last = capsys.readouterr().err.rstrip().rpartition("\r")[2]
    assert last.startswith("download: 100%|")
    assert "200/200" in last


def test_tqdm_in_a_notebook(wheels: list[str], tmp_path: Path) -> None:
    notebook = in_a_kernel(wheels, tmp_path, recipe("from tqdm"))
    states = widgets(notebook)
    [bar] = [state for state in states if state["_model_name"] == "FloatProgressModel"]
    assert (bar["value"], bar["max"], bar["bar_style"]) == (200.0, 200.0, "success")


def test_ipywidgets(wheels: list[str], tmp_path: Path) -> None:
    notebook = in_a_kernel(wheels, tmp_path, recipe("import ipywidgets"))
    states = widgets(notebook)
    [bar] = [state for state in states if state["_model_name"] == "FloatProgressModel"]
    [label] = [state for state in states if state["_model_name"] == "LabelModel"]
    assert (bar["value"], bar["bar_style"]) == (1.0, "success")
    assert label["value"] == "download: 200 bytes"
    [shown] = [each for each in notebook.cells[1].outputs if each.output_type == "display_data"]
    assert "application/vnd.jupyter.widget-view+json" in shown.data


def widgets(notebook: nbformat.NotebookNode) -> list[dict[str, object]]:
    """What the page was told of each widget, at the end."""
    kept = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    return [{"_model_name": each["model_name"], **each["state"]} for each in kept.values()]
