"""Host names beyond ASCII, against the library that requests uses."""

from __future__ import annotations

import idna
import pytest

from pyfetch_requests._text.idna import encode_label

# Escaped: some are not seen, and some run from right to left.
LABELS = """
b\xfccher stra\xdfe \u03c2\u03c3 \u4f8b\u3048 \u30b3\u30fc\u30d2\u30fc \u3072\u30fb\u3089
\u30ab\u30fb\u30ca a\u30fbb l\xb7l a\xb7l l\xb7a l\xb7 \xb7l \u05d2\u05e8\u05e9\u05f3\u05d0
a\u05f3\u05d0 \u05f3\u05d0 \u05d0\u05f4\u05d1 \u0375\u03b1 \u03b1\u0375 \u0375
\u0915\u094d\u200d\u0937 \u0915\u200d\u0937 \u200d\u0915 \u0928\u0940\u200c\u0932
\u0915\u094d\u200c\u0937 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627
1\u05e9\u05dc\u05d5\u05dd \u05e9\u05dc\u05d5\u05dd1 abc\u05e9\u05dc\u05d5\u05dd
\u05e9\u05dc\u05d5\u05ddabc \u0639\u062f\u062f\u0661\u0662 \u0639\u062f\u062f\u06612
\u0661\u0639\u062f\u062f \u05e9\u0300 \xfc-\xfc -\xfc \xfc- \xfc\xfc--\xfc ab--\xfc \u0300a
e\u0301 \u212bngstr\xf6m \u2460\xfc \ufb01\xfc \U0001f355\xfc \xfc\U0001f355 \u32c0\xfc \xdc
\u017f\xfc \u01c5\xfc \u2167\xfc \xfc\u0640 \xfc\u115f \xfc\xad \xfc\u200b \xfc\u3164 \u1100\xfc
\ud7b0\xfc \u20d0\xfc \xfc\ufe0f
""".split()


@pytest.mark.parametrize("label", LABELS)
def test_label(label: str) -> None:
    try:
        expected = idna.encode(label, strict=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        expected = None
    assert encode_label(label) == expected


@pytest.mark.parametrize("length", [50, 55, 56, 57, 58, 59, 60, 63])
def test_length(length: int) -> None:
    label = "ü" + "a" * length
    try:
        expected = idna.encode(label).decode("ascii")
    except idna.IDNAError:
        expected = None
    assert encode_label(label) == expected
