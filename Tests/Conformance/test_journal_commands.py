"""The operator's work on a journal: verdicts and backups, while the service runs and while not."""

import getpass
import os
import shutil
import socket
import stat
import subprocess
import threading
import time
import uuid

import pytest

from daemon import Provisiond, binary, environment, upstream_settings
from postgresql import PostgreSQL
from protocol import Refusal, audit, v1
from test_exactly_once import POLICY, request, state_of
from user_pool import UserPool

LIMIT = 60
REFUSED, USAGE, UNAVAILABLE, CONFIGURATION = 65, 64, 75, 78
OPTIONS = ["--reconcile-quarantine", "1"]


def run(directory, *arguments, **settings) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binary("provisiond"), "journal", *map(str, arguments)], capture_output=True, text=True,
        timeout=LIMIT, cwd=directory, env=environment(directory, **settings))


def serve(directory, upstream):
    return Provisiond(directory, POLICY, upstream_settings(upstream.port), *OPTIONS)


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    with serve(directory, upstream) as server:
        yield server
        assert server.alive


@pytest.fixture
def pool(upstream):
    return UserPool(upstream)


def unresolved(server, pool, course="lost-request"):
    """The request and the id of a creation that nobody can resolve."""
    pool.course, pool.denies_lookups = lambda name: course, True
    asked = request()
    server.create(asked)
    found = state_of(server, v1.CREATION_STATE_UNRESOLVED, request_id=asked.request_id)
    pool.course = lambda name: "normal"
    return asked, found.creation_id


def resolve(server, creation, verdict, *options, **settings):
    return run(server.directory, "resolve", f"sqlite:{server.journal}", "--creation", creation,
               "--verdict", verdict, *options, **settings)


def verdict_record(server, creation):
    events = server.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(creation_id=creation), timeout=LIMIT).events
    (event,) = [e for e in events if e.kind == audit.AUDIT_EVENT_KIND_OPERATOR_RESOLVED]
    assert events[0] == event
    return event


def test_an_operator_finds_that_the_user_was_made(provisiond, pool, upstream):
    asked, creation = unresolved(provisiond, pool, "lost-answer")
    done = resolve(provisiond, creation, "created", "--operator", "alice")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{creation}: OPERATOR_RESOLVED, CREATED\n"
    answer = provisiond.create(asked)
    assert answer.replayed and answer.user.username == asked.username
    assert len(upstream.calls) == 1
    found = state_of(provisiond, v1.CREATION_STATE_OPERATOR_RESOLVED, creation_id=creation)
    assert found.evidence == v1.EVIDENCE_OPERATOR
    event = verdict_record(provisiond, creation)
    assert (event.caller, event.reason, event.caller_authentication) == (
        "alice", "CREATED", audit.CALLER_AUTHENTICATION_OPERATOR)
    assert event.policy_digest and event.organization == "acme"


def test_an_operator_finds_that_there_is_no_user(provisiond, pool, upstream):
    asked, creation = unresolved(provisiond, pool)
    assert resolve(provisiond, creation.upper(), "absent").returncode == 0
    refusal = provisiond.create(asked)
    assert (refusal.code, refusal.reason, refusal.executed) == ("ABORTED", "RESOLVED_ABSENT", "no")
    assert len(upstream.calls) == 1
    assert verdict_record(provisiond, creation).caller == getpass.getuser()
    # The same again is no error, the other verdict is.
    assert resolve(provisiond, creation, "absent").returncode == 0
    other = resolve(provisiond, creation, "created")
    assert other.returncode == REFUSED and "OPERATOR_RESOLVED" in other.stderr
    assert verdict_record(provisiond, creation).reason == "ABSENT"


def test_the_person_behind_sudo_is_recorded(provisiond, pool):
    _, creation = unresolved(provisiond, pool)
    assert resolve(provisiond, creation, "absent", SUDO_USER="bob").returncode == 0
    assert verdict_record(provisiond, creation).caller == "bob"


