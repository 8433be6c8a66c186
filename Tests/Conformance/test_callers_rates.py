"""How often a caller may call, what token and client tools there are, and floods of refusals."""

import json
import re
import signal
import stat
import subprocess
import time

import grpc
import pytest

from daemon import Provisiond, binary, environment
from identities import LIMIT, Client, token_sha256
from protocol import Refusal, details, v1

POLICY = f"""
version: 1
organizations:
  acme: {{user_pools: [{{id: us-east-1_Sandbox01}}]}}
callers:
  - {{id: slow, token_sha256: {token_sha256("slow")}, organizations: [acme],
     permissions: [users.create], rate: {{per_second: 0.01, burst: 3}}}}
  - {{id: quick, token_sha256: {token_sha256("quick")}, organizations: [acme],
     permissions: [users.create], rate: {{per_second: 1000, burst: 1}}}}
  - {{id: free, token_sha256: {token_sha256("free")}, organizations: ["*"],
     permissions: ["*"]}}
"""


@pytest.fixture(scope="module")
def server(directory):
    with Provisiond(directory, POLICY, {}, "--sandbox") as server:
        yield server


def check(client):
    """A call that creates nobody."""
    return client.create(v1.CreateUserRequest(
        organization="acme", username="ada", validate_only=True,
        message_action=v1.MESSAGE_ACTION_SUPPRESS))


def reload(server, policy):
    known = len(server.logged("policy reloaded"))
    server.policy.write_text(policy)
    server.process.send_signal(signal.SIGHUP)
    limit = time.monotonic() + LIMIT
    while len(server.logged("policy reloaded")) == known:
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_beyond_its_rate_a_caller_is_told_when_to_come_back(server):
    with Client(server.target, token="slow") as slow, Client(server.target, token="free") as free:
        known = len(free.denials())
        assert [isinstance(check(slow), Refusal) for _ in range(3)] == [False] * 3
        refusal = check(slow)
        assert (refusal.code, refusal.reason, refusal.executed) == (
            "RESOURCE_EXHAUSTED", "RATE_LIMITED", "no")
        delay = refusal.retry_info.retry_delay
        assert 90 < delay.seconds < 100
        pushback = int(refusal.trailers["grpc-retry-pushback-ms"])
        assert pushback == delay.seconds * 1000 + delay.nanos // 1_000_000
        quota = refusal._detail(details.QuotaFailure)
        assert [v.subject for v in quota.violations] == ["caller:slow"]
        (denial,) = free.denials_after(known)
        assert (denial.reason, denial.caller) == ("RATE_LIMITED", "slow")
        # Nobody else waits.
        assert not any(isinstance(check(free), Refusal) for _ in range(20))
        # A reload of the policy is no way around it, nor is another connection.
        reload(server, POLICY + "# changed\n")
        with Client(server.target, token="slow") as again:
            assert check(again).code == "RESOURCE_EXHAUSTED"
        # A higher rate holds from then on.
        reload(server, POLICY.replace("per_second: 0.01, burst: 3", "per_second: 100, burst: 4"))
        limit = time.monotonic() + LIMIT
        while isinstance(check(slow), Refusal):
            assert time.monotonic() < limit
            time.sleep(0.01)


def test_whoever_waits_as_told_comes_through(server):
    with Client(server.target, token="quick") as client:
        admitted = 0
        while admitted < 50:
            answer = check(client)
            if isinstance(answer, Refusal):
                time.sleep(int(answer.trailers["grpc-retry-pushback-ms"]) / 1000)
                assert answer.code == "RESOURCE_EXHAUSTED"
            else:
                admitted += 1


def test_a_flood_of_refusals_leaves_few_records_that_count_them_all(server):
    flood = 2000
    with Client(server.target, token="free") as free, Client(server.target) as nobody:
        calls = [nobody.users.CreateUser.future(
            v1.CreateUserRequest(), timeout=LIMIT,
            metadata=[("authorization", "Bearer canary-nobody")]) for _ in range(flood)]
        assert {call.code() for call in calls} == {grpc.StatusCode.UNAUTHENTICATED}
        limit = time.monotonic() + LIMIT
        while True:
            # Others of the tests before may come yet, counted together.
            denials = [each for each in free.denials() if each.reason == "UNAUTHENTICATED"]
            counted = sum(denial.count or 1 for denial in denials)
            if counted == flood:
                break
            assert counted < flood and time.monotonic() < limit
            time.sleep(0.05)
    assert len(denials) < flood / 4
    together = max(denials, key=lambda denial: denial.count)
    assert (together.reason, together.peer, list(together.fields)) == (
        "UNAUTHENTICATED", "127.0.0.1", ["token"])
    assert together.count > 100 and together.duration.nanos > 0


def test_a_new_token_and_a_client_that_uses_it(directory):
    tools = directory / "tools"
    made = [subprocess.run([binary("provisiond"), "token", "new"], capture_output=True, text=True,
                           timeout=60, check=True).stdout for _ in range(2)]
    assert made[0] != made[1]
    token, digest = re.fullmatch(
        r"token: ([A-Za-z0-9_-]{43})\ntoken_sha256: ([0-9a-f]{64})\n", made[0]).groups()
    assert token_sha256(token) == digest
    policy = POLICY.replace(token_sha256("free"), digest)
    with Provisiond(tools, policy, {}, "--sandbox") as server:
        file = tools / "token"
        file.write_text(token + "\n")
        file.chmod(stat.S_IRUSR)

        def audit(*options, **variables):
            return subprocess.run(
                [binary("provisionctl"), "audit", "list", *options], capture_output=True,
                text=True, timeout=60, env=environment(
                    tools, PROVISIONCTL_TARGET=server.target, **variables))

        assert audit().returncode == 77
        for result in [audit("--token-file", str(file)), audit(PROVISIONCTL_TOKEN=token)]:
            assert result.returncode == 0, result.stderr
        events = [each for each in json.loads(result.stdout)["events"]
                  if each["kind"] == "DENIED"]
        assert events[0]["reason"] == "UNAUTHENTICATED"
        # The file wins; what is wrong is said without the token.
        assert audit("--token-file", str(file), PROVISIONCTL_TOKEN="other").returncode == 0
        assert audit(PROVISIONCTL_TOKEN="other").returncode == 77
        for result in [audit("--token-file", "/nonexistent"), audit(PROVISIONCTL_TOKEN="a b"),
                       audit("--target", "192.0.2.1:443", "--token-file", str(file))]:
            assert result.returncode == 64
            assert token not in result.stdout + result.stderr and "a b" not in result.stderr
        assert token.encode() not in server.stored_bytes() + server.log.encode()
