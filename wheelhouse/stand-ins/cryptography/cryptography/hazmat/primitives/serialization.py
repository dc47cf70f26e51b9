"""Encodings of a certificate."""

from enum import Enum


class Encoding(Enum):
    """How `Certificate.public_bytes` writes a certificate."""

    PEM = "PEM"
    DER = "DER"
