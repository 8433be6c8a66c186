"""The options for the life of connections reach the connections."""

import socket

import pytest
from hyperframe.frame import GoAwayFrame, HeadersFrame, PingFrame, SettingsFrame

from daemon import Provisiond
from http2_frames import PREFACE, frames, health_call

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
"""
LIMIT = 20
NO_ERROR, NEVER = 0, 2**31 - 1


@pytest.fixture
def connect(tmp_path, request):
    """Opens connections to a server with the options of the test."""
    with Provisiond(tmp_path, POLICY, {}, "--sandbox", *request.param) as server:
        peers = []

        def connect():
            peers.append(socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT))
            peers[-1].sendall(PREFACE)
            return peers[-1]

        yield connect
        for peer in peers:
            peer.close()


@pytest.mark.parametrize("connect", [["--max-concurrent-streams", "7"]], indirect=True)
def test_max_concurrent_streams(connect):
    settings = next(f for f in frames(connect()) if isinstance(f, SettingsFrame))
    assert settings.settings[SettingsFrame.MAX_CONCURRENT_STREAMS] == 7


@pytest.mark.parametrize(
    "connect", [["--max-connection-idle", "1"], ["--max-connection-age", "1"]], indirect=True)
def test_a_connection_ends_by_itself(connect):
    seen = list(frames(connect()))
    goaways = [(f.last_stream_id, f.error_code) for f in seen if isinstance(f, GoAwayFrame)]
    assert goaways == [(NEVER, NO_ERROR), (0, NO_ERROR)]


@pytest.mark.parametrize(
    "connect", [["--max-connection-age", "1", "--max-connection-age-grace", "1"]], indirect=True)
def test_a_call_in_flight_has_its_grace(connect):
    peer = connect()
    peer.sendall(health_call(1, "Watch"))
    seen = list(frames(peer))
    assert any(isinstance(f, HeadersFrame) and f.stream_id == 1 for f in seen)
    goaways = [f.last_stream_id for f in seen if isinstance(f, GoAwayFrame)]
    assert goaways[0] == NEVER and set(goaways[1:]) == {1}


@pytest.mark.parametrize(
    "connect", [["--keepalive-time", "1", "--keepalive-timeout", "1"]], indirect=True)
def test_keepalive(connect):
    assert next(f for f in frames(connect()) if isinstance(f, PingFrame))
    # Whoever does not answer is given up.
    silent = connect()
    received = b""
    while data := silent.recv(65536):
        received += data
    assert received


@pytest.mark.parametrize("connect", [["--max-connections", "1"]], indirect=True)
def test_max_connections(connect):
    peer = connect()
    first = frames(peer)
    # Whoever has made a call keeps its place.
    peer.sendall(health_call(1, "Check"))
    assert next(f for f in first if isinstance(f, HeadersFrame))
    try:
        refused = connect().recv(1)
    except ConnectionError:
        refused = b""
    assert refused == b""
    peer.sendall(health_call(3, "Check"))
    assert next(f for f in first if isinstance(f, HeadersFrame))
