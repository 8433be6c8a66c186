"""Receipts, checkpoints and proofs of a running service, on both journals, held against the texts of
the specifications by transparency.py."""

import json
import signal
import subprocess
import time

import grpc
import pytest

from daemon import Provisiond, binary, upstream_settings
from identities import token_sha256
from postgresql import PostgreSQL
from protocol import Refusal, audit, v1
from test_exactly_once import POLICY, request
from transparency import TreeHead, VerifierKey, is_consistent, is_included, leaf_hash
from user_pool import UserPool

CALLERS = ["auditors-token", "creators-token"]
READERS = """
  - {id: auditor, token_sha256: "%s", organizations: [marked], permissions: [audit.read]}
  - {id: creator, token_sha256: "%s", organizations: [acme], permissions: [users.create]}
"""
ROTATION_LIMIT_SECONDS = 30
CONFIGURATION = 78


@pytest.fixture(scope="module")
def postgresql():
    with PostgreSQL() as server:
        yield server


class Scene:
    """A service, its journal's URL, and the folder of its keys."""

    def __init__(self, server, journal, keys):
        self.server, self.journal, self.keys = server, journal, keys

    def command(self, *arguments, status=0) -> str:
        result = subprocess.run(
            [binary("provisiond"), "journal", *arguments, self.journal], capture_output=True,
            text=True, timeout=120)
        assert result.returncode == status, result.stdout + result.stderr
        return result.stdout if status == 0 else result.stdout + result.stderr

    def public_keys(self) -> list[VerifierKey]:
        lines = self.command("checkpoint", "--public-keys", "--journal-keys", self.keys)
        return [VerifierKey.parse(line) for line in lines.splitlines()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(request, tmp_path_factory, upstream):
    UserPool(upstream)
    directory = tmp_path_factory.mktemp(f"proofs-{request.param}")
    if request.param == "sqlite":
        service = Provisiond(directory, POLICY, upstream_settings(upstream.port))
        journal, keys = f"sqlite:{service.journal}", f"{service.journal}.keys"
    else:
        postgresql = request.getfixturevalue("postgresql")
        service = postgresql.replica(directory, POLICY, upstream)
        journal, keys = postgresql.url(), str(directory / "keys")
    with service as server:
        yield Scene(server, journal, keys)
        assert server.alive


def assert_true(receipt, keys) -> TreeHead:
    head = TreeHead.parse(receipt.checkpoint.signed_note)
    assert (head.origin, head.size, head.root) == (
        receipt.checkpoint.origin, receipt.checkpoint.tree_size, receipt.checkpoint.root_hash)
    assert any(key.has_signed(receipt.checkpoint.signed_note) for key in keys)
    assert all(key.name == head.origin for key in keys)
    assert is_included(leaf_hash(receipt.record), receipt.leaf_index, head.size,
                       list(receipt.inclusion_path), head.root)
    return head


def create(scene, **fields) -> v1.CreateUserResponse:
    asked = request()
    for name, value in fields.items():
        setattr(asked, name, value)
    answer = scene.server.create(asked)
    assert isinstance(answer, v1.CreateUserResponse), answer
    return answer


def test_a_receipt_proves_the_answer(scene):
    assert not create(scene).HasField("receipt")
    keys = scene.public_keys()
    for _ in range(3):
        asked = request()
        asked.include_receipt = True
        answer = scene.server.create(asked)
        assert_true(answer.receipt, keys)
        record = json.loads(answer.receipt.record)
        assert (record["creation_id"], record["kind"]) == (answer.creation_id, "created")
        assert record["event_id"] == answer.receipt.event_id
        # Both the repeat and GetCreation give the same record.
        replayed = scene.server.create(asked)
        assert replayed.replayed and replayed.receipt.record == answer.receipt.record
        assert_true(replayed.receipt, keys)
        creation = scene.server.users.GetCreation(
            v1.GetCreationRequest(creation_id=answer.creation_id), timeout=20).creation
        assert creation.receipt.record == answer.receipt.record
        assert_true(creation.receipt, keys)


def test_what_is_validated_has_no_receipt(scene):
    asked = request()
    asked.include_receipt = asked.validate_only = True
    assert not scene.server.create(asked).HasField("receipt")


def test_every_event_is_proven_in_every_later_tree(scene):
    keys = scene.public_keys()
    for _ in range(6):
        newest = create(scene, include_receipt=True)
    size = newest.receipt.checkpoint.tree_size
    events = scene.server.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(page_size=1000), timeout=20).events
    assert len(events) >= size >= 12
    heads, indexes = {}, set()
    for event in events:
        newest = scene.server.audit.GetInclusionProof(
            audit.GetInclusionProofRequest(event_id=event.event_id), timeout=20).receipt
        assert newest.event_id == event.event_id
        assert json.loads(newest.record)["event_id"] == event.event_id
        assert_true(newest, keys)
        indexes.add(newest.leaf_index)
        for later in range(newest.leaf_index + 1, newest.checkpoint.tree_size + 1):
            receipt = scene.server.audit.GetInclusionProof(
                audit.GetInclusionProofRequest(event_id=event.event_id, tree_size=later),
                timeout=20).receipt
            head = assert_true(receipt, keys)
            assert heads.setdefault(later, head) == head
    assert indexes == set(range(len(events)))
    for second in heads:
        for first in range(1, second + 1):
            proof = scene.server.audit.GetConsistencyProof(
                audit.GetConsistencyProofRequest(first_tree_size=first, second_tree_size=second),
                timeout=20)
            assert TreeHead.parse(proof.checkpoint.signed_note) == heads[second]
            assert is_consistent(first, heads[first].root, second, heads[second].root,
                                 list(proof.consistency_path))


