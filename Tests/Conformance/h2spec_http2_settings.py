"""The cases of h2spec's suite `http2`, sections 6.5 to 8.2."""

from frames import (DATA, ENABLE_PUSH, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, GOAWAY,
                    INITIAL_WINDOW_SIZE, LARGEST_WINDOW, MAX_FRAME_SIZE, PING, PROTOCOL_ERROR,
                    PUSH_PROMISE, SETTINGS, WINDOW_UPDATE, continuation, data, frame, goaway,
                    headers, ping, rst_stream, settings, window_update)
from h2spec_case import (Case, answer_headers, connection_error, data_of_one_byte, goaway_of,
                         ping_ack, ping_ack_or_closed, rst_stream_of, settings_ack, stream_error)
from h2spec_http2 import BODY, SUITE, get, post, protocol_error

NAME = b"h2spec\x00\x00"
frame_size_error = connection_error(FRAME_SIZE_ERROR)
malformed = stream_error(PROTOCOL_ERROR)


def sending(*pieces):
    return lambda c: c.send(*pieces)


def setting(identifier: int, value: int):
    return sending(settings((identifier, value)))


def windows_then_request(*values):
    """SETTINGS with these initial windows, acknowledged before the request."""
    def act(c):
        c.send(settings(*((INITIAL_WINDOW_SIZE, value) for value in values)))
        c.wait_for_settings_ack()
        c.send(c.request())
    return act


def window_opened_later(c):
    windows_then_request(0)(c)
    c.send(settings((INITIAL_WINDOW_SIZE, 1)))


def negative_window(c):
    windows_then_request(3)(c)
    assert c.wait_for(DATA) is not None, "no DATA"
    c.send(settings((INITIAL_WINDOW_SIZE, 2)))
    c.wait_for_settings_ack()
    c.send(window_update(1, 2))


def trailers(*fields, end: bool):
    """A body that is followed by a second header section."""
    def act(c):
        c.send(c.request("POST", end=False), data(1, b"test"),
               headers(1, c.block(list(fields)), end))
    return act


def with_fields(*extra):
    return lambda c: c.send(c.request("GET", *extra))


def without_field(name: str):
    return lambda c: c.send(c.request_of([f for f in c.fields() if f[0] != name]))


def body_of_other_length(*bodies):
    return lambda c: c.send(
        c.request("POST", ("content-length", "1"), end=False), *bodies)


def blocks(first_ends: bool, *behind):
    """HEADERS of a GET request, then CONTINUATION frames as (stream, END_HEADERS)."""
    def act(c):
        c.send(c.request(end_headers=first_ends),
               *(continuation(stream, c.dummies(), end) for stream, end in behind))
    return act


def data_between(c):
    c.send(c.request("POST", end=False, end_headers=False), continuation(1, c.dummies()), BODY)


def data_first(c):
    c.send(c.request("POST", end=False, end_headers=False), BODY,
           continuation(1, c.dummies()), continuation(0, c.dummies(), True))


def push_promise(c):
    c.send(frame(PUSH_PROMISE, 0x4, 1, (3).to_bytes(4) + c.common()))


SETTINGS_FRAMES = [
    Case("6.5/1", "an acknowledgement with payload",
         sending(frame(SETTINGS, 1, 0, b"\x00")), frame_size_error),
    Case("6.5/2", "SETTINGS on a stream",
         sending(frame(SETTINGS, 0, 1, b"\x00\x03\x00\x00\x00\x64")), protocol_error),
    Case("6.5/3", "SETTINGS of three bytes", sending(frame(SETTINGS, 0, 0, b"\x00\x03\x00")),
         stream_error(PROTOCOL_ERROR, FRAME_SIZE_ERROR)),
    Case("6.5.2/1", "ENABLE_PUSH 2", setting(ENABLE_PUSH, 2), protocol_error),
    Case("6.5.2/2", "INITIAL_WINDOW_SIZE 2^31", setting(INITIAL_WINDOW_SIZE, 2**31),
         connection_error(FLOW_CONTROL_ERROR)),
    Case("6.5.2/3", "MAX_FRAME_SIZE 16383", setting(MAX_FRAME_SIZE, 16_383), protocol_error),
    Case("6.5.2/4", "MAX_FRAME_SIZE 2^24", setting(MAX_FRAME_SIZE, 2**24), protocol_error),
    Case("6.5.2/5", "an unknown setting", sending(settings((0xFF, 1)), ping()), ping_ack()),
    Case("6.5.3/1", "the last of several windows holds", windows_then_request(100, 1),
         data_of_one_byte),
    Case("6.5.3/2", "SETTINGS are acknowledged", setting(ENABLE_PUSH, 0), settings_ack),
]

