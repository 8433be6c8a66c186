"""What a process did to the files of a journal, and what it said to others meanwhile: read from
strace, in order."""

import os
import pathlib
import re
from dataclasses import dataclass

CALLS = ["openat", "mkdir", "write", "writev", "sendto", "sendmsg", "pwrite64", "fsync", "fdatasync",
         "ftruncate", "unlink", "rename"]
# Longer than any write of the service.
STRING_LIMIT = 1 << 20
ARGUMENTS = ["-y", "-xx", "-s", str(STRING_LIMIT), "-e", f"trace={','.join(CALLS)}",
             "-e", "signal=none"]

_LINE = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(\(| resumed>)(.*)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True)
class Event:
    """`what`: create, mkdir, write, truncate, sync, unlink, rename, or say (to a socket)."""
    what: str
    path: str = ""
    offset: int | None = None
    data: bytes = b""
    size: int = 0
    target: str = ""


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def read(trace: pathlib.Path, journal: pathlib.Path) -> list[Event]:
    """A write counts as it begins: some of it may be on the disk by then. A sync counts when it
    has returned."""
    events = []
    begun = {}
    with open(trace, errors="replace") as lines:
        for line in lines:
            match = _LINE.match(line)
            if not match:
                continue
            thread, call, kind, rest = match.groups()
            is_sync = call in {"fsync", "fdatasync"}
            if kind == "(":
                event = _event(call, rest, journal)
                if is_sync and "<unfinished" in rest:
                    begun[thread] = event
                    continue
            else:
                event = begun.pop(thread, None) if is_sync else None
            if event and not (is_sync and not rest.rstrip().endswith("= 0")):
                events.append(event)
    return events


def _event(call: str, rest: str, journal: pathlib.Path) -> Event | None:
    folder = str(journal.parent)
    texts = [_bytes(text) for text in _TEXT.findall(rest)]
    if call in {"openat", "mkdir", "unlink", "rename"}:
        path, *more = [os.path.normpath(os.path.join(folder, text.decode())) for text in texts]
        if not path.startswith(str(journal)):
            return None
        if call == "openat":
            if "O_CREAT" not in rest or "= -1" in rest:
                return None
            return Event("create", path, size=0 if "O_TRUNC" in rest else -1)
        return Event(call, path, target=more[0] if more else "")
    descriptor = _DESCRIPTOR.match(rest)
    path = _bytes(descriptor.group(1)).decode(errors="replace") if descriptor else ""
    if path.startswith("socket:"):
        return Event("say", data=b"".join(texts))
    if path != folder and not path.startswith(str(journal)):
        return None
    numbers = [int(number) for number in re.findall(r", (\d+)(?=[,) ])", rest)]
    if call == "pwrite64":
        return Event("write", path, offset=numbers[-1], data=texts[0])
    if call == "write":
        return Event("write", path, data=texts[0])
    if call == "ftruncate":
        return Event("truncate", path, size=numbers[-1])
    return Event("sync", path) if call in {"fsync", "fdatasync"} else None
