"""What the service holds, a sample a second."""

import os
import pathlib
import re
import threading
import time
from dataclasses import dataclass

from service import SoakedService

INTERVAL_SECONDS = 1


@dataclass
class Sample:
    # Seconds since the start of the soak.
    time: float
    rss_mb: float
    anonymous_mb: float
    descriptors: int
    threads: int
    wal_mb: float
    journal_mb: float
    waiting: float
    in_doubt: float
    open_calls: float
    probe_ms: float


class Sampler(threading.Thread):
    def __init__(self, service: SoakedService, began: float):
        super().__init__(name="sampler", daemon=True)
        self.service, self.began = service, began
        self.stopping = threading.Event()
        self.samples: list[Sample] = []
        self.problem = None

    def run(self):
        try:
            while not self.stopping.wait(INTERVAL_SECONDS):
                self.samples.append(self._sample())
        except Exception as error:  # Told by the soak's verdict.
            self.problem = repr(error)

    def _sample(self) -> Sample:
        process = pathlib.Path(f"/proc/{self.service.provisiond.process.pid}")
        status = (process / "status").read_text()
        journal = self.service.provisiond.journal
        figures = self.service.figures()
        return Sample(
            time=time.monotonic() - self.began,
            rss_mb=_kilobytes(status, "VmRSS") / 1024,
            anonymous_mb=_kilobytes(status, "RssAnon") / 1024,
            descriptors=len(list((process / "fd").iterdir())),
            threads=int(re.search(r"^Threads:\s*(\d+)", status, re.M)[1]),
            wal_mb=_bytes(journal.with_name("journal.db-wal")) / 1e6,
            journal_mb=_bytes(journal) / 1e6,
            waiting=figures["provisiond_journal_waiting"],
            in_doubt=figures["provisiond_creations_in_doubt"],
            open_calls=_open_calls(figures),
            probe_ms=_durable_write(self.service.directory))


def _kilobytes(status: str, name: str) -> int:
    return int(re.search(rf"^{name}:\s*(\d+) kB", status, re.M)[1])


def _bytes(path: pathlib.Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _open_calls(figures: dict) -> float:
    begun = sum(value for name, value in figures.items()
                if name.startswith("grpc_server_call_started_total"))
    ended = sum(value for name, value in figures.items()
                if name.startswith("grpc_server_call_duration_seconds_count"))
    return begun - ended


def _durable_write(directory: pathlib.Path) -> float:
    """Milliseconds of one durable write of 4 KiB on the disk of the journal."""
    with open(directory / "probe", "wb", buffering=0) as file:
        began = time.perf_counter()
        file.write(bytes(4096))
        os.fdatasync(file.fileno())
        return (time.perf_counter() - began) * 1000
