"""What is measured of streams and files: events, progress, a body into a file, a file sent."""

from __future__ import annotations

from .work import BODY100, MB, Contender, Goal, Work

EVENTS = 20_000
SENT = 50 * MB


def _ours(title: str, method: str = "") -> Contender:
    return Contender(f"pyfetch_requests, {title}", "OursStreams", "await", method)


JS = Contender("JavaScript", "JavaScriptStreams", "await")
NIQUESTS = Contender("niquests, async", "NiquestsEvents", "await")
HTTPX2 = Contender("httpx2, async", "Httpx2Events", "await")
NIQUESTS_JSPI = Contender("niquests, JSPI", "NiquestsEventsBlocking", "jspi")
HTTPX2_JSPI = Contender("httpx2, JSPI", "Httpx2EventsBlocking", "jspi")
OURS = _ours("async")
OURS_JSPI = Contender("pyfetch_requests, JSPI", "OursStreamsBlocking", "jspi")
LINES = _ours("iter_lines", "lines_of_events")
LINES_JSPI = OURS_JSPI._replace(title="pyfetch_requests, iter_lines, JSPI", method=LINES.method)
WHOLE = Contender("pyfetch_requests, content", "OursAsync", "await")
WHOLE_WATCHED = _ours("content, progress", "content_watched")
PIECES = Contender("pyfetch_requests, iter_content", "OursAsync", "await", "streamed")
PIECES_WATCHED = _ours("iter_content, progress", "streamed_watched")
DOWNLOADED = _ours("download()", "downloaded")
DOWNLOADED_WATCHED = _ours("download(), progress", "downloaded_watched")


def works() -> list[Work]:
    """The works, in the order in which the report has them."""
    body = (f"{{origin}}/bytes/{BODY100}",)
    return [
        Work("events", f"{EVENTS:,} server-sent events", "events",
             (f"{{origin}}/events/{EVENTS}",), EVENTS,
             (JS, NIQUESTS, HTTPX2, LINES, OURS, NIQUESTS_JSPI, HTTPX2_JSPI, LINES_JSPI, OURS_JSPI),
             (Goal(OURS, LINES, 1.3), Goal(OURS, NIQUESTS, 1.0), Goal(OURS, HTTPX2, 1.0),
              Goal(OURS_JSPI, LINES_JSPI, 1.3), Goal(OURS_JSPI, NIQUESTS_JSPI, 1.0),
              Goal(OURS_JSPI, HTTPX2_JSPI, 1.0))),
        Work("progress", "100 MB with and without progress", "content", body, BODY100,
             (WHOLE, WHOLE_WATCHED, PIECES, PIECES_WATCHED, DOWNLOADED, DOWNLOADED_WATCHED),
             (Goal(WHOLE_WATCHED, WHOLE, 1.03), Goal(PIECES_WATCHED, PIECES, 1.03),
              Goal(DOWNLOADED_WATCHED, DOWNLOADED, 1.03))),
        Work("save", "100 MB into a file of Pyodide's", "saved", body, BODY100,
             (JS, OURS, DOWNLOADED), (Goal(OURS, JS, 1.1),)),
        Work("file", "A File of 50 MB sent", "sent", ("{origin}/sink", SENT), SENT,
             (JS, OURS), (Goal(OURS, JS, 1.05),)),
    ]  # fmt: skip
