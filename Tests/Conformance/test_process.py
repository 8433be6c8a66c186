"""The running process as its operators see it: lock, full disk, reload, probes, metrics."""

import os
import pathlib
import signal
import subprocess

import pytest

from conformance_server import resident_bytes
from daemon import Provisiond, binary, upstream_settings
from protocol import audit, v1
from test_start import CONFIGURATION, POLICY, serve
from waiting import until

LOCKED = 75


def request(username, **fields):
    return v1.CreateUserRequest(
        organization="acme", username=username, message_action=v1.MESSAGE_ACTION_SUPPRESS, **fields)


@pytest.fixture
def provisiond(tmp_path, upstream):
    upstream.reset()
    with Provisiond(tmp_path, POLICY, upstream_settings(upstream.port)) as running:
        yield running


def test_a_second_process_is_refused_with_the_pid_of_the_first(provisiond):
    status, text = serve(provisiond.directory, POLICY)
    assert status == LOCKED
    assert f"pid {provisiond.process.pid}" in text and len(text.strip().splitlines()) == 1


def test_probes_and_metrics(provisiond):
    assert provisiond.create(request("metrics")).user.username
    assert provisiond.create(v1.CreateUserRequest(organization="nobody")).code == "PERMISSION_DENIED"
    assert provisiond.probe("/livez") == (200, "ok\n")
    assert provisiond.probe("/readyz") == (200, "ok\n")
    status, body = provisiond.probe("/readyz?verbose")
    assert status == 200 and "[+] journal" in body and "[+] policy" in body
    _, metrics = provisiond.probe("/metrics")
    method = 'grpc_method="provisioning.v1.UserProvisioningService/CreateUser"'
    assert f'grpc_server_call_duration_seconds_count{{{method},grpc_status="OK"}} 1' in metrics
    assert f'{method},grpc_status="PERMISSION_DENIED"}} 1' in metrics
    assert f"grpc_server_call_started_total{{{method}}} 2" in metrics
    until(lambda: "provisiond_journal_records_total 4\n" in provisiond.probe("/metrics")[1])


def test_the_memory_of_a_burst_is_given_back(provisiond):
    """Ten thousand calls at once leave some 20 MB in which nothing is."""
    def resident():
        return resident_bytes(provisiond.process.pid)
    message = request("burst", validate_only=True).SerializeToString()
    body = provisiond.directory / "body"
    body.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    before = resident()
    subprocess.run(
        ["h2load", "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers",
         "-c", "100", "-m", "100", "-n", "20000",
         f"http://{provisiond.target}/provisioning.v1.UserProvisioningService/CreateUser"],
        check=True, capture_output=True, timeout=300)
    limit = (before + resident()) / 2
    until(lambda: resident() <= limit, "the memory is kept")


def test_a_reload_changes_the_rules_and_a_refused_one_does_not(provisiond):
    before = provisiond.create(request("reload-1")).policy_digest
    provisiond.policy.write_text(POLICY + "\ncompany: {message_action: {fixed: SUPPRESS}}\n")
    provisiond.process.send_signal(signal.SIGHUP)
    until(lambda: provisiond.logged("policy reloaded"))
    after = provisiond.create(request("reload-2")).policy_digest
    assert before != after
    provisiond.policy.write_text(POLICY + "\ncompanny: {}\n")
    provisiond.process.send_signal(signal.SIGHUP)
    until(lambda: provisiond.logged("policy refused; the old one stays in force"))
    assert provisiond.create(request("reload-3")).policy_digest == after
    status, body = provisiond.probe("/readyz?verbose")
    assert status == 200 and "companny" in body
    assert "provisiond_policy_reloads_refused_total 1\n" in provisiond.probe("/metrics")[1]


def test_a_full_disk_refuses_before_anything_is_sent_and_recovers(tmp_path, upstream):
    """On a file system of 1 MiB in a mount namespace of its own, so that no privilege is needed."""
    upstream.reset()
    small = tmp_path / "small"
    small.mkdir()
    # Root needs no user namespace, which not every container allows.
    mapping = [] if os.geteuid() == 0 else ["--map-root-user"]
    in_namespace = ["unshare", *mapping, "--mount", "sh", "-c",
                    f'mount -t tmpfs -o size=1m tmpfs {small} && exec "$@"', "sh"]
    running = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port), prefix=in_namespace)
    running.command[running.command.index("--journal") + 1] = f"sqlite:{small}/journal.db"
    with running:
        inside = pathlib.Path(f"/proc/{running.process.pid}/root{small}")
        created = [running.create(request("before")).creation_id]
        filler = inside / "filler"
        fill(filler)
        refusal, owed = None, 0
        for number in range(200):
            answer = running.create(request(f"full-{number}"), timeout=4)
            if isinstance(answer, v1.CreateUserResponse):
                created.append(answer.creation_id)
                continue
            refusal = answer
            if answer.reason == "AUDIT_UNAVAILABLE":
                break
            # The disk took the intent and then not the outcome.
            assert answer.reason == "OUTCOME_NOT_RECORDED"
            owed += 1
        assert (refusal.code, refusal.executed) == ("UNAVAILABLE", "no")
        sent = len(upstream.calls)
        assert running.create(request("refused")).reason == "AUDIT_UNAVAILABLE"
        assert len(upstream.calls) == sent
        assert running.probe("/readyz")[0] == 503
        filler.unlink()
        until(lambda: running.probe("/readyz")[0] == 200)
        created.append(running.create(request("after")).creation_id)
        recorded = events(running)
        # The outcomes that were owed while the disk was full are there, too; of a creation that was
        # refused there is nothing. The start has one, too.
        assert len(recorded) == 1 + 2 * (len(created) + owed)
        assert set(created) <= {event.creation_id for event in recorded}


def fill(path):
    with open(path, "wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


def events(provisiond):
    """All but those of this reading itself."""
    found = provisiond.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(page_size=1000), timeout=20).events
    return [each for each in found if each.kind != audit.AUDIT_EVENT_KIND_AUDIT_QUERIED]


def test_usage(tmp_path):
    for arguments in (["serve", "--no-such-option"], ["no-such-command"]):
        result = subprocess.run(
            [binary("provisiond"), *arguments], cwd=tmp_path, capture_output=True, text=True,
            timeout=30)
        assert result.returncode == 64 and result.stderr.startswith("Error: ")
    assert CONFIGURATION == subprocess.run(
        [binary("provisiond"), "policy", "check", "missing.yaml"], cwd=tmp_path,
        capture_output=True, timeout=30).returncode
