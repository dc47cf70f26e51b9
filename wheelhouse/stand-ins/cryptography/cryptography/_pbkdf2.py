"""`hashlib.pbkdf2_hmac` in pure Python, for a Python that was built without OpenSSL."""

import hashlib


def pbkdf2_hmac(
    hash_name: str, password: bytes, salt: bytes, iterations: int, dklen: int | None = None
) -> bytes:
    """Derive a key from a password; hashlib's function with the same arguments.

    Source: RFC 8018, section 5.2; the two keyed hashes of HMAC are set up once and copied.
    """
    size = hashlib.new(hash_name).digest_size
    if iterations < 1 or (dklen is not None and dklen < 1):
        raise ValueError("iterations and dklen must be 1 or more")
    block = hashlib.new(hash_name).block_size
    key = hashlib.new(hash_name, password).digest() if len(password) > block else password
    key = key.ljust(block, b"\0")
    inner = hashlib.new(hash_name, bytes(byte ^ 0x36 for byte in key))
    outer = hashlib.new(hash_name, bytes(byte ^ 0x5C for byte in key))

    def hmac(message: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    length = dklen or size
    derived = b""
    for number in range(1, -(-length // size) + 1):
        round_ = hmac(salt + number.to_bytes(4, "big"))
        folded = int.from_bytes(round_, "big")
        for _ in range(iterations - 1):
            round_ = hmac(round_)
            folded ^= int.from_bytes(round_, "big")
        derived += folded.to_bytes(size, "big")
    return derived[:length]