def test_the_checkpoint_is_that_of_the_journal_and_the_log(scene):
    newest = create(scene, include_receipt=True).receipt.checkpoint
    served = scene.server.audit.GetCheckpoint(audit.GetCheckpointRequest(), timeout=20).checkpoint
    assert served.tree_size >= newest.tree_size
    printed = TreeHead.parse(scene.command("checkpoint"))
    assert (printed.origin, printed.size) == (served.origin, served.tree_size)
    logged = scene.server.logged("checkpoint")
    assert logged and TreeHead.parse(logged[0]["note"]).origin == printed.origin
    proof = scene.server.audit.GetConsistencyProof(
        audit.GetConsistencyProofRequest(first_tree_size=max(1, int(logged[0]["tree_size"]))),
        timeout=20)
    assert proof.checkpoint.tree_size >= served.tree_size


def refused(call) -> Refusal:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return Refusal(caught.value)


def test_what_cannot_be_proven_is_refused(scene):
    receipt = create(scene, include_receipt=True).receipt
    stub, size = scene.server.audit, receipt.checkpoint.tree_size
    for tree_size in [receipt.leaf_index, 1 << 40, (1 << 64) - 1]:
        refusal = refused(lambda: stub.GetInclusionProof(
            audit.GetInclusionProofRequest(event_id=receipt.event_id, tree_size=tree_size)))
        assert refusal.code == "INVALID_ARGUMENT"
        assert refusal.bad_request.field_violations[0].field == "tree_size"
    for first, second in [(0, size), (2, 1), (1, 1 << 40), (1 << 63, 0)]:
        refusal = refused(lambda: stub.GetConsistencyProof(audit.GetConsistencyProofRequest(
            first_tree_size=first, second_tree_size=second)))
        assert refusal.code == "INVALID_ARGUMENT"
        assert refusal.bad_request.field_violations[0].field == "first_tree_size"
    refusal = refused(lambda: stub.GetInclusionProof(
        audit.GetInclusionProofRequest(event_id="not an id")))
    assert refusal.bad_request.field_violations[0].field == "event_id"
    refusal = refused(lambda: stub.GetInclusionProof(audit.GetInclusionProofRequest(
        event_id="00000000-0000-7000-8000-000000000000")))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "AUDIT_EVENT_NOT_FOUND")


