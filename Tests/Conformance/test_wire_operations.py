"""What an operator sees of calls: metrics, log, sockets; and what a caller may not do (rows 54-62,
76, 91-95 of the checklist)."""

import base64
import ctypes
import gzip
import os
import re
import socket
import time
import urllib.request

import grpc
import pytest

import protocol
from daemon import Provisiond, upstream_settings
from frames import (CANCEL, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY, MAX_CONCURRENT_STREAMS,
                    PREFACE, REFUSED_STREAM, RST_STREAM, FrameConnection, data, grpc_fields,
                    grpc_message, headers, rst_stream, settings)
from sandbox_policy import POLICY, create_user_bytes, create_user_request
from upstream import Answer, created, error
from waiting import until

PATH = protocol.CREATE_USER
METHOD = PATH.removeprefix("/")
SECRETS = {"authorization": "Bearer canary-token-5d21", "x-api-key": "canary-key-5d21",
           "cookie": "canary-cookie-5d21", "x-blob-bin": "Y2FuYXJ5LWJsb2I"}
SLOW_UPSTREAM_SECONDS = 2
PATIENCE = 20
# The number of the system call, the same on every architecture.
PIDFD_GETFD = 438
# A66: bounds of calls' durations, in seconds, and of messages' sizes, in bytes.
SECONDS = [0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005,
           0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13,
           0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10, 20, 50, 100]
BYTES = [0, 1024, 2048, 4096, *(16_384 << 2 * step for step in range(10))]
SIZES = {way: f"grpc_server_call_{way}_total_compressed_message_size_bytes"
         for way in ("sent", "rcvd")}
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def good(**fields) -> bytes:
    return grpc_message(create_user_bytes(**fields))


@pytest.fixture
def service(tmp_path):
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server:
        yield server


@pytest.fixture(scope="module")
def slow_service(directory, upstream):
    """Its upstream takes its time, so calls are in flight when a test wants them to be."""
    upstream.reset()
    answer = upstream.answer
    upstream.answer = lambda call: Answer(created(call).body, delay=SLOW_UPSTREAM_SECONDS)
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
    upstream.answer = answer
    upstream.reset()


def metrics(server) -> dict:
    url = f"http://127.0.0.1:{server.admin_port}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in
            (line.rsplit(" ", 1) for line in lines if line and line[0] != "#")}


def ended(server, code: str) -> float:
    """Calls of CreateUser that ended with a status."""
    return sum(value for name, value in metrics(server).items()
               if name.startswith("grpc_server_call_duration_seconds_count")
               and f'"{METHOD}"' in name and f'"{code}"' in name)


def test_calls_are_counted_by_method_and_status(service):
    with FrameConnection(service.port) as raw:
        for _ in range(3):
            assert raw.call(PATH, good(validate_only=True)).grpc_status == 0
        assert raw.call(PATH, good(organization="unheard")).grpc_status == 7
        for number in range(20):
            assert raw.call(f"/made.up.{number}/Method").grpc_status == 12
    seen = metrics(service)
    started = {name: value for name, value in seen.items() if "call_started" in name}
    assert started[f'grpc_server_call_started_total{{grpc_method="{METHOD}"}}'] == 4
    assert started['grpc_server_call_started_total{grpc_method="other"}'] == 20
    assert not any("made.up" in name for name in seen)
    assert (ended(service, "OK"), ended(service, "PERMISSION_DENIED")) == (3, 1)


def bounds(server, metric: str) -> list:
    found = {re.search(r'le="([^"]+)"', name)[1] for name in metrics(server)
             if name.startswith(f"{metric}_bucket")}
    return sorted(float(bound) for bound in found if bound != "+Inf")


def test_bounds_of_durations(service):
    service.create(create_user_request(validate_only=True))
    assert bounds(service, "grpc_server_call_duration_seconds") == SECONDS


def test_bounds_of_sizes(service):
    service.create(create_user_request(validate_only=True))
    for name in SIZES.values():
        assert bounds(service, name) == BYTES


def test_sizes_are_those_of_the_wire(service):
    """Compressed where the message was; prefixes and frames do not count."""
    plain, packed = create_user_bytes(validate_only=True), gzip.compress(create_user_bytes())
    with FrameConnection(service.port) as raw:
        answers = [raw.call(PATH, grpc_message(plain)),
                   raw.call(PATH, grpc_message(packed, flag=1), grpc_encoding="gzip")]
        assert raw.call(PATH, good(organization="unheard")).grpc_status == 7
    seen = metrics(service)
    told = {way: seen[f'{name}_sum{{grpc_method="{METHOD}",grpc_status="OK"}}']
            for way, name in SIZES.items()}
    assert told["rcvd"] == len(plain) + len(packed)
    assert told["sent"] == sum(len(message) for answer in answers for _, message in answer.messages)
    refused = f'{SIZES["sent"]}_sum{{grpc_method="{METHOD}",grpc_status="PERMISSION_DENIED"}}'
    assert seen[refused] == 0


