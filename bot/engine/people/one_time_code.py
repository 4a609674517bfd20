"""One-time codes: easy to read aloud, stored as salted hashes."""

import hashlib
import hmac
import re

from bot.domain.ids import Entropy, new_id

CODE_LENGTH = 8
_SALT_BYTES = 16
_SCRYPT_COST = 2**12


def new_code(entropy: Entropy) -> str:
    """Make a code such as `K7QM-2XVP`."""
    letters = new_id(entropy, CODE_LENGTH).upper()
    return f"{letters[:4]}-{letters[4:]}"


def hash_code(code: str, entropy: Entropy) -> str:
    """Return `salt$hash` of a code, both in hex, with a fresh salt."""
    salt = entropy(_SALT_BYTES)
    return f"{salt.hex()}${_scrypt_hex(code, salt)}"


def verify_code(code: str, digest: str) -> bool:
    """Return whether a digest was made of this code; an empty digest matches nothing."""
    salt, _, expected = digest.partition("$")
    return bool(expected) and hmac.compare_digest(_scrypt_hex(code, bytes.fromhex(salt)), expected)


def _scrypt_hex(code: str, salt: bytes) -> str:
    plain = re.sub(r"[\s-]", "", code).casefold().encode()
    return hashlib.scrypt(plain, salt=salt, n=_SCRYPT_COST, r=8, p=1).hex()
