"""An honest client in a process of its own, so that an attacker's Python does not slow it down.

Run as a program it makes one connection and repeats one call; its parent tells it when by lines on
standard input: `start`, `stop`. At each stop it answers with a line of JSON.
"""

import json
import pathlib
import subprocess
import sys
import threading
import time

import grpc

PAUSE_SECONDS = 0.005
# Whoever waits longer was not served.
PATIENCE_SECONDS = 5


def main(port: str, path: str, body: str, authority: str):
    options = [("grpc.enable_retries", 0)]
    if authority:
        credentials = grpc.ssl_channel_credentials(pathlib.Path(authority).read_bytes())
        channel = grpc.secure_channel(f"127.0.0.1:{port}", credentials, options)
    else:
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)
    ask, message = channel.unary_unary(path), bytes.fromhex(body)
    running = threading.Event()
    latencies, failures = [], []

    def keep_asking():
        while running.is_set():
            start = time.monotonic()
            try:
                ask(message, timeout=PATIENCE_SECONDS)
            except grpc.RpcError as error:
                failures.append(f"{error.code().name}: {error.details()}")
            latencies.append(time.monotonic() - start)
            time.sleep(PAUSE_SECONDS)

    for line in sys.stdin:
        if line.strip() == "start":
            latencies.clear()
            failures.clear()
            running.set()
            thread = threading.Thread(target=keep_asking)
            thread.start()
        else:
            running.clear()
            thread.join()
            print(json.dumps({"latencies": latencies, "failures": failures}), flush=True)


class Bystander:
    """Drives such a process."""

    def __init__(self, port: int, path: str, body: bytes, authority: str | None):
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(port), path, body.hex(), authority or ""],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self):
        self._tell("start")

    def stop(self) -> tuple[list, list]:
        """The latencies in seconds and the failures since the start."""
        self._tell("stop")
        answer = json.loads(self.process.stdout.readline())
        return answer["latencies"], answer["failures"]

    def _tell(self, word: str):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE_SECONDS * 2)
        self.process.stdout.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
