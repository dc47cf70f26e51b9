"""The checksum that a downloaded file must have. Pure: bytes in, yes or no out."""

from __future__ import annotations

import hashlib

from ..exceptions import HashMismatchError


class Checksum:
    """Hashes bytes as they arrive, and compares the result with an expected hash.

    Args:
        expected: "sha256:" (or another algorithm) and the hash in hexadecimal; None checks nothing.

    Attributes:
        count: number of bytes seen so far.

    Raises:
        ValueError: `expected` is not of that form.
    """

    def __init__(self, expected: str | None) -> None:
        self._expected = expected
        self._name, _, digits = ("sha256:" if expected is None else expected).partition(":")
        self._digits = digits.strip().lower()
        # Guaranteed ones only: what else OpenSSL offers differs from build to build. SHAKE digests
        # have no fixed length, so there is nothing to compare with.
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
        """Start over: a download may have to begin anew."""
        self.count = 0
        # A FIPS build of OpenSSL refuses MD5 otherwise, which many servers still publish.
        self._digest = hashlib.new(self._name, usedforsecurity=False)

    def add(self, data: bytes) -> None:
        """Feed the next bytes."""
        if self._expected is not None:
            self._digest.update(data)
        self.count += len(data)

    def check(self, what: str) -> None:
        """Compare the hash of all bytes so far with the expected one.

        Args:
            what: names the download in the message.

        Raises:
            HashMismatchError: they differ.
        """
        if self._expected is not None and self._digest.hexdigest() != self._digits:
            raise HashMismatchError(
                f"{what}: the download has the hash {self._name}:{self._digest.hexdigest()}, but "
                f"{self._expected} was expected. The file was deleted."
            )
