"""Content-Encoding taken off, for transports that get bodies as they are on the wire. Pure.

A browser does this by itself, and never imports this module.
Source: RFC 9110 section 8.4.1, RFC 1950 to 1952; what is forgiven is what urllib3 forgives.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from ..exceptions import ContentDecodingError

# More codings on top of each other than this are an attack.
_MOST_CODINGS = 5
_RAW, _GZIP = -zlib.MAX_WBITS, 16 + zlib.MAX_WBITS


class Decoder(Protocol):
    """Takes bytes as they arrive, and gives what they stand for."""

    def feed(self, data: bytes) -> bytes:
        """Take a chunk, and return what it completed."""

    def flush(self) -> bytes:
        """Return the rest."""


class GzipDecoder:
    """One or more members of gzip; what follows them and is none is left out."""

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
    """Deflate with the header of zlib, as the standard has it, or without, as some servers do."""

    def __init__(self) -> None:
        self._start = b""
        self._stream: Any = None

    def feed(self, data: bytes) -> bytes:
        if self._stream is None:
            data = self._start = self._start + data
            if len(data) < 2:
                return b""
            has_header = data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_header else _RAW)
        out: bytes = self._stream.decompress(data)
        return out

    def flush(self) -> bytes:
        rest: bytes = self._stream.flush() if self._stream else b""
        return rest


class _LibraryDecoder:
    """A coding that a library takes off.

    Args:
        decode: takes bytes and gives bytes.
    """

    def __init__(self, decode: Callable[[bytes], bytes]) -> None:
        self.feed = decode

    def flush(self) -> bytes:
        return b""


@cache
def _codings() -> dict[str, Callable[[], Decoder]]:
    """List what can be taken off here, in the order in which it is asked for."""
    found: dict[str, Callable[[], Decoder]] = {"gzip": GzipDecoder, "deflate": DeflateDecoder}
    if (brotli := _optional("brotlicffi", "brotli")) is not None:
        found["br"] = lambda: _LibraryDecoder(brotli.Decompressor().process)
    if (zstd := _optional("compression.zstd", "backports.zstd")) is not None:
        found["zstd"] = lambda: _LibraryDecoder(_ZstdFrames(zstd).decompress)
    return found


def _optional(*names: str) -> Any:
    """Return the first module that is there, None for none."""
    for name in names:
        with suppress(ImportError):
            return import_module(name)
    return None


class _ZstdFrames:
    """One frame of zstd after the other."""

    def __init__(self, library: Any) -> None:
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
    """Return the value of Accept-Encoding that names what can be taken off here."""
    return ", ".join(_codings())


class ContentDecoder:
    """Takes off all the codings that a Content-Encoding names.

    Args:
        codings: what `codings_of` found, the outermost one first.
    """

    def __init__(self, codings: list[str]) -> None:
        self._name = ", ".join(codings)
        self._decoders = [_codings()[name]() for name in codings]
        self._began = False

    def feed(self, data: bytes) -> bytes:
        """Take a chunk, and return what it completed.

        Raises:
            ContentDecodingError: the body is not in its coding.
        """
        self._began = self._began or bool(data)
        try:
            for decoder in self._decoders:
                data = decoder.feed(data)
        except Exception as error:
            # Each library has an exception of its own for it.
            raise self._broken(error) from error
        return data

    def flush(self) -> bytes:
        """Return what is left at the end.

        Raises:
            ContentDecodingError: the body is not in its coding.
        """
        if not self._began:  # an answer without a body may name a coding
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
    """List the codings of a Content-Encoding that can be taken off here, the outermost one first.

    Raises:
        ContentDecodingError: there are more than any honest server uses.
    """
    names = [name.strip().lower() for name in value.split(",")]
    names = ["gzip" if name == "x-gzip" else name for name in names]
    known = [name for name in names if name in _codings()]
    if len(known) > _MOST_CODINGS:
        raise ContentDecodingError(
            f"Too many content encodings in the chain: {len(known)} > {_MOST_CODINGS}"
        )
    return known[::-1]
