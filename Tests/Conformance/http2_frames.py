"""An HTTP/2 connection as bare frames, for what a client library would hide."""

from hpack import Encoder
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame, SettingsFrame

from raw_http2 import frame

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SettingsFrame(0).serialize()


def frames(peer):
    """The frames that come, to the end of the connection; SETTINGS and PINGs are acknowledged."""
    buffer = b""
    while data := peer.recv(65536):
        buffer += data
        while len(buffer) >= 9:
            received, length = Frame.parse_frame_header(memoryview(buffer[:9]))
            if len(buffer) < 9 + length:
                break
            received.parse_body(memoryview(buffer[9:9 + length]))
            buffer = buffer[9 + length:]
            if isinstance(received, (SettingsFrame, PingFrame)) and "ACK" not in received.flags:
                answer = type(received)(0)
                answer.flags.add("ACK")
                answer.opaque_data = getattr(received, "opaque_data", b"")
                peer.sendall(answer.serialize())
            yield received


def health_call(stream: int, method: str) -> bytes:
    """A call of grpc.health.v1.Health for the whole server."""
    head = HeadersFrame(stream, Encoder().encode([
        (":method", "POST"), (":scheme", "http"), (":authority", "localhost"),
        (":path", f"/grpc.health.v1.Health/{method}"), ("content-type", "application/grpc"),
        ("te", "trailers")]))
    head.flags.add("END_HEADERS")
    body = DataFrame(stream, frame(b""))
    body.flags.add("END_STREAM")
    return head.serialize() + body.serialize()
