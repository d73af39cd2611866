"""The certificate: the one that was given, or one made for this start and signed by itself."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mock_smtp.errors import StartError

_NAMES = ("localhost", "mock-smtp", "127.0.0.1", "::1")
_VALID = timedelta(days=365)
_CLOCKS_APART = timedelta(days=1)


class Certificate(NamedTuple):
    """A PEM file, and the one with its key where that is another."""

    path: Path
    key: Path | None


def given_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """A context over a certificate file; raises StartError if it cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise StartError(
            f"The certificate {certificate} cannot be used ({error.strerror or error}); give"
            " --tls-certificate and --tls-key two PEM files that belong together."
        ) from error
    return context


def make_certificate(folder: Path, *names: str) -> Certificate:
    """Write a certificate that a client can trust as it is, for this machine and further names."""
    key = ec.generate_private_key(ec.SECP256R1())
    path, key_path = folder / "certificate.pem", folder / "key.pem"
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate = _signed(key, _subjects([*_NAMES, *names]))
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Certificate(path, key_path)


def _signed(key: ec.EllipticCurvePrivateKey, subjects: list[x509.GeneralName]) -> x509.Certificate:
    """Everything that strict verification asks of an authority, and of a server, in one."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mock-smtp")])
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity)
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_APART)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(identity, critical=False)
        .add_extension(authority, critical=False)
        .sign(key, hashes.SHA256())
    )


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subjects(names: list[str]) -> list[x509.GeneralName]:
    found = (_subject(name) for name in dict.fromkeys(names))
    return [subject for subject in found if subject is not None]


def _subject(name: str) -> x509.GeneralName | None:
    """An address or a host name; None for a name that no client could ask for."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode()) if name else None
    except UnicodeError:
        return None
