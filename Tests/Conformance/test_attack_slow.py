"""Slow peers, silent peers, and too many of them, while an honest client is served."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

import attacks_slow
import attacks_streams
from attack_target import CONTAINED, CUT, REFUSED, REPORT, Target, Watch, judge, run
from certificates import Certificates
from conformance_server import GOOD_ENDS, ConformanceServer
from daemon import Provisiond
from protocol import CREATE_USER, v1_grpc
from sandbox_policy import POLICY, create_user_bytes, create_user_request
from testing_protocol import STREAMING_OUTPUT_CALL, TestService, testing

CONNECTIONS_OF_ONE_ADDRESS = 1024
MESSAGE_BYTES, MESSAGE_COUNT = 64 << 10, 1000


def create_user(channel):
    v1_grpc.UserProvisioningServiceStub(channel).CreateUser(
        create_user_request(validate_only=True), timeout=5)


def service_target(server, name="provisiond") -> Target:
    return Target(name, server.port, server.process.pid, CREATE_USER,
                  create_user_bytes(validate_only=True), create_user)


@pytest.fixture(scope="module")
def service(directory):
    with Provisiond(directory / "service", POLICY, {}, "--sandbox") as server:
        yield service_target(server)
    assert server.process.returncode == 0


@pytest.fixture(scope="module")
def streams(directory):
    """A method that answers 64 MB."""
    sizes = [testing.ResponseParameters(size=MESSAGE_BYTES) for _ in range(MESSAGE_COUNT)]
    request = testing.StreamingOutputCallRequest(response_parameters=sizes)
    with ConformanceServer(log_path=directory / "conformance.log") as server:
        yield Target("conformance", server.port, server.pid, STREAMING_OUTPUT_CALL,
                     request.SerializeToString(),
                     lambda channel: TestService(channel).EmptyCall(testing.Empty(), timeout=5))
    assert server.process.returncode in GOOD_ENDS


@pytest.fixture(scope="module")
def slow(service):
    """All slow peers at once, and what became of each."""
    with Watch(service) as watch, ThreadPoolExecutor(len(attacks_slow.SLOW)) as pool:
        running = {name: pool.submit(attack, service)
                   for name, attack in attacks_slow.SLOW.items()}
        outcomes = {name: future.result() for name, future in running.items()}
    return watch, outcomes


@pytest.mark.parametrize("name", attacks_slow.SLOW)
def test_slow_peer_is_cut(slow, name):
    watch, outcomes = slow
    outcome = outcomes[name]
    if outcome.kind != CUT and CONTAINED in attacks_slow.ACCEPTED[name]:
        outcome.kind = CONTAINED
    REPORT.append(watch.row(name, outcome))
    judge(watch, outcome, attacks_slow.ACCEPTED[name])


@pytest.fixture(scope="module")
def stalled(streams):
    """Peers that ask for much and take nothing, at once."""
    seconds = attacks_slow.patience()
    with Watch(streams) as watch, ThreadPoolExecutor(2) as pool:
        running = {"window_stall": pool.submit(attacks_streams.window_stall, streams, seconds),
                   "internal_buffering": pool.submit(
                       attacks_streams.internal_buffering, streams, seconds)}
        outcomes = {name: future.result() for name, future in running.items()}
    return watch, outcomes


@pytest.mark.parametrize("name", ["window_stall", "internal_buffering"])
def test_stalled_peer_is_contained(stalled, name):
    watch, outcomes = stalled
    REPORT.append(watch.row(name, outcomes[name]))
    judge(watch, outcomes[name], {CUT, CONTAINED} if name == "window_stall" else {CUT})


def test_data_dribble(streams):
    run("data_dribble", attacks_streams.data_dribble, streams, {CUT, CONTAINED})


def test_conn_flood_with_few_descriptors(service):
    run("conn_flood", attacks_slow.conn_flood, service, {CUT})


def test_conn_flood_from_one_address(service):
    run("conn_flood one_address", lambda target: attacks_slow.conn_flood_from_one_address(
        target, CONNECTIONS_OF_ONE_ADDRESS), service, {REFUSED})


@pytest.mark.parametrize("name", ["slow_tls_handshake", "half_client_hello"])
def test_slow_handshake_is_cut(directory, name):
    certificates = Certificates(directory / "certificates")
    credentials = grpc.ssl_channel_credentials(certificates.read("ca.pem"))
    with Provisiond(directory / name, POLICY, {}, "--sandbox",
                    *certificates.server_options) as server:
        target = service_target(server, "provisiond TLS")
        target.credentials = credentials
        run(f"slow {name}", getattr(attacks_slow, name), target, {CUT})
    assert server.process.returncode == 0
