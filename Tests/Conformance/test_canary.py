"""Nothing of a person and no secret in any byte that the service writes: database, its log, backups,
what the service logs, what it answers to the admin port, and what is left of it when it crashes.

Each canary is a text of its own, looked for as it is and as it would stand in other encodings.
"""

import base64
import os
import pathlib
import resource
import signal
import subprocess
import threading
import uuid

import pytest

import protocol
from daemon import Provisiond, binary, upstream_settings, verify
from protocol import v1
from test_journal_commands import run
from user_pool import UserPool
from waiting import until

POLICY = """
version: 1
company:
  message_action: {allow: [SEND, SUPPRESS]}
  temporary_password: {allow_caller: true}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: known, token_sha256: TOKEN, organizations: [acme], permissions: ["*"]}
  - {id: anyone, anonymous: true, organizations: [acme], permissions: ["*"]}
"""
USERNAME, EMAIL, VALUE = "kanarie-name", "kanarie-mail@example.com", "kanarie-value"
PHONE, PASSWORD = "+14155559173", "Kanarie-Passw0rd-1!"
METADATA, VALIDATION, TOKEN = "kanarie-metadata", "kanarie-validation", "kanarie-token"
CANARIES = [USERNAME, EMAIL, VALUE, PHONE, PASSWORD, METADATA, VALIDATION, TOKEN]
SECRETS = ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"]
CRASHES = [signal.SIGTRAP, signal.SIGABRT, signal.SIGSEGV]
LIMIT_SECONDS = 30


def encodings(text: str) -> list[bytes]:
    plain = text.encode()
    return [plain, text.encode("utf-16-le"), text.lower().encode(), plain.hex().encode(),
            base64.b64encode(plain).rstrip(b"=")[:-1], plain[::-1]]


LOOKED_FOR = {canary: encodings(canary) for canary in CANARIES + SECRETS}


def found(data: bytes) -> set[str]:
    return {canary for canary, forms in LOOKED_FOR.items() if any(form in data for form in forms)}


def request(course="normal", **fields) -> v1.CreateUserRequest:
    """The course stands at the end of the name, for the user pool to go by."""
    values = {"organization": "acme", "message_action": v1.MESSAGE_ACTION_SUPPRESS,
              "username": f"{USERNAME}-{uuid.uuid4().hex[:8]}-{course}",
              "temporary_password": PASSWORD,
              "user_attributes": protocol.attributes(
                  {"email": EMAIL, "phone_number": PHONE, "custom:note": VALUE}),
              "validation_data": protocol.attributes({"source": VALIDATION}),
              "client_metadata": {"note": METADATA}}
    return v1.CreateUserRequest(**values | fields)


# Each way that a call can take.
COURSES = ["normal", "invalid", "throttled", "lost-answer", "lost-request", "500-after-commit"]
REFUSED = [
    {"organization": USERNAME}, {"username": f"{USERNAME} {VALUE}"}, {"request_id": VALUE},
    {"user_pool_id": VALUE}, {"temporary_password": f"{PASSWORD} {PASSWORD}"},
    {"force_alias_creation": True}, {"user_attributes": protocol.attributes({VALUE: VALUE})},
    {"user_attributes": protocol.attributes({"email": VALUE})}, {"validate_only": True},
]


