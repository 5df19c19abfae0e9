# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WireGuard key pairs (X25519, RFC 7748) that the controller makes for people; devices make their own."""

from __future__ import annotations

import base64
import binascii

# ansible-core depends on it, so it is there; but ansible-test imports this without
try:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
except ImportError:
    pass


def new_private_key() -> str:
    """Return a new private key in base64, as ``wg genkey`` does."""
    raw = X25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return base64.b64encode(raw).decode()


def public_key_of(private_key: str) -> str:
    """Return the public key in base64 that belongs to a private one. Raises ValueError, which does not show the key."""
    try:
        raw = base64.b64decode(private_key, validate=True)
        public = X25519PrivateKey.from_private_bytes(raw).public_key()
    except (binascii.Error, ValueError):
        raise ValueError("found something else than a private key, which is 32 bytes in base64") from None
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
