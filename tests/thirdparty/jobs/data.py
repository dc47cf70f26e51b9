"""Databases, catalogues and files."""

from __future__ import annotations

import hashlib
from typing import Any

from .job import answer, failure, job

VERSION = {"number": "3.1.0", "distribution": "opensearch"}


@job(
    "opensearch-py",
    "a new document, a search that is tried again after a 503, a bulk load, a 404",
    {
        "GET /": answer({"name": "n", "version": VERSION}),
        "PUT /books/_doc/1": answer({"_id": "1", "result": "created"}, 201),
        "POST /books/_search": (
            answer({"error": "busy"}, 503),
            answer({"hits": {"hits": [{"_id": "1", "_source": {"t": "é"}}]}}),
        ),
        "POST /_bulk": answer(
            {"errors": False, "items": [{"index": {"_id": str(n), "status": 201}} for n in (2, 3)]}
        ),
        "GET /books/_doc/9": answer({"_id": "9", "found": False}, 404),
    },
)
def opensearch_py(url: str) -> Any:
    from opensearchpy import OpenSearch, RequestsHttpConnection, helpers

    client = OpenSearch(
        url, connection_class=RequestsHttpConnection, http_auth=("me", "secret"),
        retry_on_status=(503,), max_retries=2,
    )  # fmt: skip
    books = [{"_index": "books", "_id": str(number), "t": "x" * number} for number in (2, 3)]
    return [
        client.info()["version"],
        client.index(index="books", id="1", body={"t": "é"})["result"],
        client.search(index="books", body={"query": {"match": {"t": "é"}}})["hits"]["hits"],
        list(helpers.bulk(client, books)),
        failure(lambda: client.get(index="books", id="9")),
    ]


@job(
    "elasticsearch",
    "a new document, a search that is tried again after a 503, a 404",
    {
        "PUT /books/_doc/1": answer({"_id": "1", "result": "created"}, 201,
                                    X_Elastic_Product="Elasticsearch"),
        "POST /books/_search": (
            answer({"error": "busy"}, 503, X_Elastic_Product="Elasticsearch"),
            answer({"hits": {"hits": [{"_id": "1", "_source": {"t": "é"}}]}},
                   X_Elastic_Product="Elasticsearch"),
        ),
        "GET /books/_doc/9": answer({"_id": "9", "found": False}, 404,
                                    X_Elastic_Product="Elasticsearch"),
    },
    varies=("x-elastic-client-meta",),  # has the version of Python, as those below
)  # fmt: skip
def elasticsearch(url: str) -> Any:
    from elasticsearch import Elasticsearch

    client = Elasticsearch(
        url, node_class="requests", api_key="secret", retry_on_status=[503], max_retries=2
    )
    return [
        client.index(index="books", id="1", document={"t": "é"})["result"],
        client.search(index="books", query={"match": {"t": "é"}})["hits"]["hits"],
        failure(lambda: client.get(index="books", id="9")),
    ]


@job(
    "python-arango",
    "a new document, a query by pages of its cursor, a conflict",
    {
        "POST /_db/shop/_api/document/books": (
            answer({"_id": "books/1", "_key": "1", "_rev": "r"}, 202),
            answer({"error": True, "errorNum": 1210, "errorMessage": "unique constraint"}, 409),
        ),
        "POST /_db/shop/_api/cursor": answer(
            {"id": "5", "result": [1, 2], "hasMore": True, "cached": False, "count": 3}, 201
        ),
        "POST /_db/shop/_api/cursor/5": answer({"id": "5", "result": [3], "hasMore": False}),
    },
)
def python_arango(url: str) -> Any:
    from arango import ArangoClient

    shop = ArangoClient(hosts=url).db("shop", username="me", password="secret")
    books = shop.collection("books")
    inserted = books.insert({"_key": "1", "title": "é"})
    cursor = shop.aql.execute("FOR b IN books RETURN b.n", batch_size=2, count=True)
    again = failure(lambda: books.insert({"_key": "1"}))
    return [inserted, list(cursor), again]


