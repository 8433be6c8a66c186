"""Faults of system calls, by strace: the process is killed as it enters a call, or the call fails."""

import os
import pathlib
import signal
import subprocess

KILL, EIO, ENOSPC = "KILL", "EIO", "ENOSPC"
FAULTS = [KILL, EIO, ENOSPC]
ATTACH_LIMIT_SECONDS = 20
# The state of a connection in /proc/net/tcp.
ESTABLISHED = "01"


def journal_paths(journal: pathlib.Path) -> list[pathlib.Path]:
    """Every file that a journal writes, its lock, its keys and their folders included."""
    keys = journal.with_name(journal.name + ".keys")
    names = ["hmac-1.key", "identity.key", "seal-1.key"]
    return [journal.parent, keys,
            *(journal.with_name(journal.name + end) for end in ["", ".new", "-wal", "-shm", ".lock"]),
            *(keys / (name + end) for name in names for end in ["", ".new"])]


def only(paths) -> list[str]:
    """Calls on other files are neither counted nor changed."""
    return [part for path in paths for part in ("-P", str(path))]


def fault(call: str, kind: str, when) -> list[str]:
    """The n-th such call of each thread, or with `n+` that and each later one."""
    effect = "signal=KILL" if kind == KILL else f"error={kind}"
    return ["-e", f"trace={call}", "-e", f"inject={call}:{effect}:when={when}"]


def traced(command: list[str], arguments: list[str], output="/dev/null") -> list[str]:
    """A command under strace. -D: the command stays our own child, the tracer is beside it."""
    return ["strace", "-D", "-f", "-qq", "-o", str(output), *arguments, *command]


def recording(calls: list[str]) -> list[str]:
    """Writes down each such call."""
    return ["-e", f"trace={','.join(calls)}", "-e", "signal=none"]


def sockets(pid: int) -> list[str]:
    """What strace calls the connections of a process, those to its upstream and to its callers."""
    inodes = set()
    for line in pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == ESTABLISHED:
            inodes.add(f"socket:[{fields[9]}]")
    links = (os.readlink(link) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    return sorted(inodes.intersection(links))


class Attached:
    """A fault of a process that runs already, until it is lifted."""

    def __init__(self, pid: int, arguments: list[str], output="/dev/null"):
        self._tracer = subprocess.Popen(
            ["strace", "-f", "-p", str(pid), "-o", str(output), *arguments],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self._tracer.stderr.readline()
        assert "attached" in line, line

    def lift(self):
        """The process goes on unchanged. Again is no error."""
        if self._tracer.poll() is None:
            self._tracer.send_signal(signal.SIGTERM)
            self._tracer.communicate(timeout=ATTACH_LIMIT_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lift()
