"""The export of the audit trail: every record once, in its order, in forms that others define."""

import base64
import fcntl
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from py_ocsf_models.objects.cloud import Cloud
from py_ocsf_models.objects.metadata import Metadata

import ocsf_schema
from audit_trail import LIMIT, AuditedService
from daemon import binary, environment
from protocol import Refusal, audit

KILLS = int(os.environ.get("EXPORT_KILLS", "6"))
REFUSED, CONFIGURATION = 65, 78
CHECKPOINT = "provisioning.v1.audit.checkpoint"


def run(directory, *arguments) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binary("provisiond"), "journal", "export", *map(str, arguments)], capture_output=True,
        text=True, timeout=LIMIT, cwd=directory, env=environment(directory))


def lines(text: str) -> list:
    """The records; checkpoints are left out."""
    assert text == "" or text.endswith("\n")
    events = [json.loads(line) for line in text.splitlines()]
    return [event for event in events if event["type"] != CHECKPOINT]


def stored(journal) -> list:
    """The records as the database has them."""
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as database:
        return database.execute("SELECT record, leaf_hash FROM audit_record ORDER BY seq").fetchall()


def assert_is_the_journal(exported, journal, start=0):
    """No gap and no change: a leaf hash is computed from what the line itself holds."""
    records = stored(journal)[start:]
    assert [int(event["sequence"]) for event in exported] == [
        start + number for number in range(len(records))]
    for event, (record, leaf_hash) in zip(exported, records, strict=True):
        data = event["data"]
        assert data["raw_data"].encode() == record
        assert hashlib.sha256(b"\0" + record).hexdigest() == leaf_hash.hex()
        assert data["unmapped"]["leaf_hash"] == leaf_hash.hex()
        assert event["id"] == json.loads(record)["event_id"]


@pytest.fixture(scope="module")
def server(directory):
    with AuditedService(directory) as server:
        server.make()
        assert isinstance(server.make(username="a b"), Refusal)
        server.make("globex", "ann", "other-writer")
        server.list("acme-auditor", organization="acme")
        yield server


def test_what_is_exported_is_the_journal(server):
    result = run(server.directory, f"sqlite:{server.journal}", "--operator", "alice")
    assert result.returncode == 0, result.stderr
    events = lines(result.stdout)
    assert f"{len(events)} records exported" in result.stderr
    assert_is_the_journal(events, server.journal)
    # It has left a record itself, which is the last.
    (recorded,) = server.list(kind=audit.AUDIT_EVENT_KIND_AUDIT_EXPORTED)
    assert events[-1]["id"] == recorded.event_id and recorded.caller == "alice"
    assert recorded.caller_authentication == audit.CALLER_AUTHENTICATION_OPERATOR


def test_the_forms_are_those_of_others(server):
    text = run(server.directory, f"sqlite:{server.journal}").stdout
    kinds = set()
    for line, event in zip(text.splitlines(), lines(text)):
        envelope = JSONFormat().read(CloudEvent, line)
        data = envelope.get_data()
        assert envelope.get_specversion() == "1.0" and data == event["data"]
        assert envelope.get_extension("sequence") == f"{data['metadata']['sequence']:020d}"
        assert envelope.get_time().timestamp() * 1000 // 1 == data["time"]
        ocsf_schema.check(data)
        Metadata.model_validate(data["metadata"])
        if "cloud" in data:
            Cloud.model_validate(data["cloud"])
        kinds.add((envelope.get_type(), data["class_uid"], data["activity_id"], data["status_id"]))
    prefix = "provisioning.v1.audit."
    assert kinds >= {
        (prefix + "started", 6002, 3, 1), (prefix + "intended", 3001, 1, 99),
        (prefix + "created", 3001, 1, 1), (prefix + "denied", 3001, 1, 2),
        (prefix + "auditQueried", 6003, 2, 1), (prefix + "auditExported", 6003, 2, 1)}


