"""A disk that keeps what was synced, and of all else what a power cut leaves of it."""

import os
import pathlib
import random
from dataclasses import dataclass, field

from disk_trace import Event

SECTOR = 512
# What becomes of what was not synced.
NOTHING, EVERYTHING, HALF, TORN = WAYS = ["nothing", "everything", "half", "torn"]


@dataclass
class File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)


def _apply(content: bytearray, operation):
    kind, offset, data = operation
    if kind == "truncate":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset:offset + len(data)] = data


class LossyDisk:
    """The files of one folder. A name is durable when its folder was synced: harsher than file
    systems that write it with the file."""

    def __init__(self, folder: pathlib.Path):
        self.folder = str(folder)
        self.durable_names: dict[str, File | None] = {}
        self.names: dict[str, File | None] = {}
        self.pending_names: list[tuple] = []

    def handle(self, event: Event):
        if event.what == "create":
            if event.path not in self.names:
                self._rename(("add", event.path, File()))
            elif event.size == 0:
                self._pend(event.path, ("truncate", 0, b""))
        elif event.what == "mkdir":
            self._rename(("add", event.path, None))
        elif event.what == "unlink":
            if event.path in self.names:
                self._rename(("remove", event.path, None))
        elif event.what == "rename":
            self._rename(("move", event.path, event.target))
        elif event.what == "write":
            offset = self._size(event.path) if event.offset is None else event.offset
            self._pend(event.path, ("write", offset, event.data))
        elif event.what == "truncate":
            self._pend(event.path, ("truncate", event.size, b""))
        elif event.what == "sync":
            self._sync(event.path)

    def _pend(self, path: str, operation):
        if file := self.names.get(path):
            file.pending.append(operation)

    def _size(self, path: str) -> int:
        file = self.names[path]
        content = bytearray(file.durable)
        for operation in file.pending:
            _apply(content, operation)
        return len(content)

    def _rename(self, operation):
        self._change(self.names, operation)
        self.pending_names.append(operation)

    @staticmethod
    def _change(names: dict, operation):
        kind, path, value = operation
        if kind == "add":
            names[path] = value
        elif kind == "remove":
            names.pop(path, None)
        elif path in names:
            names[value] = names.pop(path)

    def _sync(self, path: str):
        if file := self.names.get(path):
            for operation in file.pending:
                _apply(file.durable, operation)
            file.pending = []
            return
        # A folder: the names in it.
        rest = []
        for operation in self.pending_names:
            if os.path.dirname(operation[1]) == path:
                self._change(self.durable_names, operation)
            else:
                rest.append(operation)
        self.pending_names = rest

    def image(self, way: str, chance: random.Random) -> dict[str, bytes | None]:
        """The files by their paths within the folder; None for a folder."""
        names = dict(self.durable_names)
        kept = {NOTHING: 0, EVERYTHING: len(self.pending_names)}.get(
            way, chance.randint(0, len(self.pending_names)))
        # Names reach a disk in their order.
        for operation in self.pending_names[:kept]:
            self._change(names, operation)
        return {os.path.relpath(path, self.folder): file and self._content(file, way, chance)
                for path, file in names.items() if self._has_folder(path, names)}

    def _has_folder(self, path: str, names: dict) -> bool:
        folder = os.path.dirname(path)
        return folder == self.folder or folder in names

    @staticmethod
    def _content(file: File, way: str, chance: random.Random) -> bytes:
        content = bytearray(file.durable)
        if way == NOTHING:
            return bytes(content)
        for operation in file.pending:
            kind, offset, data = operation
            if way == TORN and kind == "write":
                for start in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        _apply(content, ("write", offset + start, data[start:start + SECTOR]))
            elif way == EVERYTHING or chance.random() < 0.5:
                _apply(content, operation)
        return bytes(content)


def store(image: dict[str, bytes | None], folder: pathlib.Path):
    """Writes an image, for its owner only."""
    for name, content in sorted(image.items()):
        path = folder / name
        if content is None:
            path.mkdir(mode=0o700)
        else:
            path.write_bytes(content)
            path.chmod(0o600)
