"""The life of a connection, frame by frame (rows 70-85 of the checklist)."""

import http.client
import contextlib
import select
import signal
import struct
import threading
import time

import grpc
import pytest

import protocol
from daemon import Provisiond
from frames import (ENABLE_PUSH, ENHANCE_YOUR_CALM, GOAWAY, HEADERS, LARGEST_WINDOW, NO_ERROR, PING,
                    PROTOCOL_ERROR, PUSH_PROMISE, RST_STREAM, SETTINGS,
                    FrameConnection, data, frame, grpc_fields, grpc_message, headers, ping,
                    rst_stream, settings)
from protocol import v1_grpc
from sandbox_policy import POLICY, create_user_bytes, create_user_request
from testing_protocol import EMPTY_CALL, STREAMING_INPUT_CALL, TestService, testing

PATH = protocol.CREATE_USER
STOP_LIMIT_SECONDS = 20
# A limit of one second, jitter and a busy machine.
SOON = 15


def good() -> bytes:
    return grpc_message(create_user_bytes(validate_only=True))


@pytest.fixture
def raw(sandboxed):
    with FrameConnection(sandboxed.port) as connection:
        yield connection


def serve(directory, *options):
    return Provisiond(directory, POLICY, {}, "--sandbox", *options)


# MARK: Frames of the connection

def test_settings_come_first(sandboxed):
    with FrameConnection(sandboxed.port, handshake=False) as raw:
        first = raw.next_frame()
        assert first.kind == SETTINGS and not first.is_ack


@pytest.mark.parametrize("beginning", [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    bytes.fromhex("16030100a5010000a10303") + bytes(160), bytes(64)])
def test_what_is_no_preface_is_closed(sandboxed, beginning):
    with FrameConnection(sandboxed.port, handshake=False) as raw:
        raw.send(beginning)
        raw.read_for(SOON)
        assert raw.closed


def test_a_preface_without_settings_is_closed(sandboxed):
    with FrameConnection(sandboxed.port, handshake=False) as raw:
        raw.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ping())
        raw.read_for(SOON)
        assert raw.closed


OFFENCES = {"PING on a stream": frame(PING, 0, 3, bytes(8)), "DATA on stream 0": data(0, b"a"),
            "RST_STREAM of an idle stream": rst_stream(7), "short GOAWAY": frame(GOAWAY, 0, 0, b"a"),
            "PUSH_PROMISE": frame(PUSH_PROMISE, 4, 1, bytes(4)),
            "an even stream": headers(2, b"\x83", True)}


@pytest.mark.parametrize("name", OFFENCES)
def test_goaway_is_the_last_frame(raw, name):
    raw.send(OFFENCES[name])
    seen = raw.read_for(SOON)
    assert raw.closed and seen and seen[-1].kind == GOAWAY
    assert seen[-1].error_code != NO_ERROR


def test_ping_is_answered_with_its_bytes_during_a_stream(conformance):
    with FrameConnection(conformance.port) as raw:
        stream = raw.open(grpc_fields(STREAMING_INPUT_CALL))
        for number in range(2):
            payload = struct.pack(">Q", 0xDEADBEEF + number)
            raw.send(data(stream, grpc_message(b"\x0a\x00")), ping(payload))
            (answer,) = [f for f in raw.read_until(lambda f: f.kind == PING) if f.kind == PING]
            assert answer.is_ack and answer.payload == payload
        raw.send(data(stream, end=True))
        assert raw.answer(stream).grpc_status == 0


def test_more_pings_than_are_allowed(raw):
    for number in range(6):
        raw.send(ping(bytes([number] * 8)))
        raw.read_for(0.1)
    raw.read_for(SOON)
    assert raw.closed
    assert raw.goaways[-1].error_code == ENHANCE_YOUR_CALM
    assert raw.goaways[-1].debug_data == b"too_many_pings"


def test_pings_between_answers_are_no_offence(raw):
    """Clients that measure their bandwidth send one for each burst of answers."""
    for _ in range(20):
        raw.send(ping())
        assert raw.call(PATH, good()).grpc_status == 0
    assert raw.goaways == []