def root(leaves: list) -> bytes:
    """RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def test_a_checkpoint_covers_what_stands_before_it(server):
    text = run(server.directory, f"sqlite:{server.journal}").stdout
    checkpoint = json.loads(text.splitlines()[-1])
    envelope = JSONFormat().read(CloudEvent, text.splitlines()[-1])
    assert envelope.get_type() == CHECKPOINT
    origin, size, digest = checkpoint["data"].splitlines()[:3]
    leaves = [bytes.fromhex(event["data"]["unmapped"]["leaf_hash"]) for event in lines(text)]
    assert int(size) == len(leaves) and origin == checkpoint["source"]
    assert base64.b64decode(digest) == root(leaves)


def test_a_creation_as_an_account_change(server):
    made = server.make("acme", caller="other-writer")
    event = lines(run(server.directory, f"sqlite:{server.journal}").stdout)[-2]
    data = event["data"]
    assert event["subject"] == made.creation_id and event["type"].endswith(".created")
    assert data["user"]["uid"] == made.user.sub and data["user"]["domain"] == made.user.user_pool_id
    assert data["actor"]["user"]["uid"] == "other-writer"
    assert data["src_endpoint"] == {"ip": "127.0.0.1"}
    assert data["api"]["operation"] == "AdminCreateUser" and data["api"]["response"] == {"code": 200}
    assert data["cloud"] == {"provider": "AWS", "region": "us-east-1"}
    assert data["metadata"]["tenant_uid"] == "acme"


def test_a_cursor_goes_on_where_it_ended(server, tmp_path):
    journal, target, cursor = f"sqlite:{server.journal}", tmp_path / "out", tmp_path / "cursor"
    for _ in range(3):
        server.make()
        result = run(tmp_path, journal, "--output", target, "--cursor", cursor)
        assert result.returncode == 0, result.stderr
    assert_is_the_journal(lines(target.read_text()), server.journal)
    # A crash while a line was written: what is cut goes, and the cursor has not come so far.
    content, position = target.read_bytes(), json.loads(cursor.read_text())
    target.write_bytes(content + b'{"data":{"cut')
    server.make()
    assert run(tmp_path, journal, "--output", target, "--cursor", cursor).returncode == 0
    assert_is_the_journal(lines(target.read_text()), server.journal)
    # A cursor that was not written any more: some records come twice, and none is missing.
    cursor.write_text(json.dumps(position | {"next": position["next"] - 3}))
    assert run(tmp_path, journal, "--output", target, "--cursor", cursor).returncode == 0
    numbers = [int(event["sequence"]) for event in lines(target.read_text())]
    assert sorted(set(numbers)) == list(range(len(stored(server.journal))))
    assert len(numbers) > len(set(numbers))


def test_a_part(server):
    part = run(server.directory, f"sqlite:{server.journal}", "--from", 2, "--to", 5)
    assert [int(event["sequence"]) for event in lines(part.stdout)] == [2, 3, 4]


def test_without_a_service_and_without_keys(tmp_path):
    with AuditedService(tmp_path) as server:
        server.make()
    journal = f"sqlite:{server.journal}"
    first = run(tmp_path, journal)
    assert first.returncode == 0
    assert_is_the_journal(lines(first.stdout), server.journal)
    os.rename(f"{server.journal}.keys", tmp_path / "elsewhere")
    assert run(tmp_path, journal).returncode == CONFIGURATION
    unrecorded = run(tmp_path, journal, "--unrecorded")
    assert unrecorded.returncode == 0 and unrecorded.stdout == first.stdout


def test_what_cannot_be(server, tmp_path):
    journal = f"sqlite:{server.journal}"
    cursor = tmp_path / "cursor"
    cursor.write_text('{"next": 1, "source": "urn:other"}')
    for content in [cursor.read_text(), "no cursor", '{"next": -1, "source": "urn:x"}']:
        cursor.write_text(content)
        result = run(tmp_path, journal, "--cursor", cursor)
        assert (result.returncode, result.stdout) == (REFUSED, "") and "cursor" in result.stderr
    result = run(tmp_path, journal, "--output", tmp_path / "nowhere" / "out")
    assert result.returncode == REFUSED and result.stderr.count("\n") == 1
    assert run(tmp_path, "sqlite:nowhere.db").returncode == CONFIGURATION
    assert run(tmp_path, journal, "--from", 3, "--to", 1).returncode == 64


class Creators:
    """Callers who create users until the service goes away."""

    def __init__(self, server):
        self.threads = [threading.Thread(target=self._run, args=[server]) for _ in range(4)]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _run(server):
        while not isinstance(server.make(), Refusal):
            pass

    def join(self):
        for thread in self.threads:
            thread.join(LIMIT)


def test_a_service_that_is_killed_again_and_again(tmp_path):
    """Whatever happens between a record and its line: there is no gap, and nothing out of order."""
    target, draw = tmp_path / "out", random.Random(14)
    for _ in range(KILLS):
        with AuditedService(tmp_path, "--audit-export", str(target)) as server:
            creators = Creators(server)
            time.sleep(draw.uniform(0.1, 1.0))
            server.process.kill()
            server.process.wait()
            creators.join()
    with AuditedService(tmp_path, "--audit-export", str(target)) as server:
        server.make()
    numbers = [int(event["sequence"]) for event in lines(target.read_text())]
    records = stored(server.journal)
    # All but the last, which says that the service has stopped.
    assert sorted(set(numbers)) == list(range(len(records) - 1))
    steps = [after - before for before, after in zip(numbers, numbers[1:])]
    assert all(step == 1 or step <= 0 for step in steps)
    assert sum(step != 1 for step in steps) <= KILLS
    for event in lines(target.read_text()):
        assert event["data"]["raw_data"].encode() == records[int(event["sequence"])][0]


def test_a_target_that_takes_nothing_for_a_while(tmp_path):
    """A full disk at the other end stops no creation, and leaves no gap."""
    target = tmp_path / "out"
    target.symlink_to("/dev/full")
    with AuditedService(tmp_path, "--audit-export", str(target)) as server:
        limit = time.monotonic() + LIMIT
        while not server.logged("the audit trail cannot be exported"):
            assert time.monotonic() < limit
            assert not isinstance(server.make(), Refusal)
        (tmp_path / "disk").touch()
        (tmp_path / "new").symlink_to(tmp_path / "disk")
        os.replace(tmp_path / "new", target)
        while not server.logged("the audit trail is exported again"):
            assert time.monotonic() < limit
            time.sleep(0.02)
    records = stored(server.journal)
    numbers = [int(event["sequence"]) for event in lines(target.read_text())]
    assert numbers == list(range(len(records) - 1))


def test_a_pipe_whose_reader_stops(tmp_path):
    """It holds up neither the creations nor the end of the service, and no line of it is cut."""
    target = tmp_path / "out"
    os.mkfifo(target)
    pipe = os.open(target, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
    with AuditedService(tmp_path, "--audit-export", str(target)) as server:
        limit = time.monotonic() + LIMIT
        while not server.logged("the audit trail cannot be exported"):
            assert time.monotonic() < limit
            assert not isinstance(server.make(), Refusal)
            time.sleep(0.1)
        assert server.stop() == 0
    assert json.loads(stored(server.journal)[-1][0])["kind"] == "stopped"
    text = os.read(pipe, 1 << 20)
    with AuditedService(tmp_path, "--audit-export", str(target)) as server:
        made = server.make()
        limit = time.monotonic() + LIMIT
        while made.creation_id.encode() not in text or not text.endswith(b"\n"):
            assert time.monotonic() < limit
            try:
                text += os.read(pipe, 1 << 20)
            except BlockingIOError:
                time.sleep(0.01)
    os.close(pipe)
    numbers = [int(event["sequence"]) for event in lines(text.decode())]
    assert sorted(set(numbers)) == list(range(max(numbers) + 1))


def test_standard_output(tmp_path):
    command = [binary("provisiond"), "serve", "--audit-export", "-", "--sandbox", "--listen",
               "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--policy"]
    with AuditedService(tmp_path) as server:
        made = server.make()
    for _ in range(2):
        process = subprocess.Popen(
            [*command, str(server.policy), "--journal", f"sqlite:{server.journal}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path,
            env=environment(tmp_path))
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read().decode()
        assert process.wait(LIMIT) == 0
        events = [first, *lines(rest)]
        begin = int(first["sequence"])
        assert [int(event["sequence"]) for event in events] == [
            begin + number for number in range(len(events))]
    assert begin > 0 and made.creation_id
    assert (tmp_path / "journal.db.export").exists()


@pytest.mark.parametrize("options,problem", [
    (["--audit-export", "nowhere/out"], "nowhere/out"),
    (["--audit-export", "out", "--audit-export-cursor", "journal.db.keys"], "journal.db.keys"),
    (["--audit-export", ""], "--audit-export")])
def test_a_target_that_cannot_be_ends_the_start(tmp_path, options, problem):
    with AuditedService(tmp_path):
        pass
    with pytest.raises(RuntimeError) as refused:
        with AuditedService(tmp_path, *options):
            pass
    assert f"ended with {CONFIGURATION}" in str(refused.value) and problem in str(refused.value)
