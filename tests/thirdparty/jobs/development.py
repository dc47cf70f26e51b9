"""Software, its hosts and its trackers."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from .job import answer, failure, job


@job(
    "python-gitlab",
    "projects by pages, a new issue, an upload, a 404",
    {
        "GET /api/v4/projects": (
            answer(
                [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}],
                Link='<{url}/api/v4/projects?page=2>; rel="next"',
                X_Next_Page="2", X_Page="1", X_Per_Page="2", X_Total="3", X_Total_Pages="2",
            ),
            answer([{"id": 3, "name": "trois é"}]),
        ),
        "POST /api/v4/projects/1/issues": answer({"iid": 7, "title": "a title"}, 201),
        "POST /api/v4/projects/1/uploads": answer(
            {"alt": "a", "url": "/u/a.txt", "markdown": "![a](/u/a.txt)"}, 201
        ),
        "GET /api/v4/projects/99": answer({"message": "404 Project Not Found"}, 404),
    },
)  # fmt: skip
def python_gitlab(url: str) -> Any:
    from gitlab import Gitlab

    client = Gitlab(url, private_token="secret")
    names = [project.name for project in client.projects.list(iterator=True, per_page=2)]
    project = client.projects.get(1, lazy=True)
    issue = project.issues.create({"title": "a title", "labels": ["x", "y"]})
    upload = project.upload("a.txt", filedata=b"content")
    return [names, issue.iid, upload["url"], failure(lambda: client.projects.get(99))]


REPOSITORY = {"id": 1, "name": "tool", "full_name": "team/tool", "url": "{url}/repos/team/tool"}
LIMITED = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


@job(
    "PyGithub",
    "a repository, issues by pages, a new issue, a wait after a 403 of its own Retry, a 404",
    {
        "GET /repos/team/tool": answer(REPOSITORY),
        "GET /repos/team/tool/issues": (
            answer(
                [{"number": 1, "title": "one"}],
                Link='<{url}/repos/team/tool/issues?page=2>; rel="next"',
            ),
            answer([{"number": 2, "title": "two"}]),
        ),
        "POST /repos/team/tool/issues": answer({"number": 3, "title": "new"}, 201),
        "GET /repos/team/tool/labels/a%20b": answer({"message": "Not Found"}, 404),
        "GET /user": (answer(LIMITED, 403, Retry_After="0"), answer({"login": "somebody"})),
    },
)  # fmt: skip
def pygithub(url: str) -> Any:
    with_names_of_pynacl()
    from github import Auth, Github

    client = Github(
        base_url=url, auth=Auth.Token("secret"),
        seconds_between_requests=None, seconds_between_writes=None,
    )  # fmt: skip
    repository = client.get_repo("team/tool")
    titles = [issue.title for issue in repository.get_issues(state="open")]
    created = repository.create_issue("new", labels=["x"]).number
    login = client.get_user().login
    return [titles, created, login, failure(lambda: repository.get_label("a b"))]


def with_names_of_pynacl() -> None:
    """The two names of pynacl that PyGithub imports, to encrypt secrets, which no job does."""
    nacl = ModuleType("nacl")
    for name in ("encoding", "public"):
        module = ModuleType(f"nacl.{name}")
        setattr(nacl, name, module)
        sys.modules.setdefault(f"nacl.{name}", module)
    sys.modules.setdefault("nacl", nacl)


ISSUE = {
    "id": "10", "key": "DEMO-1", "self": "{url}/rest/api/2/issue/10",
    "fields": {"summary": "broken", "status": {"name": "Open", "self": "x", "id": "1"}},
}  # fmt: skip


@job(
    "jira",
    "an issue, a search, a new issue, a comment, an attachment, a 404",
    {
        "GET /rest/api/2/serverInfo": answer({"versionNumbers": [9, 4, 0], "baseUrl": "{url}"}),
        "GET /rest/api/2/field": answer([{"id": "summary", "name": "Summary", "clauseNames": []}]),
        "GET /rest/api/2/issue/DEMO-1": answer(ISSUE),
        "GET /rest/api/2/search": answer(
            {"startAt": 0, "maxResults": 50, "total": 1, "issues": [ISSUE]}
        ),
        "GET /rest/api/2/project/DEMO": answer({"id": "1", "key": "DEMO", "self": "x"}),
        "POST /rest/api/2/issue": answer({"id": "10", "key": "DEMO-1", "self": "x"}, 201),
        "POST /rest/api/2/issue/DEMO-1/comment": answer({"id": "5", "body": "seen", "self": "x"}),
        "POST /rest/api/2/issue/DEMO-1/attachments": answer(
            [{"id": "6", "filename": "log.txt", "size": 5, "self": "x"}]
        ),
        "GET /rest/api/2/issue/DEMO-2": answer({"errorMessages": ["Issue Does Not Exist"]}, 404),
    },
)
def jira(url: str) -> Any:
    import io

    from jira import JIRA

    client = JIRA(url, basic_auth=("me", "secret"), max_retries=0)
    found = client.search_issues("project = DEMO order by created")
    created = client.create_issue(project="DEMO", summary="broken", issuetype={"name": "Bug"})
    comment = client.add_comment("DEMO-1", "seen")
    attached = client.add_attachment("DEMO-1", io.BytesIO(b"lines"), filename="log.txt")
    missing = failure(lambda: client.issue("DEMO-2"))
    return [
        client.issue("DEMO-1").fields.status.name, [each.key for each in found],
        created.key, comment.body, attached.filename, missing[0], missing[1].splitlines()[0],
    ]  # fmt: skip


@job(
    "pynetbox",
    "devices by pages, a new one, a change, a deletion, a 400",
    {
        "GET /api/dcim/devices/": (
            answer(
                {"count": 2, "next": "{url}/api/dcim/devices/?limit=1&offset=1", "previous": None,
                 "results": [{"id": 1, "name": "a", "url": "{url}/api/dcim/devices/1/"}]}
            ),
            answer(
                {"count": 2, "next": None, "previous": None,
                 "results": [{"id": 2, "name": "b", "url": "{url}/api/dcim/devices/2/"}]}
            ),
        ),
        "POST /api/dcim/devices/": (
            answer({"id": 3, "name": "c", "url": "{url}/api/dcim/devices/3/"}, 201),
            answer({"name": ["This field is required."]}, 400),
        ),
        "PATCH /api/dcim/devices/3/": answer({"id": 3, "name": "d"}),
        "DELETE /api/dcim/devices/3/": answer("", 204),
    },
)  # fmt: skip
def pynetbox(url: str) -> Any:
    import pynetbox

    devices = pynetbox.api(url, token="secret").dcim.devices
    names = [device.name for device in devices.all(limit=1)]
    device = devices.create(name="c", site=1)
    device.name = "d"
    changed = device.save()
    deleted = device.delete()
    return [names, device.id, changed, deleted, failure(lambda: devices.create(site=1))]


@job(
    "python-redmine",
    "issues by pages, a new one, a 404",
    {
        "GET /issues.json": (
            answer({"issues": [{"id": 1, "subject": "one"}], "total_count": 2, "offset": 0,
                    "limit": 1}),
            answer({"issues": [{"id": 2, "subject": "two"}], "total_count": 2, "offset": 1,
                    "limit": 1}),
        ),
        "POST /projects/tool/issues.json": answer({"issue": {"id": 3, "subject": "new"}}, 201),
        "GET /issues/9.json": answer("", 404),
    },
)  # fmt: skip
def python_redmine(url: str) -> Any:
    from redminelib import Redmine

    client = Redmine(url, key="secret")
    found = [issue.subject for issue in client.issue.filter(project_id="tool", limit=2)]
    created = client.issue.create(project_id="tool", subject="new")
    return [found, created.id, failure(lambda: client.issue.get(9))]
