"""What is measured, and against what: builds the C programs, starts each server on its core."""

import contextlib
import functools
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "Conformance"))

import daemon  # noqa: E402
import grpc  # noqa: E402
import protocol  # noqa: E402
from postgresql import PostgreSQL  # noqa: E402
from protocol import v1  # noqa: E402

START_LIMIT_SECONDS = 30
# Between two looks whether a server listens: short, because its start is measured, too.
LOOK_SECONDS = 0.001
# Nothing in a reply varies but its timestamps: one that fits in fewer bytes.
VARYING_BYTES = 8
BUILD = ROOT / ".build" / "benchmarks"
# The same work on grpc-swift-2 (make bench builds it); without it the others run alone.
GRPC_SWIFT = ROOT / ".build" / "grpc-swift" / "release" / "grpc-swift-server"


def request(kind: str) -> v1.CreateUserRequest:
    """One CreateUser of about 280 bytes: 6 attributes, 2 mediums, 2 entries of metadata.

    The journal lets one creation of a name, e-mail or phone number go on at a time, and a load sends
    one body again and again: to `distinct` the policy gives names of its own, and no phone number.
    """
    message = v1.CreateUserRequest(
        organization="acme", username="zoe.smith@example.com",
        user_attributes=protocol.attributes({
            "email": "zoe.smith@example.com", "phone_number": "+15550100200",
            "given_name": "Zoe Alexandra", "family_name": "Smith", "zoneinfo": "Europe/Zurich",
            "custom:department": "accounting-and-finance"}),
        desired_delivery_mediums=[v1.DELIVERY_MEDIUM_SMS, v1.DELIVERY_MEDIUM_EMAIL],
        client_metadata={"ticket": "HR-20260-4711", "source": "onboarding-form"},
        validate_only=kind == "echo")
    if kind == "distinct":
        message.user_attributes[1].CopyFrom(v1.UserAttribute(name="nickname", value="Zoe of Zurich"))
        del message.desired_delivery_mediums[0]
    return message


def _flags(kind: str, *packages: str) -> list:
    return subprocess.run(["pkg-config", kind, *packages], check=True, capture_output=True,
                          text=True).stdout.split()


# How the C programs are compiled.
COMPILER = ["cc", "-O2", "-Wall", "-Wextra", "-Werror"]


def build_stand_in() -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run([*COMPILER, str(HERE / "c-floor" / "stand_in.c"), "-o",
                    str(BUILD / "stand-in")], check=True)


def build() -> None:
    """Compiles the floor and the stand-in, always: it takes two seconds."""
    build_stand_in()
    messages = ROOT / "Sources" / "CMessages"
    # The contract and what it imports; the standard services are not part of the work.
    generated = sorted(str(path) for folder in ("google", "provisioning")
                       for path in (messages / folder).rglob("*.pb-c.c"))
    ours = ["server", "arena", "messages", "json", "sigv4", "upstream"]
    sources = [str(HERE / "c-floor" / f"{name}.c") for name in ours]
    libraries = ["libnghttp2", "libprotobuf-c", "libcrypto"]
    subprocess.run(
        [*COMPILER, f"-I{messages / 'include'}", *_flags("--cflags", *libraries), *sources,
         *generated, "-o", str(BUILD / "floor"), *_flags("--libs", *libraries)], check=True)


class BadReplies(Exception):
    pass


def framed_bytes(answer) -> int:
    """What the answer has in DATA frames: its length stands before it."""
    return 5 + answer.ByteSize()


def check_replies(what: str, reply_bytes: int, said: str, requests: int) -> None:
    """Of what h2load said: it looks at no grpc-status, but an error has no message, so its reply is
    short."""
    done = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", said)
    statuses = re.search(r"status codes: (\d+) 2xx", said)
    data = re.search(r"headers.*?, [0-9.]+[KMG]?B \((\d+)\) data", said)
    if not (done and statuses and data):
        raise BadReplies(f"{what}: h2load said:\n{said}")
    expected = (requests, requests, requests * reply_bytes)
    got = (int(done[1]), int(statuses[1]), int(data[1]))
    if got[:2] != expected[:2] or got[2] < expected[2] - VARYING_BYTES * requests:
        raise BadReplies(f"{what}: succeeded, 2xx, bytes: {got}, expected {expected}")


