"""Makes probes inside Pyodide, and holds what becomes of them to the rule."""

from __future__ import annotations

import re
import warnings
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.browser.ways import Way
from tests.server import Urls

from .probe_causes import Cause, Where, causes, is_opaque, shows_redirect
from .probes import Probe, every, sample

# Of a failure that names the caller's own mistake, or what a server decides: nothing is repeated.
FINAL = ("FetchOptionError", "BrowserLimitError", "CORSError", "InvalidHeader", "AbortError")


class Trial:
    """One probe and what became of it.

    Attributes:
        faults: what breaks the rule.
        sent_at_most: how many requests of its method may have been seen by each step.
    """

    def __init__(self, probe: Probe, number: int, way: Way, where: Where) -> None:
        self.probe, self.number, self.way, self.where = probe, number, way, where
        self.faults: list[str] = []
        self.sent: bool | None = None
        self.given = probe.keywords(way.client)
        self.causes = list(causes(probe, self.given, where))
        self.retried = 0

    async def run(self, urls: Urls, name: str) -> None:
        """Send it."""
        self.steps = self.probe.steps(urls, name, self.number)
        session = self.way.client.Session(retries=self._counting())
        try:
            answer = await self.way.finish(
                session.request(self.probe.method, self.steps[0], **self.given)
            )
            content = await self.way.finish(answer.read())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
            self._judge_error(error)
        else:
            self._judge_answer(answer, content)

    def _counting(self) -> Any:
        trial = self

        class Counting(self.way.client.Retry):  # type: ignore[name-defined]
            def after_error(self, method: str, error: Exception) -> Any:
                trial.retried += 1
                return None

        return Counting(1)

    def _judge_error(self, error: Exception) -> None:
        kind, text = type(error), str(error)
        said = f"{kind.__name__}: {text}"
        if kind.__module__ != "pyfetch_requests.exceptions":
            self.faults.append(f"not ours: {kind.__module__}.{said}")
            return
        fitting = [cause for cause in self.causes if _fits(cause, error)]
        if not fitting:
            known = ", ".join(f"{cause.kind} ({cause.words})" for cause in self.causes)
            self.faults.append(f"{said}, where there is {known or 'no reason to fail'}")
        elif not any(cause.sent for cause in fitting):
            self.sent = False
        if self.retried and kind.__name__ in FINAL:
            self.faults.append(f"retried: {said}")
        if "hunter2" in text:
            self.faults.append(f"secret: {said}")

    def _judge_answer(self, answer: Any, content: bytes) -> None:
        sure = [cause for cause in self.causes if cause.sure]
        if sure:
            self.faults.append(f"{answer.status_code} {content[:30]!r}, in spite of {sure}")
        elif shows_redirect(self.probe, self.given, self.where):
            status = 0 if self.where.browser else self.probe.status
            if (answer.status_code, answer.is_redirect, content) != (status, True, b""):
                self.faults.append(f"no redirect: {answer.status_code} {content[:30]!r}")
        elif is_opaque(self.probe, self.given, self.where):
            if (answer.status_code, answer.type, answer.ok, content) != (0, "opaque", False, b""):
                self.faults.append(f"not opaque: {answer.status_code} {content[:30]!r}")
        else:
            self._judge_content(answer, content)
            self.sent = True

    def _judge_content(self, answer: Any, content: bytes) -> None:
        wanted = self.probe.expected
        if wanted is None:
            first = answer.history[0].request if answer.history else answer.request
            wanted = first.body
        if answer.status_code != 200 or content != wanted:
            self.faults.append(f"{answer.status_code} {content[:30]!r}, not {wanted[:30]!r}")
        if answer.url != self.steps[-1]:
            self.faults.append(f"from {answer.url}")

    def judge_record(self, seen: list[tuple[str, str]]) -> None:
        """Compare with what the servers saw: (method, path) of each request."""
        last = "/redirect" if self.probe.origin == "loop" else "/respond"
        if self.sent is False and seen:
            self.faults.append(f"sent all the same: {seen}")
        found = [method for method, path in seen if path.endswith(last)]
        if self.sent and found != [self.probe.last_method]:
            self.faults.append(f"seen as {seen}")
        unsafe = self.probe.method not in ("GET", "HEAD")
        if unsafe and self.probe.origin != "loop" and found.count(self.probe.method) > 1:
            self.faults.append(f"sent twice: {seen}")


def _fits(cause: Cause, error: Exception) -> bool:
    names = [kind.__name__ for kind in type(error).__mro__]
    exact = cause.kind == names[0]
    return exact and bool(re.search(cause.words, str(error), re.DOTALL))


async def run(
    way: Way,
    urls: Urls,
    engine: str,
    place: str,
    request_id: str,
    isolated: bool,
    seed: int | None,
    start: int,
    stop: int,
) -> None:
    """Make some probes, and fail with what breaks the rule.

    Args:
        way, urls, engine, place, request_id: as in other tests.
        isolated: whether the place is cross-origin isolated.
        seed: of a sample; None for all probes with one option.
        start, stop: which of them.
    """
    where = Where(engine, place, way.name, isolated)
    chosen = (every(engine) if seed is None else sample(engine, seed, stop))[start:stop]
    trials = [Trial(probe, number, way, where) for number, probe in enumerate(chosen)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for trial in trials:
            await trial.run(urls, request_id)
        record = await way.seen(urls.seen(request_id))
    seen: dict[int, list[tuple[str, str]]] = {}
    for entry in record["requests"]:
        if any(name.lower() == "access-control-request-method" for name, _ in entry["headers"]):
            continue
        address = urlsplit(entry["target"])
        number = int(dict(parse_qsl(address.query))["n"])
        seen.setdefault(number, []).append((entry["method"], address.path))
    for trial in trials:
        trial.judge_record(seen.get(trial.number, []))
    faults = [f"{trial.probe}\n    {fault}" for trial in trials for fault in trial.faults]
    assert not faults, f"{len(faults)} of {len(trials)} probes\n" + "\n".join(faults)
