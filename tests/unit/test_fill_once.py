"""Folders of the cache: filled once, by whichever process comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.wheels import fill_once


def test_it_is_filled_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    fill_once(folder, lambda place: (place / "file").write_text("first"))
    fill_once(folder, lambda place: (place / "file").write_text("second"))
    assert (folder / "file").read_text() == "first"
    assert list(tmp_path.glob("new/*")) == [folder]


def test_another_process_is_faster(tmp_path: Path) -> None:
    folder = tmp_path / "folder"

    def fill(place: Path) -> None:
        (place / "file").write_text("slow")
        fill_once(folder, lambda place: (place / "file").write_text("fast"))

    fill_once(folder, fill)
    assert (folder / "file").read_text() == "fast"
    assert list(tmp_path.iterdir()) == [folder]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        (place / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_once(tmp_path / "folder", fill)
    assert list(tmp_path.iterdir()) == []
