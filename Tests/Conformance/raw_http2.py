"""One HTTP/2 connection by frames, for requests that no gRPC client would send."""

import base64
import socket
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

import protocol

TIMEOUT_SECONDS = 20


@dataclass
class Response:
    headers: dict = field(default_factory=dict)
    data: bytes = b""
    reset: int | None = None

    @property
    def http_status(self):
        return int(self.headers.get(":status", 0))

    @property
    def error_info(self):
        """google.rpc.ErrorInfo of grpc-status-details-bin."""
        encoded = self.headers["grpc-status-details-bin"]
        status = protocol.status.Status.FromString(
            base64.b64decode(encoded + "=" * (-len(encoded) % 4)))
        info = protocol.details.ErrorInfo()
        assert status.code == self.grpc_status and status.details[0].Unpack(info)
        return info

    @property
    def grpc_status(self):
        return int(self.headers["grpc-status"]) if "grpc-status" in self.headers else None


class Connection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(validate_outbound_headers=False))
        self.h2.initiate_connection()
        self._flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def call(self, body: bytes, path=protocol.CREATE_USER, end=True, **changed) -> Response:
        """Sends one request and reads its answer. A header given as None is left out."""
        headers = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost",
                   "content-type": "application/grpc", "te": "trailers"}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(
            stream, [(name, value) for name, value in headers.items() if value is not None])
        response = Response()
        position, ended = 0, False
        while position < len(body) and not ended:
            size = min(len(body) - position, self.h2.local_flow_control_window(stream),
                       self.h2.max_outbound_frame_size)
            if size == 0:
                ended = self._receive(stream, response)
                continue
            self.h2.send_data(stream, body[position:position + size])
            position += size
            self._flush()
        if end and not ended:
            self.h2.end_stream(stream)
        self._flush()
        while not ended:
            ended = self._receive(stream, response)
        return response

    def _receive(self, stream: int, response: Response) -> bool:
        """Reads once; True when the stream has ended."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        ended = False
        for event in self.h2.receive_data(data):
            if getattr(event, "stream_id", None) != stream:
                if isinstance(event, h2.events.ConnectionTerminated):
                    raise ConnectionError(f"GOAWAY {event.error_code}")
                continue
            if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                response.headers |= {_text(name): _text(value) for name, value in event.headers}
            elif isinstance(event, h2.events.DataReceived):
                response.data += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, h2.events.StreamReset):
                response.reset = int(event.error_code)
                ended = True
            elif isinstance(event, h2.events.StreamEnded):
                ended = True
        self._flush()
        return ended


def _text(value) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def frame(message: bytes, flag: int = 0, length: int | None = None) -> bytes:
    """A length-prefixed gRPC message, or one whose prefix lies."""
    announced = len(message) if length is None else length
    return bytes([flag]) + announced.to_bytes(4, "big") + message
