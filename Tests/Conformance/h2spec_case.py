"""How a case of h2spec is written down and judged.

h2spec (github.com/summerwind/h2spec, MIT) is a Go program. Its 147 cases are told again as tables:
the id is h2spec's `suite/section/number`, the frames and the accepted outcomes are those of its
release 2.6.1 with --strict, in our own words.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from frames import (DATA, DEFAULT_FRAME_SIZE, GOAWAY, HEADERS, INITIAL_WINDOW_SIZE,
                    MAX_FRAME_SIZE, NO_ERROR, PING, PREFACE, RST_STREAM, SETTINGS, FrameConnection,
                    headers, settings)

# h2spec waits two seconds for an event; a debug build on a busy machine gets more.
PATIENCE_SECONDS = 6
DUMMY_LENGTH = 4000
# h2spec writes each frame by itself: a fast server has dealt with one before the next is there.
PAUSE_BETWEEN_FRAMES_SECONDS = 0.02
EXTENSION_FRAME = bytes.fromhex("000008 16 00 00000000") + bytes(8)


class Scene(FrameConnection):
    """One connection of a case: requests that are not of gRPC, as h2spec sends them."""

    def __init__(self, port: int, handshake=True, tls=None, pauses=False):
        self.pauses = False
        super().__init__(port, (INITIAL_WINDOW_SIZE, 65_535), handshake=handshake, tls=tls)
        self.answers_pings = False
        self.pauses = pauses

    def send(self, *pieces: bytes) -> bool:
        if not self.pauses:
            return super().send(*pieces)
        for piece in pieces:
            if not super().send(piece):
                return False
            time.sleep(PAUSE_BETWEEN_FRAMES_SECONDS)
        return True

    def start(self):
        """The preface without waiting for anything."""
        self.send(PREFACE, settings((INITIAL_WINDOW_SIZE, 65_535)))

    @property
    def frame_size(self) -> int:
        return self.peer_settings.get(MAX_FRAME_SIZE, DEFAULT_FRAME_SIZE)

    def fields(self, method="GET", path="/") -> list:
        return [(":method", method), (":scheme", self.scheme), (":path", path),
                (":authority", "localhost")]

    def block(self, fields: list) -> bytes:
        return self.encoder.encode(fields)

    def common(self, method="GET", *extra) -> bytes:
        return self.block(self.fields(method) + list(extra))

    def dummies(self, count=1) -> bytes:
        """Fields of a length that h2spec uses to fill header blocks."""
        return self.block([(f"x-dummy{i}", "x" * DUMMY_LENGTH) for i in range(count)])

    def request(self, method="GET", *extra, stream=1, end=True, end_headers=True, **more) -> bytes:
        """HEADERS with the common fields."""
        return headers(stream, self.common(method, *extra), end, end_headers, **more)

    def request_of(self, fields: list, end=True) -> bytes:
        return headers(1, self.block(fields), end)

    def request_with(self, representation: bytes, in_front=False) -> bytes:
        """HEADERS whose block has raw HPACK bytes behind, or in front."""
        block = self.common()
        return headers(1, representation + block if in_front else block + representation, True)

    def wait_for(self, kind: int):
        """The next frame of a kind, or None."""
        seen = self.read_until(lambda came: came.kind == kind, PATIENCE_SECONDS)
        return seen[-1] if seen and seen[-1].kind == kind else None

    def wait_for_settings_ack(self):
        """h2spec takes the next SETTINGS for the acknowledgement."""
        came = self.wait_for(SETTINGS)
        assert came is not None and came.is_ack, "no acknowledgement of SETTINGS"

    def wait_for_stream_end(self):
        stream_end(self)


class Case(NamedTuple):
    id: str
    title: str
    act: Callable[[Scene], None]
    judge: Callable[[Scene], None]
    handshake: bool = True


def _until(scene: Scene, accepted: Callable, or_closed: bool, expected: str):
    seen, limit = [], time.monotonic() + PATIENCE_SECONDS
    while (left := limit - time.monotonic()) > 0:
        came = scene.next_frame(left)
        if came is None:
            break
        seen.append(came)
        if accepted(came):
            return
    if or_closed and scene.closed:
        return
    raise AssertionError(f"expected {expected}; closed: {scene.closed}; frames: {seen}")


def connection_error(*codes):
    """GOAWAY with one of the codes, or the end of the connection."""
    return lambda scene: _until(
        scene, lambda came: came.kind == GOAWAY and came.error_code in codes, True,
        f"a connection error of {codes}")


def stream_error(*codes):
    """RST_STREAM or GOAWAY with one of the codes, or the end of the connection."""
    return lambda scene: _until(
        scene, lambda came: came.kind in (GOAWAY, RST_STREAM) and came.error_code in codes, True,
        f"a stream error of {codes}")


def connection_closed(scene: Scene):
    _until(scene, lambda _: False, True, "the end of the connection")


def stream_end(scene: Scene):
    _until(scene, lambda came: came.ends_stream
           or came.kind == RST_STREAM and came.error_code == NO_ERROR, False, "END_STREAM")


def answer_headers(scene: Scene):
    came = scene.wait_for(HEADERS)
    assert came is not None and came.stream == 1, "no HEADERS on stream 1"


def some_frame(kind: int, name: str):
    def judge(scene):
        assert scene.wait_for(kind) is not None, f"no {name}"
    return judge


def data_of_one_byte(scene: Scene):
    came = scene.wait_for(DATA)
    assert came is not None and len(came.payload) == 1, f"no DATA of one byte: {came}"


def settings_ack(scene: Scene):
    scene.wait_for_settings_ack()


def ping_ack(payload=bytes(8)):
    def judge(scene):
        came = scene.wait_for(PING)
        assert came is not None and came.is_ack and came.payload == payload, f"no answer: {came}"
    return judge


def ping_ack_or_closed(payload=bytes(8)):
    return lambda scene: _until(
        scene, lambda came: came.kind == PING and came.is_ack and came.payload == payload, True,
        "an answered PING, or the end of the connection")


def goaway_of(*codes):
    def judge(scene):
        came = scene.wait_for(GOAWAY)
        assert came is not None and (not codes or came.error_code in codes), f"no GOAWAY: {came}"
    return judge


def rst_stream_of(code: int, stream=1):
    def judge(scene):
        came = scene.wait_for(RST_STREAM)
        assert came is not None and (came.stream, came.error_code) == (stream, code), f"{came}"
    return judge


def first_frame_is_settings(scene: Scene):
    came = scene.next_frame(PATIENCE_SECONDS)
    assert came is not None and came.kind == SETTINGS and not came.is_ack, f"{came}"

