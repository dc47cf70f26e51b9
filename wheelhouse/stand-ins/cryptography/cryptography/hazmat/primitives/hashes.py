"""Hash algorithms, named as `Certificate.fingerprint` takes them. hashlib does the work."""


class HashAlgorithm:
    """Base of the algorithms; `name` is what hashlib calls it."""

    name: str


class MD5(HashAlgorithm):
    name = "md5"


class SHA1(HashAlgorithm):
    name = "sha1"


class SHA256(HashAlgorithm):
    name = "sha256"


class SHA512(HashAlgorithm):
    name = "sha512"
