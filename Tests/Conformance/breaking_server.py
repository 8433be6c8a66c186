"""A gRPC server that reads one call and ends it as a proxy, or a server that dies, would."""

import base64
import socket
import threading

import h2.config
import h2.connection
import h2.events

import protocol

LIMIT = 60


class BreakingServer:
    """A context manager. `end` gets the connection and the stream of a whole request; where it
    returns `LOST`, the connection ends with nothing more said."""

    LOST = "lost"

    def __init__(self, end):
        self.end = end
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(LIMIT)
        self.target = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(LIMIT)
        self.listener.close()

    def _serve(self):
        peer, _ = self.listener.accept()
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        with peer:
            peer.settimeout(LIMIT)
            peer.sendall(connection.data_to_send())
            while data := peer.recv(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.StreamEnded):
                        if self.end(connection, event.stream_id) == self.LOST:
                            return
                peer.sendall(connection.data_to_send())


def lost(*_):
    return BreakingServer.LOST


def http(status: int):
    return lambda connection, stream: connection.send_headers(
        stream, [(":status", str(status)), ("content-type", "text/html")], end_stream=True)


def reset(code: int):
    return lambda connection, stream: connection.reset_stream(stream, code)


def status(code: int, executed=None):
    """A status of gRPC; with `executed` it has the details of an error of this service."""
    fields = [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", str(code))]
    if executed:
        answer = protocol.status.Status(code=code)
        answer.details.add().Pack(protocol.details.ErrorInfo(
            reason="X", domain="provisioning.v1", metadata={"executed": executed}))
        encoded = base64.b64encode(answer.SerializeToString()).decode().rstrip("=")
        fields.append(("grpc-status-details-bin", encoded))
    return lambda connection, stream: connection.send_headers(stream, fields, end_stream=True)
