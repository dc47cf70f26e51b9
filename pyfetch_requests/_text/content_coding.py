"""Decoding of Content-Encoding, for transports that see bodies as they are on the wire. Pure.

Browsers decode by themselves, and never import this module.
Source: RFC 9110 section 8.4.1, RFC 1950 to 1952. It tolerates what urllib3 tolerates.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from ..exceptions import ContentDecodingError

if TYPE_CHECKING:
    from types import ModuleType

    class _Inflater(Protocol):
        """A decompressor of zlib's, whose class has no public name."""

        def decompress(self, data: bytes, /) -> bytes: ...
        def flush(self) -> bytes: ...


# urllib3's limit: each further coding multiplies what a decompression bomb unfolds to.
_MOST_CODINGS = 5
# zlib's flags: negative for deflate without a header, plus 16 for gzip's header and trailer.
_RAW, _GZIP = -zlib.MAX_WBITS, 16 + zlib.MAX_WBITS


class Decoder(Protocol):
    """Decodes one coding, chunk by chunk."""

    def feed(self, data: bytes) -> bytes:
        """Take a chunk, and return what can be decoded so far."""

    def flush(self) -> bytes:
        """Return the rest."""


class GzipDecoder:
    """Gzip with one or more members; anything after the last member is ignored."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._is_first = True
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        parts = []
        while data and not self._ended:
            try:
                parts.append(self._member.decompress(data))
            except zlib.error:
                # Padding after a member is common and harmless; gzip and urllib3 ignore it, too.
                if self._is_first:
                    raise
                self._ended = True
            data = self._member.unused_data
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
                self._is_first = False
        return b"".join(parts)

    def flush(self) -> bytes:
        return b"" if self._ended else self._member.flush()


class DeflateDecoder:
    """Deflate in a zlib wrapper (RFC 9110 section 8.4.1.2), or bare, as some servers send it."""

    def __init__(self) -> None:
        self._start = b""
        self._stream: _Inflater | None = None

    def feed(self, data: bytes) -> bytes:
        if self._stream is None:
            data = self._start = self._start + data
            if len(data) < 2:
                return b""
            # RFC 1950 section 2.2: method 8, and the first two bytes are a multiple of 31. (urllib3
            # tries zlib, and starts over if that fails.)
            has_header = data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_header else _RAW)
        return self._stream.decompress(data)

    def flush(self) -> bytes:
        return self._stream.flush() if self._stream else b""


class _LibraryDecoder:
    """A coding that an optional library decodes.

    Args:
        decode: from bytes to bytes.
    """

    def __init__(self, decode: Callable[[bytes], bytes]) -> None:
        self.feed = decode

    def flush(self) -> bytes:
        return b""  # these libraries return all they can at each call


@cache
def _codings() -> dict[str, Callable[[], Decoder]]:
    """Return the codings that can be decoded here, in the order in which they are asked for."""
    # The order and the libraries are urllib3's, so that servers choose the same for both.
    found: dict[str, Callable[[], Decoder]] = {"gzip": GzipDecoder, "deflate": DeflateDecoder}
    if (brotli := _optional("brotlicffi", "brotli")) is not None:
        found["br"] = lambda: _LibraryDecoder(brotli.Decompressor().process)
    if (zstd := _optional("compression.zstd", "backports.zstd")) is not None:
        found["zstd"] = lambda: _LibraryDecoder(_ZstdFrames(zstd).decompress)
    return found


def _optional(*names: str) -> ModuleType | None:
    """Return the first of these modules that is installed, else None."""
    for name in names:
        with suppress(ImportError):
            return import_module(name)
    return None


class _ZstdFrames:
    """Zstandard with one or more frames: a decompressor of the library ends with its frame."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library
        self._frame = library.ZstdDecompressor()

    def decompress(self, data: bytes) -> bytes:
        parts = []
        while data:
            if self._frame.eof:
                self._frame = self._library.ZstdDecompressor()
            parts.append(self._frame.decompress(data))
            data = self._frame.unused_data if self._frame.eof else b""
        return b"".join(parts)


def accepted() -> str:
    """Return the value of Accept-Encoding: all codings that can be decoded here."""
    return ", ".join(_codings())


class ContentDecoder:
    """Decodes all the codings that a Content-Encoding names.

    Args:
        codings: from `codings_of`, the outermost first.
    """

    def __init__(self, codings: list[str]) -> None:
        self._name = ", ".join(codings)
        self._decoders = [_codings()[name]() for name in codings]
        self._began = False

    def feed(self, data: bytes) -> bytes:
        """Take a chunk, and return what can be decoded so far.

        Raises:
            ContentDecodingError: the body is not in its coding.
        """
        self._began = self._began or bool(data)
        try:
            for decoder in self._decoders:
                data = decoder.feed(data)
        except Exception as error:
            # zlib, brotli and zstd have no exception class in common.
            raise self._broken(error) from error
        return data

    def flush(self) -> bytes:
        """Return what is left at the end.

        Raises:
            ContentDecodingError: the body is not in its coding.
        """
        if not self._began:  # the answer to HEAD, and a 304, name a coding and have no body
            return b""
        data = b""
        try:
            for decoder in self._decoders:
                data = (decoder.feed(data) if data else b"") + decoder.flush()
        except Exception as error:
            raise self._broken(error) from error
        return data

    def _broken(self, error: Exception) -> ContentDecodingError:
        return ContentDecodingError(
            f"Received response with content-encoding: {self._name}, but failed to decode it: "
            f"{error}"
        )


def codings_of(value: str) -> list[str]:
    """Return the codings of a Content-Encoding that can be decoded here, the outermost first.

    Raises:
        ContentDecodingError: there are more than any honest server uses.
    """
    names = [name.strip().lower() for name in value.split(",")]
    # RFC 9110 section 8.4.1.3: x-gzip is gzip.
    names = ["gzip" if name == "x-gzip" else name for name in names]
    # Unknown codings are skipped, as in urllib3: the caller gets the body as it is.
    known = [name for name in names if name in _codings()]
    if len(known) > _MOST_CODINGS:
        raise ContentDecodingError(
            f"Too many content encodings in the chain: {len(known)} > {_MOST_CODINGS}"
        )
    # They are listed in the order in which the server applied them.
    return known[::-1]
