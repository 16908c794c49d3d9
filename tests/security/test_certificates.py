"""A store whose certificate nobody vouches for is not spoken to."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from evidence.objects import BucketStorage
from evidence.storage import StoreDown


@pytest.fixture
def certificate(tmp_path):
    """One that is valid for 127.0.0.1 and signed by itself alone, with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    place = tmp_path / "both.pem"
    place.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return place


@pytest.fixture
def store(certificate):
    """A server that says yes to everything; gives its address, and what it was asked."""
    asked = []

    class Yes(BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Yes)
    within = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    within.load_cert_chain(certificate)
    server.socket = within.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # who breaks off in the middle is what is looked for
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def bucket(endpoint):
    return BucketStorage(bucket="sealed", endpoint=endpoint, region="x", key_id="site", secret="x" * 20)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS")  # else the warning would be what stops it
def test_a_store_with_a_certificate_that_nobody_vouches_for_is_told_nothing(store):
    endpoint, asked = store
    with pytest.raises(StoreDown):
        bucket(endpoint).size("a-name")
    assert asked == []


def test_the_same_store_is_used_once_its_certificate_is_known(store, certificate, monkeypatch):
    endpoint, asked = store
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert bucket(endpoint).size("a-name") == 3
    assert asked == ["/sealed/a-name"]
