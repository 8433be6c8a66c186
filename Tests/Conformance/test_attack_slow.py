"""Slow peers, silent peers, and too many of them, while an honest client is served."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import attacks_slow
import attacks_streams
from attack_target import CONTAINED, CUT, REFUSED, Target
from attack_watch import Watch, judge, run
from certificates import Certificates
from conformance_server import GOOD_ENDS, ConformanceServer
from daemon import Provisiond
from protocol import CREATE_USER
from sandbox_policy import POLICY, create_user_bytes
from testing_protocol import EMPTY_CALL, STREAMING_OUTPUT_CALL, testing

CONNECTIONS_OF_ONE_ADDRESS = 1024
CONNECTIONS_OF_THE_OPERATOR = 16
MESSAGE_BYTES, MESSAGE_COUNT = 64 << 10, 1000


def service_target(server, name="provisiond", authority=None) -> Target:
    return Target(name, server.port, server.process.pid, CREATE_USER,
                  create_user_bytes(validate_only=True), authority=authority,
                  admin_port=server.admin_port)


@pytest.fixture(scope="module")
def service(directory):
    with Provisiond(directory / "service", POLICY, {}, "--sandbox") as server:
        with service_target(server) as target:
            yield target
    assert server.process.returncode == 0


@pytest.fixture(scope="module")
def streams(directory):
    """A method that answers 64 MB."""
    sizes = [testing.ResponseParameters(size=MESSAGE_BYTES) for _ in range(MESSAGE_COUNT)]
    request = testing.StreamingOutputCallRequest(response_parameters=sizes)
    with ConformanceServer(log_path=directory / "conformance.log") as server:
        with Target("conformance", server.port, server.pid, STREAMING_OUTPUT_CALL,
                    request.SerializeToString(), honest_path=EMPTY_CALL) as target:
            yield target
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
    watch.report(name, outcome)
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
    watch.report(name, outcomes[name])
    judge(watch, outcomes[name], {CUT, CONTAINED} if name == "window_stall" else {CUT})


@pytest.fixture(scope="module")
def hasty(directory):
    """A server that waits for every slow peer a second only, so that each timer is seen to cut."""
    sizes = [testing.ResponseParameters(size=MESSAGE_BYTES) for _ in range(MESSAGE_COUNT)]
    request = testing.StreamingOutputCallRequest(response_parameters=sizes)
    with ConformanceServer("--patience", "1", log_path=directory / "hasty.log") as server:
        with Target("hasty", server.port, server.pid, STREAMING_OUTPUT_CALL,
                    request.SerializeToString(), honest_path=EMPTY_CALL) as target:
            yield target
    assert server.process.returncode in GOOD_ENDS


HASTY = {**attacks_slow.SLOW,
         "window_stall": lambda target: attacks_streams.window_stall(target, 8),
         "internal_buffering": lambda target: attacks_streams.internal_buffering(target, 8)}


@pytest.fixture(scope="module")
def cut_in_haste(hasty):
    with Watch(hasty) as watch, ThreadPoolExecutor(len(HASTY)) as pool:
        running = {name: pool.submit(attack, hasty) for name, attack in HASTY.items()}
        outcomes = {name: future.result() for name, future in running.items()}
    return watch, outcomes


@pytest.mark.parametrize("name", HASTY)
def test_every_timer_cuts(cut_in_haste, name):
    watch, outcomes = cut_in_haste
    watch.report(name, outcomes[name])
    judge(watch, outcomes[name], {CUT})


def test_data_dribble(streams):
    run("data_dribble", attacks_streams.data_dribble, streams, {CUT, CONTAINED})


def test_conn_flood_with_few_descriptors(service):
    run("conn_flood", attacks_slow.conn_flood, service, {CUT})


def test_conn_flood_of_the_admin_port(service):
    run("conn_flood admin", lambda target: attacks_slow.conn_flood(
        target, target.admin_port, CONNECTIONS_OF_THE_OPERATOR), service, {CUT})


def test_conn_flood_over_tls(directory):
    certificates = Certificates(directory / "certificates of the flood")
    with Provisiond(directory / "flooded over TLS", POLICY, {}, "--sandbox",
                    *certificates.server_options) as server:
        with service_target(server, "provisiond TLS", certificates.path("ca.pem")) as target:
            run("conn_flood TLS", attacks_slow.conn_flood, target, {CUT})
    assert server.process.returncode == 0


def test_conn_flood_from_one_address(service):
    run("conn_flood one_address", lambda target: attacks_slow.conn_flood_from_one_address(
        target, CONNECTIONS_OF_ONE_ADDRESS), service, {REFUSED})


@pytest.mark.parametrize("name", ["slow_tls_handshake", "half_client_hello"])
def test_slow_handshake_is_cut(directory, name):
    certificates = Certificates(directory / "certificates")
    with Provisiond(directory / name, POLICY, {}, "--sandbox",
                    *certificates.server_options) as server:
        with service_target(server, "provisiond TLS", certificates.path("ca.pem")) as target:
            run(f"slow {name}", getattr(attacks_slow, name), target, {CUT})
    assert server.process.returncode == 0
