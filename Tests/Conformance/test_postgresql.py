"""The service on a journal in PostgreSQL: roles, reading, moving there, and settings that are wrong."""

import json
import subprocess
import uuid

import pytest

import protocol
from daemon import Provisiond, binary, environment, upstream_settings
from postgresql import PostgreSQL
from protocol import audit
from test_exactly_once import POLICY, request, without_replay
from test_start import CONFIGURATION, serve
from user_pool import UserPool
from waiting import until

UNAVAILABLE = 75


@pytest.fixture(scope="module")
def postgresql():
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="module")
def restricted(postgresql):
    """The owner makes the tables; the service's role may do what it needs."""
    schema = provisiond("journal", "schema", "--role", "service")
    postgresql.query("CREATE ROLE service LOGIN;" + schema)
    return "service"


def provisiond(*arguments: str, status=0, directory="/") -> str:
    result = subprocess.run([binary("provisiond"), *arguments], capture_output=True, text=True,
                            timeout=120, cwd=directory)
    assert result.returncode == status, result.stderr
    return result.stdout if status == 0 else result.stderr


@pytest.fixture(scope="module")
def replica(postgresql, restricted, directory, upstream):
    with postgresql.replica(directory, POLICY, upstream, role=restricted) as server:
        yield server
        assert server.alive
    assert server.process.returncode == 0, server.log


@pytest.fixture
def pool(upstream):
    return UserPool(upstream)


def test_a_restricted_role_serves(replica, pool, upstream):
    asked = request()
    first, second = replica.create(asked), replica.create(asked)
    assert (first.replayed, second.replayed) == (False, True)
    assert without_replay(second) == first
    assert len(upstream.calls) == 1
    assert replica.probe("/readyz")[0] == 200
    assert "may do more than it needs" not in replica.log


@pytest.mark.parametrize("statement", [
    "UPDATE audit_record SET kind = 'failed'", "DELETE FROM audit_record",
    "TRUNCATE audit_record", "DROP TABLE audit_record",
    "ALTER TABLE audit_record DISABLE TRIGGER ALL", "UPDATE meta SET value = ''"])
def test_a_restricted_role_changes_no_record(replica, postgresql, restricted, pool, statement):
    assert not isinstance(replica.create(request()), protocol.Refusal)
    before = postgresql.query("SELECT count(*) FROM audit_record")
    words = postgresql.query(statement, role=restricted, check=False)
    assert "permission denied" in words or "must be owner" in words, words
    assert postgresql.query("SELECT count(*) FROM audit_record") == before


@pytest.mark.parametrize("statement", [
    "UPDATE audit_record SET kind = 'failed'", "DELETE FROM audit_record", "TRUNCATE audit_record"])
def test_the_owner_is_refused_by_the_trigger(replica, postgresql, statement):
    assert "append-only" in postgresql.query(statement, check=False)


