"""TLS of the service: what an operator configures, what a client sees, and files that rotate."""

import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc as rpc

from certificates import Certificates
from daemon import Provisiond, binary, environment, free_port
from waiting import until

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
"""
ANONYMOUS = POLICY + """callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
LIMIT = 20
CONFIGURATION, USAGE = 78, 64
ROTATIONS = 500


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured(directory, certificates):
    options = ["--sandbox", *certificates.server_options]
    with Provisiond(directory / "secured", ANONYMOUS, {}, *options) as server:
        yield server


@pytest.fixture(scope="module")
def mutual(directory, certificates):
    options = ["--sandbox", *certificates.mutual_options]
    with Provisiond(directory / "mutual", ANONYMOUS, {}, *options) as server:
        yield server


def check(target, certificates, client=None, authority="ca.pem"):
    """The status that a client with these certificates gets, on a connection of its own."""
    credentials = grpc.ssl_channel_credentials(
        certificates.read(authority), *(
            [certificates.read(f"{client}.key"), certificates.read(f"{client}.pem")]
            if client else []))
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.secure_channel(target, credentials, options) as channel:
        return rpc.HealthStub(channel).Check(pb.HealthCheckRequest(), timeout=LIMIT).status


def refusal(*arguments, **options):
    with pytest.raises(grpc.RpcError) as error:
        check(*arguments, **options)
    return error.value.code()


def test_a_client_that_trusts_the_authority(secured, certificates):
    assert check(secured.target, certificates) == pb.HealthCheckResponse.SERVING


def test_a_client_that_does_not(secured, certificates):
    code = refusal(secured.target, certificates, authority="other-ca.pem")
    assert code is grpc.StatusCode.UNAVAILABLE


def test_no_plaintext_beside_tls(secured):
    with pytest.raises(grpc.RpcError) as error:
        rpc.HealthStub(secured.channel).Check(pb.HealthCheckRequest(), timeout=LIMIT)
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE


def handshake(port, context):
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as secured:
            return secured.version(), secured.selected_alpn_protocol()


@pytest.mark.parametrize("version,name", [
    (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")])
def test_versions_that_are_spoken(secured, certificates, version, name):
    context = certificates.context()
    context.minimum_version = context.maximum_version = version
    assert handshake(secured.port, context) == (name, "h2")


def test_old_versions_are_not_spoken(secured, certificates):
    context = certificates.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(secured.port, context)


def test_mutual_tls(mutual, certificates):
    assert check(mutual.target, certificates, "client") == pb.HealthCheckResponse.SERVING


@pytest.mark.parametrize("client", [None, "stranger"])
def test_mutual_tls_refuses_everybody_else(mutual, certificates, client):
    assert refusal(mutual.target, certificates, client) is grpc.StatusCode.UNAVAILABLE


class RotatedFiles:
    """Files of a server that change under it."""

    def __init__(self, certificates, directory):
        directory.mkdir(parents=True, exist_ok=True)
        self.certificates, self.directory = certificates, directory
        self.install("server")
        self.options = ["--tls-certificate", str(directory / "tls.crt"),
                        "--tls-private-key", str(directory / "tls.key")]

    def install(self, name):
        """Each file is exchanged whole, as by cert-manager or certbot."""
        for suffix, target in [("key", "tls.key"), ("pem", "tls.crt")]:
            fresh = self.directory / f"{target}.new"
            shutil.copy(self.certificates.path(f"{name}.{suffix}"), fresh)
            fresh.rename(self.directory / target)


def shown(port, certificates) -> bytes:
    """The certificate that the server shows now."""
    context = certificates.context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as raw:
        with context.wrap_socket(raw) as secured:
            return secured.getpeercert(binary_form=True)


def der(certificates, name) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificates.read(f"{name}.pem").decode())


@pytest.mark.parametrize("hurry", [True, False], ids=["SIGHUP", "by itself"])
def test_new_files_are_read_without_a_restart(tmp_path, certificates, hurry):
    files = RotatedFiles(certificates, tmp_path / "tls")
    with Provisiond(tmp_path, ANONYMOUS, {}, "--sandbox", *files.options) as server:
        assert shown(server.port, certificates) == der(certificates, "server")
        files.install("client")
        if hurry:
            server.process.send_signal(signal.SIGHUP)
        until(lambda: shown(server.port, certificates) == der(certificates, "client"))
        assert check(server.target, certificates) == pb.HealthCheckResponse.SERVING


@pytest.mark.parametrize("file", ["tls.crt", "tls.key"])
def test_a_broken_file_leaves_the_old_one_in_force(tmp_path, certificates, file):
    files = RotatedFiles(certificates, tmp_path / "tls")
    with Provisiond(tmp_path, ANONYMOUS, {}, "--sandbox", *files.options) as server:
        (tmp_path / "tls" / file).write_text("-----BEGIN NONSENSE-----\n")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "certificates refused" in server.log)
        assert check(server.target, certificates) == pb.HealthCheckResponse.SERVING
        files.install("client")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: shown(server.port, certificates) == der(certificates, "client"))


