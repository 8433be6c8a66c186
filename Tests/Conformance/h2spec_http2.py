"""The cases of h2spec's suite `http2`, sections 3 to 6.4."""

from frames import (CANCEL, COMPRESSION_ERROR, FRAME_SIZE_ERROR, INITIAL_WINDOW_SIZE,
                    MAX_CONCURRENT_STREAMS, PING, PROTOCOL_ERROR, REFUSED_STREAM, STREAM_CLOSED,
                    continuation, data, frame, headers, ping, priority, priority_fields,
                    rst_stream, settings)
from h2spec_case import (EXTENSION_FRAME, Case, answer_headers, connection_closed,
                         connection_error, first_frame_is_settings, goaway_of, ping_ack,
                         some_frame, stream_error)

SUITE = "http2/"
protocol_error = connection_error(PROTOCOL_ERROR)
BODY = data(1, b"test", True)
PING_ON_STREAM_3 = frame(PING, 0, 3, bytes(8))
some_ping = some_frame(PING, "PING")


def get(*behind, **how):
    """A request and raw frames behind it."""
    return lambda c: c.send(c.request(**how), *behind)


def post(*behind, **how):
    return lambda c: c.send(c.request("POST", end=False, **how), *behind)


def after_the_answer(make_frames):
    """A request, its whole answer, then frames on the closed stream."""
    def act(c):
        request = c.request()
        c.send(request)
        c.wait_for_stream_end()
        c.send(make_frames(c, request))
    return act


def broken_into(interruption):
    """A header block that another frame interrupts."""
    def act(c):
        c.send(c.request(end=False, end_headers=False), interruption(c),
               continuation(1, c.dummies(), True))
    return act


def two_streams(c):
    return headers(3, c.common(), True)


def descending_streams(c):
    c.send(c.request(stream=5), c.request(stream=3))


def more_streams_than_allowed(c):
    limit = c.peer_settings[MAX_CONCURRENT_STREAMS]
    c.send(settings((INITIAL_WINDOW_SIZE, 0)),
           *(c.request(stream=1 + 2 * index) for index in range(limit + 1)))


def second_headers_on_half_closed(c):
    c.send(c.request(), c.request())


def continuation_on_half_closed(c):
    block = c.common()
    c.send(headers(1, block, True), continuation(1, block, True))


def after_reset(make_frame):
    def act(c):
        c.send(c.request(end=False), rst_stream(1, CANCEL), make_frame(c))
    return act


def headers_padded_beyond_the_block(c):
    block = c.common()
    c.send(frame(1, 0x0D, 1, bytes([len(block) + 2]) + block))


STARTING = [
    Case("3.5/1", "the server's preface is its first frame", lambda c: c.start(),
         first_frame_is_settings, False),
    Case("3.5/2", "no preface", lambda c: c.send(b"INVALID CONNECTION PREFACE\r\n\r\n"),
         protocol_error, False),
]

FRAME_FORMAT = [
    Case("4.1/1", "a frame of unknown type",
         lambda c: c.send(EXTENSION_FRAME, ping()), ping_ack()),
    Case("4.1/2", "an undefined flag", lambda c: c.send(frame(PING, 0x16, 0, bytes(8))), some_ping),
    Case("4.1/3", "the reserved bit",
         lambda c: c.send(frame(PING, 0x16, 0x80000000, bytes(8))), some_ping),
    Case("4.2/1", "DATA of 2^14 bytes",
         lambda c: c.send(c.request("POST", end=False), data(1, b"x" * c.frame_size, True)),
         answer_headers),
    Case("4.2/2", "DATA above SETTINGS_MAX_FRAME_SIZE",
         lambda c: c.send(c.request("POST", end=False), data(1, b"x" * (c.frame_size + 1), True)),
         stream_error(FRAME_SIZE_ERROR)),
    Case("4.2/3", "HEADERS above SETTINGS_MAX_FRAME_SIZE",
         lambda c: c.send(headers(1, c.common() + c.dummies(5), True)),
         connection_error(FRAME_SIZE_ERROR)),
    Case("4.3/1", "an invalid header block",
         lambda c: c.send(headers(1, b"\x40", True)), connection_error(COMPRESSION_ERROR)),
    Case("4.3/2", "PRIORITY inside a header block",
         broken_into(lambda c: priority(1)), protocol_error),
    Case("4.3/3", "HEADERS of another stream inside a header block",
         broken_into(two_streams), protocol_error),
]

