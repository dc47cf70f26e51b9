"""A stand-in, not the real cryptography: it reads X.509 certificates and does nothing else.

The local part of the version says so. There is deliberately no `cryptography.exceptions`: PyJWT
takes its absence to mean that only HMAC can be had, which is true here.

The real package brings OpenSSL to Pyodide, and with it `hashlib.pbkdf2_hmac`. Programs that
depend on it may rely on that, so the stand-in fills this gap too.
"""

import hashlib

if not hasattr(hashlib, "pbkdf2_hmac"):
    from cryptography._pbkdf2 import pbkdf2_hmac

    hashlib.pbkdf2_hmac = pbkdf2_hmac  # type: ignore[assignment]

__version__ = "36.0.2+asn1crypto"