def test_no_call_fails_while_files_rotate(tmp_path, certificates):
    files = RotatedFiles(certificates, tmp_path / "tls")
    with Provisiond(tmp_path, ANONYMOUS, {}, "--sandbox", *files.options) as server:
        done, problems, calls = threading.Event(), [], [0, 0]

        def load(index, fresh_connections):
            try:
                credentials = grpc.ssl_channel_credentials(certificates.read("ca.pem"))
                with grpc.secure_channel(server.target, credentials) as channel:
                    stub = rpc.HealthStub(channel)
                    while not done.is_set():
                        if fresh_connections:
                            check(server.target, certificates)
                        else:
                            stub.Check(pb.HealthCheckRequest(), timeout=LIMIT)
                        calls[index] += 1
            except grpc.RpcError as error:
                problems.append(error)

        threads = [threading.Thread(target=load, args=(0, False)),
                   threading.Thread(target=load, args=(1, True))]
        for thread in threads:
            thread.start()
        for rotation in range(ROTATIONS):
            files.install(["server", "client"][rotation % 2])
            server.process.send_signal(signal.SIGHUP)
            time.sleep(0.01)
        done.set()
        for thread in threads:
            thread.join(LIMIT)
        assert problems == []
        assert min(calls) > 0
        files.install("server")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: shown(server.port, certificates) == der(certificates, "server"))
        assert server.log.count("certificates reloaded") > 1


def start(directory, policy, *options) -> subprocess.CompletedProcess:
    """A server that must end by itself."""
    path = directory / "policy.yaml"
    path.write_text(policy)
    return subprocess.run(
        [binary("provisiond"), "serve", "--policy", str(path), "--journal",
         f"sqlite:{directory / 'journal.db'}", "--listen", f"0.0.0.0:{free_port()}",
         "--admin-listen", f"127.0.0.1:{free_port()}", *options],
        env=environment(directory, AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="B"),
        cwd=directory, capture_output=True, text=True, timeout=60)


def test_an_anonymous_caller_is_refused_off_loopback_with_tls_too(tmp_path, certificates):
    result = start(tmp_path, ANONYMOUS, *certificates.server_options)
    assert result.returncode == CONFIGURATION
    assert "anonymous" in result.stderr and "--insecure" in result.stderr


@pytest.mark.parametrize("options,named", [
    (["--tls-certificate", "server.pem"], "--tls-private-key"),
    (["--tls-private-key", "server.key"], "--tls-certificate"),
    (["--tls-client-ca", "ca.pem"], "--tls-certificate"),
    (["--tls-certificate", "server.pem", "--tls-private-key", "none.key"], "none.key"),
    (["--tls-certificate", "server.key", "--tls-private-key", "server.key"], "server.key"),
    (["--tls-certificate", "server.pem", "--tls-private-key", "client.key"], "client.key"),
    (["--tls-certificate", "server.pem", "--tls-private-key", "server.key", "--tls-client-ca",
      "server.key"], "server.key")])
def test_files_that_are_of_no_use(tmp_path, certificates, options, named):
    arguments = [option if option.startswith("--") else certificates.path(option)
                 for option in options]
    result = start(tmp_path, POLICY, *arguments)
    assert result.returncode == CONFIGURATION, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 and named in result.stderr
    assert "BEGIN" not in result.stderr


def test_off_loopback_with_tls_and_without_an_anonymous_caller(tmp_path, certificates):
    options = ["--listen", f"0.0.0.0:{(port := free_port())}", *certificates.server_options]
    settings = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"}
    with Provisiond(tmp_path, POLICY, settings, *options):
        assert check(f"127.0.0.1:{port}", certificates) == pb.HealthCheckResponse.SERVING


def provisionctl(server, certificates, *arguments) -> subprocess.CompletedProcess:
    options = [option if not option.endswith((".pem", ".key")) else certificates.path(option)
               for option in arguments]
    return subprocess.run(
        [binary("provisionctl"), *options], capture_output=True, text=True, timeout=60,
        env=environment(server.directory, PROVISIONCTL_TARGET=server.target))


def test_provisionctl_over_tls(secured, certificates):
    result = provisionctl(secured, certificates, "health", "--tls-ca", "ca.pem")
    assert (result.returncode, result.stderr) == (0, "")
    assert "SERVING" in result.stdout
    for arguments in [["health"], ["health", "--tls-ca", "other-ca.pem"],
                      ["health", "--tls-ca", "none.pem"]]:
        result = provisionctl(secured, certificates, *arguments)
        assert result.returncode == 75 and len(result.stderr.strip().splitlines()) == 1


def test_provisionctl_over_mutual_tls(mutual, certificates):
    own = ["--tls-certificate", "client.pem", "--tls-private-key", "client.key"]
    ours = ["create-user", "--organization", "acme", "--username", "ann", "--user-attributes",
            "Name=email,Value=ann@example.com", "--tls-ca", "ca.pem", *own]
    result = provisionctl(mutual, certificates, *ours)
    assert result.returncode == 0, result.stderr
    assert provisionctl(mutual, certificates, "health", "--tls-ca", "ca.pem").returncode == 75
    for half in [["--tls-ca", "ca.pem", *own[:2]], own]:
        assert provisionctl(mutual, certificates, "health", *half).returncode == USAGE
