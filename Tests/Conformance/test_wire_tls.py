"""HTTP/2 over TLS, from the handshake up (row 82 of the checklist)."""

import socket
import ssl

import pytest

import protocol
from certificates import Certificates
from daemon import Provisiond
from frames import FrameConnection, grpc_message
from h2spec_case import Scene
from sandbox_policy import POLICY, create_user_bytes
from test_h2spec_cases import CASES

# RFC 9113, appendix A, forbids all of TLS 1.2 that is no ephemeral key exchange with an AEAD.
FORBIDDEN_CIPHERS = ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-ECDSA-AES128-SHA",
                     "ECDHE-ECDSA-AES256-SHA384"]
ALLOWED_CIPHERS = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"]
SOON = 15


@pytest.fixture(scope="module")
def certificates(directory):
    return Certificates(directory / "certificates")


@pytest.fixture(scope="module")
def server(directory, certificates):
    with Provisiond(directory / "tls", POLICY, {}, "--sandbox",
                    *certificates.server_options) as running:
        yield running
    assert running.process.returncode == 0


@pytest.fixture(scope="module")
def mutual(directory, certificates):
    with Provisiond(directory / "mutual", POLICY, {}, "--sandbox",
                    *certificates.mutual_options) as running:
        yield running


def is_served(port, context) -> bool:
    """Whether a call is answered; a refusal may come as an alert or as the end of the connection."""
    try:
        with FrameConnection(port, tls=context) as raw:
            body = grpc_message(create_user_bytes(validate_only=True))
            return raw.call(protocol.CREATE_USER, body).grpc_status == 0
    except (ssl.SSLError, ConnectionError):
        return False


def test_a_call(server, certificates):
    assert is_served(server.port, certificates.context())


@pytest.mark.parametrize("protocols", [("http/1.1",), ("h2c",), ()])
def test_without_h2_there_is_no_connection(server, certificates, protocols):
    assert not is_served(server.port, certificates.context(protocols=protocols))


def test_h2_is_chosen_of_several(server, certificates):
    context = certificates.context(protocols=("http/1.1", "h2"))
    assert is_served(server.port, context)


@pytest.mark.parametrize("name", ["localhost", "another.example", None])
def test_any_server_name(server, certificates, name):
    context = certificates.context()
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as raw:
        with context.wrap_socket(raw, server_hostname=name) as secured:
            assert secured.selected_alpn_protocol() == "h2"


def of_tls_1_2(certificates, ciphers: str):
    context = certificates.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    return context


@pytest.mark.parametrize("cipher", FORBIDDEN_CIPHERS)
def test_forbidden_ciphers(server, certificates, cipher):
    assert not is_served(server.port, of_tls_1_2(certificates, f"{cipher}:@SECLEVEL=0"))


@pytest.mark.parametrize("cipher", ALLOWED_CIPHERS)
def test_allowed_ciphers(server, certificates, cipher):
    assert is_served(server.port, of_tls_1_2(certificates, cipher))


@pytest.mark.parametrize("client,served", [("client", True), ("stranger", False), (None, False)])
def test_client_certificates(mutual, certificates, client, served):
    assert is_served(mutual.port, certificates.context(client)) == served


@pytest.mark.parametrize("name", ["clear text", "garbage in a record"])
def test_what_is_no_tls_is_closed(server, name):
    beginning = {"clear text": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
                 "garbage in a record": b"\x16\x03\x01\x40\x00" + b"\xff" * 0x4000}[name]
    with socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as raw:
        try:
            raw.sendall(beginning)
            while raw.recv(4096):
                pass
        except ConnectionError:
            pass
    assert server.alive


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_h2spec_case(server, certificates, case):
    """TLS cuts bytes in other places: everything is read before anything is answered."""
    with Scene(server.port, handshake=case.handshake, tls=certificates.context()) as scene:
        case.act(scene)
        case.judge(scene)
    assert server.alive
