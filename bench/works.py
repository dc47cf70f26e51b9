"""What is measured, of whom, and what the package wants to reach."""

from __future__ import annotations

from . import streams
from .server import resource
from .work import BODY10, BODY100, LARGE_ROUNDS, MB, SMALL_ROUNDS, Contender, Goal, Work

SEQUENTIAL, CONCURRENT, STUBBED, LINES = 300, 200, 100, 100_000
# Of /small, whose ids every request of these works adds up.
SMALL_ID = 7


JS = Contender("JavaScript", "JavaScript", "await")
JS_XHR = Contender("JavaScript, XHR", "JavaScriptXHR", "xhr")
BY_HAND = Contender("js.fetch by hand", "FetchByHand", "await")
TO_PY = Contender("js.fetch, to_py()", "Converted", "await")
PYFETCH = Contender("pyfetch", "Pyfetch", "await")
NIQUESTS = Contender("niquests, async", "NiquestsAsync", "await")
HTTPX2 = Contender("httpx2, async", "Httpx2Async", "await")
ZAPROS = Contender("zapros, async", "ZaprosAsync", "await")
OURS = Contender("pyfetch_requests, async", "OursAsync", "await")
REQUESTS_JSPI = Contender("requests, JSPI", "Requests", "jspi")
NIQUESTS_JSPI = Contender("niquests, JSPI", "Niquests", "jspi")
HTTPX2_JSPI = Contender("httpx2, JSPI", "Httpx2", "jspi")
OURS_JSPI = Contender("pyfetch_requests, JSPI", "Ours", "jspi")
REQUESTS_XHR = Contender("requests, XHR", "Requests", "xhr")
PATCHED_XHR = Contender("requests by pyodide-http, XHR", "PatchedRequests", "xhr")
URLLIB_XHR = Contender("urllib by pyodide-http, XHR", "PatchedUrllib", "xhr")
OURS_XHR = Contender("pyfetch_requests, XHR", "Ours", "xhr")
MSGSPEC = Contender("pyfetch_requests, msgspec", "OursAsync", "await", "parsed_fast")
MSGSPEC_JSPI = Contender("pyfetch_requests, msgspec, JSPI", "Ours", "jspi", "parsed_fast")
FILE = Contender("pyfetch_requests, a file", "OursAsync", "await", "uploaded_file")
LOADS = Contender("json.loads a line, async", "OursAsync", "await", "values_by_hand")
LOADS_JSPI = Contender("json.loads a line, JSPI", "Ours", "jspi", "values_by_hand")

AWAITED = (JS, BY_HAND, PYFETCH, NIQUESTS, HTTPX2, ZAPROS, OURS)
SWITCHING = (REQUESTS_JSPI, NIQUESTS_JSPI, HTTPX2_JSPI, OURS_JSPI)
BY_XHR = (JS_XHR, REQUESTS_XHR, PATCHED_XHR, URLLIB_XHR, OURS_XHR)
BODIES = (JS, BY_HAND, PYFETCH, NIQUESTS, HTTPX2, ZAPROS, REQUESTS_JSPI, OURS, OURS_JSPI)
LINES_OF = (JS, NIQUESTS, HTTPX2, REQUESTS_JSPI, OURS, OURS_JSPI)
STREAMS = (JS, NIQUESTS, HTTPX2, ZAPROS, REQUESTS_JSPI, OURS, OURS_JSPI)
# Where one engine stands for itself, and not for every client there is.
FEW = (JS, PYFETCH, REQUESTS_JSPI, OURS, OURS_JSPI, JS_XHR, REQUESTS_XHR, OURS_XHR)


def _small() -> list[Work]:
    url = "{origin}/small"
    everybody = (*AWAITED, *SWITCHING, *BY_XHR)
    overhead = (
        Goal(OURS, PYFETCH, 0.85),
        Goal(OURS, REQUESTS_JSPI, 0.15),
        Goal(OURS_JSPI, REQUESTS_JSPI, 0.22),
        Goal(OURS_XHR, REQUESTS_XHR, 0.15),
    )
    return [
        Work("overhead", "A small JSON GET without the network, each", "sequential",
             (url, STUBBED), SMALL_ID * STUBBED, everybody, overhead,
             STUBBED, True, 3, SMALL_ROUNDS),
        Work("sequential", f"{SEQUENTIAL} small JSON GETs, one after the other", "sequential",
             (url, SEQUENTIAL), SMALL_ID * SEQUENTIAL,
             (JS, BY_HAND, PYFETCH, OURS, REQUESTS_JSPI, OURS_JSPI),
             (Goal(OURS, JS, 1.25), Goal(OURS, PYFETCH, 0.9)), rounds=SMALL_ROUNDS),
        Work("concurrent", f"{CONCURRENT} small JSON GETs at once", "concurrent",
             (url, CONCURRENT), SMALL_ID * CONCURRENT, AWAITED,
             (Goal(OURS, JS, 1.2), Goal(OURS, BY_HAND, 1.0)), rounds=SMALL_ROUNDS),
    ]  # fmt: skip


