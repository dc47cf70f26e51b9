"""Reading X.509 certificates; see the package's own docstring."""

from cryptography.x509.base import (
    Certificate,
    Name,
    NameAttribute,
    load_der_x509_certificate,
    load_pem_x509_certificate,
)
from cryptography.x509.oid import NameOID

__all__ = [
    "Certificate",
    "Name",
    "NameAttribute",
    "NameOID",
    "load_der_x509_certificate",
    "load_pem_x509_certificate",
]
