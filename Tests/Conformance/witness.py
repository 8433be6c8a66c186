"""A witness of transparency logs, written from the texts of C2SP tlog-witness and tlog-cosignature; no
code of the service. It keeps what it has cosigned in a file, as a witness has to."""

import base64
import hashlib
import http.server
import json
import pathlib
import ssl
import threading
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from transparency import SIGNATURE_PREFIX, TreeHead, is_consistent, split_note

COSIGNATURE = 4


class Witness:
    """Serves `add-checkpoint` on a port of its own; a context manager. `misbehave` is a function from
    the status and body of the right answer to those that it gives."""

    def __init__(self, state: pathlib.Path, key: Ed25519PrivateKey | None = None,
                 name: str = "witness.example/w1", tls: ssl.SSLContext | None = None):
        self.state, self.name, self.tls = state, name, tls
        self.key = key or Ed25519PrivateKey.generate()
        self.log_keys = []
        self.misbehave = lambda status, body: (status, body)
        self.asked, self.server = [], None
        self.lock = threading.Lock()

    @property
    def _key_bytes(self) -> bytes:
        return bytes([COSIGNATURE]) + self.key.public_key().public_bytes_raw()

    @property
    def _key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self._key_bytes).digest()[:4]

    @property
    def verifier_key(self) -> str:
        return f"{self.name}+{self._key_id.hex()}+{base64.b64encode(self._key_bytes).decode()}"

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self.server.server_address[1]}/prefix"

    def __enter__(self, port: int = 0):
        witness = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                assert self.path == "/prefix/add-checkpoint", self.path
                with witness.lock:
                    status, answer = witness.answer(body)
                    witness.asked.append((status, body))
                status, answer = witness.misbehave(status, answer)
                self.send_response(status)
                self.send_header("content-length", str(len(answer.encode())))
                self.send_header("content-type", "text/x.tlog.size" if status == 409
                                 else "text/plain; charset=utf-8")
                self.end_headers()
                try:
                    self.wfile.write(answer.encode())
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def seen(self) -> dict:
        """The size and root of the latest checkpoint of each origin."""
        return json.loads(self.state.read_text()) if self.state.exists() else {}

    def answer(self, body: str) -> tuple[int, str]:
        """tlog-witness, add-checkpoint; each step in the order of the text."""
        head, separator, note = body.partition("\n\n")
        lines = head.split("\n")
        assert separator and lines[0].startswith("old ") and len(lines) <= 64, body
        old = int(lines[0].removeprefix("old "))
        assert lines[0] == f"old {old}" and old >= 0
        path = [base64.b64decode(line, validate=True) for line in lines[1:]]
        tree, (text, _) = TreeHead.parse(note), split_note(note)
        if not any(key.name == tree.origin for key in self.log_keys):
            return 404, ""
        if not any(key.has_signed(note) for key in self.log_keys):
            return 403, ""
        if old > tree.size:
            return 400, ""
        seen = self.seen
        size, root = seen.get(tree.origin, [0, ""])
        if old != size:
            return 409, f"{size}\n"
        if old == tree.size and root != tree.root.hex():
            return 409, f"{size}\n"
        if old == 0:
            assert not path
        elif not is_consistent(old, bytes.fromhex(root), tree.size, tree.root, path):
            return 422, ""
        seen[tree.origin] = [tree.size, tree.root.hex()]
        self.state.write_text(json.dumps(seen))
        return 200, self.cosign(text)

    def cosign(self, text: str) -> str:
        now = int(time.time())
        signature = self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        line = base64.b64encode(self._key_id + now.to_bytes(8, "big") + signature).decode()
        return f"{SIGNATURE_PREFIX}{self.name} {line}\n"

    def has_cosigned(self, note: str) -> bool:
        """tlog-cosignature."""
        text, signatures = split_note(note)
        for name, key_id, signature in signatures:
            if (name, key_id) == (self.name, self._key_id):
                moment = int.from_bytes(signature[:8], "big")
                self.key.public_key().verify(
                    signature[8:], f"cosignature/v1\ntime {moment}\n{text}".encode())
                return True
        return False