@pytest.fixture(scope="module")
def traced(directory):
    with Provisiond(directory / "traced", POLICY, {}, "--sandbox", "--log-level", "debug") as server:
        yield server


def span_of(server, trace: str) -> dict:
    until(lambda: any(span["trace_id"] == trace for span in server.logged("span")))
    return next(span for span in server.logged("span") if span["trace_id"] == trace)


def test_a_trace_is_continued(traced):
    with FrameConnection(traced.port) as raw:
        assert raw.call(PATH, good(validate_only=True), extra=[
            ("traceparent", f"00-{TRACE}-{PARENT}-01")]).grpc_status == 0
    span = span_of(traced, TRACE)
    assert span["parent_span_id"] == PARENT and len(span["span_id"]) == 16
    assert span["span_id"] != PARENT
    assert (span["name"], span["grpc_status"]) == (f"Recv.{METHOD.replace('/', '.')}", "OK")
    for word in ("Inbound message", "Outbound message", "sequence-number", "message-size"):
        assert word in span["events"]


def test_the_binary_trace_of_grpc_is_continued(traced):
    trace = bytes(range(1, 17))
    context = b"\0\0" + trace + b"\1" + bytes(range(17, 25)) + b"\2\1"
    with FrameConnection(traced.port) as raw:
        raw.call(PATH, good(validate_only=True), extra=[
            ("grpc-trace-bin", base64.b64encode(context).decode())])
    assert span_of(traced, trace.hex())["parent_span_id"] == bytes(range(17, 25)).hex()


@pytest.mark.parametrize("value", [
    "", "00", f"00-{TRACE.upper()}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01",
    f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{PARENT}-01-x"])
def test_a_malformed_trace_says_nothing(traced, value):
    """The call is served, and not under the trace that was not told."""
    before = len(traced.logged("span"))
    with FrameConnection(traced.port) as raw:
        assert raw.call(PATH, good(validate_only=True),
                        extra=[("traceparent", value)]).grpc_status == 0
    until(lambda: len(traced.logged("span")) > before)
    assert "parent_span_id" not in traced.logged("span")[before]


def test_what_a_caller_does_not_record_is_not_exported(traced):
    unsampled, sampled = "a" * 32, "b" * 32
    with FrameConnection(traced.port) as raw:
        for trace, flags in ((unsampled, "00"), (sampled, "01")):
            raw.call(PATH, good(validate_only=True), extra=[
                ("traceparent", f"00-{trace}-{PARENT}-{flags}")])
    span_of(traced, sampled)
    assert unsampled not in [span["trace_id"] for span in traced.logged("span")]


@pytest.mark.parametrize("code,status", [
    (CANCEL, "CANCELLED"), (REFUSED_STREAM, "UNAVAILABLE"),
    (ENHANCE_YOUR_CALM, "RESOURCE_EXHAUSTED"), (INADEQUATE_SECURITY, "PERMISSION_DENIED"),
    (2, "INTERNAL"), (1, "INTERNAL")])
def test_a_reset_is_counted_as_its_status(slow_service, code, status):
    before = ended(slow_service, status)
    with FrameConnection(slow_service.port) as raw:
        stream = raw.open(grpc_fields(PATH))
        raw.send(data(stream, good(), True))
        raw.read_for(0.3)
        raw.send(rst_stream(stream, code))
        until(lambda: ended(slow_service, status) == before + 1)


def test_a_lost_connection_cancels_its_calls(slow_service):
    before = ended(slow_service, "CANCELLED")
    with FrameConnection(slow_service.port) as raw:
        for _ in range(3):
            stream = raw.open(grpc_fields(PATH))
            raw.send(data(stream, good(), True))
        raw.read_for(0.3)
    until(lambda: ended(slow_service, "CANCELLED") == before + 3)


def test_a_deadline_is_counted(slow_service):
    before = ended(slow_service, "DEADLINE_EXCEEDED")
    with FrameConnection(slow_service.port) as raw:
        answer = raw.call(PATH, good(), grpc_timeout="300m")
        assert answer.grpc_status == 4 or answer.reset == CANCEL
    until(lambda: ended(slow_service, "DEADLINE_EXCEEDED") == before + 1)


def test_streams_beyond_the_limit_are_refused_before_the_handler(service):
    """A client that does not know the limit yet gets what it may repeat at once."""
    with FrameConnection(service.port, handshake=False) as raw:
        raw.encoder.header_table_size = 0
        block = raw.encoder.encode(grpc_fields(PATH))
        raw.send(PREFACE, settings(), *(headers(1 + 2 * n, block) for n in range(400)))
        seen = raw.read_for(1)
        limit = raw.peer_settings[MAX_CONCURRENT_STREAMS]
    refused = [f for f in seen if f.kind == RST_STREAM and f.error_code == REFUSED_STREAM]
    assert len(refused) >= 400 - limit > 0


def test_a_full_house_refuses_before_the_handler(tmp_path, upstream):
    """Handlers whose callers have gone still have their places: a stream beyond is refused, so that
    it may be sent elsewhere, and the upstream never hears of it."""
    upstream.reset()
    answer, calls = upstream.answer, []

    def slow(call):
        calls.append(call)
        return Answer(created(call).body, delay=SLOW_UPSTREAM_SECONDS)

    upstream.answer = slow
    places = 3
    try:
        with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port),
                        "--max-concurrent-streams", str(places)) as server, \
                FrameConnection(server.port) as raw:
            for number in range(places):
                stream = raw.open(grpc_fields(PATH))
                raw.send(data(stream, good(username=f"guest{number}"), True))
                until(lambda: len(calls) > number)
                raw.send(rst_stream(stream))
            refused = raw.call(PATH, good(username="late"))
            assert (refused.reset, refused.sections) == (REFUSED_STREAM, [])
            until(lambda: raw.call(PATH, good(username="later")).grpc_status == 0)
        assert len(calls) == places + 1
    finally:
        upstream.answer = answer
        upstream.reset()


