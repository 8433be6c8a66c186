"""The even part of the load: so many creations a second, in windows of which each has its own
connections and its own latencies."""

import re
import subprocess
import threading
import time
from dataclasses import dataclass

from service import STEADY, SoakedService, protocol

CONNECTIONS, STREAMS = 16, 8
WINDOW_SECONDS = 10
WINDOW_LIMIT_SECONDS = 120
PATH = "https://127.0.0.1:{}/provisioning.v1.UserProvisioningService/CreateUser"


@dataclass
class Window:
    # Seconds since the start of the soak, in its middle.
    time: float
    calls: int
    p50_ms: float
    p99_ms: float


class SteadyLoad(threading.Thread):
    """h2load with a fixed rate; `windows` grows while it runs."""

    def __init__(self, service: SoakedService, rate: int, seconds: float, began: float):
        super().__init__(name="steady load", daemon=True)
        self.service, self.rate, self.seconds, self.began = service, rate, seconds, began
        self.windows: list[Window] = []
        self.problem = None
        message = protocol.v1.CreateUserRequest(organization=STEADY).SerializeToString()
        self.body = service.directory / "body"
        self.body.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
        self.log = service.directory / "h2load.log"

    @property
    def calls(self) -> int:
        return sum(window.calls for window in self.windows)

    def run(self):
        try:
            while time.monotonic() - self.began < self.seconds:
                self.windows.append(self._window())
        except Exception as error:  # Told by the soak's verdict.
            self.problem = repr(error)

    def _window(self) -> Window:
        started = time.monotonic() - self.began
        requests = self.rate * WINDOW_SECONDS
        self.log.unlink(missing_ok=True)
        result = subprocess.run(
            ["h2load", "-d", str(self.body), "-H", "content-type: application/grpc",
             "-H", "te: trailers", "-c", str(CONNECTIONS), "-m", str(STREAMS),
             f"--rps={self.rate / CONNECTIONS}", "-n", str(requests),
             f"--log-file={self.log}", PATH.format(self.service.provisiond.port)],
            capture_output=True, text=True, timeout=WINDOW_LIMIT_SECONDS)
        done = re.search(r"(\d+) succeeded, (\d+) failed", result.stdout)
        if not done or int(done[1]) != requests:
            raise RuntimeError(f"h2load said: {result.stdout}{result.stderr}")
        times = sorted(int(line.split()[2]) / 1000 for line in self.log.read_text().splitlines())
        return Window(started + WINDOW_SECONDS / 2, requests, times[len(times) // 2],
                      times[len(times) * 99 // 100])
