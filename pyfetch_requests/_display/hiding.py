"""Hides passwords and keys in URLs, in headers and in text that contains them. Pure.

Decides by names what a secret is. A notebook is saved and shared with its outputs, so a value too
many is hidden rather than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

HIDDEN = "…"
# Anywhere in a name (X-Api-Key, access_token), and short words only as the whole of it: "sig" is a
# part of "design". X-Amz-Signature, `sig` of Azure and `code` of OAuth (RFC 6749) are among them.
_WORDS = r"key|token|secret|passw|pwd|auth|signature|credential|session|jwt|cookie"
_SECRET_NAME = re.compile(rf"(?i){_WORDS}|^(?:pass|sig|sid|code|pin|otp)$")
# In data a short word says less: a "key" may be that of a ticket, and "auth" begins "author". What
# logins return (RFC 6749 section 5.1) and what services that echo a request repeat ends like this.
_SECRET_MEMBER = re.compile(
    r"(?i)(?:token|secret|passw(?:or)?d|passphrase|pwd|jwt|cookie|authorization|credentials?"
    r"|(?:api|access|private|secret|signing)[-_ ]?key|session[-_ ]?(?:id|key))$"
)
# In text that was not read as JSON; a key or a string may be cut off at the end.
_MEMBER = re.compile(r'"([^"\\\n]+)"(\s*:\s*)"((?:[^"\\]|\\.)+)("|$)')
_USERINFO = re.compile(r"//[^/?#\s'\"<>@]*@")
# "#", because OAuth's implicit grant returns tokens in a fragment (RFC 6749 section 4.2.2).
_PARAMETER = re.compile(r"(?<=[?&#;])([^=&#\s'\"<>]+)=([^&#;\s'\"<>]+)")


def is_secret(name: str) -> bool:
    """Tell whether the name of a header or parameter says that its value is a secret."""
    return _SECRET_NAME.search(name) is not None


def is_secret_member(name: str) -> bool:
    """Tell whether the name of a value in a body says that it is a secret."""
    return _SECRET_MEMBER.search(name) is not None


def in_body(text: str) -> str:
    """Return text of a body without secrets: those of URLs in it, and members of JSON."""
    return _MEMBER.sub(_member, in_text(text))


def _member(match: re.Match[str]) -> str:
    return f'"{match[1]}"{match[2]}"{HIDDEN}{match[4]}' if is_secret_member(match[1]) else match[0]


def in_text(text: str) -> str:
    """Return a URL, or text that contains URLs, without passwords and the values of keys."""
    return _PARAMETER.sub(_parameter, _USERINFO.sub("//", text))


def _parameter(match: re.Match[str]) -> str:
    return f"{match[1]}={HIDDEN}" if is_secret(_unquoted(match[1])) else match[0]


def _unquoted(name: str) -> str:
    # "%6Bey" is the parameter "key" for a server.
    from urllib.parse import unquote_plus

    return unquote_plus(name)


def in_pairs(pairs: Iterable[tuple[object, object]]) -> Iterator[tuple[str, str]]:
    """Yield names and values as text, such as headers; "…" for a secret value."""
    for key, content in pairs:
        name, value = as_text(key), as_text(content)
        yield name, HIDDEN if is_secret(name) else in_text(value)


def as_text(value: object) -> str:
    """Return a value as text, bytes decoded."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
