"""pandas and numpy open URLs with urllib: unchanged, once `install("urllib")` was called.

They are to be had for Pyodide 0.27 only, so this has interpreters of its own.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.interpreter import Interpreter
    from tests.server import Server

CSV = "city,n\nWien,1\nÅrhus,2\n"
XML = "<a><row><city>Wien</city><n>1</n></row><row><city>Århus</city><n>2</n></row></a>"
HTML = (
    """<meta charset="utf-8"><table><tr><th>city<th>n<tr><td>Wien<td>1<tr><td>Århus<td>2</table>"""
)
# The least that a file of Excel's has.
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
SCHEMA = "http://schemas.openxmlformats.org/"
EXCEL = {
    "[Content_Types].xml": f"""<Types xmlns="{SCHEMA}package/2006/content-types">
        <Default Extension="rels"
            ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Override PartName="/xl/workbook.xml" ContentType="{TYPES}sheet.main+xml"/>
        <Override PartName="/xl/sheet.xml" ContentType="{TYPES}worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{SCHEMA}package/2006/relationships">
        <Relationship Id="r1" Target="xl/workbook.xml"
            Type="{SCHEMA}officeDocument/2006/relationships/officeDocument"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{SCHEMA}spreadsheetml/2006/main"
        xmlns:r="{SCHEMA}officeDocument/2006/relationships">
        <sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{SCHEMA}package/2006/relationships">
        <Relationship Id="r1" Target="sheet.xml"
            Type="{SCHEMA}officeDocument/2006/relationships/worksheet"/></Relationships>""",
    "xl/sheet.xml": f"""<worksheet xmlns="{SCHEMA}spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="str"><v>city</v></c><c r="B1" t="str"><v>n</v></c></row>
        <row r="2"><c r="A2" t="str"><v>Wien</v></c><c r="B2"><v>1</v></c></row>
        <row r="3"><c r="A3" t="str"><v>Århus</v></c><c r="B3"><v>2</v></c></row>
        </sheetData></worksheet>""",
}

# Loading pandas takes half a minute, and a page differs from a worker where stacks cannot switch.
pytestmark = pytest.mark.usually_on("(chromium and worker) or (webkit and page)")


def excel() -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as made:
        for name, text in EXCEL.items():
            made.writestr(name, text)
    return file.getvalue()


def frames(urls: dict[str, str]) -> None:
    from urllib.error import HTTPError, URLError

    import numpy as np
    import pandas as pd

    import pyfetch_requests

    with pyfetch_requests.installed("urllib"):
        expected = [["Wien", 1], ["Århus", 2]]
        for name in ("plain", "file", "coding", "both"):
            found = pd.read_csv(urls[name])
            assert found.values.tolist() == expected, name
        headers = {"X-Key": "k", "User-Agent": "mine"}
        echoed = pd.read_json(urls["echo"], storage_options=headers, typ="series")
        assert ["X-key", "k"] in echoed["headers"]  # as urllib writes it
        found = pd.read_xml(urls["xml"], parser="etree", storage_options=headers)
        assert found.values.tolist() == expected
        assert pd.read_excel(urls["excel"], storage_options=headers).values.tolist() == expected
        (found,) = pd.read_html(urls["html"], flavor="bs4", storage_options=headers)
        assert found.values.tolist() == expected
        lines = pd.read_json(urls["lines"], lines=True, chunksize=1)
        assert [frame["a"].tolist() for frame in lines] == [[1], [2]]
        assert np.loadtxt(urls["numbers"]).sum() == 10
        with np.lib.npyio.DataSource(None).open(urls["numbers"]) as file:
            assert file.readline() == "1 2\n"
        with pytest.raises(HTTPError, match="404"):
            pd.read_csv(urls["missing"])
        with pytest.raises(URLError) as caught:
            pd.read_csv(urls["dead"])
        assert isinstance(caught.value.reason, pyfetch_requests.ConnectionError)


def frames_by_fsspec(urls: dict[str, str]) -> None:
    """By fsspec goes what names one of its file systems, and a file that it has opened."""
    import fsspec
    import pandas as pd

    from pyfetch_requests.fsspec import register

    register()
    expected = [["Wien", 1], ["Århus", 2]]
    assert pd.read_csv(f"simplecache::{urls['plain']}").values.tolist() == expected
    options = {"http": {"headers": {"X-Key": "k"}}}
    echoed = pd.read_json(f"simplecache::{urls['echo']}", storage_options=options, typ="series")
    assert ["x-key", "k"] in [[name.lower(), value] for name, value in echoed["headers"]]
    with fsspec.open(urls["plain"]) as file:
        assert pd.read_csv(file).values.tolist() == expected
    with pytest.raises(FileNotFoundError):
        pd.read_csv(f"simplecache::{urls['missing']}")


def old_notebook(urls: dict[str, str]) -> None:
    """Its first cell calls pyodide-http, which is a module of ours after `install("all")`."""
    from urllib.error import URLError

    import pyfetch_requests

    with pyfetch_requests.installed("all"):
        import pyodide_http

        pyodide_http.patch_all()
        import pandas as pd
        import requests

        expected = [["Wien", 1], ["Århus", 2]]
        for name in ("plain", "coding", "both"):
            assert pd.read_csv(urls[name]).values.tolist() == expected, name
        text = requests.get(urls["plain"], timeout=30).text
        assert pd.read_csv(io.StringIO(text)).values.tolist() == expected
        with pytest.raises(requests.HTTPError, match="404"):
            requests.get(urls["missing"]).raise_for_status()
        with pytest.raises(URLError) as caught:
            pd.read_csv(urls["dead"])
        assert isinstance(caught.value.reason, requests.ConnectionError)


async def by_switching_stacks(urls: dict[str, str]) -> None:
    frames(urls)
    frames_by_fsspec(urls)
    old_notebook(urls)


def by_xhr(urls: dict[str, str]) -> None:
    frames(urls)
    frames_by_fsspec(urls)
    old_notebook(urls)


@pytest.mark.parametrize("way", [by_switching_stacks, by_xhr])
def test_read(notebook: Interpreter, server: Server, way: Callable[..., object]) -> None:
    urls = server.urls
    body = CSV.encode()
    addresses = {
        "plain": urls.respond(body),
        "file": urls.respond(gzip.compress(body)) + "#/cities.csv.gz",
        "coding": urls.respond(body, encoding="gzip"),
        "both": urls.respond(gzip.compress(body), encoding="gzip") + "#/cities.csv.gz",
        "echo": urls.echo(),
        "xml": urls.respond(XML),
        "excel": urls.respond(excel()),
        "html": urls.respond(HTML),
        "lines": urls.respond('{"a": 1}\n{"a": 2}\n'),
        "numbers": urls.respond("1 2\n3 4\n"),
        "missing": urls.respond("none", status=404),
        "dead": urls.dead,
    }
    notebook.call(way, {"urls": addresses})
