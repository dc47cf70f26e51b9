"""Servers, clouds, and what watches them."""

from __future__ import annotations

from typing import Any

from .job import answer, failure, job


def rpc(result: object) -> Any:
    return answer({"jsonrpc": "2.0", "result": result, "id": "0"})


@job(
    "pyzabbix",
    "logging in, hosts, a new one, an error",
    {
        "POST /api_jsonrpc.php": (
            rpc("7.0.0"), rpc("session"), rpc([{"hostid": "1", "host": "a"}]),
            rpc({"hostids": ["2"]}),
            answer({"jsonrpc": "2.0", "id": "4", "error": {
                "code": -32602, "message": "Invalid params.", "data": "no such host"}}),
        ),
    },
)  # fmt: skip
def pyzabbix(url: str) -> Any:
    from pyzabbix import ZabbixAPI

    client = ZabbixAPI(url)
    client.login("me", "secret")
    return [
        client.host.get(output=["hostid", "host"]),
        client.host.create(host="b", groups=[{"groupid": "1"}]),
        failure(lambda: client.host.delete("9")),
    ]


@job(
    "python-digitalocean",
    "droplets by pages, a new key, a 404",
    {
        "GET /v2/droplets/": (
            answer({"droplets": [{"id": 1, "name": "a", "networks": {"v4": [], "v6": []}}],
                    "links": {"pages": {"next": "{url}/v2/droplets/?page=2"}},
                    "meta": {"total": 2}}),
            answer({"droplets": [{"id": 2, "name": "b", "networks": {"v4": [], "v6": []}}],
                    "links": {}, "meta": {"total": 2}}),
        ),
        "POST /v2/account/keys/": answer({"ssh_key": {"id": 5, "name": "key"}}, 201),
        "GET /v2/droplets/9": answer({"id": "not_found", "message": "none"}, 404),
    },
)  # fmt: skip
def python_digitalocean(url: str) -> Any:
    import digitalocean

    options = {"token": "secret", "end_point": f"{url}/v2/"}
    manager = digitalocean.Manager(**options)
    names = [droplet.name for droplet in manager.get_all_droplets()]
    key = digitalocean.SSHKey(name="key", public_key="ssh-ed25519 AAAA", **options)
    key.create()
    missing = failure(digitalocean.Droplet(id=9, **options).load)
    return [names, key.id, missing]


@job(
    "azure-appconfiguration",
    "a setting read, written, listed by pages after a 503 that is tried again, a 404",
    {
        "GET /kv/key": answer({"key": "key", "value": "é", "etag": "e"}),
        "PUT /kv/key": answer({"key": "key", "value": "new", "etag": "f"}),
        "GET /kv": (
            answer({"error": "busy"}, 503, Retry_After="0"),
            answer({"items": [{"key": "a"}], "@nextLink": "{url}/more"}),
        ),
        "GET /more": answer({"items": [{"key": "b"}]}),
        "GET /kv/none": answer("", 404),
    },
    varies=("authorization", "x-ms-client-request-id", "x-ms-date"),
)
def azure_appconfiguration(url: str) -> Any:
    from azure.appconfiguration import AzureAppConfigurationClient, ConfigurationSetting

    secret = f"Endpoint={url};Id=id;Secret=c2VjcmV0"
    client = AzureAppConfigurationClient.from_connection_string(secret)
    return [
        client.get_configuration_setting("key").value,
        client.set_configuration_setting(ConfigurationSetting(key="key", value="new")).value,
        [setting.key for setting in client.list_configuration_settings()],
        failure(lambda: client.get_configuration_setting("none"))[0],
    ]


@job(
    "datadog",
    "a metric, an event, a query, a refusal",
    {
        "POST /api/v1/series": answer({"status": "ok"}, 202),
        "POST /api/v1/events": answer({"status": "ok", "event": {"id": 1}}, 202),
        "GET /api/v1/query": answer({"status": "ok", "series": []}),
        "GET /api/v1/monitor/9": answer({"errors": ["Monitor not found"]}, 404),
    },
)
def datadog(url: str) -> Any:
    from datadog import api, initialize

    initialize(api_key="key", app_key="secret", api_host=url, host_name="h", mute=False)
    return [
        api.Metric.send(metric="m", points=[(1, 2.5)], tags=["a:b"]),
        api.Event.create(title="é", text="text"),
        api.Metric.query(start=1, end=2, query="avg:m{*}"),
        failure(lambda: api.Monitor.get(9)),
    ]


@job(
    "py-consul",
    "a value written, read, none, a service, a refusal",
    {
        "PUT /v1/kv/key": answer("true", Content_Type="application/json"),
        "GET /v1/kv/key": answer([{"Key": "key", "Value": "w6k=", "ModifyIndex": 7}],
                                 X_Consul_Index="7"),
        "GET /v1/kv/none": answer("", 404, X_Consul_Index="7"),
        "PUT /v1/agent/service/register": answer(""),
        "DELETE /v1/kv/key": answer("Permission denied", 403),
    },
)  # fmt: skip
def py_consul(url: str) -> Any:
    from consul import Consul

    client = Consul(token="secret")
    client.http.base_uri = url
    return [
        client.kv.put("key", "é"), client.kv.get("key")[1]["Value"].decode(),
        client.kv.get("none"), client.agent.service.register("web", port=80, tags=["a"]),
        failure(lambda: client.kv.delete("key")),
    ]  # fmt: skip


@job(
    "atlassian-python-api",
    "a page, a new one, a 404",
    {
        "GET /rest/api/content/1": answer({"id": "1", "title": "é"}),
        "POST /rest/api/content": answer({"id": "2", "title": "new"}),
        "GET /rest/api/content/9": answer({"statusCode": 404, "message": "No content"}, 404),
    },
)
def atlassian_python_api(url: str) -> Any:
    from atlassian import Confluence

    client = Confluence(url=url, token="secret", cloud=False)
    created = client.create_page("DEMO", "new", "<p>é</p>")
    missing = failure(lambda: client.get_page_by_id("9"))
    return [client.get_page_by_id("1")["title"], created["id"], missing]