@job(
    "ckanapi",
    "a search, a new dataset, a file, a refusal, an unknown dataset",
    {
        "POST /api/action/package_search": answer(
            {"success": True, "result": {"count": 1, "results": [{"name": "trees"}]}}
        ),
        "POST /api/action/package_create": answer({"success": True, "result": {"name": "new"}}),
        "POST /api/action/resource_create": answer({"success": True, "result": {"id": "r"}}),
        "POST /api/action/package_delete": answer(
            {"success": False, "error": {"__type": "Authorization Error", "message": "no"}}, 403
        ),
        "POST /api/action/package_show": answer(
            {"success": False, "error": {"__type": "Not Found Error", "message": "none"}}, 404
        ),
    },
)
def ckanapi(url: str) -> Any:
    import io

    from ckanapi import RemoteCKAN

    client = RemoteCKAN(url, apikey="secret")
    file = io.BytesIO(b"a,b\n1,2\n")
    file.name = "table.csv"
    return [
        client.action.package_search(q="tree", rows=5)["results"],
        client.action.package_create(name="new")["name"],
        client.action.resource_create(package_id="new", upload=file)["id"],
        failure(lambda: client.action.package_delete(id="new")),
        failure(lambda: client.action.package_show(id="none")),
    ]


@job(
    "geopy",
    "a place by its name, a name by its place, no answer, a refusal",
    {
        "GET /search": (
            answer([{"lat": "52.5", "lon": "13.4", "display_name": "Straße 1"}]),
            answer([]),
            answer("slow down", 429, Retry_After="0"),
        ),
        "GET /reverse": answer({"lat": "52.5", "lon": "13.4", "display_name": "Straße 1"}),
    },
)
def geopy(url: str) -> Any:
    from geopy.adapters import RequestsAdapter
    from geopy.geocoders import Nominatim

    client = Nominatim(
        user_agent="test", domain=url.partition("://")[2], scheme="http",
        adapter_factory=RequestsAdapter,
    )  # fmt: skip
    return [
        client.geocode("Straße 1").address,
        client.reverse((52.5, 13.4)).address,
        client.geocode("nowhere"),
        failure(lambda: client.geocode("Straße 1")),
    ]


CONTENT = "day,count\n1,2\n" * 500


@job(
    "pooch",
    "a file fetched once, another one whose hash is wrong, a 404",
    {
        "GET /table.csv": answer(CONTENT),
        "GET /wrong.csv": answer("something else"),
        "GET /none.csv": answer("none", 404),
    },
)
def pooch(url: str) -> Any:
    import tempfile
    from pathlib import Path

    import pooch

    known = f"sha256:{hashlib.sha256(CONTENT.encode()).hexdigest()}"
    with tempfile.TemporaryDirectory() as folder:
        files = pooch.create(
            path=folder, base_url=f"{url}/",
            registry={"table.csv": known, "wrong.csv": known, "none.csv": None},
        )  # fmt: skip
        lengths = [len(Path(files.fetch("table.csv")).read_text()) for _ in range(2)]
        wrong = failure(lambda: files.fetch("wrong.csv"))
        missing = failure(lambda: files.fetch("none.csv"))
    return [lengths, wrong[0], missing]


ENTRY = {
    "sys": {"type": "Entry", "id": "e1", "revision": 1, "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-01T00:00:00Z",
            "space": {"sys": {"type": "Link", "linkType": "Space", "id": "space"}},
            "contentType": {"sys": {"type": "Link", "linkType": "ContentType", "id": "post"}}},
    "fields": {"title": "An é"},
}  # fmt: skip
CONTENT_TYPE = {
    "sys": {"type": "ContentType", "id": "post"}, "name": "Post", "displayField": "title",
    "fields": [{"id": "title", "name": "Title", "type": "Symbol"}],
}  # fmt: skip


def entries(*items: Any) -> Any:
    return {"sys": {"type": "Array"}, "total": len(items), "skip": 0, "limit": 100, "items": items}


SPACE = "/spaces/space/environments/master"


@job(
    "contentful",
    "entries, one after it was limited, one that is not there",
    {
        f"GET {SPACE}/content_types": answer(entries(CONTENT_TYPE)),
        f"GET {SPACE}/entries": (
            answer({"sys": {"type": "Error", "id": "RateLimitExceeded"}}, 429,
                   X_Contentful_Ratelimit_Reset="0"),
            answer(entries(ENTRY)), answer(entries(ENTRY)), answer(entries()),
        ),
    },
    varies=("x-contentful-user-agent",),
)  # fmt: skip
def contentful(url: str) -> Any:
    from contentful import Client

    client = Client("space", "secret", api_url=url.partition("://")[2], https=False, timeout_s=10)
    titles = [entry.title for entry in client.entries({"content_type": "post"})]
    return [titles, client.entry("e1").title, failure(lambda: client.entry("none"))[0]]