def test_a_grpc_client_that_pings_too_often(sandboxed):
    """It is told; grpcio then pings less often and goes on."""
    options = [("grpc.keepalive_time_ms", 100), ("grpc.keepalive_timeout_ms", 5_000),
               ("grpc.keepalive_permit_without_calls", 1), ("grpc.http2.max_pings_without_data", 0),
               ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(sandboxed.target, options) as channel:
        stub = v1_grpc.UserProvisioningServiceStub(channel)
        for _ in range(3):
            stub.CreateUser(create_user_request(validate_only=True), timeout=20,
                            wait_for_ready=True)
            time.sleep(0.5)


def test_unknown_frames_settings_and_flags_are_ignored(raw):
    raw.send(frame(0x42, 0xFF, 0, b"anything"), frame(0x42, 0, 1, b""), settings((0x99, 7)),
             settings((ENABLE_PUSH, 1)), frame(PING, 0xFE, 0, b"flagged!"))
    seen = raw.read_until(lambda f: f.kind == PING)
    assert seen[-1].payload == b"flagged!"
    assert raw.call(PATH, good()).grpc_status == 0


def test_nothing_is_pushed(raw):
    raw.send(settings((ENABLE_PUSH, 1)))
    answer = raw.call(PATH, good(), linger=0.2)
    assert answer.grpc_status == 0
    assert all(f.kind != PUSH_PROMISE for f in answer.frames)


def test_a_skipped_stream_id_is_an_offence(raw):
    raw.next_stream = 9
    assert raw.call(PATH, good()).grpc_status == 0
    raw.send(headers(5, raw.encoder.encode(grpc_fields(PATH)), True))
    raw.read_for(SOON)
    assert raw.closed and raw.goaways[-1].error_code == PROTOCOL_ERROR


def test_late_frames_on_reset_streams_are_no_offence(conformance):
    """DATA and trailers that cross with our reset: honest clients send them."""
    with FrameConnection(conformance.port) as raw:
        for _ in range(100):
            stream = raw.open(grpc_fields("/no.such/Method"))
            raw.read_until(lambda f: f.kind == RST_STREAM and f.stream == stream)
            trailers = raw.encoder.encode([("x-late", "a")])
            raw.send(data(stream, b"late"), headers(stream, trailers, True))
        assert raw.call(EMPTY_CALL, grpc_message(b"")).grpc_status == 0
        assert raw.goaways == []


# MARK: Its end

def test_a_graceful_end_has_two_steps(tmp_path):
    """GOAWAY of every stream, PING, then GOAWAY of the last stream that was served."""
    with serve(tmp_path) as server, FrameConnection(server.port) as raw:
        raw.answers_pings = False
        assert raw.call(PATH, good()).grpc_status == 0
        server.process.send_signal(signal.SIGTERM)
        seen = raw.read_until(lambda f: f.kind == PING)
        first = [f for f in seen if f.kind == GOAWAY][0]
        assert (first.last_stream, first.error_code) == (LARGEST_WINDOW, NO_ERROR)
        # This stream was opened before the client could know.
        between = raw.call(PATH, good())
        assert between.grpc_status == 0
        raw.send(ping(seen[-1].payload, ack=True))
        raw.read_for(SOON)
        last = raw.goaways[-1]
        assert (last.last_stream, last.error_code) == (3, NO_ERROR)
        assert raw.closed
        assert server.process.wait(STOP_LIMIT_SECONDS) == 0


def test_a_silent_client_does_not_stop_the_end(tmp_path):
    with serve(tmp_path) as server, FrameConnection(server.port) as raw:
        raw.answers_pings = False
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_LIMIT_SECONDS) == 0
        raw.read_for(SOON)
        assert raw.closed and len(raw.goaways) == 2


def test_maximum_age(tmp_path):
    with serve(tmp_path, "--max-connection-age", "1", "--max-connection-age-grace",
               "1") as server, FrameConnection(server.port) as raw:
        # A request that never ends is cut behind the grace.
        stream = raw.open(grpc_fields(PATH))
        start = time.monotonic()
        raw.read_for(SOON)
        assert raw.closed and time.monotonic() - start > 1
        assert raw.goaways[0].debug_data == b"max_age"
        assert raw.goaways[0].error_code == NO_ERROR
        assert stream == 1


