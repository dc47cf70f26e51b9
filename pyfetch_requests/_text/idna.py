"""Host names beyond ASCII: one label in, its ASCII form out. Pure.

The standard library's "idna" codec implements IDNA 2003 and would send a request for "straße" to
the host "strasse"; browsers and requests use IDNA 2008, where these are two hosts.
Source: RFC 5891 (labels), RFC 5892 (characters), RFC 5893 (right to left).
"""

from __future__ import annotations

import re
import unicodedata

# RFC 5892 section 2.6: letters that the general rule would leave out.
_EXCEPTIONS = frozenset("-ßς\u06fd\u06fe\u0f0b\u3007")
# Sections 2.6, 2.7 and 2.9: characters that the general rule would let in: old Hangul, combining
# marks for symbols, and invisible characters. The idna package has tables of all ranges instead,
# which are larger than most modules here; `unicodedata` comes with Python.
_EXCLUDED = re.compile(
    "[\u034f\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20d0-\u20ff\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d165-\U0001d1ad\U0001d242-\U0001d244\U000e0000-\U000e0fff]"
)


def encode_label(label: str) -> str | None:
    """Return a lower-case label as "xn--…"; None if it cannot be part of a host name."""
    # RFC 5891 section 4.2.3; "--" in this place is reserved for prefixes such as xn--.
    valid = (
        unicodedata.is_normalized("NFC", label)
        and label[2:4] != "--"
        and not (label.startswith("-") or label.endswith("-"))
        and unicodedata.category(label[0])[0] != "M"
        and not _EXCLUDED.search(label)
        and all(_is_valid(label, index) for index in range(len(label)))
        and _is_one_direction(label)
    )
    encoded = "xn--" + label.encode("punycode").decode("ascii") if valid else ""
    return encoded if 0 < len(encoded) <= 63 else None  # RFC 1035 section 2.3.4


# RFC 5892 appendix A: characters that are valid only beside others of their script.


def _is_valid(label: str, index: int) -> bool:
    char = label[index]
    if char == "·":  # A.3: the Catalan l·l
        return label[index - 1 : index] == "l" and label[index + 1 : index + 2] == "l"
    if char == "・":  # A.7: the Katakana middle dot
        return any(re.match("HIRAGANA|KATAKANA LETTER|CJK", _name(other)) for other in label)
    if char == "\u0375":  # A.4: the Greek numeral sign
        return _name(label[index + 1 : index + 2]).startswith("GREEK")
    if char in "\u05f3\u05f4":  # A.5, A.6: Hebrew geresh and gershayim
        return _name(label[index - 1 : index]).startswith("HEBREW")
    if char in "\u200c\u200d":  # A.1, A.2: join letters of Indic scripts, after a virama (class 9)
        return index > 0 and unicodedata.combining(label[index - 1]) == 9
    # Section 2.1 and 2.2: a letter or digit that compatibility mapping leaves as it is.
    return char in _EXCEPTIONS or (
        unicodedata.category(char) in ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd")
        and unicodedata.normalize("NFKC", char.casefold()) == char
    )


def _name(char: str) -> str:
    return unicodedata.name(char, "") if char else ""


def _is_one_direction(label: str) -> bool:
    """Tell whether a label obeys the Bidi rule. Source: RFC 5893 section 2."""
    directions = [unicodedata.bidirectional(char) for char in label]
    kinds = set(directions)
    if kinds.isdisjoint(("R", "AL", "AN")):  # the rule is for labels with right-to-left letters
        return True
    last = next((kind for kind in reversed(directions) if kind != "NSM"), "")
    return (
        "L" not in kinds
        and directions[0] in ("R", "AL")
        and last in ("R", "AL", "EN", "AN")
        and not {"EN", "AN"} <= kinds
    )
