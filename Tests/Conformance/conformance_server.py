"""Starts the `conformance-server` on a port, and watches a server's process from outside."""

import os
import pathlib
import signal
import socket
import subprocess
import time

import grpc

from daemon import START_LIMIT_SECONDS, STOP_LIMIT_SECONDS, binary, free_port

# It holds nothing that would need a drain: SIGTERM may simply end it. A crash is another thing.
GOOD_ENDS = {0, -signal.SIGTERM}


def server_binary() -> str:
    return binary("conformance-server")


def resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 when it is gone, and under a sanitizer, which keeps memory of
    its own beside each byte."""
    if "SANITIZER" in os.environ:
        return 0
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in text.splitlines()
                 if line.startswith("VmRSS:")), 0)


def wait_for_port(process: subprocess.Popen, port: int):
    limit = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    process.kill()
    raise RuntimeError("the server does not serve")


class ConformanceServer:
    """Serves grpc.testing.TestService and ConformanceService; a context manager."""

    def __init__(self, *options: str, log_path: pathlib.Path):
        self.port = free_port()
        self.target = f"127.0.0.1:{self.port}"
        self.command = [server_binary(), "--listen", self.target, *options]
        self.log_path = log_path
        self.process = None

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for_port(self.process, self.port)
        self.channel = grpc.insecure_channel(self.target, options=[("grpc.enable_retries", 0)])
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.stop()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def stop(self) -> int:
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode
