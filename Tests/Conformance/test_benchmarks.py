"""That the benchmarks notice what they may not count: errors, and records that never come."""

import math
import pathlib
import sys
import time

import grpc
import pytest

from audit_trail import AuditedService
from daemon import Provisiond
from postgresql import PostgreSQL
from protocol import Refusal
from waiting import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Benchmarks"))

import sealing  # noqa: E402
import servers  # noqa: E402
import trail  # noqa: E402

REPLY_BYTES = 400
SAID = """
finished in 1.00s, 1000.00 req/s, 400.00KB/s
requests: 1000 total, 1000 started, 1000 done, {} succeeded, 0 failed, 0 errored, 0 timeout
status codes: 1000 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 500.00KB (512000) total, 20.00KB (20480) headers (space savings 90.00%), 1.00KB ({}) data
"""


def test_replies_are_held_to_their_length():
    servers.check_replies("service", REPLY_BYTES, SAID.format(1000, 1000 * REPLY_BYTES - 10), 1000)


@pytest.mark.parametrize("said", [
    # A twentieth were errors: h2load takes them for successes, and they have no message.
    SAID.format(1000, 950 * REPLY_BYTES), SAID.format(999, 1000 * REPLY_BYTES), "could not connect"])
def test_an_error_is_no_reply(said):
    with pytest.raises(servers.BadReplies, match="service"):
        servers.check_replies("service", REPLY_BYTES, said, 1000)


def test_a_record_that_never_comes_ends_the_tail(tmp_path, monkeypatch):
    monkeypatch.setattr(trail, "FOLLOW_START_SECONDS", 2)
    with Provisiond(tmp_path, trail.policy(), {}, "--sandbox") as server:
        with pytest.raises(grpc.RpcError) as ended:
            trail.follow(server, 100)
    assert ended.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_record_without_a_place_waits_without_end(tmp_path):
    began = time.time() - 1
    with PostgreSQL("track_commit_timestamp=on") as database:
        with AuditedService(tmp_path, "--journal", database.url(), "--journal-keys",
                            str(tmp_path / "keys")) as server:
            assert not isinstance(server.make(), Refusal)
            until(lambda: max(sealing.delays(database, began)) < math.inf)
        # As its owner may, without the triggers.
        database.query("SET session_replication_role = replica;"
                       "UPDATE audit_record SET tree_index = NULL WHERE kind = 'created'")
        assert sorted(sealing.delays(database, began))[1:] == [math.inf]
