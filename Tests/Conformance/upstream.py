"""A user pool that records each call and answers whatever a test tells it to."""

import json
import socket
import socketserver
import threading
import time
from dataclasses import dataclass, field

REQUEST_ID = "55ae2950-4a0b-4f1e-9d1f-0123456789ab"


@dataclass
class Captured:
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body, object_pairs_hook=_without_duplicates)


def _without_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"duplicate JSON names: {names}"
    return dict(pairs)


@dataclass
class Answer:
    body: bytes = b"{}"
    status: int = 200
    headers: dict = field(default_factory=dict)
    # Seconds before the first byte.
    delay: float = 0
    # Sent in the place of a well-formed answer; the connection is closed behind it.
    raw: bytes | None = None


def created(call: Captured) -> Answer:
    """A success as Amazon Cognito words it."""
    request = call.json
    sub = [{"Name": "sub", "Value": "4564b3e5-8d4d-4b2c-9a57-1d0c6a0f9e11"}]
    user = {"Username": request["Username"], "Attributes": request.get("UserAttributes", []) + sub,
            "UserCreateDate": 1795239351.916, "UserLastModifiedDate": 1795239351.916,
            "Enabled": True, "UserStatus": "FORCE_CHANGE_PASSWORD"}
    return Answer(json.dumps({"User": user}).encode())


def error(kind: str, message: str, status: int = 400, header: str | None = None,
          body: bool = True) -> Answer:
    headers = {"x-amzn-errortype": header} if header else {}
    content = {"__type": kind, "message": message} if body else {"message": message}
    return Answer(json.dumps(content).encode(), status, headers)


def not_found(_: Captured) -> Answer:
    return error("UserNotFoundException", "User does not exist.")


class CapturingUpstream:
    """HTTP/1.1 with keep-alive on a loopback port; each answer leaves in one write.

    The service looks by itself for users whose creation is in doubt: what it asks with AdminGetUser
    is kept apart from the other calls, and has an answer of its own.
    """

    def __init__(self):
        self.calls: list[Captured] = []
        self.lookups: list[Captured] = []
        self.answer = created
        self.lookup = not_found
        # What DescribeUserPool says of each pool; those calls are not among `calls`.
        self.descriptions = {}
        self.connections = 0
        self._lock = threading.Lock()
        upstream = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with upstream._lock:
                    upstream.connections += 1
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    while call := _read_request(self.rfile):
                        if not upstream._respond(call, self.wfile):
                            return
                except OSError:
                    return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _respond(self, call, output) -> bool:
        target = call.headers.get("x-amz-target", "")
        if target.endswith(".DescribeUserPool"):
            answer = self._description(call)
        else:
            is_lookup = target.endswith(".AdminGetUser")
            with self._lock:
                (self.lookups if is_lookup else self.calls).append(call)
            source = self.lookup if is_lookup else self.answer
            answer = source(call) if callable(source) else source
        if answer.delay:
            time.sleep(answer.delay)
        if answer.raw is not None:
            output.write(answer.raw)
            return False
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": REQUEST_ID,
                   "Content-Length": str(len(answer.body))} | answer.headers
        head = f"HTTP/1.1 {answer.status} Answer\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in headers.items())
        output.write(head.encode() + b"\r\n" + answer.body)
        return True

    def _description(self, call) -> Answer:
        pool = call.json["UserPoolId"]
        return Answer(json.dumps({"UserPool": {"Id": pool} | self.descriptions.get(pool, {})}).encode())

    def reset(self, answer=created, lookup=not_found):
        self.answer = answer
        self.lookup = lookup
        with self._lock:
            self.calls.clear()
            self.lookups.clear()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def _read_request(stream) -> Captured | None:
    line = stream.readline()
    if not line:
        return None
    method, path, _ = line.decode().split(" ")
    headers = {}
    while (line := stream.readline().decode("latin-1").rstrip("\r\n")):
        name, value = line.split(":", 1)
        assert name.lower() not in headers, f"header {name} comes twice"
        headers[name.lower()] = value.strip()
    return Captured(method, path, headers, stream.read(int(headers["content-length"])))