def test_what_is_not_unresolved_takes_no_verdict(provisiond, pool):
    made = provisiond.create(request())
    for creation, text in [(made.creation_id, "SUCCEEDED"), (str(uuid.uuid4()), "no creation")]:
        refused = resolve(provisiond, creation, "absent")
        assert refused.returncode == REFUSED and text in refused.stderr
        assert refused.stderr.count("\n") == 1
    pool.course = lambda name: "lost-request"
    asked = request()
    doubted = provisiond.create(asked).trailers["x-creation-id"]
    refused = resolve(provisiond, doubted, "created")
    assert refused.returncode == REFUSED and "UNKNOWN" in refused.stderr
    state_of(provisiond, v1.CREATION_STATE_RECONCILED_ABSENT, request_id=asked.request_id)


@pytest.mark.parametrize("arguments,code", [
    (["resolve", "sqlite:journal.db", "--creation", "no", "--verdict", "absent"], USAGE),
    (["resolve", "sqlite:journal.db", "--creation", str(uuid.uuid4()), "--verdict", "maybe"], USAGE),
    (["resolve", "sqlite:journal.db", "--creation", str(uuid.uuid4()), "--verdict", "absent",
      "--operator", "a b"], USAGE),
    (["resolve", "sqlite:journal.db", "--creation", str(uuid.uuid4())], USAGE),
    (["backup", "mysql:x", "copy.db"], USAGE),
    (["backup", "sqlite:nowhere.db", "copy.db"], CONFIGURATION),
])
def test_commands_that_cannot_be(provisiond, arguments, code):
    refused = run(provisiond.directory, *arguments)
    assert refused.returncode == code and refused.stderr
    assert not (provisiond.directory / "nowhere.db").exists()


def test_the_socket_is_the_services_alone(provisiond):
    mode = os.stat(f"{provisiond.journal}.control").st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


def test_a_verdict_without_a_service(tmp_path, upstream, pool):
    with serve(tmp_path, upstream) as server:
        asked, creation = unresolved(server, pool, "lost-answer")
    assert not os.path.exists(f"{server.journal}.control")
    assert resolve(server, creation, "created", "--operator", "carol").returncode == 0
    with serve(tmp_path, upstream) as server:
        assert server.create(asked).replayed
        assert verdict_record(server, creation).caller == "carol"


def test_a_socket_that_a_killed_service_left_behind(tmp_path, upstream, pool):
    with serve(tmp_path, upstream) as server:
        _, creation = unresolved(server, pool)
        server.process.kill()
        server.process.wait()
    assert os.path.exists(f"{server.journal}.control")
    assert resolve(server, creation, "absent").returncode == 0
    with serve(tmp_path, upstream) as server:
        assert resolve(server, creation, "absent").returncode == 0
        assert verdict_record(server, creation)


def test_a_service_that_goes_away_before_it_answers(tmp_path):
    """What it has done is not known: the command does not do it again by itself."""
    (tmp_path / "journal.db").write_bytes(b"")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "journal.db.control"))
        listener.listen()
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        refused = run(tmp_path, "backup", "sqlite:journal.db", "copy.db")
    assert refused.returncode == UNAVAILABLE and "went away" in refused.stderr


class Creator(threading.Thread):
    """Creates users one after the other, and keeps what was acknowledged."""

    def __init__(self, server, stop):
        super().__init__(daemon=True)
        self.server, self.stop, self.acknowledged, self.failures = server, stop, [], []

    def run(self):
        while not self.stop.is_set():
            asked = request()
            answer = self.server.create(asked, timeout=LIMIT)
            if isinstance(answer, Refusal):
                return self.failures.append(answer)
            self.acknowledged.append((asked, answer.creation_id))


def restore(source, copy, directory, upstream):
    """A service elsewhere, on the copy and the keys."""
    directory.mkdir()
    shutil.copyfile(copy, directory / "journal.db")
    shutil.copytree(f"{source.journal}.keys", directory / "journal.db.keys")
    return serve(directory, upstream)