def _json(size: int) -> Work:
    count = resource("json", size * MB)[1].count(b'"id": ')
    goals = [Goal(ours, REQUESTS_JSPI, 0.75) for ours in (OURS, OURS_JSPI)]
    title = f"{size} MB of JSON, to Python's values"
    fast = (MSGSPEC, MSGSPEC_JSPI)
    contenders: tuple[Contender, ...] = (JS, REQUESTS_JSPI, OURS, OURS_JSPI, *fast)
    if size < 50:
        contenders = (TO_PY, PYFETCH, *contenders)
    goals += [Goal(ours, REQUESTS_JSPI, 0.45) for ours in fast]
    arguments = (f"{{origin}}/json/{size * MB}",)
    rounds = LARGE_ROUNDS if size > 1 else SMALL_ROUNDS
    found = (f"json{size}", title, "parsed", arguments, count, contenders, tuple(goals))
    return Work(*found, rounds=rounds)


def _bodies() -> list[Work]:
    return [
        Work("content10", "10 MB into bytes", "content", (f"{{origin}}/bytes/{BODY10}",), BODY10,
             (*BODIES, *BY_XHR),
             (Goal(OURS, JS, 1.05), Goal(OURS_XHR, JS_XHR, 1.1),
              Goal(OURS_XHR, REQUESTS_XHR, 1.0))),
        Work("content100", "100 MB into bytes", "content", (f"{{origin}}/bytes/{BODY100}",),
             BODY100, BODIES, (Goal(OURS, JS, 0.6),)),
        Work("stream", "100 MB by iter_content", "streamed", (f"{{origin}}/bytes/{BODY100}",),
             BODY100, STREAMS, (Goal(OURS, JS, 1.1), Goal(OURS_JSPI, JS, 1.2))),
        Work("upload", "50 MB sent", "uploaded", ("{origin}/sink", 50 * MB), 50 * MB,
             (*BODIES, FILE), (Goal(OURS, JS, 1.05), Goal(FILE, JS, 1.05))),
    ]  # fmt: skip


def _lines() -> list[Work]:
    url = (f"{{origin}}/lines/{LINES}",)
    return [
        Work("lines", f"{LINES:,} lines by iter_lines", "lines", url, LINES,
             (*LINES_OF, JS_XHR, REQUESTS_XHR, OURS_XHR),
             (Goal(OURS, REQUESTS_JSPI, 0.8), Goal(OURS_JSPI, REQUESTS_JSPI, 0.7),
              Goal(OURS_XHR, REQUESTS_XHR, 0.8, ("worker",)),
              Goal(OURS_XHR, REQUESTS_XHR, 1 / 4, ("page",)))),
        Work("ndjson", f"{LINES:,} lines of ndjson to values", "values", url,
             LINES * (LINES - 1) // 2, (JS, LOADS, LOADS_JSPI, OURS, OURS_JSPI),
             (Goal(OURS, LOADS, 0.6), Goal(OURS_JSPI, LOADS_JSPI, 0.6))),
    ]  # fmt: skip


def works() -> list[Work]:
    """Every work, in the order in which the report has them."""
    return [*_small(), *map(_json, (1, 10, 50)), *_bodies(), *_lines(), *streams.works()]


# Of the other engines the works that tell most, by clients that they can run.
_ELSEWHERE = {
    "firefox": ("overhead", "sequential", "json10", "content100", "stream", "lines"),
    "webkit": ("overhead", "content10", "lines"),
}


def works_in(engine: str) -> list[Work]:
    """The works of an engine: all in Chromium, a few elsewhere; in WebKit only those by XHR."""
    if engine == "chromium":
        return works()
    chosen = [work for work in works() if work.key in _ELSEWHERE[engine]]
    hows = ("xhr",) if engine == "webkit" else ("await", "jspi")
    return [
        work._replace(
            contenders=tuple(one for one in work.contenders if one in FEW and one.how in hows),
            goals=tuple(
                goal
                for goal in work.goals
                if {goal.contender, goal.reference} <= set(FEW) and goal.contender.how in hows
            ),
        )
        for work in chosen
    ]
