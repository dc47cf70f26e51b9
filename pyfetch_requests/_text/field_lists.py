"""Header fields that are lists: of links, and of names with values. Pure functions.

Source: RFC 8288 (links), RFC 9110 section 5.6 (lists and parameters).
"""

from __future__ import annotations

import re

# An item of a list; a quoted string that does not end goes to the end, and is looked at once.
_ITEM = r'(?s)(?:[^,"]|"(?:\\.|[^"\\])*+(?:"|\\?\Z))++'


def parse_links(value: str) -> list[dict[str, str]]:
    """List the links of a Link header, each a dict with "url" and its parameters."""
    links = []
    value = value.strip(" '\"")
    for text in re.split(r", *<", value) if value else []:
        url, _, rest = text.partition(";")
        link = {"url": url.strip("<> '\"")}
        for param in rest.split(";"):
            name, equals, content = param.partition("=")
            if not equals:
                break
            link[name.strip(" '\"")] = content.strip(" '\"")
        links.append(link)
    return links


def parse_dict(value: str) -> dict[str, str | None]:
    """Split `a="x, y", b=z, c` into names and values; a name alone has the value None."""
    pairs: dict[str, str | None] = {}
    for item in re.findall(_ITEM, value):
        name, equals, text = item.strip().partition("=")
        if name:
            pairs[name.strip()] = unquote_value(text.strip()) if equals else None
    return pairs


def unquote_value(value: str) -> str:
    """Take the double quotes off a quoted string, and its backslashes."""
    if value[:1] == value[-1:] == '"':
        return value[1:-1].replace("\\\\", "\\").replace('\\"', '"')
    return value
