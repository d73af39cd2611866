"""The certificate: the one that was given, or one made for this start and signed by itself."""

import logging
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple

from mock_smtp.errors import StartError

log = logging.getLogger(__name__)

_NAMES = "subjectAltName=DNS:localhost,DNS:mock-smtp,DNS:{hostname},IP:127.0.0.1,IP:::1"


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


def make_certificate(folder: Path, hostname: str) -> Certificate | None:
    """Write a self-signed certificate with its key; None, and a warning, where openssl is not."""
    program = shutil.which("openssl")
    if program is None:
        log.warning("No STARTTLS: install openssl, or give --tls-certificate and --tls-key.")
        return None
    path, key = folder / "certificate.pem", folder / "key.pem"
    command = [program, "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=mock-smtp"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-addext", _NAMES.format(hostname=hostname)]
    command += ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    command += ["-keyout", str(key), "-out", str(path)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words and our own paths
    if made.returncode:
        log.warning("No STARTTLS: openssl could not make a certificate: %s", made.stderr.strip())
        return None
    return Certificate(path, key)
