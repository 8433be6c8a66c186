"""HTTP/2 frame by frame: what no client library would send, and exactly what comes back."""

import socket
import ssl
import struct
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
(DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE,
 CONTINUATION) = range(10)
END_STREAM = ACK = 0x1
END_HEADERS, PADDED, HAS_PRIORITY = 0x4, 0x8, 0x20
(HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE,
 MAX_HEADER_LIST_SIZE) = range(1, 7)
(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED,
 FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM,
 INADEQUATE_SECURITY, HTTP_1_1_REQUIRED) = range(14)
LARGEST_WINDOW = 2**31 - 1
DEFAULT_WINDOW = 65_535
DEFAULT_FRAME_SIZE = 16_384
TIMEOUT_SECONDS = 10


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes
    # The decoded header section, on its last frame.
    fields: list | None = None
    # Nothing of the stream follows: END_STREAM with all of its header section, or RST_STREAM.
    completes: bool = False

    @property
    def ends_stream(self) -> bool:
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)

    @property
    def is_ack(self) -> bool:
        return bool(self.flags & ACK)

    @property
    def error_code(self) -> int:
        """Of RST_STREAM and GOAWAY."""
        return struct.unpack_from(">I", self.payload, 4 if self.kind == GOAWAY else 0)[0]

    @property
    def last_stream(self) -> int:
        """Of GOAWAY."""
        return struct.unpack_from(">I", self.payload)[0] & LARGEST_WINDOW

    @property
    def debug_data(self) -> bytes:
        """Of GOAWAY."""
        return self.payload[8:]


def frame(kind, flags=0, stream=0, payload=b"", length=None) -> bytes:
    size = len(payload) if length is None else length
    return struct.pack(">I", size)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*values, ack=False) -> bytes:
    """Of pairs (identifier, value)."""
    return frame(SETTINGS, ACK if ack else 0, 0, b"".join(struct.pack(">HI", *v) for v in values))


def ping(payload=bytes(8), ack=False) -> bytes:
    return frame(PING, ACK if ack else 0, 0, payload)