def percentile(values: list, share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Server:
    """A process that answers one kind of call."""

    def __init__(self, name: str, mode: str, port: int, process: subprocess.Popen, kind: str):
        self.name, self.mode, self.port, self.process = name, mode, port, process
        # Of the request that is sent to it.
        self.kind = kind
        self.reply_bytes = 0
        # Starts one more like it; None where its like would share its journal.
        self.again = None

    def cpu_seconds(self) -> float:
        """User and system time of the whole process. The kernel's clock of a process counts the
        same time as /proc/PID/stat, in nanoseconds and not in ticks of 10 ms."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def loop_seconds(self) -> float:
        """Time of the event loops' threads alone: without the journal's, which has its own."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            if (task / "comm").read_text().startswith("NIO-"):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory(self) -> dict:
        """Megabytes of the process now, and at most so far."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        found = dict(re.findall(r"^(RssAnon|VmRSS|VmHWM):\s+(\d+) kB", status, re.M))
        return {name: int(value) / 1024 for name, value in found.items()}

    def check(self) -> None:
        """One call by a real client, before anything is timed."""
        with grpc.insecure_channel(f"127.0.0.1:{self.port}") as channel:
            stub = protocol.v1_grpc.UserProvisioningServiceStub(channel)
            answer = stub.CreateUser(request(self.kind), timeout=20)
        if self.mode == "echo":
            told = answer.effective_request
            assert told.username == "zoe.smith@example.com" and not answer.HasField("user")
            assert len(told.desired_delivery_mediums) == 2 and len(told.client_metadata) == 2
        else:
            told = answer.user
            assert told.sub and told.enabled and answer.creation_id
        values = {a.name: a.value for a in (
            told.user_attributes if self.mode == "echo" else told.attributes)}
        assert values["locale"] == "en-GB" and values["custom:provisioned_by"] == "bench"
        assert len(answer.policy_decisions) >= 2
        self.reply_bytes = framed_bytes(answer)


class Field:
    """Servers of a run; a context manager that stops what it started."""

    def __init__(self, provisiond: str, options: list, cores: tuple = ("0", "1")):
        # Absolute, because the server runs in a directory of its own.
        self.provisiond = provisiond and str(pathlib.Path(provisiond).resolve())
        self.options = options
        # Of the servers, and of the stand-in for the user pool.
        self.server_core, self.load_core = cores
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="provisiond-bench-"))
        self.processes = []
        self.servers = []
        # What the servers need, and is stopped after them.
        self.resources = contextlib.ExitStack()

    def __enter__(self):
        try:
            self._start_all()
            for server in self.servers:
                wait_for(server.port)
                server.check()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(60)
        self.resources.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _spawn(self, core: str, command: list, **options) -> subprocess.Popen:
        process = subprocess.Popen(["taskset", "-c", core, *command], **options)
        self.processes.append(process)
        return process

    def _start_all(self):
        raise NotImplementedError

    def _start_upstream(self, *options: str) -> int:
        port = daemon.free_port()
        self._spawn(self.load_core, [str(BUILD / "stand-in"), str(port), *options])
        wait_for(port)
        return port

    def _start_provisiond(self, name: str, mode: str, upstream: int, kind: str,
                          *journal: str) -> Server:
        directory = self._subdirectory(f"{mode}-{name}")
        journal = journal or ("--journal", f"sqlite:{directory / 'journal.db'}")
        policy = {"echo": "policy.yaml", "distinct": "policy.distinct.yaml"}[kind]
        port = daemon.free_port()
        process = self._serve(
            [self.provisiond, "serve", "--policy", str(HERE / policy),
             "--listen", f"127.0.0.1:{port}",
             "--admin-listen", f"127.0.0.1:{daemon.free_port()}",
             *journal, *self.options],
            directory, upstream)
        return Server(name, mode, port, process, kind)

    def _start_unjournaled(self, mode: str, upstream: int, kind: str) -> Server:
        """The same service on a journal that keeps nothing; it has no options."""
        directory = self._subdirectory(f"{mode}-unjournaled")
        policy = {"forward": "policy.yaml", "distinct": "policy.distinct.yaml"}[kind]
        port = daemon.free_port()
        program = pathlib.Path(self.provisiond).with_name("unjournaled-provisiond")
        process = self._serve(
            [str(program)], directory, upstream, PROVISIOND_POLICY=str(HERE / policy),
            PROVISIOND_LISTEN=f"127.0.0.1:{port}",
            PROVISIOND_ADMIN_LISTEN=f"127.0.0.1:{daemon.free_port()}")
        return Server("no journal", mode, port, process, kind)

    def _subdirectory(self, name: str) -> pathlib.Path:
        return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.directory))

    def _serve(self, command: list, directory, upstream: int, **settings) -> subprocess.Popen:
        settings |= daemon.upstream_settings(upstream)
        with open(directory / "provisiond.log", "wb") as log:
            return self._spawn(
                self.server_core, command, env=daemon.environment(directory, **settings),
                cwd=directory, stdout=log, stderr=log)


class RatioField(Field):
    """For CPU a request: provisiond beside the C floor and grpc-swift-2, all on one core."""

    def _start_all(self):
        upstream = self._start_upstream()
        for mode in ["echo", "forward"]:
            target = [str(upstream)] if mode == "forward" else []
            self._add(self._start_stranger, "C floor", BUILD / "floor", mode, target)
            if self.provisiond:
                kind = "echo" if mode == "echo" else "distinct"
                self._add(self._start_provisiond, "provisiond", mode, upstream, kind)
            if GRPC_SWIFT.exists():
                self._add(self._start_stranger, "grpc-swift-2", GRPC_SWIFT, mode, target)
        if self.provisiond:
            self._add(self._start_unjournaled, "forward", upstream, "forward")
            postgresql = self.resources.enter_context(PostgreSQL())
            self.servers.append(self._start_provisiond(
                "PostgreSQL", "forward", upstream, "distinct", "--journal", postgresql.url(),
                "--journal-keys", str(self.directory / "postgresql.keys")))

    def _add(self, start, *arguments):
        server = start(*arguments)
        server.again = functools.partial(start, *arguments)
        self.servers.append(server)

    def _start_stranger(self, name: str, program: pathlib.Path, mode: str, target: list) -> Server:
        """A server that knows nothing but this kind of call."""
        port = daemon.free_port()
        process = self._spawn(self.server_core, [str(program), mode, str(port), *target])
        return Server(name, mode, port, process, mode)

    def __enter__(self):
        super().__enter__()
        for mode in ["echo", "forward"]:
            lengths = {s.name: s.reply_bytes for s in self.servers if s.kind == mode}
            assert max(lengths.values()) - min(lengths.values()) <= VARYING_BYTES, (
                f"{mode}: the replies differ: {lengths}")
        return self


class PriceField(Field):
    """For the price of the journal: provisiond with and without it, on all cores, over an upstream
    that answers at once and over a slow one."""

    def __init__(self, provisiond: str, milliseconds: int):
        super().__init__(provisiond, [], cores=("0,1", "0,1"))
        self.delays = {"slow": [str(milliseconds)], "immediate": []}

    def _start_all(self):
        postgresql = self.resources.enter_context(PostgreSQL())
        for mode, delay in self.delays.items():
            upstream = self._start_upstream(*delay)
            self.servers.append(self._start_unjournaled(mode, upstream, "distinct"))
            self.servers.append(self._start_provisiond("SQLite", mode, upstream, "distinct"))
            postgresql.query(f"CREATE DATABASE {mode}")
            self.servers.append(self._start_provisiond(
                "PostgreSQL", mode, upstream, "distinct",
                "--journal", postgresql.url(database=mode),
                "--journal-keys", str(self.directory / f"{mode}.keys")))


def wait_for(port: int, seconds: float = START_LIMIT_SECONDS) -> None:
    limit = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(LOOK_SECONDS)