STREAM_STATES = [
    Case("5.1/1", "idle: DATA", lambda c: c.send(BODY),
         stream_error(PROTOCOL_ERROR, STREAM_CLOSED)),
    Case("5.1/2", "idle: RST_STREAM", lambda c: c.send(rst_stream(1)), protocol_error),
    Case("5.1/3", "idle: WINDOW_UPDATE",
         lambda c: c.send(frame(8, 0, 1, b"\x00\x00\x00\x64")), protocol_error),
    Case("5.1/4", "idle: CONTINUATION",
         lambda c: c.send(continuation(1, c.common(), True)), protocol_error),
    Case("5.1/5", "half-closed: DATA", get(BODY), stream_error(STREAM_CLOSED)),
    Case("5.1/6", "half-closed: HEADERS", second_headers_on_half_closed,
         stream_error(STREAM_CLOSED)),
    Case("5.1/7", "half-closed: CONTINUATION", continuation_on_half_closed,
         stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    Case("5.1/8", "closed by RST_STREAM: DATA", after_reset(lambda c: BODY),
         stream_error(STREAM_CLOSED)),
    Case("5.1/9", "closed by RST_STREAM: HEADERS", after_reset(lambda c: c.request()),
         stream_error(STREAM_CLOSED)),
    Case("5.1/10", "closed by RST_STREAM: CONTINUATION",
         after_reset(lambda c: continuation(1, c.dummies(), True)),
         stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    Case("5.1/11", "closed: DATA", after_the_answer(lambda c, request: BODY),
         stream_error(STREAM_CLOSED)),
    Case("5.1/12", "closed: HEADERS", after_the_answer(lambda c, request: request),
         connection_error(STREAM_CLOSED)),
    Case("5.1/13", "closed: CONTINUATION",
         after_the_answer(lambda c, request: continuation(1, c.dummies(), True)),
         connection_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    Case("5.1.1/1", "an even stream id", get(stream=2), protocol_error),
    Case("5.1.1/2", "a stream id below the last", descending_streams, protocol_error),
    Case("5.1.2/1", "more streams than SETTINGS_MAX_CONCURRENT_STREAMS",
         more_streams_than_allowed, stream_error(PROTOCOL_ERROR, REFUSED_STREAM)),
    Case("5.3.1/1", "HEADERS that depend on themselves", get(dependency=priority_fields(1)),
         stream_error(PROTOCOL_ERROR)),
    Case("5.3.1/2", "PRIORITY that depends on itself",
         lambda c: c.send(priority(1, depends=1)), stream_error(PROTOCOL_ERROR)),
    Case("5.4.1/1", "PING on a stream: the connection ends",
         lambda c: c.send(PING_ON_STREAM_3), connection_closed),
    Case("5.4.1/2", "PING on a stream: GOAWAY comes first",
         lambda c: c.send(PING_ON_STREAM_3), goaway_of()),
    Case("5.5/1", "an extension frame", lambda c: c.send(EXTENSION_FRAME, ping()), ping_ack()),
    Case("5.5/2", "an extension frame inside a header block",
         get(EXTENSION_FRAME, end_headers=False), protocol_error),
]

FRAMES = [
    Case("6.1/1", "DATA on stream 0", lambda c: c.send(data(0, b"test", True)), protocol_error),
    Case("6.1/2", "DATA on a half-closed stream",
         lambda c: c.send(c.request("POST"), BODY), stream_error(STREAM_CLOSED)),
    Case("6.1/3", "DATA padded beyond its length",
         lambda c: c.send(c.request("POST", ("content-length", "4"), end=False),
                          frame(0, 0x09, 1, b"\x06Test")), protocol_error),
    Case("6.2/1", "HEADERS without END_HEADERS, then PRIORITY",
         broken_into(lambda c: priority(1)), protocol_error),
    Case("6.2/2", "HEADERS without END_HEADERS, then HEADERS of another stream",
         broken_into(two_streams), protocol_error),
    Case("6.2/3", "HEADERS on stream 0", get(stream=0), protocol_error),
    Case("6.2/4", "HEADERS padded beyond the block", headers_padded_beyond_the_block,
         stream_error(PROTOCOL_ERROR)),
    Case("6.3/1", "PRIORITY on stream 0", lambda c: c.send(priority(0)), protocol_error),
    Case("6.3/2", "PRIORITY of four bytes", get(frame(2, 0, 1, b"\x80\x00\x00\x01")),
         stream_error(FRAME_SIZE_ERROR)),
    Case("6.4/1", "RST_STREAM on stream 0", lambda c: c.send(rst_stream(0)), protocol_error),
    Case("6.4/2", "RST_STREAM on an idle stream", lambda c: c.send(rst_stream(1)), protocol_error),
    Case("6.4/3", "RST_STREAM of three bytes", get(frame(3, 0, 1, bytes(3))),
         stream_error(FRAME_SIZE_ERROR)),
]

CASES = [case._replace(id=SUITE + case.id)
         for case in STARTING + FRAME_FORMAT + STREAM_STATES + FRAMES]