def test_the_maximum_age_varies_by_a_tenth(tmp_path):
    """Connections that came together do not leave together."""
    with serve(tmp_path, "--max-connection-age", "2") as server:
        start, ages = time.monotonic(), []
        with contextlib.ExitStack() as stack:
            peers = [stack.enter_context(FrameConnection(server.port)) for _ in range(10)]
            opened = time.monotonic() - start
            waiting = {peer.socket: peer for peer in peers}
            while waiting and time.monotonic() < start + SOON + 2:
                for readable in select.select(list(waiting), [], [], 0.5)[0]:
                    waiting[readable].next_frame(1)
                    if waiting[readable].goaways:
                        assert waiting.pop(readable).goaways[0].debug_data == b"max_age"
                        ages.append(time.monotonic() - start)
        assert len(ages) == len(peers)
        assert min(ages) >= 1.8 and max(ages) - min(ages) > opened + 0.01


def test_maximum_idle_time(tmp_path):
    with serve(tmp_path, "--max-connection-idle", "1") as server:
        with FrameConnection(server.port) as raw:
            for _ in range(4):
                # Its clock begins anew with the end of each call.
                assert raw.call(PATH, good()).grpc_status == 0
                raw.read_for(0.4)
            assert raw.goaways == []
            raw.read_for(SOON)
            assert raw.closed and raw.goaways[0].debug_data == b"max_idle"


def test_keepalive_finds_a_dead_client(tmp_path):
    with serve(tmp_path, "--keepalive-time", "1", "--keepalive-timeout", "1") as server:
        with FrameConnection(server.port) as raw:
            raw.answers_pings = False
            seen = raw.read_for(SOON)
            assert raw.closed
            assert [f for f in seen if f.kind == PING and not f.is_ack]


def test_keepalive_lets_a_living_client_be(tmp_path):
    with serve(tmp_path, "--keepalive-time", "1", "--keepalive-timeout", "10") as server:
        with FrameConnection(server.port) as raw:
            seen = raw.read_for(4)
            assert not raw.closed and raw.goaways == []
            assert len([f for f in seen if f.kind == PING]) >= 2


def test_a_limit_of_connections(tmp_path):
    """Those above the limit are closed, those below it are served, and a place is given again."""
    with serve(tmp_path, "--max-connections", "4") as server:
        opened = [FrameConnection(server.port, timeout=5) for _ in range(4)]
        for raw in opened:
            assert raw.call(PATH, good()).grpc_status == 0
        for _ in range(4):
            with FrameConnection(server.port, handshake=False) as refused:
                refused.read_for(SOON)
                assert refused.closed
        for raw in opened:
            assert raw.call(PATH, good()).grpc_status == 0
        opened.pop().close()
        limit = time.monotonic() + SOON
        while True:
            with FrameConnection(server.port, timeout=5) as raw:
                if not raw.closed and raw.call(PATH, good()).grpc_status == 0:
                    break
            assert time.monotonic() < limit, "the place was not given again"
        for raw in opened:
            raw.close()


# MARK: What honest clients do at full speed

def test_honest_traffic_is_not_cut(conformance):
    """Many calls at once, some cancelled, many small messages: all far from every budget."""
    with grpc.insecure_channel(conformance.target,
                               [("grpc.use_local_subchannel_pool", 1)]) as channel:
        stub = TestService(channel)
        failures = []

        def work(number: int):
            try:
                for _ in range(40):
                    stub.UnaryCall(testing.SimpleRequest(response_size=1000), timeout=30)
                requests = [testing.StreamingInputCallRequest(
                    payload=testing.Payload(body=b"x"))] * 500
                answer = stub.StreamingInputCall(iter(requests), timeout=30)
                assert answer.aggregated_payload_size == 500
                cancelled = stub.FullDuplexCall(iter([]), timeout=30)
                cancelled.cancel()
            except (grpc.RpcError, AssertionError) as error:
                failures.append(f"{number}: {error!r}")

        threads = [threading.Thread(target=work, args=(n,)) for n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


def test_probes_have_a_port_of_their_own(sandboxed):
    for path, text in {"/livez": "", "/readyz": "", "/metrics": "grpc_server_call"}.items():
        connection = http.client.HTTPConnection("127.0.0.1", sandboxed.admin_port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200 and text in answer.read().decode()
        connection.close()


def test_no_headers_on_a_stream_of_the_server(raw):
    assert all(f.stream % 2 for f in raw.call(PATH, good()).frames if f.kind == HEADERS)
