"""Payments, mail, messages, clouds."""

from __future__ import annotations

from typing import Any

from .job import answer, failure, job

CUSTOMER = {"id": "cus_1", "object": "customer", "email": "a@example.com"}
DECLINED = {"error": {"type": "card_error", "code": "card_declined", "message": "Declined."}}


@job(
    "stripe",
    "customers by pages, a new one after a 503 that is tried again, a declined card",
    {
        "GET /v1/customers": (
            answer({"object": "list", "has_more": True, "url": "/v1/customers",
                    "data": [CUSTOMER]}),
            answer({"object": "list", "has_more": False, "url": "/v1/customers",
                    "data": [{**CUSTOMER, "id": "cus_2"}]}),
        ),
        "POST /v1/customers": (answer({"error": {"message": "busy"}}, 503), answer(CUSTOMER)),
        "POST /v1/charges": answer(DECLINED, 402),
    },
    varies=("x-stripe-client-user-agent",),  # has the version of Python
)  # fmt: skip
def stripe(url: str) -> Any:
    import stripe

    stripe.enable_telemetry = False
    stripe.max_network_retries = 1
    stripe.api_base = url
    stripe.api_key = "sk_test_secret"
    customer = stripe.Customer.create(
        email="a@example.com", metadata={"k": "é"}, idempotency_key="once"
    )
    everybody = [each.id for each in stripe.Customer.list(limit=1).auto_paging_iter()]

    def charge() -> Any:
        return stripe.Charge.create(amount=1, currency="eur", idempotency_key="twice")

    return [customer.email, everybody, failure(charge)]


@job(
    "hcloud",
    "servers by pages, a new one, a 404",
    {
        "GET /v1/servers": (
            answer({"servers": [{"id": 1, "name": "a"}],
                    "meta": {"pagination": {"page": 1, "per_page": 1, "next_page": 2}}}),
            answer({"servers": [{"id": 2, "name": "b"}],
                    "meta": {"pagination": {"page": 2, "per_page": 1, "next_page": None}}}),
        ),
        "POST /v1/ssh_keys": answer({"ssh_key": {"id": 5, "name": "key"}}, 201),
        "GET /v1/servers/9": answer({"error": {"code": "not_found", "message": "none"}}, 404),
    },
)  # fmt: skip
def hcloud(url: str) -> Any:
    from hcloud import Client

    client = Client("secret", api_endpoint=f"{url}/v1", poll_interval=0)
    names = [server.name for server in client.servers.get_all()]
    key = client.ssh_keys.create("key", "ssh-ed25519 AAAA")
    return [names, key.id, failure(lambda: client.servers.get_by_id(9))]


@job(
    "zulip",
    "a message, its reactions, a file, an error",
    {
        "GET /api/v1/server_settings": answer(
            {"result": "success", "msg": "", "zulip_version": "9.0", "zulip_feature_level": 270}
        ),
        "POST /api/v1/messages": (
            answer({"result": "success", "msg": "", "id": 42}),
            answer({"result": "error", "msg": "Stream 'x' does not exist", "code": "BAD"}, 400),
        ),
        "POST /api/v1/user_uploads": answer({"result": "success", "msg": "", "uri": "/u/a.txt"}),
        "GET /api/v1/users/me": answer({"result": "success", "msg": "", "full_name": "Bot"}),
    },
)
def zulip(url: str) -> Any:
    import io

    import zulip

    client = zulip.Client(email="bot@example.com", api_key="secret", site=url, client="test")
    message = {"type": "stream", "to": "all", "topic": "t", "content": "hé"}
    file = io.BytesIO(b"content")
    file.name = "a.txt"
    return [
        client.get_profile(), client.send_message(message), client.upload_file(file),
        client.send_message({**message, "to": "x"}),
    ]  # fmt: skip


@job(
    "hvac",
    "a secret read, written, listed, a missing one, a refusal",
    {
        "GET /v1/secret/data/a": answer(
            {"data": {"data": {"k": "v"}, "metadata": {"version": 1}}, "lease_duration": 0}
        ),
        "POST /v1/secret/data/a": answer({"data": {"version": 2}}),
        "LIST /v1/secret/metadata": answer({"data": {"keys": ["a", "b/"]}}),
        "GET /v1/secret/data/none": answer({"errors": []}, 404),
        "DELETE /v1/secret/data/a": answer({"errors": ["permission denied"]}, 403),
    },
)
def hvac(url: str) -> Any:
    import hvac

    client = hvac.Client(url, token="secret")
    secrets = client.secrets.kv.v2
    return [
        secrets.read_secret_version("a", raise_on_deleted_version=True)["data"]["data"],
        secrets.create_or_update_secret("a", {"k": "new"}),
        secrets.list_secrets("")["data"]["keys"],
        failure(lambda: secrets.read_secret_version("none", raise_on_deleted_version=True)),
        failure(lambda: secrets.delete_latest_version_of_secret("a")),
    ]  # fmt: skip


SIGN_IN = """<tsResponse xmlns="http://tableau.com/api"><credentials token="secret">
<site id="site-1" contentUrl=""/><user id="user-1"/></credentials></tsResponse>"""
WORKBOOKS = """<tsResponse xmlns="http://tableau.com/api">
<pagination pageNumber="{page}" pageSize="1" totalAvailable="2"/><workbooks>
<workbook id="w{page}" name="Book {page}" contentUrl="b{page}" showTabs="false"/>
</workbooks></tsResponse>"""
NOT_FOUND = """<tsResponse xmlns="http://tableau.com/api"><error code="404006">
<summary>Resource Not Found</summary><detail>no such workbook</detail></error></tsResponse>"""


@job(
    "tableauserverclient",
    "signing in and out, workbooks by pages, a 404",
    {
        "POST /api/2.4/auth/signin": answer(SIGN_IN, Content_Type="application/xml"),
        "GET /api/2.4/sites/site-1/workbooks": (
            answer(WORKBOOKS.replace("{page}", "1"), Content_Type="application/xml"),
            answer(WORKBOOKS.replace("{page}", "2"), Content_Type="application/xml"),
        ),
        "GET /api/2.4/sites/site-1/workbooks/none": answer(
            NOT_FOUND, 404, Content_Type="application/xml"
        ),
        "POST /api/2.4/auth/signout": answer("", 204),
    },
)
def tableauserverclient(url: str) -> Any:
    import tableauserverclient as tsc

    server = tsc.Server(url)
    with server.auth.sign_in(tsc.TableauAuth("me", "secret")):
        names = [book.name for book in tsc.Pager(server.workbooks)]
        missing = failure(lambda: server.workbooks.get_by_id("none"))
    return [names, missing]
