"""What the wheelhouse consists of: locked, reproducible, readable by pip, stand-ins that do."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin
from zipfile import ZipFile

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename
from pkginfo import Wheel

from tests.install.static_server import StaticServer
from tests.inventory_process import inventory_python

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "wheelhouse"
OWN = {"pyfetch-requests", "resotonotebook-fetch", "numpy", "cryptography", "ssl", "sqlite3"}

# Prints what resotoclient looks at, for each certificate named on the command line.
SHOW_CERTIFICATES = """
import json, sys
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

for path in sys.argv[1:]:
    cert = x509.load_pem_x509_certificate(open(path, "rb").read(), default_backend())
    common_names = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    print(json.dumps({
        "fingerprints": [cert.fingerprint(kind()).hex()
                         for kind in (hashes.MD5, hashes.SHA1, hashes.SHA256)],
        "subject": cert.subject.rfc4514_string(),
        "issuer": cert.issuer.rfc4514_string(),
        "common names": [part.value for part in common_names],
        "serial": cert.serial_number,
        "until": cert.not_valid_after.isoformat(),
        "pem": cert.public_bytes(serialization.Encoding.PEM).decode(),
        "der": cert.public_bytes(serialization.Encoding.DER).hex(),
    }))
"""
# Makes certificates with names that are hard to write; needs the real cryptography.
MAKE_CERTIFICATES = """
import datetime, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID as N

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
names = [
    [[(N.COUNTRY_NAME, "DE")], [(N.ORGANIZATION_NAME, "Some, Inc. + Sons")],
     [(N.COMMON_NAME, " #first; <last> ")]],
    [[(N.COMMON_NAME, "M\\u00fcller \\\\ \\"quoted\\""), (N.ORGANIZATIONAL_UNIT_NAME, "two")],
     [(N.EMAIL_ADDRESS, "a@example.org"), (N.DOMAIN_COMPONENT, "example")]],
    [[(N.COMMON_NAME, "#")], [(N.COMMON_NAME, "zero \\0 and \\\\ ")]],
]
day = datetime.datetime(2030, 1, 2, 3, 4, 5)
for path, name in zip(sys.argv[1:], names, strict=True):
    name = x509.Name([x509.RelativeDistinguishedName(
        [x509.NameAttribute(*part) for part in level]) for level in name])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 2**150 + 7, day,
                                      day + datetime.timedelta(days=9000))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    open(path, "wb").write(b"A line before.\\n" + pem)
