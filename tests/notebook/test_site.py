"""The site: it needs no other host, keeps what was edited, and works behind a login."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.inventory_process import running_inventory
from tests.notebook.lab import IS_READY, Lab
from tests.notebook.record import Record

# How the net log marks what the browser does of its own accord.
BROWSER = "not an origin"


def test_the_wheels_are_what_the_lock_and_their_own_records_say(site: Path) -> None:
    folder = site / "static" / "pyodide"
    for package in json.loads((folder / "pyodide-lock.json").read_text())["packages"].values():
        file = folder / package["file_name"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == package["sha256"], file.name
        with zipfile.ZipFile(file) as wheel:
            [record] = [name for name in wheel.namelist() if name.endswith(".dist-info/RECORD")]
            rows = list(csv.reader(wheel.read(record).decode().splitlines()))
            assert {name for name, *_ in rows} == set(wheel.namelist()), file.name
            for name, digest, _ in rows:
                if name != record:
                    found = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest())
                    assert digest == f"sha256={found.rstrip(b'=').decode()}", name


def test_what_is_fetched_early_is_what_the_notebooks_install(site: Path) -> None:
    needed = json.loads((site / "lab" / "preload.json").read_text())
    folder = site / "static" / "pyodide"
    assert [one for files in needed.values() for one in files if not (folder / one).is_file()] == []
    projects = {one.partition("-")[0] for one in needed["example.ipynb"]}
    assert projects >= {"resotonotebook", "plotly", "pandas", "numpy", "graphviz"}


@pytest.mark.parametrize("notebook", ["example", "tour"])
def test_what_is_fetched_early_is_fetched_by_the_page(
    notebook: str, url: str, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(notebook)
    asked = [urlsplit(target).path for target, _ in record.requests]

    kernel = "/notebook/static/pyodide/pyfetch_requests-"
    # Once early, by the page, and once by the kernel, which finds it in the cache.
    assert len([path for path in asked if path.startswith(kernel)]) >= 2


@pytest.mark.parametrize("notebook", ["example", "tour"])
def test_neither_page_nor_kernel_asks_another_host(
    notebook: str, url: str, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(notebook)
    asked = [urlsplit(target) for target, initiator in record.requests if initiator != BROWSER]

    paths = {target.path for target in asked if f"http://{target.netloc}" == url}
    assert "/notebook/static/pyodide/pyodide.asm.wasm" in paths
    assert any(path.endswith("/search/list") for path in paths), "the kernel's requests are missing"
    # One cell of the tour asks a port of this machine where nobody listens.
    others = {target.netloc for target in asked} - {urlsplit(url).netloc}
    assert others <= {"127.0.0.1:59999"}


def test_the_address_without_a_file_opens_the_example(url: str) -> None:
    with Lab(f"{url}/notebook") as lab:
        lab.open("example.ipynb", address="", kernel=False)
        assert urlsplit(lab.browser.current_url).path == "/notebook/lab/index.html"


@pytest.mark.parametrize("notebook", ["example.ipynb", "requests.ipynb"])
def test_a_notebook_that_was_just_opened_has_no_changes(notebook: str, url: str) -> None:
    with Lab(f"{url}/notebook") as lab:
        lab.open(notebook)
        # JupyterLab writes what the kernel says of its language into the notebook.
        said = """
            const { context } = jupyterapp.shell.currentWidget;
            const { language_info } = await context.sessionContext.session.kernel.info;
            return [language_info, context.model.getMetadata("language_info")];
        """
        kernel, written = lab.script(said)
        assert kernel == written
        assert lab.script("return jupyterapp.shell.currentWidget.context.model.dirty") is False


def test_the_message_of_a_failure_breaks_no_word(url: str) -> None:
    with Lab(f"{url}/notebook") as lab:
        lab.open("requests.ipynb")
        cell = next(each["id"] for each in lab.cells() if each["cell_type"] == "code")
        text = lab.run(cell, "raise ValueError(' words' * 99)")
        assert text.endswith("words " * 98 + "words")
        breaks = """
            const pre = arguments[0].querySelector(".jp-OutputArea-output pre");
            const style = getComputedStyle(pre);
            return [style.wordBreak, style.overflowWrap];
        """
        assert lab.script(breaks, lab.element(cell)) == ["normal", "anywhere"]


def test_a_reload_comes_back_to_the_notebook_in_front(url: str) -> None:
    with Lab(f"{url}/notebook") as lab:
        lab.open("example.ipynb", kernel=False)
        # Until then JupyterLab may put the notebook of the address in front once more.
        lab.wait(lambda: "path=" not in lab.browser.current_url, "it has been opened")
        lab.script("jupyterapp.commands.execute('docmanager:open', {path: 'requests.ipynb'})")
        in_front = "return jupyterapp.shell.currentWidget?.context?.path === 'requests.ipynb'"
        lab.wait(lambda: lab.script(in_front), "the other notebook is in front")
        kept = "return sessionStorage.getItem('notebook') === 'requests.ipynb'"
        lab.wait(lambda: lab.script(kept), "it is remembered")

        lab.browser.refresh()
        lab.wait(lambda: lab.script(IS_READY, "requests.ipynb", False), "it is open again")


def test_an_edited_notebook_is_kept_and_the_original_comes_back(site: Path, url: str) -> None:
    original = json.loads((site / "files" / "example.ipynb").read_text())["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in original}
    with Lab(f"{url}/notebook") as lab:
        lab.open("example.ipynb", kernel=False)
        lab.set_source("connect", "kept = 6 * 7\nkept")
        lab.command("docmanager:save")

        lab.open("example.ipynb", kernel=False)
        assert {cell["id"]: cell["source"] for cell in lab.cells()} == sources | {
            "connect": "kept = 6 * 7\nkept"
        }
        assert requests.get(f"{url}/notebook/files/example.ipynb", timeout=60).json()[
            "cells"
        ] == original, "the server's copy must not change"  # fmt: skip

        lab.script("return jupyterapp.serviceManager.contents.delete('example.ipynb')")
        lab.open("example.ipynb", kernel=False)
        assert {cell["id"]: cell["source"] for cell in lab.cells()} == sources


def test_behind_a_login_both_clients_sign_their_requests(site: Path) -> None:
    asking = {"install", "connect", "count-all", "fetch-client", "compare-search"}
    with running_inventory(site, psk="a secret, shared") as url:
        assert requests.get(f"{url}/model", timeout=60).status_code == 401
        with Lab(f"{url}/notebook") as lab:
            lab.open("example.ipynb")
            sources = {cell["id"]: cell["source"] for cell in lab.cells()}
            key = sources["connect"].replace("PSK = None", 'PSK = "a secret, shared"')
            lab.set_source("connect", key)
            for other in sources.keys() - asking:
                lab.set_source(other, "")
            cells = [cell for cell in lab.run_all() if cell["id"] in asking]

    assert [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"] == []
    assert all(cell["execution_count"] for cell in cells)
    assert "values are equal: is(instance)" in "".join(cells[-1]["outputs"][0]["text"])