def test_a_backup_under_load_holds_all_that_was_acknowledged(tmp_path, upstream, pool):
    stop = threading.Event()
    with serve(tmp_path / "first", upstream) as server:
        creators = [Creator(server, stop) for _ in range(8)]
        for creator in creators:
            creator.start()
        end = time.monotonic() + LIMIT
        while min(len(creator.acknowledged) for creator in creators) < 5:
            assert time.monotonic() < end
            time.sleep(0.01)
        known = [each for creator in creators for each in list(creator.acknowledged)]
        copies = [tmp_path / name for name in ["one.db", "two.db"]]
        for copy in copies:
            # A relative path is the operator's, not the service's.
            done = run(tmp_path, "backup", f"sqlite:{server.journal}", copy.name)
            assert done.returncode == 0, done.stderr
            assert f"{copy}: backed up, " in done.stdout
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        stop.set()
        for creator in creators:
            creator.join(LIMIT)
        assert [failure for creator in creators for failure in creator.failures] == []
        made = len(pool.created)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "one.db", "two.db"]
    for number, copy in enumerate(copies):
        with restore(server, copy, tmp_path / f"restored-{number}", upstream) as restored:
            for asked, creation_id in known:
                answer = restored.create(asked)
                assert answer.replayed and answer.creation_id == creation_id
            # Nothing of it was asked for again upstream.
            assert len(pool.created) == made
    print(f"{len(known)} creations acknowledged before, {made} in all: each known one replayed")


def test_a_backup_overwrites_nothing(provisiond, pool):
    url = f"sqlite:{provisiond.journal}"
    existing = provisiond.directory / "existing.db"
    existing.write_text("precious")
    refused = run(provisiond.directory, "backup", url, existing)
    assert refused.returncode == REFUSED and "exists" in refused.stderr
    assert existing.read_text() == "precious"
    refused = run(provisiond.directory, "backup", url, provisiond.directory / "no" / "copy.db")
    assert refused.returncode == REFUSED and "cannot be written" in refused.stderr
    draft = provisiond.directory / "copy.db.part"
    draft.write_text("another's")
    refused = run(provisiond.directory, "backup", url, provisiond.directory / "copy.db")
    assert refused.returncode == REFUSED and draft.read_text() == "another's"
    assert not (provisiond.directory / "copy.db").exists()


def test_a_backup_without_a_service(tmp_path, upstream, pool):
    with serve(tmp_path / "first", upstream) as server:
        asked = request()
        made = server.create(asked)
    copy = tmp_path / "copy.db"
    assert run(tmp_path, "backup", f"sqlite:{server.journal}", copy).returncode == 0
    with restore(server, copy, tmp_path / "restored", upstream) as restored:
        assert restored.create(asked).creation_id == made.creation_id


def test_a_backup_of_other_keys_is_refused_at_the_start(tmp_path, upstream, pool):
    """Whoever has the copy alone can do nothing with it."""
    with serve(tmp_path / "first", upstream) as server:
        asked = request()
        server.create(asked)
        copy = tmp_path / "copy.db"
        assert run(tmp_path, "backup", f"sqlite:{server.journal}", copy).returncode == 0
    assert asked.username.encode() not in copy.read_bytes()
    (tmp_path / "other").mkdir()
    shutil.copyfile(copy, tmp_path / "other" / "journal.db")
    with pytest.raises(RuntimeError, match="ended with 78"):
        serve(tmp_path / "other", upstream).__enter__()


def test_a_verdict_on_a_journal_that_replicas_share(tmp_path, upstream, pool):
    """It goes to the database itself, past the replicas, which answer by it at once."""
    with PostgreSQL() as database, database.replica(
            tmp_path, POLICY, upstream, *OPTIONS) as replica:
        asked, creation = unresolved(replica, pool, "lost-answer")
        keys = ["--journal-keys", tmp_path / "keys"]
        done = run(tmp_path, "resolve", database.url(), "--creation", creation, "--verdict",
                   "created", "--operator", "dave", *keys)
        assert (done.returncode, done.stderr) == (0, "")
        assert replica.create(asked).replayed
        assert verdict_record(replica, creation).caller == "dave"
        refused = run(tmp_path, "backup", database.url(), tmp_path / "copy.db", *keys)
        assert refused.returncode == REFUSED and "pg_dump" in refused.stderr
        assert run(tmp_path, "resolve", database.url(), "--creation", creation, "--verdict",
                   "created").returncode == USAGE