"""


def test_the_lock_holds_exactly_what_is_asked_for() -> None:
    wanted = re.findall(r"^([\w.-]+)", (SOURCES / "wheels.in").read_text(), re.MULTILINE)
    locked = re.findall(r"^([\w.-]+)==", (SOURCES / "wheels.txt").read_text(), re.MULTILINE)

    assert sorted(map(canonicalize_name, wanted)) == sorted(map(canonicalize_name, locked))


def test_third_party_wheels_are_those_of_the_lock(wheelhouse: Path) -> None:
    lock = (SOURCES / "wheels.txt").read_text()
    names = {wheel: parse_wheel_filename(wheel.name)[0] for wheel in wheelhouse.glob("*.whl")}
    foreign = [wheel for wheel, name in names.items() if name not in OWN | {"pandas"}]

    assert len(foreign) == len(names) - len(OWN) - 1
    for wheel in foreign:
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() in lock, wheel.name


@pytest.mark.usefixtures("wheelhouse")  # which has downloaded what both need
def test_the_same_sources_make_the_same_wheels_and_indexes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    build = [sys.executable, str(SOURCES / "build.py"), "--target"]
    quiet = subprocess.DEVNULL
    running = [subprocess.Popen([*build, str(folder)], stdout=quiet) for folder in folders]
    assert [process.wait() for process in running] == [0, 0]

    one, two = (
        {
            str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in folder.rglob("*")
            if file.is_file()
        }
        for folder in folders
    )
    assert len(one) > 100
    assert one == two


def test_the_indexes_name_every_wheel_with_its_hash(wheelhouse: Path) -> None:
    piplite = json.loads((wheelhouse / "all.json").read_text())
    for wheel in wheelhouse.glob("*.whl"):
        data = Wheel(str(wheel))
        name = canonicalize_name(str(data.name))
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        folder = wheelhouse / "simple" / name

        [link] = re.findall(r'href="([^"]+)"', (folder / "index.html").read_text())
        assert urljoin(f"/simple/{name}/", unquote(link)) == f"/{wheel.name}#sha256={digest}"
        page = json.loads((folder / "index.json").read_text())
        [file] = page["files"]
        assert (page["name"], page["versions"]) == (name, [data.version])
        assert (file["filename"], file["hashes"]["sha256"]) == (wheel.name, digest)
        assert file["size"] == wheel.stat().st_size
        [release] = piplite[name]["releases"][data.version]
        assert (release["filename"], release["digests"]["sha256"]) == (wheel.name, digest)


def test_pip_installs_from_the_simple_index(
    wheelhouse: Path, our_wheel: Path, tmp_path: Path
) -> None:
    with StaticServer({"/": wheelhouse}) as server:
        pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"]
        # What the package needs on CPython, and nowhere else, is no business of the wheelhouse.
        options = ["--quiet", "--no-deps", "--index-url", f"{server.url}/simple"]
        subprocess.run([*pip, *options, "--target", tmp_path, "pyfetch-requests"], check=True)

    assert f"/{our_wheel.name}" in server.asked
    installed = (tmp_path / "pyfetch_requests" / "__init__.py").read_bytes()
    with ZipFile(our_wheel) as wheel:
        assert installed == wheel.read("pyfetch_requests/__init__.py")


def test_the_stand_in_reads_certificates_as_cryptography_does(
    wheelhouse: Path, tmp_path: Path
) -> None:
    real = inventory_python()
    paths = [str(tmp_path / f"{number}.pem") for number in range(3)]
    subprocess.run([real, "-c", MAKE_CERTIFICATES, *paths], check=True)
    [stand_in] = wheelhouse.glob("cryptography-*.whl")
    [parser] = wheelhouse.glob("asn1crypto-*.whl")

    show = ["-c", SHOW_CERTIFICATES, *paths]
    expected = subprocess.check_output([real, *show], text=True)
    wheels = {"PYTHONPATH": f"{stand_in}:{parser}"}
    shown = subprocess.check_output([sys.executable, *show], text=True, env=wheels)

    certificates = [json.loads(line) for line in expected.splitlines()]
    assert [json.loads(line) for line in shown.splitlines()] == certificates


@pytest.mark.parametrize("text", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n"])
def test_the_stand_in_refuses_what_is_no_certificate(
    wheelhouse: Path, tmp_path: Path, text: bytes
) -> None:
    [stand_in] = wheelhouse.glob("cryptography-*.whl")
    [parser] = wheelhouse.glob("asn1crypto-*.whl")
    (tmp_path / "broken.pem").write_bytes(text)

    done = subprocess.run(
        [sys.executable, "-c", SHOW_CERTIFICATES, str(tmp_path / "broken.pem")],
        env={"PYTHONPATH": f"{stand_in}:{parser}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ValueError" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("sha256", b"secret", b"salt", 1),
        ("sha256", b"secret", b"salt", 1000, 16),
        ("sha1", b"longer than a block" * 9, b"", 3, 70),
        ("sha512", b"", b"salt", 2, 64),
    ],
)
def test_the_stand_in_derives_keys_as_hashlib_does(arguments: tuple) -> None:
    code = (SOURCES / "stand-ins/cryptography/cryptography/_pbkdf2.py").read_text()
    module: dict = {}
    exec(code, module)

    assert module["pbkdf2_hmac"](*arguments) == hashlib.pbkdf2_hmac(*arguments)
