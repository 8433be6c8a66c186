"""`provisiond journal verify`, beside a service that writes and without one."""

import sqlite3
import subprocess
import threading

import pytest

from daemon import Provisiond, binary, upstream_settings, verify
from protocol import v1
from test_exactly_once import POLICY
from user_pool import UserPool

UNSOUND, USAGE, UNREADABLE = 1, 64, 78


@pytest.fixture
def service(tmp_path, upstream):
    UserPool(upstream)
    return Provisiond(tmp_path, POLICY, upstream_settings(upstream.port))


def create(service, name):
    answer = service.create(v1.CreateUserRequest(organization="acme", username=name))
    assert answer.user.username == name


def verdict(url) -> tuple[int, str]:
    result = subprocess.run([binary("provisiond"), "journal", "verify", str(url)],
                            capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout + result.stderr


def test_a_journal_is_sound_while_it_is_written(service):
    with service:
        is_over = threading.Event()

        def write():
            count = 0
            while not is_over.is_set():
                count += 1
                create(service, f"user-{count}")

        writers = threading.Thread(target=write)
        writers.start()
        for _ in range(5):
            verify(service.journal)
        is_over.set()
        writers.join()
    verify(service.journal)
    # Nothing is left of the look that the next start would have to recover.
    with service:
        create(service, "after")
        assert verdict(f"sqlite:{service.journal}")[0] == 0


def test_a_journal_that_a_kill_left_is_sound(service):
    with service:
        create(service, "ada")
        service.process.kill()
        service.process.wait()
        assert service.journal.with_name("journal.db-wal").stat().st_size > 0
        verify(service.journal)
    with service:
        create(service, "bob")


@pytest.mark.parametrize("statement,entry", [
    ("UPDATE creation SET state = 'FAILED'", "I10: FAILED, attempt 1"),
    ("UPDATE audit_record SET organization = 'globex' WHERE seq = 2", "record 2 at index 1: its columns"),
    ("DELETE FROM audit_record WHERE seq = 2", "record at index 1: missing"),
])
def test_what_was_changed_is_named(service, statement, entry):
    with service:
        create(service, "canary-verify-user")
    database = sqlite3.connect(service.journal)
    for event in ["update", "delete"]:
        database.execute(f"DROP TRIGGER IF EXISTS audit_record_no_{event}")
    database.execute(statement)
    database.commit()
    database.close()
    status, text = verdict(f"sqlite:{service.journal}")
    assert status == UNSOUND and entry in text, text
    assert len(text.strip().splitlines()) == 1 and "canary" not in text


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "text").write_text("no database, but long enough to be taken for one" * 100)
    for url, status in [(f"sqlite:{tmp_path}/none", UNREADABLE), (f"sqlite:{tmp_path}/text", UNREADABLE),
                        ("journal.db", USAGE)]:
        found, text = verdict(url)
        assert found == status and len(text.strip().splitlines()) == 1, text
        assert not (tmp_path / "none").exists()