def test_the_trail_is_listed(replica, directory, pool):
    asked = [request() for _ in range(3)]
    for each in asked:
        replica.create(each)
    result = subprocess.run(
        [binary("provisionctl"), "audit", "list", "--organization", "acme", "--page-size", "5",
         "--output", "json"],
        env=environment(directory, PROVISIONCTL_TARGET=replica.target), capture_output=True,
        text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    # The reading itself may be among them by now.
    listed = [event["request_id"] for event in json.loads(result.stdout)["events"]
              if event["kind"] != "AUDIT_QUERIED"]
    wanted = [asked[2].request_id] * 2 + [asked[1].request_id] * 2
    assert listed[:4] == wanted


def test_nothing_readable_of_a_person_is_stored(replica, postgresql, pool):
    asked = request(f"secret-name-{uuid.uuid4()}")
    replica.create(asked)
    stored = subprocess.run(["pg_dump", "--inserts", postgresql.url()], capture_output=True,
                            timeout=60, check=True).stdout
    assert asked.request_id.encode() in stored
    for text in [asked.username, asked.username.removeprefix("secret-name-")]:
        assert text.encode() not in stored
        assert text.encode().hex().encode() not in stored


def test_a_journal_moves_from_sqlite(directory, upstream, pool):
    """The answers that were given stay what they are, and the trail is the same."""
    asked = [request() for _ in range(5)]
    source = Provisiond(directory / "moving", POLICY, upstream_settings(upstream.port))
    with source:
        first = [source.create(each) for each in asked]
    with PostgreSQL() as target:
        arguments = ["journal", "copy", f"sqlite:{source.journal}", target.url()]
        words = provisiond(*arguments)
        assert words.startswith("copied 12 records and 5 creations to postgres://"), words
        assert "is not empty" in provisiond(*arguments, status=CONFIGURATION)
        moved = Provisiond(
            directory / "moved", POLICY, upstream_settings(upstream.port),
            "--journal", target.url(), "--journal-keys", f"{source.journal}.keys")
        with moved:
            calls = len(upstream.calls)
            again = [moved.create(each) for each in asked]
            assert [without_replay(answer) for answer in again] == first
            assert all(answer.replayed for answer in again) and len(upstream.calls) == calls
            events = moved.audit.ListAuditEvents(
                audit.ListAuditEventsRequest(page_size=100), timeout=20).events
            events = [each for each in events if each.kind != audit.AUDIT_EVENT_KIND_AUDIT_QUERIED]
            assert len(events) == 13
            assert moved.create(request()).user.username


def test_a_journal_in_use_does_not_move(directory, upstream, postgresql):
    source = Provisiond(directory / "in-use", POLICY, upstream_settings(upstream.port))
    with source:
        words = provisiond("journal", "copy", f"sqlite:{source.journal}", postgresql.url(),
                           status=UNAVAILABLE)
        assert f"pid {source.process.pid}" in words


def wrong(directory, url, *options):
    status, text = serve(directory, POLICY, "--journal", url, *options)
    assert len(text.strip().splitlines()) == 1, text
    return status, text


def test_settings_that_are_wrong(tmp_path, postgresql):
    keys = ["--journal-keys", str(tmp_path / "keys")]
    status, text = wrong(tmp_path, postgresql.url())
    assert status == CONFIGURATION and "--journal-keys" in text
    status, text = wrong(tmp_path, "postgres://x?nonsense=1", *keys)
    assert status == CONFIGURATION and "--journal" in text
    status, text = wrong(tmp_path, postgresql.url(database="none"), *keys)
    assert status == CONFIGURATION and "no such database" in text
    status, text = wrong(tmp_path, postgresql.url(role="nobody"), *keys)
    assert status == CONFIGURATION and "role" in text


def test_a_server_that_is_not_there(tmp_path):
    url = f"postgres://ada:Secret-1@/journal?host={tmp_path}"
    status, text = wrong(tmp_path, url, "--journal-keys", str(tmp_path / "keys"))
    assert status == UNAVAILABLE and "not available" in text
    assert "Secret-1" not in text


def test_a_server_that_does_not_start_leaves_nothing():
    server = PostgreSQL("no_such_setting=1")
    with pytest.raises(AssertionError, match="did not start"), server:
        pass
    assert server.process.returncode == 1
    assert not server.directory.exists()


def test_a_password_comes_from_its_file(postgresql, restricted, directory, upstream, pool, tmp_path):
    hba = postgresql.directory / "data/pg_hba.conf"
    hba.write_text("local all guarded scram-sha-256\n" + hba.read_text())
    postgresql.query(f"CREATE ROLE guarded LOGIN PASSWORD 'Secret-1' IN ROLE {restricted};"
                     "SELECT pg_reload_conf()")
    until(lambda: "password" in postgresql.query("SELECT 1", role="guarded", check=False),
          "the password is not asked for")
    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:*:guarded:Secret-1\n")
    passwords.chmod(0o600)
    settings = upstream_settings(upstream.port) | {"PGPASSFILE": str(passwords)}
    with postgresql.replica(directory, POLICY, upstream, role="guarded", name="guarded",
                            settings=settings) as server:
        assert not isinstance(server.create(request()), protocol.Refusal)
        assert "Secret-1" not in server.log
    url = postgresql.url("guarded:Wrong-1")
    status, text = wrong(tmp_path, url, "--journal-keys", str(directory / "keys"))
    assert status == CONFIGURATION and "the role or its password" in text
    assert "Wrong-1" not in text


def test_other_keys_and_the_other_upstream(replica, postgresql, restricted, directory, tmp_path):
    status, text = wrong(tmp_path, postgresql.url(restricted), "--journal-keys",
                         str(tmp_path / "others"))
    assert status == CONFIGURATION and "keys" in text
    status, text = wrong(tmp_path, postgresql.url(restricted), "--sandbox", "--journal-keys",
                         str(directory / "keys"))
    assert status == CONFIGURATION and "upstream" in text

def test_a_verdict_finds_no_journal_and_makes_none(postgresql, tmp_path):
    postgresql.query("CREATE DATABASE verdictless")
    empty = postgresql.url(database="verdictless")
    words = provisiond("journal", "resolve", empty, "--journal-keys", str(tmp_path / "keys"),
                       "--creation", str(uuid.uuid4()), "--verdict", "absent",
                       status=CONFIGURATION)
    assert "there is no journal in the database" in words
    # Had it made its tables there, an empty journal would be found now.
    assert provisiond("journal", "verify", empty, status=CONFIGURATION)