def test_a_rotated_key_signs_beside_the_one_before(scene):
    (old,) = scene.public_keys()
    lines = scene.command("checkpoint", "--rotate-key", "--journal-keys", scene.keys)
    new, kept = [VerifierKey.parse(line) for line in lines.splitlines()]
    assert kept == old and new.name == old.name and new.key_id != old.key_id
    recorded = scene.server.audit.ListAuditEvents(audit.ListAuditEventsRequest(
        kind=audit.AUDIT_EVENT_KIND_KEYS_ROTATED), timeout=20).events
    assert [(event.reason, event.caller_authentication) for event in recorded] == [
        ("CHECKPOINT", audit.CALLER_AUTHENTICATION_OPERATOR)]
    limit = time.monotonic() + ROTATION_LIMIT_SECONDS
    while not new.has_signed(note := create(scene, include_receipt=True)
                             .receipt.checkpoint.signed_note):
        assert old.has_signed(note) and time.monotonic() < limit
        time.sleep(0.2)
    assert old.has_signed(note)
    assert scene.command("verify", "--public-key", lines.splitlines()[0]).endswith(": sound\n")
    stranger = VerifierKey(new.name, new.key_id, bytes(32))
    assert not stranger.has_signed(note)


def test_receipts_and_readers(tmp_path, upstream):
    """--receipts gives one to everybody; proofs are for those who may read the trail."""
    UserPool(upstream)
    auditor, creator = ([("authorization", f"Bearer {name}")] for name in CALLERS)
    policy = POLICY + READERS % tuple(token_sha256(name) for name in CALLERS)
    with Provisiond(tmp_path, policy, upstream_settings(upstream.port), "--receipts") as server:
        answer = server.create(request())
        assert answer.receipt.checkpoint.tree_size > answer.receipt.leaf_index
        asked = audit.GetInclusionProofRequest(event_id=answer.receipt.event_id)
        proof = server.audit.GetInclusionProof
        assert refused(lambda: proof(asked, metadata=creator)).code == "PERMISSION_DENIED"
        # An event of another organization is none.
        assert refused(lambda: proof(asked, metadata=auditor)).code == "NOT_FOUND"
        for method, asked in [("GetCheckpoint", audit.GetCheckpointRequest()),
                              ("GetConsistencyProof",
                               audit.GetConsistencyProofRequest(first_tree_size=1))]:
            call = getattr(server.audit, method)
            assert refused(lambda: call(asked, metadata=creator)).code == "PERMISSION_DENIED"
            assert call(asked, metadata=auditor).checkpoint.tree_size >= 3


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_a_replica_seals_what_another_left(tmp_path, upstream, end):
    """Whatever becomes of the others, records get their places."""
    UserPool(upstream)
    with PostgreSQL() as server, server.replica(tmp_path, POLICY, upstream, name="one") as first, \
            server.replica(tmp_path, POLICY, upstream, name="two") as second:
        scene = Scene(second, server.url(), str(tmp_path / "keys"))
        for _ in range(5):
            assert first.create(request()).creation_id
        first.process.send_signal(end)
        # One that stopped with the lock in its hands is waited for, and then loses it.
        answers = [create(scene, include_receipt=True) for _ in range(5)]
        assert answers[-1].HasField("receipt")
        head = assert_true(answers[-1].receipt, scene.public_keys())
        assert head.size >= 20
        assert scene.command("verify").endswith(": sound\n")
        first.process.send_signal(signal.SIGCONT if end == signal.SIGSTOP else end)


def test_an_older_copy_is_not_served(tmp_path, upstream):
    UserPool(upstream)
    service = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port))
    scene = Scene(service, f"sqlite:{service.journal}", f"{service.journal}.keys")
    with service:
        create(scene)
    copy = service.journal.read_bytes()
    with service:
        create(scene)
    anchor = tmp_path / "anchor"
    anchor.write_text(scene.command("checkpoint"))
    anchored = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port),
                          "--journal-anchor", str(anchor))
    with anchored:
        assert anchored.create(request()).creation_id
    service.journal.write_bytes(copy)
    with pytest.raises(RuntimeError, match=f"ended with {CONFIGURATION}: .*an older copy was rest"):
        anchored.__enter__()
    assert "an older copy was restored" in scene.command(
        "verify", "--against", str(anchor), status=1)
    for content, problem in [("not a checkpoint\n", "no signed checkpoint"),
                             (None, "cannot be read")]:
        anchor.unlink() if content is None else anchor.write_text(content)
        with pytest.raises(RuntimeError, match=f"ended with {CONFIGURATION}: .*{problem}"):
            anchored.__enter__()
        assert problem in scene.command("verify", "--against", str(anchor), status=CONFIGURATION)
