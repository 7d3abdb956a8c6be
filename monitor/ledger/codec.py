"""Facts, snapshots and evidence as bytes: canonical JSON through msgspec, compressed where they are large."""

from __future__ import annotations

import hashlib
import zlib
from typing import TypeVar

import msgspec

from checks.facts import AccountFacts, SiteFacts
from checks.model import Evidence
from registry.model import Register

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="deterministic")
_site_facts = msgspec.json.Decoder(SiteFacts)
_account_facts = msgspec.json.Decoder(AccountFacts)
_register = msgspec.json.Decoder(Register)
_evidence = msgspec.json.Decoder(tuple[Evidence, ...])


def encode(value: object) -> bytes:
    """Canonical JSON: keys in order, no spaces; equal values give equal bytes."""
    return _encoder.encode(value)


def pack(raw: bytes) -> tuple[bytes, str]:
    """(compressed bytes, sha256 of the raw bytes in hex)."""
    return zlib.compress(raw, 6), hashlib.sha256(raw).hexdigest()


def unpack_site_facts(payload: bytes) -> SiteFacts:
    """Stored facts of a site."""
    return _site_facts.decode(zlib.decompress(payload))


def unpack_account_facts(payload: bytes) -> AccountFacts:
    """Stored facts of an account."""
    return _account_facts.decode(zlib.decompress(payload))


def unpack_register(payload: bytes) -> Register:
    """A round's frozen registry."""
    return _register.decode(zlib.decompress(payload))


def decode_evidence(text: str) -> tuple[Evidence, ...]:
    """The evidence column of a finding."""
    return _evidence.decode(text)
