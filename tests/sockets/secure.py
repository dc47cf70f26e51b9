"""Origins over TLS, whose certificates an authority of the tests has signed."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.server import Server


@dataclass
class Secure:
    """Two origins over TLS; the second wants to see a certificate.

    Attributes:
        open, closed: Their addresses.
        ca: File with the certificate of who has signed theirs.
        cert: File with a certificate and a key for clients.
        pair: The same in two files.
    """

    open: str
    closed: str
    ca: Path
    cert: Path
    pair: tuple[str, str]


def make_secure(server: Server, folder: Path) -> Secure:
    """Serve them, with the files that a client needs in a folder."""
    authority = trustme.CA()

    def origin(closed: bool) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        if closed:
            context.verify_mode = ssl.CERT_REQUIRED
            authority.configure_trust(context)
        return server.secure([], context)

    authority.cert_pem.write_to_path(folder / "ca.pem")
    client = authority.issue_cert("client@example.org")
    client.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    client.private_key_pem.write_to_path(folder / "key.pem")
    client.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
    return Secure(
        origin(closed=False), origin(closed=True), folder / "ca.pem", folder / "both.pem", pair
    )
