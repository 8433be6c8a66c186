"""SIGTERM and SIGINT: health first, then GOAWAY, calls in flight end well, exit 0; a second signal
does not wait."""

import http.client
import signal
import socket
import threading

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hyperframe.frame import DataFrame, GoAwayFrame

import protocol
from daemon import Provisiond, upstream_settings
from http2_frames import PREFACE, frames, health_call
from waiting import until

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
LIMIT = 30
SERVING, NOT_SERVING = 1, 2
REQUEST = protocol.v1.CreateUserRequest(
    organization="acme", username="ann", user_attributes=protocol.attributes({"email": "a@b.cc"}))


class Gate:
    """An upstream's answer that comes when the test lets it."""

    def __init__(self, upstream):
        self.reached, self.opened = threading.Event(), threading.Event()
        self.answer = upstream.answer
        upstream.answer = self._wait

    def _wait(self, call):
        self.reached.set()
        self.opened.wait(LIMIT)
        return self.answer(call)


@pytest.fixture
def gate(upstream):
    upstream.reset()
    gate = Gate(upstream)
    yield gate
    gate.opened.set()
    upstream.reset()


def readyz(port) -> int:
    """The status; 0 as long as, or as soon as, nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except ConnectionError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_call_in_flight_ends_well(tmp_path, upstream, gate, number):
    with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port)) as server:
        until(lambda: readyz(server.admin_port) == 200)
        call = server.users.CreateUser.future(REQUEST, timeout=LIMIT)
        assert gate.reached.wait(LIMIT)
        server.process.send_signal(number)
        until(lambda: readyz(server.admin_port) == 503)
        assert not call.done()
        gate.opened.set()
        assert call.result(LIMIT).user.username == "ann"
        assert server.process.wait(LIMIT) == 0


def test_watchers_do_not_hold_the_drain(tmp_path):
    with Provisiond(tmp_path, POLICY, {}, "--sandbox", "--drain-timeout", "600") as server:
        health = health_pb2_grpc.HealthStub(server.channel)
        watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=LIMIT)
        assert next(watch).status == SERVING
        server.process.send_signal(signal.SIGTERM)
        assert [answer.status for answer in watch] == [NOT_SERVING]
        assert server.process.wait(LIMIT) == 0


def test_health_comes_before_goaway_and_goaway_comes_twice(tmp_path):
    """By frames: NOT_SERVING and the end of the watch, GOAWAY of no stream yet and of the last one."""
    seen = []
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as peer:
            peer.sendall(PREFACE + health_call(1, "Watch"))
            for received in frames(peer):
                if isinstance(received, DataFrame) and received.data:
                    seen.append(("status", received.data[-1]))
                    if len(seen) == 1:
                        server.process.send_signal(signal.SIGTERM)
                if "END_STREAM" in received.flags:
                    seen.append(("end", received.stream_id))
                if isinstance(received, GoAwayFrame):
                    seen.append(("goaway", received.last_stream_id, received.error_code))
        assert server.process.wait(LIMIT) == 0
    # What ends the watch may meet GOAWAY on its way; what it says may not.
    assert seen.index(("end", 1)) > seen.index(("status", NOT_SERVING))
    seen.remove(("end", 1))
    assert seen == [("status", SERVING), ("status", NOT_SERVING),
                    ("goaway", 2**31 - 1, 0), ("goaway", 1, 0)]


@pytest.mark.parametrize("first,second,code", [
    (signal.SIGTERM, signal.SIGTERM, 143), (signal.SIGTERM, signal.SIGINT, 130),
    (signal.SIGINT, signal.SIGTERM, 143)])
def test_a_second_signal_does_not_wait(tmp_path, upstream, gate, first, second, code):
    options = ["--drain-timeout", "600"]
    with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port), *options) as server:
        call = server.users.CreateUser.future(REQUEST, timeout=LIMIT)
        assert gate.reached.wait(LIMIT)
        server.process.send_signal(first)
        until(lambda: readyz(server.admin_port) == 503)
        server.process.send_signal(second)
        assert server.process.wait(LIMIT) == code
        with pytest.raises(grpc.RpcError) as refusal:
            call.result(LIMIT)
        assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE


def test_the_drain_has_an_end(tmp_path, upstream, gate):
    options = ["--drain-timeout", "1"]
    with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port), *options) as server:
        call = server.users.CreateUser.future(REQUEST, timeout=LIMIT)
        assert gate.reached.wait(LIMIT)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(grpc.RpcError) as refusal:
            call.result(LIMIT)
        assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE
        gate.opened.set()
        assert server.process.wait(LIMIT) == 0


def test_a_signal_during_the_start_is_not_lost(tmp_path):
    """As soon as the port takes connections, a stop is a graceful one."""
    for round_number in range(5):
        server = Provisiond(tmp_path / str(round_number), POLICY, {}, "--sandbox")
        with server:
            assert server.stop() == 0
