"""requests.ipynb: every cell runs, and shows what the server says when it is asked directly."""

from __future__ import annotations

from ast import literal_eval

from tests.inventory.api import Api
from tests.notebook.record import Record


def test_every_cell_runs_without_error(tour: Record) -> None:
    assert tour.errors() == []


def test_a_response_is_shown_with_its_parts(tour: Record, api: Api) -> None:
    ping = api.get("/system/ping")

    assert tour.result("ping") == f"<Response [{ping.status_code}]>"
    shown = dict(line.split(maxsplit=1) for line in tour.printed("response").splitlines())
    assert shown == {
        "status:": f"{ping.status_code} {ping.reason}",
        "url:": ping.url,
        "type:": ping.headers["Content-Type"],
        "text:": ping.text,
        "bytes:": str(ping.content),
    }


def test_parameters_are_written_as_requests_writes_them(tour: Record, api: Api) -> None:
    parameters = {"who": "you & me", "colour": ["red", "green"], "nobody": None}

    assert (
        literal_eval(tour.result("params-code")) == api.get("/system/ping", params=parameters).url
    )


def test_json_is_read_and_written(tour: Record, api: Api) -> None:
    model = api.get("/model").json()

    assert f"The server knows {len(model)} kinds" in tour.printed("json-in")
    names = sorted(kind["fqn"] for kind in model if kind["fqn"].startswith("digitalocean_"))
    assert literal_eval(tour.result("json-in")) == names[:5]
    lines = dict(line.split(":", 1) for line in tour.printed("json-out").splitlines())
    assert {step: literal_eval(value.strip()) for step, value in list(lines.items())[:3]} == {
        "put": {"colour": "green", "size": 3},
        "patch": {"colour": "green", "size": 4},
        "get": {"colour": "green", "size": 4},
    }
    assert lines["delete"].strip() == "204 No Content"
    assert api.get("/config/my.tour").status_code == 404


def test_searches_bring_what_the_server_finds(tour: Record, api: Api) -> None:
    names = [node["reported"]["name"] for node in api.found("is(account) sort name")]
    assert literal_eval(tour.result("post-code")) == names

    lines = tour.printed("session-code").splitlines()
    counted = {cloud: int(count) for cloud, count, _ in map(str.split, lines)}
    assert counted == {
        cloud: len(api.found(f"is(instance) and /ancestors.cloud.reported.id == {cloud}"))
        for cloud in ("aws", "digitalocean", "gcp")
    }

    together = literal_eval(tour.result("together-code"))
    assert len(together) == 5
    assert together == {kind: len(api.found(f"is({kind})")) for kind in together}


def test_a_stream_can_be_left_after_three_lines(tour: Record, api: Api) -> None:
    volumes = [n["reported"] for n in api.found("is(volume) sort volume_size desc")[:3]]

    shown = literal_eval(tour.result("stream-code"))
    assert shown == [f"{volume['name']}: {volume['volume_size']} GB" for volume in volumes]


def test_events_and_files(tour: Record, api: Api) -> None:
    assert literal_eval(tour.result("events-code")) == ["Hello,", "you"]

    model = api.get("/model").content
    assert f"model.json {len(model)} True" in tour.printed("download-code")
    ping = api.get("/system/ping").text
    assert tour.printed("progress-code").strip() == f"download {len(ping)} bytes"
    assert literal_eval(tour.result("progress-code")) == ping


def test_a_part_of_a_file_is_read(tour: Record) -> None:
    assert "The Zen of Python, by Tim Peters" in tour.printed("part-code")


def test_failures_have_the_names_that_requests_gives_them(tour: Record, api: Api) -> None:
    missing = api.get("/no/such/thing")
    shown = tour.printed("http-error")
    assert f"404 Client Error: Not Found for url: {missing.url}" in shown
    assert f"The server says: {missing.text}" in shown

    assert "http://127.0.0.1:59999 cannot be reached" in tour.printed("connection-error")
    assert "within 0.001 s" in tour.printed("timeout-code")
    names = [line.split()[0] for line in tour.printed("other-errors").splitlines()]
    assert names == ["MissingSchema", "InvalidSchema", "InvalidHeader", "JSONDecodeError"]
