"""The parts of a card: everything escaped, nothing that runs, nothing loaded from elsewhere. Pure.

Decides what a card looks like. It is complete without the style, which some viewers of notebooks
remove. The colours are medium tones, readable on light and dark backgrounds, because few
notebooks tell which one they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from . import hiding

_STYLE = """<style>
.pfr{font:13px/1.5 system-ui,sans-serif;border:1px solid #8886;border-radius:6px;\
padding:.5em .8em;margin:.3em 0;max-width:100%;box-sizing:border-box;overflow-wrap:anywhere}
.pfr b.pfr-tag{color:#fff;border-radius:4px;padding:.1em .5em;unicode-bidi:isolate}
.pfr .pfr-good{background:#1a7f37}.pfr .pfr-step{background:#0b62c4}
.pfr .pfr-bad{background:#c02530}.pfr .pfr-none{background:#6a6a6a}
.pfr .pfr-facts,.pfr .pfr-note{opacity:.75}
.pfr>details,.pfr>.pfr-body{margin-top:.4em}.pfr summary{cursor:pointer}
.pfr pre,.pfr code,.pfr .pfr-tree{font:12px/1.5 ui-monospace,Menlo,Consolas,monospace;\
background:none;color:inherit;padding:0}
.pfr code{word-break:break-all}
.pfr .pfr-body{max-height:30em;overflow:auto;scrollbar-color:#8888 transparent}
.pfr pre{margin:0;white-space:pre-wrap}
.pfr img{max-width:100%;max-height:22em;min-width:1em;min-height:1em;object-fit:scale-down;\
display:block;outline:1px solid #8884}
.pfr table{border-collapse:collapse;margin:.2em 0;font-size:12px}
.pfr.pfr table th,.pfr.pfr table td{text-align:left;vertical-align:top;padding:.15em .7em;border:0;\
border-bottom:1px solid #8884;background:none;color:inherit;white-space:pre-wrap}
.pfr .pfr-body td{overflow-wrap:normal}
.pfr .pfr-tree details>*{margin-left:2.4em}
.pfr .pfr-tree details>details{margin-left:1.3em}.pfr .pfr-tree summary{margin-left:0}
.pfr .pfr-k,.pfr .pfr-s,.pfr code{unicode-bidi:isolate}
.pfr .pfr-k{color:#3577d0}.pfr .pfr-s{color:#2b8a3e}.pfr .pfr-v{color:#bf5a20}
[data-jp-theme-light=false] .pfr .pfr-k{color:#7ab4ff}
[data-jp-theme-light=false] .pfr .pfr-s{color:#6cc77c}
[data-jp-theme-light=false] .pfr .pfr-v{color:#f0955c}
</style>"""

# What no reader sees, although it changes what is read: controls, and what turns the direction of
# text (UAX #9). Half of a surrogate pair cannot be encoded: a kernel could not send the output.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def card(*parts: str) -> str:
    """Return the HTML of a card; parts that are "" are left out."""
    # With the style in each: every output of a notebook may be shown or removed by itself.
    return f'{_STYLE}<div class="pfr">{_UNSEEN.sub(_seen, "".join(filter(None, parts)))}</div>'


def _seen(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def tag(text: str, kind: str) -> str:
    """Return a badge; `kind` is "good", "step", "bad" or "none"."""
    return f'<b class="pfr-tag pfr-{kind}">{escape(text)}</b>'


def line(*parts: str) -> str:
    """Return a line; the parts are HTML already."""
    return f"<div>{' '.join(filter(None, parts))}</div>"


def address(method: str, url: str) -> str:
    """Return a method and a URL, without secrets and not too long."""
    shown = hiding.in_text(url)
    if len(shown) > 300:
        shown = f"{shown[:300]}…"
    return f"<b>{escape(method)}</b> <code>{escape(shown)}</code>"


def facts(*texts: str) -> str:
    """Return further facts, in one line."""
    return f'<div class="pfr-facts">{escape(" · ".join(filter(None, texts)))}</div>'


def note(text: str) -> str:
    """Return a remark about the content."""
    return f'<div class="pfr-note">{escape(text)}</div>'


def body(content: str) -> str:
    """Return content, which is HTML already, in a box that scrolls."""
    return f'<div class="pfr-body">{content}</div>'


def text(value: str) -> str:
    """Return preformatted text."""
    return f"<pre>{escape(value)}</pre>"


def folded(summary: str, content: str) -> str:
    """Return content, which is HTML already, folded; "" if there is none."""
    if not content:
        return ""
    # <details> needs no script, which a notebook that is not trusted does not run.
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def table(rows: Iterable[Iterable[str]], head: Iterable[str] = ()) -> str:
    """Return a table of text; without a head, the first cell of each row is its name."""
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = [f"<tr>{names}</tr>"] if names else []
    for row in rows:
        first, *others = (escape(cell) for cell in row)
        cells = "".join(f"<td>{cell}</td>" for cell in others)
        opening = f"<td>{first}</td>" if names else f"<th>{first}</th>"
        lines.append(f"<tr>{opening}{cells}</tr>")
    return f"<table>{''.join(lines)}</table>" if lines else ""


def size(number: int) -> str:
    """Return a number of bytes for humans, such as "1.23 kB"; units are powers of 1,000."""
    if number < 1000:
        return f"{number} bytes" if number != 1 else "1 byte"
    value, units = number / 1000, ["kB", "MB", "GB"]
    while value >= 999.5 and len(units) > 1:  # three digits would round it to "1e+03"
        value, units = value / 1000, units[1:]
    return f"{value:.3g} {units[0]}"


def duration(seconds: float) -> str:
    """Return a duration for humans."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
