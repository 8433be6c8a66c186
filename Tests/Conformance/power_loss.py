"""One run of the service, and what a power cut at each moment of it leaves on the disk."""

import hashlib
import pathlib
import random
import shutil
import sqlite3
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from crash_points import STOPPED
from daemon import Provisiond, upstream_settings, verify
from disk_trace import ARGUMENTS, Event, read
from lossy_disk import WAYS, LossyDisk, store
from protocol import v1
from system_faults import traced
from test_exactly_once import POLICY
from upstream import CapturingUpstream
from user_pool import UserPool

# Enough for the log to be copied into the database, and begun anew.
CREATIONS = 90
CALLERS = 3
DATABASE = ["journal.db", "journal.db-wal", "journal.db-journal"]


@dataclass
class Run:
    events: list[Event]
    folder: pathlib.Path
    # Creations by what the service said of them: their request id to the upstream, their own to
    # their callers.
    request_ids: list[bytes]
    creation_ids: list[bytes]


def record(directory: pathlib.Path) -> Run:
    """Serves from an empty folder, with strace beside it."""
    upstream = CapturingUpstream()
    server = Provisiond(directory.resolve(), POLICY, upstream_settings(upstream.port))
    pool = UserPool(upstream, server.journal)
    trace = directory / "trace"
    server.command = traced(server.command, ARGUMENTS, trace)
    asked = [v1.CreateUserRequest(organization="acme", username=f"user-{number}",
                                  request_id=str(uuid.uuid4())) for number in range(CREATIONS)]
    with server, ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(server.create, asked))
    upstream.close()
    assert server.process.returncode == STOPPED and pool.unannounced == []
    return Run(read(trace, server.journal), server.directory,
               [request.request_id.encode() for request in asked],
               [answer.creation_id.encode() for answer in answers])


@dataclass
class Losses:
    images: int = 0
    # Creations that somebody was told of, and that an image does not have.
    acknowledged: list = field(default_factory=list)
    # Creations that were sent to the upstream, and that an image knows nothing of.
    sent: list = field(default_factory=list)
    unreadable: list = field(default_factory=list)


@dataclass
class Image:
    number: int
    way: str
    files: dict
    acknowledged: set
    sent: set


def images(run: Run, wanted: int, seed: int, drops=lambda event: False):
    """An image of each way at each event, or `wanted` of them. `drops`: syncs that do nothing, as on
    a disk that lies."""
    chance = random.Random(seed)
    disk = LossyDisk(run.folder)
    acknowledged, sent = set(), set()
    count = len(run.events) * len(WAYS)
    chosen = set(chance.sample(range(count), min(wanted, count)))
    for number, event in enumerate(run.events):
        if event.what == "say":
            acknowledged |= {each for each in run.creation_ids if each in event.data}
            sent |= {each for each in run.request_ids if each in event.data}
        elif not drops(event):
            disk.handle(event)
        for place, way in enumerate(WAYS):
            if number * len(WAYS) + place in chosen:
                yield Image(number, way, disk.image(way, chance), set(acknowledged), set(sent))


def look(image: Image, losses: Losses):
    """Opens an image as SQLite recovers it, and looks for what has to be there."""
    losses.images += 1
    # In memory where there is such a folder: every byte is read again at once.
    memory = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = pathlib.Path(name)
        store({path: image.files[path] for path in DATABASE if path in image.files}, folder)
        try:
            known, created = _rows(folder / "journal.db")
        except sqlite3.DatabaseError as error:
            losses.unreadable.append((image.number, image.way, str(error)))
            return
    place = (image.number, image.way)
    losses.acknowledged += [(*place, each) for each in image.acknowledged - created]
    losses.sent += [(*place, each) for each in image.sent - known]


def _rows(path: pathlib.Path) -> tuple[set, set]:
    """The request ids of all creations, and the ids of those that have succeeded and have a sound
    record of it."""
    if not path.exists():
        return set(), set()
    database = sqlite3.connect(path)
    try:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'creation'").fetchone():
            return set(), set()
        known, succeeded = set(), set()
        for request_id, creation_id, state in database.execute(
                "SELECT request_id, creation_id, state FROM creation"):
            known.add(request_id.encode())
            if state == "SUCCEEDED":
                succeeded.add(creation_id)
        recorded = {
            creation_id for creation_id, content, leaf in database.execute(
                "SELECT creation_id, record, leaf_hash FROM audit_record WHERE kind = 'created'")
            if hashlib.sha256(b"\0" + content).digest() == leaf}
        return known, {str(uuid.UUID(bytes=each)).encode() for each in succeeded & recorded}
    finally:
        database.close()


def serve(image: Image, directory: pathlib.Path) -> list:
    """Starts the service on an image. Gives the acknowledged creations that it does not know."""
    directory.mkdir()
    upstream = CapturingUpstream()
    server = Provisiond(directory, POLICY, upstream_settings(upstream.port))
    UserPool(upstream, server.journal)
    store({path: content for path, content in image.files.items()
           if path.startswith("journal.db")}, directory)
    missing = []
    with server:
        for creation_id in image.acknowledged:
            found = server.users.GetCreation(
                v1.GetCreationRequest(creation_id=creation_id.decode()), timeout=20).creation
            if found.state != v1.CREATION_STATE_SUCCEEDED:
                missing.append(creation_id)
    upstream.close()
    assert server.process.returncode == STOPPED
    verify(server.journal)
    shutil.rmtree(directory)
    return missing
