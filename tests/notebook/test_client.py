"""The package that depends on ours, examples/resotonotebook: in the site's own kernel."""

from __future__ import annotations

import json

from tests.install.client_questions import expected, program, settled
from tests.inventory.api import Api
from tests.notebook.lab import Lab


def test_its_answers_are_those_of_direct_questions(url: str, api: Api) -> None:
    install = "%pip install -q resotonotebook-fetch"
    with Lab(f"{url}/notebook") as lab:
        lab.open("requests.ipynb")
        assert lab.run("install", install) == ""
        # On a desktop and in here the same function asks.
        shown = json.loads(lab.run("ping", program("await ask()")))
    assert settled(shown) == settled(expected(api))
    assert shown["drawn"] > 5
