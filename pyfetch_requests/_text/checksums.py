"""The hash that a file is to have, and whether it has it. Pure."""

from __future__ import annotations

import hashlib

from ..exceptions import HashMismatchError


class Checksum:
    """The hash that bytes are to have in the end.

    Args:
        expected: as "sha256:" and the hash in hexadecimal digits; None to check nothing.

    Attributes:
        count: bytes that were taken.

    Raises:
        ValueError: it is no such text.
    """

    def __init__(self, expected: str | None) -> None:
        self._expected = expected
        self._name, _, digits = ("sha256:" if expected is None else expected).partition(":")
        self._digits = digits.strip().lower()
        if self._name not in hashlib.algorithms_guaranteed or self._name.startswith("shake"):
            raise ValueError(
                f"hash={expected!r}: write the name of a hash, ':' and its hexadecimal digits, "
                "as in 'sha256:…'."
            )
        self.start()
        size = 2 * self._digest.digest_size
        if expected is not None and (
            len(self._digits) != size or set(self._digits) - set("0123456789abcdef")
        ):
            raise ValueError(
                f"hash={expected!r}: a hash by {self._name} has {size} hexadecimal digits."
            )

    def start(self) -> None:
        """Begin with no bytes."""
        self.count = 0
        self._digest = hashlib.new(self._name, usedforsecurity=False)

    def add(self, data: bytes) -> None:
        """Take bytes."""
        if self._expected is not None:
            self._digest.update(data)
        self.count += len(data)

    def check(self, what: str) -> None:
        """Compare.

        Args:
            what: was downloaded, for the message.

        Raises:
            HashMismatchError: the bytes have another hash.
        """
        if self._expected is not None and self._digest.hexdigest() != self._digits:
            raise HashMismatchError(
                f"{what}: what was downloaded has the hash {self._name}:"
                f"{self._digest.hexdigest()}, and was to have {self._expected}. It was thrown away."
            )
