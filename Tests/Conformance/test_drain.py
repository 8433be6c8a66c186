"""SIGTERM and SIGINT: health first, then GOAWAY, calls in flight end well, exit 0; a second signal
does not wait."""

import http.client
import signal
import threading
import time

import grpc
import h2.events
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import protocol
from daemon import Provisiond, upstream_settings
from raw_http2 import Connection, frame

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
LIMIT = 30
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
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    connection.request("GET", "/readyz")
    status = connection.getresponse().status
    connection.close()
    return status


def until(condition):
    limit = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_call_in_flight_ends_well(tmp_path, upstream, gate, number):
    with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port)) as server:
        assert readyz(server.admin_port) == 200
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
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        server.process.send_signal(signal.SIGTERM)
        assert [answer.status for answer in watch] == [health_pb2.HealthCheckResponse.NOT_SERVING]
        assert server.process.wait(LIMIT) == 0


def test_health_comes_before_goaway_and_goaway_comes_twice(tmp_path):
    """By frames: NOT_SERVING, GOAWAY of no stream yet, GOAWAY of the last one."""
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server, Connection(server.port) as peer:
        stream = peer.h2.get_next_available_stream_id()
        peer.h2.send_headers(stream, [
            (":method", "POST"), (":scheme", "http"), (":authority", "localhost"),
            (":path", "/grpc.health.v1.Health/Watch"), ("content-type", "application/grpc"),
            ("te", "trailers")])
        peer.h2.send_data(stream, frame(b""), end_stream=True)
        peer.socket.sendall(peer.h2.data_to_send())
        seen, signalled = [], False
        while data := peer.socket.recv(65536):
            for event in peer.h2.receive_data(data):
                if isinstance(event, h2.events.DataReceived) and event.data:
                    seen.append(("data", event.data[-1]))
                if isinstance(event, h2.events.StreamEnded):
                    seen.append(("end", event.stream_id))
                if isinstance(event, h2.events.ConnectionTerminated):
                    seen.append(("goaway", event.last_stream_id))
            # The answer to the drain's PING would close what h2 thinks is closed already.
            if seen and not signalled:
                server.process.send_signal(signal.SIGTERM)
                signalled = True
            if pending := peer.h2.data_to_send():
                peer.socket.sendall(pending)
        assert server.process.wait(LIMIT) == 0
    serving, not_serving = ("data", 1), ("data", 2)
    assert seen == [serving, not_serving, ("end", stream), ("goaway", 2**31 - 1),
                    ("goaway", stream)]


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