RETRIES = ('{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 3, '
           '"initialBackoff": "0.01s", "maxBackoff": "0.01s", "backoffMultiplier": 1, '
           '"retryableStatusCodes": ["RESOURCE_EXHAUSTED"]}}]}')


def test_a_retrying_client_obeys_the_pushback(tmp_path, upstream):
    """The first answer tells how long to wait; the client's own back-off would be 10 ms."""
    upstream.reset()
    answer, times = upstream.answer, []

    def throttled(call):
        times.append(time.monotonic())
        return error("TooManyRequestsException", "slow down")

    upstream.answer = throttled
    options = [("grpc.enable_retries", 1), ("grpc.service_config", RETRIES),
               ("grpc.use_local_subchannel_pool", 1)]
    try:
        with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port)) as server, \
                grpc.insecure_channel(server.target, options) as channel:
            stub = protocol.v1_grpc.UserProvisioningServiceStub(channel)
            start = time.monotonic()
            with pytest.raises(grpc.RpcError) as refused:
                stub.CreateUser(create_user_request(), timeout=PATIENCE)
            told = dict(refused.value.trailing_metadata()).get("grpc-retry-pushback-ms")
            if refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                assert int(told) < 0 or time.monotonic() - start >= int(told) / 1000
            else:
                assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    finally:
        upstream.answer = answer
        upstream.reset()
    assert times


def test_a_wrong_credential_is_unauthenticated(service):
    """It never falls back to the anonymous caller."""
    with FrameConnection(service.port) as raw:
        answer = raw.call(PATH, good(), extra=[("authorization", "Bearer nonsense")])
    assert answer.grpc_status == 16


def test_no_right_is_permission_denied(service):
    assert service.create(create_user_request(organization="unheard")).code == "PERMISSION_DENIED"


def test_metadata_leaves_no_trace(tmp_path):
    with Provisiond(tmp_path, POLICY, {}, "--sandbox", "--log-level", "trace") as server:
        with FrameConnection(server.port) as raw:
            for name, value in SECRETS.items():
                raw.call(PATH, good(), extra=[(name, value)])
                raw.call(PATH, b"\x00\x00\x00\x00\x05" + b"\xff" * 5, extra=[(name, value)])
                raw.call("/no.such/Method", good(), extra=[(name, value)])
    for value in (*SECRETS.values(), "canary-blob"):
        assert value.removeprefix("Bearer ") not in server.log
        assert value.removeprefix("Bearer ").encode() not in server.stored_bytes()


def test_the_kernel_gives_up_on_a_silent_peer(tmp_path):
    """TCP_USER_TIMEOUT is the keep-alive's timeout (A18)."""
    with Provisiond(tmp_path, POLICY, {}, "--sandbox", "--keepalive-timeout", "7") as server:
        with FrameConnection(server.port) as raw:
            end = other_end(server.process.pid, raw.socket.getsockname()[1])
            with end:
                assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7_000


def other_end(pid: int, peer_port: int) -> socket.socket:
    """A duplicate of a socket of a child process, by pidfd_getfd(2)."""
    libc, process = ctypes.CDLL(None, use_errno=True), os.pidfd_open(pid)
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            if not os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:"):
                continue
            copy = libc.syscall(PIDFD_GETFD, process, int(name), 0)
            if copy < 0:
                raise OSError(ctypes.get_errno(), "pidfd_getfd")
            end = socket.socket(fileno=copy)
            try:
                if end.getpeername()[1] == peer_port:
                    return end
            except (OSError, IndexError, TypeError):
                pass
            end.close()
    finally:
        os.close(process)
    raise LookupError("the server has no such connection")