def serve(directory, upstream) -> Provisiond:
    digest = subprocess.run(["sha256sum"], input=TOKEN.encode(), capture_output=True,
                            check=True).stdout.split()[0].decode()
    # The shell's limit allows cores: what keeps them away has to be the service itself.
    return Provisiond(
        directory, POLICY.replace("TOKEN", digest), upstream_settings(upstream.port),
        "--reconcile-quarantine", "1", "--log-level", "debug",
        prefix=["sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$@"', "sh"])


def call_in_every_way(server, pool):
    pool.course = lambda name: name.rpartition("-")[2] if "lost" not in name else "lost-" + (
        name.rpartition("-")[2])
    for course in COURSES:
        server.create(request(course))
    for fields in REFUSED:
        server.create(request(**fields))
    for token in [TOKEN, f"{TOKEN}-wrong"]:
        server.create(request(), metadata=[("authorization", f"Bearer {token}")])


def files(directory: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes()
            for path in directory.rglob("*")
            if path.is_file() and path.name not in ("policy.yaml",)}


def assert_nothing_is_found(directory: pathlib.Path):
    everything = files(directory)
    assert {"journal.db", "provisiond.log"} <= set(everything)
    assert b"policy_digest" in everything["journal.db"] + everything.get("journal.db-wal", b"")
    for name, data in everything.items():
        assert not found(data), name


@pytest.fixture
def pool(upstream):
    return UserPool(upstream)


def test_the_scan_finds_what_is_there():
    for canary in LOOKED_FOR:
        for form in LOOKED_FOR[canary]:
            assert canary in found(b"\0\1" + form + b"\2")
    assert not found(bytes(range(256)) * 10)


def test_nothing_is_written(tmp_path, upstream, pool):
    with serve(tmp_path, upstream) as server:
        call_in_every_way(server, pool)
        assert run(tmp_path, "backup", f"sqlite:{server.journal}", tmp_path / "copy.db",
                   ).returncode == 0
        assert run(tmp_path, "export", f"sqlite:{server.journal}", "--output",
                   tmp_path / "export.jsonl").returncode == 0
        for path in ["/metrics", "/readyz?verbose"]:
            assert not found(server.probe(path)[1].encode())
        assert_nothing_is_found(tmp_path)
    # The user pool was sent what was asked for: the canaries did come this far.
    assert found(b"".join(call.body for call in upstream.calls)) >= {USERNAME, EMAIL, PASSWORD}
    assert {"copy.db", "export.jsonl"} <= set(files(tmp_path))
    assert b"user_hash" in files(tmp_path)["export.jsonl"]
    assert_nothing_is_found(tmp_path)
    verify(server.journal)


def test_an_operator_sees_nothing(tmp_path, upstream, pool):
    with serve(tmp_path, upstream) as server:
        made = server.create(request())
        url = f"sqlite:{server.journal}"
        for arguments in [("verify", url), ("keys", "list", url), ("keys", "rotate", url),
                          ("erase", url, "--creation", made.creation_id),
                          ("keys", "destroy", url, "--epoch", "1")]:
            done = run(tmp_path, *arguments)
            assert done.returncode == 0, done.stderr
            assert not found((done.stdout + done.stderr).encode())


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: crash.name)
def test_a_crash_leaves_nothing(tmp_path, upstream, pool, crash):
    """With calls under way."""
    with serve(tmp_path, upstream) as server:
        call_in_every_way(server, pool)
        assert resource.prlimit(server.process.pid, resource.RLIMIT_CORE)[0] == 0
        pool.course = lambda name: "slow"
        before = len(upstream.calls)
        # Each with an address of its own: those in doubt hold the other.
        calls = [threading.Thread(target=server.create, args=(request(
            user_attributes=protocol.attributes({"email": f"{number}{EMAIL}"})),))
            for number in range(8)]
        for call in calls:
            call.start()
        until(lambda: len(upstream.calls) >= before + 8)
        os.kill(server.process.pid, crash)
        assert server.process.wait(LIMIT_SECONDS) == -crash
        for call in calls:
            call.join()
    assert_nothing_is_found(tmp_path)
    assert not list(tmp_path.glob("core*"))
    # What was under way is taken up again, and there is nothing of it in the clear either.
    pool.course = lambda name: "normal"
    with serve(tmp_path, upstream) as server:
        assert not found(server.log.encode())
    assert_nothing_is_found(tmp_path)


def test_a_core_would_have_been_seen(tmp_path):
    """That the tests above can see a core: a program that forbids none leaves one here, wherever the
    system writes cores into the working directory."""
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
    crash = subprocess.run(
        ["sh", "-c", "ulimit -c unlimited 2>/dev/null; kill -SEGV $$"], cwd=tmp_path, check=False)
    assert crash.returncode == -signal.SIGSEGV
    is_local = pattern.startswith("core")
    is_allowed = resource.getrlimit(resource.RLIMIT_CORE)[1] != 0
    assert bool(list(tmp_path.glob("core*"))) == (is_local and is_allowed)


def waiting_command(tmp_path, prefix=()) -> subprocess.Popen:
    """A command that waits for a server which does not answer."""
    return subprocess.Popen(
        ["sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$@"', "sh", *prefix,
         binary("provisiond"), "journal", "keys", "list", "postgres://nobody@192.0.2.1/none",
         "--journal-keys", str(tmp_path / "keys")],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_command_leaves_no_core(tmp_path):
    command = waiting_command(tmp_path)
    until(lambda: resource.prlimit(command.pid, resource.RLIMIT_CORE)[0] == 0)
    os.kill(command.pid, signal.SIGSEGV)
    assert command.wait(LIMIT_SECONDS) == -signal.SIGSEGV
    assert not list(tmp_path.glob("core*"))


def test_no_core_is_left_where_the_limit_does_not_hold(tmp_path):
    """As on a system that hands cores to a program: the call that sets the limit does nothing, and
    the process says by itself that it is not to be dumped."""
    trace = tmp_path / "trace"
    tracer = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=prlimit64,prctl"]
    command = waiting_command(tmp_path, tracer)
    until(lambda: trace.exists() and "PR_SET_DUMPABLE" in trace.read_text())
    command.kill()
    command.wait()
    limits = [line for line in trace.read_text().splitlines() if "prlimit64(" in line]
    (number,) = [n for n, line in enumerate(limits, 1) if "RLIMIT_CORE, {rlim_cur=0" in line]
    trace.unlink()
    command = waiting_command(
        tmp_path, [*tracer, "-e", f"inject=prlimit64:retval=0:when={number}"])
    until(lambda: trace.exists() and "PR_SET_DUMPABLE" in trace.read_text())
    children = pathlib.Path(f"/proc/{command.pid}/task/{command.pid}/children").read_text()
    child = int(children.split()[0])
    allowed = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert resource.prlimit(child, resource.RLIMIT_CORE)[1] == allowed
    os.kill(child, signal.SIGSEGV)
    assert command.wait(LIMIT_SECONDS) == -signal.SIGSEGV
    assert not list(tmp_path.glob("core*"))