def window_update(stream: int, increment: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def rst_stream(stream: int, code=CANCEL) -> bytes:
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def goaway(code=NO_ERROR, debug=b"", stream=0) -> bytes:
    return frame(GOAWAY, 0, stream, struct.pack(">II", 0, code) + debug)


def priority_fields(depends=0, weight=255, exclusive=False) -> bytes:
    return struct.pack(">IB", depends | (exclusive << 31), weight)


def priority(stream: int, depends=0, weight=255, exclusive=False) -> bytes:
    return frame(PRIORITY, 0, stream, priority_fields(depends, weight, exclusive))


def data(stream: int, payload=b"", end=False, padding: int | None = None) -> bytes:
    flags = END_STREAM if end else 0
    if padding is None:
        return frame(DATA, flags, stream, payload)
    return frame(DATA, flags | PADDED, stream, bytes([padding]) + payload + bytes(padding))


def headers(stream: int, block: bytes, end_stream=False, end_headers=True, dependency=None,
            padding=None) -> bytes:
    """`dependency`: the five bytes of a priority, in front of the block."""
    flags = (END_STREAM if end_stream else 0) | (END_HEADERS if end_headers else 0)
    if dependency is not None:
        flags, block = flags | HAS_PRIORITY, dependency + block
    if padding is not None:
        flags, block = flags | PADDED, bytes([padding]) + block + bytes(padding)
    return frame(HEADERS, flags, stream, block)


def continuation(stream: int, block: bytes, end_headers=False) -> bytes:
    return frame(CONTINUATION, END_HEADERS if end_headers else 0, stream, block)


def grpc_message(payload: bytes, flag=0, length=None) -> bytes:
    """A length-prefixed message, or one whose prefix lies."""
    return bytes([flag]) + struct.pack(">I", len(payload) if length is None else length) + payload


def grpc_fields(path: str, method="POST", scheme="http", extra=(), **changed) -> list:
    """The fields of a request of gRPC. One given as None is left out; `extra` goes behind."""
    fields = {":method": method, ":scheme": scheme, ":path": path, ":authority": "localhost",
              "content-type": "application/grpc", "te": "trailers"}
    fields |= {name.replace("_", "-"): value for name, value in changed.items()}
    return [(name, value) for name, value in fields.items() if value is not None] + list(extra)


@dataclass
class Answer:
    """What came on one stream, and how it ended."""
    sections: list = field(default_factory=list)
    data: bytes = b""
    frames: list = field(default_factory=list)
    ended: bool = False
    reset: int | None = None
    goaway: Frame | None = None
    closed: bool = False

    def values(self, name: str) -> list:
        return [value for section in self.sections for key, value in section if key == name]

    def first(self, name: str):
        return next(iter(self.values(name)), None)

    @property
    def http_status(self) -> int:
        return int(self.first(":status") or 0)

    @property
    def grpc_status(self) -> int | None:
        return int(self.first("grpc-status")) if self.first("grpc-status") is not None else None

    @property
    def is_trailers_only(self) -> bool:
        return [f.kind for f in self.frames[:1]] == [HEADERS] and self.frames[0].ends_stream

    @property
    def messages(self) -> list:
        """Pairs (flag, bytes)."""
        found, rest = [], self.data
        while len(rest) >= 5:
            length = struct.unpack_from(">I", rest, 1)[0]
            found.append((rest[0], rest[5:5 + length]))
            rest = rest[5 + length:]
        return found


class FrameConnection:
    """A client that sends the bytes it is told. It answers SETTINGS and, unless told otherwise,
    PING; it opens wide windows unless settings say another thing."""

    def __init__(self, port: int, *own_settings, handshake=True, tls=None, receive_buffer=None,
                 timeout=TIMEOUT_SECONDS):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.timeout = timeout
        self.scheme = "http" if tls is None else "https"
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.peer_settings, self.windows = {}, {0: DEFAULT_WINDOW}
        # Without a preface of ours an answer would be the first thing that the server sees.
        self.answers_settings, self.answers_pings = handshake, True
        self.closed, self.goaways = False, []
        self.acknowledged = 0
        self.buffer, self.next_stream = bytearray(), 1
        self.decoder.max_header_list_size = 1 << 24
        self.partial_block, self.partial_ends = b"", False
        if handshake:
            self.shake_hands(*own_settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def shake_hands(self, *own_settings):
        wide = own_settings or ((INITIAL_WINDOW_SIZE, 1 << 24),)
        self.send(PREFACE, settings(*wide))
        if not own_settings:
            self.send(window_update(0, 1 << 24))
        self.read_until(lambda _: self.peer_settings and self.acknowledged)

    # MARK: Sending

    def send(self, *pieces: bytes) -> bool:
        """Whether the bytes went out; a peer that has closed is noted, not raised."""
        try:
            self.socket.sendall(b"".join(pieces))
            return True
        except (ConnectionError, ssl.SSLError):
            return False

    def open(self, fields: list, end=False) -> int:
        """Sends HEADERS on a new stream and gives its id."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.windows[stream] = self.peer_settings.get(INITIAL_WINDOW_SIZE, DEFAULT_WINDOW)
        block = self.encoder.encode(fields)
        self.send(headers(stream, block[:DEFAULT_FRAME_SIZE], end, len(block) <= DEFAULT_FRAME_SIZE))
        for start in range(DEFAULT_FRAME_SIZE, len(block), DEFAULT_FRAME_SIZE):
            piece = block[start:start + DEFAULT_FRAME_SIZE]
            self.send(continuation(stream, piece, start + DEFAULT_FRAME_SIZE >= len(block)))
        return stream

    def send_body(self, stream: int, body: bytes, end=True) -> list:
        """Sends DATA as the windows open; gives the frames that came meanwhile."""
        seen, position = [], 0
        while position < len(body):
            size = min(self.windows[0], self.windows[stream], DEFAULT_FRAME_SIZE,
                       len(body) - position)
            if size <= 0:
                came = self.next_frame()
                if came is None:
                    break
                seen.append(came)
                if came.stream == stream and came.completes:
                    return seen
                continue
            if not self.send(data(stream, body[position:position + size])):
                break
            self.windows[0] -= size
            self.windows[stream] -= size
            position += size
        if end:
            self.send(data(stream, end=True))
        return seen

    def call(self, path: str, body=b"", end=True, extra=(), linger=0.0, **changed) -> Answer:
        """One request and all that comes on its stream."""
        changed.setdefault("scheme", self.scheme)
        stream = self.open(grpc_fields(path, extra=extra, **changed), end=end and not body)
        seen = self.send_body(stream, body, end) if body else []
        return self.answer(stream, seen, linger=linger)

    # MARK: Receiving

    def next_frame(self, timeout: float | None = None) -> Frame | None:
        """The next frame; None when time is up, and when the peer has closed (`closed`)."""
        limit = time.monotonic() + (self.timeout if timeout is None else timeout)
        while not self._is_frame_complete():
            left = limit - time.monotonic()
            if left <= 0 or self.closed:
                return None
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(1 << 16)
            except TimeoutError:
                return None
            except (ConnectionError, ssl.SSLError):
                piece = b""
            finally:
                if not self.closed:
                    self.socket.settimeout(self.timeout)
            if not piece:
                self.closed = True
                return None
            self.buffer += piece
        return self._take_frame()

    def _is_frame_complete(self) -> bool:
        return len(self.buffer) >= 9 and len(self.buffer) >= 9 + int.from_bytes(self.buffer[:3])

    def _take_frame(self) -> Frame:
        length = int.from_bytes(self.buffer[:3])
        kind, flags, stream = struct.unpack_from(">BBI", self.buffer, 3)
        came = Frame(kind, flags, stream & LARGEST_WINDOW, bytes(self.buffer[9:9 + length]))
        del self.buffer[:9 + length]
        if came.kind in (HEADERS, CONTINUATION):
            came = self._decode(came)
        elif came.kind == RST_STREAM or came.ends_stream:
            came = came._replace(completes=True)
        self._note(came)
        return came

    def _decode(self, came: Frame) -> Frame:
        """Every section has to be decoded, whoever asks for it: the table depends on it."""
        self.partial_block += came.payload
        self.partial_ends |= came.ends_stream
        if not came.flags & END_HEADERS:
            return came
        fields = [(name.decode("latin-1"), value.decode("latin-1"))
                  for name, value in self.decoder.decode(self.partial_block, raw=True)]
        came = came._replace(fields=fields, completes=self.partial_ends)
        self.partial_block, self.partial_ends = b"", False
        return came

    def _note(self, came: Frame):
        if came.kind == SETTINGS and came.is_ack:
            self.acknowledged += 1
        elif came.kind == SETTINGS:
            self._apply_settings(came)
            if self.answers_settings:
                self.send(settings(ack=True))
        elif came.kind == PING and not came.is_ack and self.answers_pings:
            self.send(ping(came.payload, ack=True))
        elif came.kind == WINDOW_UPDATE:
            increment = struct.unpack(">I", came.payload)[0]
            self.windows[came.stream] = self.windows.get(came.stream, 0) + increment
        elif came.kind == GOAWAY:
            self.goaways.append(came)

    def _apply_settings(self, came: Frame):
        before = self.peer_settings.get(INITIAL_WINDOW_SIZE, DEFAULT_WINDOW)
        self.peer_settings |= dict(struct.iter_unpack(">HI", came.payload))
        self.peer_settings.setdefault(0, 0)
        change = self.peer_settings.get(INITIAL_WINDOW_SIZE, DEFAULT_WINDOW) - before
        for stream in self.windows.keys() - {0}:
            self.windows[stream] += change

    def read_until(self, condition, timeout: float | None = None) -> list:
        """The frames up to the one for which the condition holds, or to the end of time."""
        limit = time.monotonic() + (self.timeout if timeout is None else timeout)
        seen = []
        while (left := limit - time.monotonic()) > 0:
            came = self.next_frame(left)
            if came is None:
                break
            seen.append(came)
            if condition(came):
                break
        return seen

    def read_for(self, seconds: float) -> list:
        return self.read_until(lambda _: False, seconds)

    def answer(self, stream: int, seen=(), timeout: float | None = None, linger=0.0) -> Answer:
        """Reads to the stream's end, and `linger` seconds more for what must not, or may, follow."""
        def is_end(came):
            return came.stream == stream and came.completes
        frames = list(seen)
        if not any(is_end(came) for came in frames):
            frames += self.read_until(is_end, timeout)
        if linger:
            frames += self.read_for(linger)
        return self._assemble(stream, frames)

    def _assemble(self, stream: int, frames: list) -> Answer:
        answer = Answer(closed=self.closed)
        for came in frames:
            if came.kind == GOAWAY:
                answer.goaway = came
            if came.stream != stream:
                continue
            answer.frames.append(came)
            if came.fields is not None:
                answer.sections.append(came.fields)
            answer.ended |= came.ends_stream
            if came.kind == DATA:
                answer.data += came.payload
            elif came.kind == RST_STREAM:
                answer.reset = came.error_code
        return answer