CONNECTION_FRAMES = [
    Case("6.7/1", "PING", sending(ping(NAME)), ping_ack(NAME)),
    Case("6.7/2", "an acknowledgement nobody asked for",
         sending(ping(b"invalid\x00", ack=True), ping(NAME)), ping_ack(NAME)),
    Case("6.7/3", "PING on a stream", sending(frame(PING, 0, 1, bytes(8))), protocol_error),
    Case("6.7/4", "PING of six bytes", sending(frame(PING, 0, 0, bytes(6))), frame_size_error),
    Case("6.8/1", "GOAWAY on a stream", sending(frame(GOAWAY, 0, 1, bytes(8))), protocol_error),
    Case("6.9/1", "WINDOW_UPDATE of 0", sending(window_update(0, 0)), protocol_error),
    Case("6.9/2", "WINDOW_UPDATE of 0 on a stream", get(window_update(1, 0), end=False),
         malformed),
    Case("6.9/3", "WINDOW_UPDATE of three bytes",
         sending(frame(WINDOW_UPDATE, 0, 0, b"\x00\x00\x01")), frame_size_error),
    Case("6.9.1/1", "a window of one byte", windows_then_request(1), data_of_one_byte),
    Case("6.9.1/2", "a connection window above 2^31-1",
         sending(window_update(0, LARGEST_WINDOW), window_update(0, LARGEST_WINDOW)),
         goaway_of(FLOW_CONTROL_ERROR)),
    Case("6.9.1/3", "a stream window above 2^31-1",
         get(window_update(1, LARGEST_WINDOW), window_update(1, LARGEST_WINDOW), end=False),
         rst_stream_of(FLOW_CONTROL_ERROR)),
    Case("6.9.2/1", "a window opened by SETTINGS", window_opened_later, data_of_one_byte),
    Case("6.9.2/2", "a window made negative by SETTINGS", negative_window, data_of_one_byte),
    Case("6.9.2/3", "an initial window above 2^31-1", setting(INITIAL_WINDOW_SIZE, 2**31),
         connection_error(FLOW_CONTROL_ERROR)),
]

CONTINUATIONS = [
    Case("6.10/1", "several CONTINUATION frames", blocks(False, (1, False), (1, True)),
         answer_headers),
    Case("6.10/2", "CONTINUATION, then DATA", data_between, protocol_error),
    Case("6.10/3", "CONTINUATION on stream 0", blocks(False, (0, True)), protocol_error),
    Case("6.10/4", "CONTINUATION behind END_HEADERS", blocks(True, (1, True)), protocol_error),
    Case("6.10/5", "CONTINUATION behind a CONTINUATION with END_HEADERS",
         blocks(False, (1, True), (1, True)), protocol_error),
    Case("6.10/6", "CONTINUATION behind DATA", data_first, protocol_error),
]

MESSAGES = [
    Case("7/1", "GOAWAY of an unknown code", sending(goaway(0xFF), ping(NAME)),
         ping_ack_or_closed(NAME)),
    Case("7/2", "RST_STREAM of an unknown code", post(rst_stream(1, 0xFF), ping()),
         ping_ack_or_closed()),
    Case("8.1/1", "trailers without END_STREAM", trailers(("x-test", "ok"), end=False), malformed),
    Case("8.1.2/1", "a name in capital letters", with_fields(("X-TEST", "ok")), malformed),
    Case("8.1.2.1/1", "an unknown pseudo field", with_fields((":test", "ok")), malformed),
    Case("8.1.2.1/2", "a pseudo field of responses", with_fields((":status", "200")), malformed),
    Case("8.1.2.1/3", "a pseudo field in trailers", trailers((":method", "POST"), end=False),
         malformed),
    Case("8.1.2.1/4", "a pseudo field behind a regular one",
         lambda c: c.send(c.request_of([("x-test", "ok")] + c.fields())), malformed),
    Case("8.1.2.2/1", "connection", with_fields(("connection", "keep-alive")), malformed),
    Case("8.1.2.2/2", "te with more than trailers",
         with_fields(("trailers", "test"), ("te", "trailers, deflate")), malformed),
    Case("8.1.2.3/1", "an empty :path", lambda c: c.send(c.request_of(c.fields(path=""))),
         malformed),
    Case("8.1.2.3/2", "no :method", without_field(":method"), malformed),
    Case("8.1.2.3/3", "no :scheme", without_field(":scheme"), malformed),
    Case("8.1.2.3/4", "no :path", without_field(":path"), malformed),
    Case("8.1.2.3/5", ":method twice", with_fields((":method", "GET")), malformed),
    Case("8.1.2.3/6", ":scheme twice", with_fields((":scheme", "http")), malformed),
    Case("8.1.2.3/7", ":path twice", with_fields((":path", "/")), malformed),
    Case("8.1.2.6/1", "content-length against one DATA frame",
         body_of_other_length(BODY), malformed),
    Case("8.1.2.6/2", "content-length against the sum of DATA frames",
         body_of_other_length(data(1, b"test"), BODY), malformed),
    Case("8.2/1", "PUSH_PROMISE", push_promise, protocol_error),
]

CASES = [case._replace(id=SUITE + case.id)
         for case in SETTINGS_FRAMES + CONNECTION_FRAMES + CONTINUATIONS + MESSAGES]
