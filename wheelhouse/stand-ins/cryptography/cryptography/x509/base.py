"""A certificate and its names, over the pure-Python parser of asn1crypto."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import pem
from asn1crypto import x509 as asn1

from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

# RFC 4514, section 3: the attribute types that have a short name; others are written dotted.
SHORT_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}


@dataclass(frozen=True)
class NameAttribute:
    """One part of a name: a dotted object identifier and its text."""

    oid: str
    value: str

    def rfc4514_string(self) -> str:
        """The part as `CN=value`, escaped (RFC 4514, section 2.4)."""
        text = "".join("\\" + char if char in '\\"+,;<>' else char for char in self.value)
        text = text.replace("\0", "\\00")
        if self.value[:1] in (" ", "#"):
            text = "\\" + text
        if len(self.value) > 1 and self.value.endswith(" "):
            text = text[:-1] + "\\ "
        return f"{SHORT_NAMES.get(self.oid, self.oid)}={text}"


class Name:
    """The subject or the issuer of a certificate."""

    def __init__(self, name: asn1.Name) -> None:
        self._levels = [
            [NameAttribute(part["type"].dotted, part["value"].native) for part in level]
            for level in name.chosen
        ]

    def get_attributes_for_oid(self, oid: str) -> list[NameAttribute]:
        """The parts with this dotted identifier, in the order of the certificate."""
        return [part for level in self._levels for part in level if part.oid == oid]

    def rfc4514_string(self) -> str:
        """The name as text, most specific part first (RFC 4514, section 2.1)."""
        levels = ("+".join(part.rfc4514_string() for part in level) for level in self._levels)
        return ",".join(reversed(list(levels)))


class Certificate:
    """A parsed certificate. Nothing is verified: neither signature nor validity."""

    def __init__(self, der: bytes) -> None:
        self._der = der
        self._parsed = asn1.Certificate.load(der, strict=True)
        # asn1crypto parses lazily; a broken certificate must be refused here and not later.
        self.issuer = Name(self._parsed.issuer)
        self.subject = Name(self._parsed.subject)
        self.serial_number: int = self._parsed.serial_number

    def fingerprint(self, algorithm: HashAlgorithm) -> bytes:
        """The hash of the whole certificate in DER."""
        return hashlib.new(algorithm.name, self._der).digest()

    def public_bytes(self, encoding: Encoding) -> bytes:
        """The certificate itself, as PEM text or DER."""
        return pem.armor("CERTIFICATE", self._der) if encoding is Encoding.PEM else self._der

    @property
    def not_valid_before(self) -> datetime:
        """Start of validity, UTC without a time zone, as the real package returns it."""
        return self._parsed.not_valid_before.replace(tzinfo=None)

    @property
    def not_valid_after(self) -> datetime:
        """End of validity, UTC without a time zone, as the real package returns it."""
        return self._parsed.not_valid_after.replace(tzinfo=None)


def load_der_x509_certificate(data: bytes, backend: object = None) -> Certificate:
    """Parse a certificate in DER; raises ValueError if it is none."""
    return Certificate(data)


def load_pem_x509_certificate(data: bytes, backend: object = None) -> Certificate:
    """Parse the first certificate of a PEM text; raises ValueError if there is none."""
    if not pem.detect(data):
        raise ValueError("not a PEM text: no line '-----BEGIN CERTIFICATE-----'")
    return Certificate(pem.unarmor(data)[2])
