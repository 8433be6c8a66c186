"""What is attacked, and a connection that attacks.

Everything here stays on the loopback interface, is bounded in count and time, and stops by itself.
ATTACK_SCALE=10 sends ten times as much and waits for every timer of the server.
"""

import collections
import os
import pathlib
import select
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass

import grpc

from bystander import PATIENCE_SECONDS, Bystander
from frames import RST_STREAM, FrameConnection, grpc_fields, grpc_message

SCALE = int(os.environ.get("ATTACK_SCALE", "1"))
FLOOD_SECONDS = 8 * SCALE

CUT, REFUSED, CONTAINED, SURVIVED = "cut", "refused", "contained", "NOT CUT"


@dataclass
class Target:
    """A running server, a call of it to attack with, and one that an honest client repeats."""
    name: str
    port: int
    pid: int
    path: str
    body: bytes
    honest_path: str = ""
    honest_body: bytes = b""
    # A file of the authority to trust, when the server speaks TLS.
    authority: str | None = None
    admin_port: int = 0

    def __enter__(self):
        if not self.honest_path:
            self.honest_path, self.honest_body = self.path, self.body
        self.bystander = Bystander(self.port, self.honest_path, self.honest_body, self.authority)
        return self

    def __exit__(self, *_):
        self.bystander.close()

    def ask(self):
        """The honest call, over a connection of its own."""
        address, options = f"127.0.0.1:{self.port}", [("grpc.use_local_subchannel_pool", 1)]
        if self.authority:
            trusted = grpc.ssl_channel_credentials(pathlib.Path(self.authority).read_bytes())
            channel = grpc.secure_channel(address, trusted, options)
        else:
            channel = grpc.insecure_channel(address, options)
        with channel:
            channel.unary_unary(self.honest_path)(self.honest_body, timeout=PATIENCE_SECONDS)

    @property
    def message(self) -> bytes:
        return grpc_message(self.body)

    def fields(self, **changed) -> list:
        return grpc_fields(self.path, **changed)


@dataclass
class Outcome:
    """How the attacker fared. `seconds`: from the first hostile byte to the end of the connection."""
    kind: str
    detail: str = ""
    seconds: float = 0.0


class Attacker(FrameConnection):
    """A connection that sends more than it should, and notes the streams that were ended."""

    def __init__(self, port: int, *own_settings, **options):
        self.resets, self.ended = collections.Counter(), set()
        super().__init__(port, *own_settings, **options)

    def _note(self, came):
        if came.kind == RST_STREAM:
            self.resets[came.error_code] += 1
        if came.completes:
            self.ended.add(came.stream)
        super()._note(came)

    def paced_flood(self, rounds: Iterable[list], seconds=FLOOD_SECONDS) -> Outcome:
        """Sends the frames of so many streams at a time as lie below every limit of streams, and
        waits for the end of each: the flood of a peer that keeps to the rules."""
        start, sent = time.monotonic(), 0
        for pieces in rounds:
            if self.closed or time.monotonic() > start + seconds or not self.send(*pieces):
                break
            sent += len(pieces)
            # Offences that end the stream for both sides may leave no trace: wait but a little.
            self.read_until(lambda _: len(self.ended) >= sent, 0.3)
        return self.outcome(start, sent)

    def flood(self, chunks: Iterable[bytes], reads=True, seconds=FLOOD_SECONDS) -> Outcome:
        """Sends chunk after chunk until the server ends the connection. A client that does not
        read (`reads`) looks at what came only at the end."""
        start, chunks, pending = time.monotonic(), iter(chunks), b""
        self.socket.setblocking(False)
        sent = 0
        while time.monotonic() < start + seconds and not self.closed:
            readable, writable, _ = select.select(
                [self.socket] if reads else [], [self.socket], [], 0.1)
            if readable:
                self._take_input()
            if writable and not self.closed:
                pending = pending or next(chunks, b"")
                if not pending:
                    break
                count = self._send_some(pending)
                pending, sent = pending[count:], sent + count
        self.socket.settimeout(self.timeout)
        return self.outcome(start, sent)

    def _take_input(self):
        try:
            piece = self.socket.recv(1 << 18)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            piece = b""
        self.closed = self.closed or not piece
        self.buffer += piece
        while self._is_frame_complete():
            self._take_frame()

    def _send_some(self, pending: bytes) -> int:
        try:
            return self.socket.send(pending)
        except (BlockingIOError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            self.closed = True
            return 0

    def outcome(self, start: float, sent=0, patience=3.0) -> Outcome:
        """Waits for the end of the connection; GOAWAY alone is not the end."""
        limit = time.monotonic() + patience
        while not self.closed and time.monotonic() < limit:
            self.next_frame(limit - time.monotonic())
        seconds = time.monotonic() - start
        codes = [came.error_code for came in self.goaways]
        detail = f"GOAWAY {codes[-1]}" if codes else ""
        if self.closed:
            return Outcome(CUT, detail or "closed", seconds)
        return Outcome(SURVIVED, f"{sent} bytes sent {detail}".strip(), seconds)
