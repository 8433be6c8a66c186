"""The journal's checkpoints are cosigned by a witness of another maker; and one that is away, slow, wrong
or of bad will holds up nobody and is told of."""

import ssl
import subprocess
import time

import pytest

from daemon import Provisiond, binary, upstream_settings
from postgresql import PostgreSQL
from protocol import audit, v1
from test_exactly_once import POLICY, request
from transparency import TreeHead, VerifierKey, is_consistent
from user_pool import UserPool
from waiting import until
from witness import Witness

LIMIT_SECONDS = 90
COMPLAINT = "the witness cosigns no checkpoint"


def journal_command(directory, *arguments) -> str:
    result = subprocess.run(
        [binary("provisiond"), "journal", *arguments, f"sqlite:{directory / 'journal.db'}"],
        capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout


class Scene:
    """A service's directory, its upstream and its witness."""

    def __init__(self, tmp_path, upstream):
        UserPool(upstream)
        self.directory, self.upstream = tmp_path / "service", upstream
        self.witness = Witness(tmp_path / "witness.json")

    def serve(self, witness=None) -> Provisiond:
        witness = witness or self.witness
        return Provisiond(
            self.directory, POLICY, upstream_settings(self.upstream.port), "--journal-witness",
            witness.url, "--journal-witness-key", witness.verifier_key)

    def acquaint(self):
        """The witness learns the journal's public keys."""
        lines = journal_command(self.directory, "checkpoint", "--public-keys")
        self.witness.log_keys = [VerifierKey.parse(line) for line in lines.splitlines()]

    def begin(self):
        """A journal with some records, whose keys the witness knows."""
        with Provisiond(self.directory, POLICY, upstream_settings(self.upstream.port)) as server:
            create(server)
        self.acquaint()


@pytest.fixture
def scene(tmp_path, upstream):
    return Scene(tmp_path, upstream)


def create(server):
    answer = server.create(request())
    assert isinstance(answer, v1.CreateUserResponse), answer


def cosigned(server):
    """The newest checkpoint that the witness has cosigned, and that of the journal."""
    answer = server.audit.GetCheckpoint(audit.GetCheckpointRequest(), timeout=20)
    assert answer.checkpoint.tree_size >= answer.cosigned_checkpoint.tree_size
    return answer.cosigned_checkpoint


def test_checkpoints_are_cosigned_and_shown(scene):
    scene.begin()
    with scene.witness as witness, scene.serve() as server:
        first = until(lambda: cosigned(server).tree_size and cosigned(server))
        assert witness.has_cosigned(first.signed_note)
        assert any(key.has_signed(first.signed_note) for key in witness.log_keys)
        create(server)
        later = until(lambda: (found := cosigned(server)).tree_size > first.tree_size
                      and found)
        assert witness.has_cosigned(later.signed_note)
        # An auditor who holds both sees that the one goes on from the other.
        proof = server.audit.GetConsistencyProof(audit.GetConsistencyProofRequest(
            first_tree_size=first.tree_size, second_tree_size=later.tree_size), timeout=20)
        assert is_consistent(first.tree_size, first.root_hash, later.tree_size, later.root_hash,
                             list(proof.consistency_path))
        printed = journal_command(scene.directory, "checkpoint", "--cosigned")
        assert witness.has_cosigned(printed)
        assert TreeHead.parse(printed).size >= later.tree_size
        assert not server.logged(COMPLAINT)
    # What was cosigned is an anchor for a verification without the service.
    anchor = scene.directory / "anchor"
    anchor.write_text(printed)
    assert ": sound" in journal_command(scene.directory, "verify", "--against", str(anchor))


def test_after_a_restart_the_witness_is_asked_from_where_it_was(scene):
    scene.begin()
    with scene.witness as witness:
        with scene.serve() as server:
            until(lambda: cosigned(server).tree_size)
        asked = len(witness.asked)
        with scene.serve() as server:
            create(server)
            until(lambda: len(witness.asked) > asked)
        # Neither does it ask from zero, nor is it told of a conflict.
        status, body = witness.asked[asked]
        assert status == 200 and not body.startswith("old 0\n")


def test_a_damaged_file_is_made_anew(scene):
    scene.begin()
    kept = scene.directory / "journal.db.keys/witness.checkpoint"
    with scene.witness as witness:
        with scene.serve() as server:
            until(lambda: cosigned(server).tree_size)
        kept.write_text("nonsense")
        with scene.serve() as server:
            until(lambda: kept.read_text() != "nonsense")
            assert witness.has_cosigned(cosigned(server).signed_note)
            (told,) = server.logged("the cosigned checkpoint is asked for anew")
            assert "damaged" in told["reason"]


def test_a_lost_answer_is_made_up_for(scene):
    """The witness has cosigned, and the service does not know."""
    scene.begin()
    with scene.witness as witness:
        witness.misbehave = lambda status, body: (500, "")
        with scene.serve() as server:
            until(lambda: server.logged(COMPLAINT))
            assert cosigned(server).tree_size == 0
            witness.misbehave = lambda status, body: (status, body)
            found = until(lambda: cosigned(server).tree_size and cosigned(server))
            assert witness.has_cosigned(found.signed_note)
            until(lambda: server.logged("the witness cosigns checkpoints again"))
        assert [status for status, _ in witness.asked].count(409) == 1


@pytest.mark.parametrize("misbehaviour, told", [
    (lambda status, body: (403, ""), "403"),
    (lambda status, body: (404, ""), "404"),
    (lambda status, body: (422, ""), "422"),
    (lambda status, body: (409, "1000000\n"), "1000000 records, more than the journal has"),
    (lambda status, body: (409, "0\n"), "another journal of the same name"),
    (lambda status, body: (409, "01\n"), "none of the protocol"),
    (lambda status, body: (409, "x" * 100_000), "none of the protocol"),
    (lambda status, body: (200, ""), "no cosignature of its key"),
    (lambda status, body: (200, body.replace("w1 ", "w2 ")), "no cosignature of its key"),
    (lambda status, body: (200, body + "more\n"), "no cosignature of its key"),
])
def test_a_witness_that_refuses_or_lies_is_told_of(scene, misbehaviour, told):
    scene.begin()
    with scene.witness as witness:
        witness.misbehave = misbehaviour
        with scene.serve() as server:
            complaint = until(lambda: server.logged(COMPLAINT))[0]
            assert told in complaint["reason"] and complaint["level"] == "critical"
            create(server)
            assert cosigned(server).tree_size == 0
        assert not (scene.directory / "journal.db.keys/witness.checkpoint").exists()


def test_an_older_copy_of_the_journal_is_told_of(scene):
    scene.begin()
    journal = scene.directory / "journal.db"
    older = journal.read_bytes()
    with scene.witness:
        with scene.serve() as server:
            create(server)
            size = until(lambda: cosigned(server).tree_size)
            create(server)
            until(lambda: cosigned(server).tree_size > size)
        journal.write_bytes(older)
        with scene.serve() as server:
            complaint = until(lambda: server.logged(COMPLAINT))[0]
            assert "it is an older copy" in complaint["reason"]


def test_another_history_is_told_of(scene):
    """The records that the witness has seen are replaced by others."""
    scene.begin()
    journal = scene.directory / "journal.db"
    older = journal.read_bytes()
    with scene.witness as witness:
        with scene.serve() as server:
            size = until(lambda: cosigned(server).tree_size)
        journal.write_bytes(older)
        (scene.directory / "journal.db.keys/witness.checkpoint").unlink()
        with Provisiond(scene.directory, POLICY, upstream_settings(scene.upstream.port)) as server:
            while server.audit.GetCheckpoint(
                    audit.GetCheckpointRequest(), timeout=20).checkpoint.tree_size <= size:
                create(server)
        with scene.serve() as server:
            complaint = until(lambda: server.logged(COMPLAINT))[0]
            assert "422" in complaint["reason"]
        assert witness.asked[-1][0] == 422


def test_replicas_share_a_witness(scene, tmp_path):
    """Each of them asks, and goes on from what the witness has seen of the other."""
    with PostgreSQL() as database, scene.witness as witness:
        options = ["--journal-witness", witness.url, "--journal-witness-key", witness.verifier_key]
        with database.replica(tmp_path, POLICY, scene.upstream, *options, name="one") as one:
            lines = subprocess.run(
                [binary("provisiond"), "journal", "checkpoint", "--public-keys", "--journal-keys",
                 str(tmp_path / "keys"), database.url()], capture_output=True, text=True, check=True,
                timeout=60).stdout
            witness.log_keys = [VerifierKey.parse(line) for line in lines.splitlines()]
            with database.replica(tmp_path, POLICY, scene.upstream, *options, name="two") as two:
                for _ in range(3):
                    before = max(cosigned(one).tree_size, cosigned(two).tree_size)
                    create(one)
                    create(two)
                    for server in [one, two]:
                        found = until(lambda: (found := cosigned(server)).tree_size > before
                                      and found)
                        assert witness.has_cosigned(found.signed_note)
                grave = [line for server in [one, two] for line in server.logged(COMPLAINT)
                         if line["level"] == "critical" and "404" not in line["reason"]]
                assert not grave
    assert {status for status, _ in witness.asked} <= {200, 404, 409}


def test_a_slow_witness_holds_up_nobody(scene):
    scene.begin()
    with scene.witness as witness:
        def wait(status, body):
            time.sleep(LIMIT_SECONDS)
            return status, body
        witness.misbehave = wait
        with scene.serve() as server:
            until(lambda: witness.asked)
            for _ in range(5):
                create(server)
            complaint = until(lambda: server.logged(COMPLAINT))[0]
            assert complaint["reason"] == "it does not answer"
        # Neither does it hold up the end: Provisiond waits for that with a limit.
        assert server.process.returncode == 0


def test_a_witness_that_is_not_there_holds_up_nobody(scene):
    scene.begin()
    with scene.witness:
        pass
    with scene.serve() as server:
        complaint = until(lambda: server.logged(COMPLAINT))[0]
        assert complaint["reason"] == "it cannot be connected to"
        create(server)
        assert cosigned(server).tree_size == 0


def test_a_certificate_that_nobody_vouches_for_is_refused(scene, tmp_path):
    scene.begin()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "certificate.pem", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    with Witness(tmp_path / "tls.json", tls=context) as witness, scene.serve(witness) as server:
        complaint = until(lambda: server.logged(COMPLAINT))[0]
        assert complaint["reason"] == "the connection failed"
        assert not witness.asked


def test_the_settings_belong_together(tmp_path):
    result = subprocess.run(
        [binary("provisiond"), "serve", "--policy", str(tmp_path / "policy.yaml"),
         "--journal-witness", "https://witness.example"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 78
    assert "--journal-witness-key" in result.stderr


def test_a_journal_without_a_witness_has_nothing_cosigned(scene):
    scene.begin()
    result = subprocess.run(
        [binary("provisiond"), "journal", "checkpoint", "--cosigned",
         f"sqlite:{scene.directory / 'journal.db'}"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 78 and "no witness has cosigned it" in result.stderr
