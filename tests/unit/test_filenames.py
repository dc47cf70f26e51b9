"""Names out of Content-Disposition: what the header says, and what becomes of it."""

from __future__ import annotations

import pytest

from pyfetch_requests._text.filenames import disposition_name, proposed, safe_name

URL = "https://host.example/files/data%20set.csv?x=1"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("attachment; filename=a.txt", "a.txt"),
        ('attachment; filename="a b.txt"', "a b.txt"),
        (r'attachment; filename="a\"b\\c.txt"', r'a"b\c.txt'),
        ("ATTACHMENT;FILENAME = a.txt", "a.txt"),
        ("inline; filename*=UTF-8''na%C3%AFve%20plan.txt", "naïve plan.txt"),
        ("attachment; filename*=iso-8859-1'de'%E4.txt", "ä.txt"),
        # RFC 6266, section 4.3: the extended one wins, wherever it stands.
        ("attachment; filename*=UTF-8''b.txt; filename=a.txt", "b.txt"),
        ("attachment; filename=a.txt; filename*=UTF-8''b.txt", "b.txt"),
        # What cannot be decoded does not count.
        ("attachment; filename=a.txt; filename*=UTF-8''%E4.txt", "a.txt"),
        ("attachment; filename=a.txt; filename*=utf-16''b.txt", "a.txt"),
        ("attachment; filename=a.txt; filename*=b.txt", "a.txt"),
        # The first of its kind, and none that stands inside of another value.
        ("attachment; filename=a.txt; filename=b.txt", "a.txt"),
        ('attachment; x="; filename=evil.txt"; filename=good.txt', "good.txt"),
        # Servers write UTF-8 where only Latin-1 belongs.
        ("attachment; filename=\u00c3\u00a4.txt", "ä.txt"),
        ("attachment; filename=\u00e4.txt", "ä.txt"),
        # Continuations are for mail: RFC 8187, section 3.1.
        ("attachment; filename*0=a; filename*1=.txt", None),
        ("attachment; filename*0*=UTF-8''%C3; filename*1*=%A4.txt", None),
        ("attachment; filename=a.txt; filename*0=b; filename*1=.txt", "a.txt"),
        ("filename=a.txt", "a.txt"),
        ("attachment", None),
        ("attachment; name=a.txt", None),
        ("", None),
    ],
)
def test_what_the_header_says(value: str, name: str | None) -> None:
    assert disposition_name(value) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("../../a.txt", "a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("C:\\Users\\a.txt", "a.txt"),
        ("a.txt/", ""),
        ("..", ""),
        (". .", ""),
        (".bashrc", "bashrc"),
        ("a.txt. .", "a.txt"),
        ("a:b?.txt", "a_b_.txt"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("txt.\u202ecod.exe", "txt._cod.exe"),
        ("nul", "_nul"),
        ("CON.txt", "_CON.txt"),
        ("console.txt", "console.txt"),
        ("é" * 300 + ".tar", "é" * 98 + ".tar"),
        ("a" * 300, "a" * 200),
    ],
)
def test_no_path_and_nothing_odd(text: str, name: str) -> None:
    assert safe_name(text) == name
    assert len(name.encode()) <= 200


def test_where_the_header_has_no_name() -> None:
    assert proposed(None, URL) == "data set.csv"
    assert proposed("attachment; filename=..", URL) == "data set.csv"
    assert proposed("attachment; filename=a.csv", URL) == "a.csv"
    assert proposed(None, "https://host.example/") == "download"
    assert proposed(None, "https://host.example/%2e%2e%2f%2e%2e") == "download"
