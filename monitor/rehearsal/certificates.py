"""The estate's own authority and the certificates of its hosts, the same bytes for the same seed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))
EXPIRED = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC))
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Authority:
    """A root that signs host certificates; keys and signatures follow from the seed."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.key = self._key("authority")
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rehearsal Estate Root")])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        builder = self._builder(self.name, self.key, "root", VALID)
        builder = builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)
        self.certificate = builder.add_extension(identifier, critical=False).sign(
            self.key, hashes.SHA256(), ecdsa_deterministic=True
        )

    def _digest(self, label: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed}|{label}".encode()).digest(), "big")

    def _key(self, label: str) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self._digest(f"key|{label}") % (_ORDER - 2) + 1, ec.SECP256R1())

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, label: str, span: tuple[datetime, datetime]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(self._digest(f"serial|{label}") >> 100)
            .not_valid_before(span[0])
            .not_valid_after(span[1])
        )

    def pem(self) -> bytes:
        """The root, for those who want to trust the estate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def host_pem(self, host: str, expired: bool = False, other_name: str = "") -> bytes:
        """Key and certificate of a host in one file; `other_name` makes it a certificate for somebody else."""
        key, named = self._key(host), other_name or host
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named[:60])])
        builder = self._builder(subject, key, host, EXPIRED if expired else VALID)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(named)]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        certificate = builder.sign(self.key, hashes.SHA256(), ecdsa_deterministic=True)
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + certificate.public_bytes(serialization.Encoding.PEM)


def write_certificates(folder: Path, seed: str, hosts: dict[str, str]) -> None:
    """Write `ca.pem` and `tls/<host>.pem`; `hosts` maps a host to "", expired or wrong_name."""
    authority = Authority(seed)
    (folder / "ca.pem").write_bytes(authority.pem())
    keys = folder / "tls"
    keys.mkdir(exist_ok=True)
    for host, fault in sorted(hosts.items()):
        target = keys / f"{host}.pem"
        target.touch(mode=0o600)
        other = f"other.{host}" if fault == "wrong_name" else ""
        target.write_bytes(authority.host_pem(host, fault == "expired", other))
