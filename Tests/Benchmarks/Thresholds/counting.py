"""A service whose allocations or instructions are counted, and the calls that it is given."""

import contextlib
import mmap
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "Conformance")]

import daemon  # noqa: E402
import frames  # noqa: E402
import protocol  # noqa: E402
import servers  # noqa: E402

# Calls before anything is counted: what is made once has been made.
WARM_UP_CALLS = 300
# The same under callgrind, which is slow, once it counts.
SETTLING_CALLS = 20
START_LIMIT_SECONDS = 180
STOP_LIMIT_SECONDS = 120
CONTROL_LIMIT_SECONDS = 60
COUNTER_SIZE = 8


class FailedCall(Exception):
    pass


def compile_library(source: str, directory: pathlib.Path) -> pathlib.Path:
    """A library to preload, from a C file of this folder."""
    library = directory / (source + ".so")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared",
                    str(HERE / (source + ".c")), "-o", str(library)], check=True)
    return library


class Service:
    """One service over a user pool that answers at once; a context manager."""

    def __init__(self, program: str, *prefix: str, **settings: str):
        self.program, self.prefix, self.settings = program, prefix, settings
        self.resources = contextlib.ExitStack()

    def __enter__(self):
        # What has been started stops if the rest cannot.
        with contextlib.ExitStack() as started:
            self.directory = pathlib.Path(
                started.enter_context(tempfile.TemporaryDirectory(prefix="thresholds-")))
            upstream, self.port = daemon.free_port(), daemon.free_port()
            started.enter_context(running(
                [str(servers.BUILD / "stand-in"), str(upstream)], stdout=subprocess.DEVNULL))
            settings = daemon.upstream_settings(upstream) | self.settings | {
                "PROVISIOND_POLICY": str(servers.HERE / "policy.distinct.yaml"),
                "PROVISIOND_LISTEN": f"127.0.0.1:{self.port}",
                "PROVISIOND_ADMIN_LISTEN": "127.0.0.1:0",
                "PROVISIOND_JOURNAL": f"sqlite:{self.directory / 'journal.db'}"}
            with open(self.directory / "log", "wb") as log:
                self.process = started.enter_context(running(
                    [*self.prefix, *self.command(upstream)],
                    cwd=self.directory, stdout=log, stderr=log,
                    env=daemon.environment(self.directory, **settings)))
            servers.wait_for(self.port, START_LIMIT_SECONDS)
            self.resources = started.pop_all()
        return self

    def command(self, upstream: int) -> list:
        return [self.program, "serve"]

    def __exit__(self, *_):
        self.resources.close()


@contextlib.contextmanager
def running(command: list, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOP_LIMIT_SECONDS)


class Calls:
    """One call at a time on one connection, each request in one write: the server does the same
    work in the same order for each of them."""

    def __init__(self, port: int, kind: str):
        self.connection = frames.FrameConnection(port, timeout=START_LIMIT_SECONDS)
        message = servers.request("distinct")
        message.validate_only = kind == "echo"
        self.body = frames.grpc_message(message.SerializeToString())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def run(self, count: int) -> None:
        for _ in range(count):
            self._call()

    def _call(self) -> None:
        connection = self.connection
        stream, connection.next_stream = connection.next_stream, connection.next_stream + 2
        block = connection.encoder.encode(frames.grpc_fields(protocol.CREATE_USER))
        connection.send(frames.headers(stream, block), frames.data(stream, self.body, end=True))
        answer = connection.answer(stream)
        if answer.grpc_status != 0 or not answer.data:
            raise FailedCall(f"grpc-status {answer.grpc_status}: {answer.first('grpc-message')}")


def allocations(program: str, kind: str, runs: int, calls: int, *preloaded: str) -> float:
    """Of one call, of the whole process, in the run that has the fewest: in the others something
    else happened, too. `preloaded`: libraries beside the one that counts."""
    with tempfile.TemporaryDirectory(prefix="allocations-") as name:
        directory = pathlib.Path(name)
        counter = directory / "count"
        counter.write_bytes(bytes(COUNTER_SIZE))
        libraries = [compile_library(source, directory)
                     for source in ("count_allocations", *preloaded)]
        with open(counter, "r+b") as file, mmap.mmap(file.fileno(), COUNTER_SIZE) as count, \
                Service(program, LD_PRELOAD=" ".join(map(str, reversed(libraries))),
                        ALLOCATION_COUNT=str(counter)) as service, \
                Calls(service.port, kind) as caller:
            caller.run(WARM_UP_CALLS)
            found = []
            for _ in range(runs):
                before = int.from_bytes(count[:], sys.byteorder)
                caller.run(calls)
                found.append((int.from_bytes(count[:], sys.byteorder) - before) / calls)
            return min(found)


def instructions(program: str, kind: str, calls: int) -> float:
    """Of one call, in user space, on its event loop: other threads go by the clock."""
    with callgrind(Service, program, kind, calls) as dump:
        return instructions_of(dump) / calls


@contextlib.contextmanager
def callgrind(service_type: type, program: str, kind: str, calls: int, *options: str):
    """What callgrind wrote of the thread that executed most: the event loop."""
    with tempfile.TemporaryDirectory(prefix="instructions-") as name:
        directory = pathlib.Path(name)
        bare = directory / pathlib.Path(program).name
        # Valgrind 3.19 ends at debugging information of a kind that it does not know.
        subprocess.run(["strip", "--strip-debug", program, "-o", str(bare)], check=True)
        prefix = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
                  f"--vgdb-prefix={directory / 'control'}",
                  f"--callgrind-out-file={directory / 'out'}", *options]
        library = compile_library("writable_mask", directory)
        with service_type(str(bare), *prefix, LD_PRELOAD=str(library)) as service, \
                Calls(service.port, kind) as caller:
            caller.run(WARM_UP_CALLS)
            order(directory, service, "instrumentation on")
            caller.run(SETTLING_CALLS)
            order(directory, service, "zero")
            caller.run(calls)
            order(directory, service, "dump")
        yield max(directory.glob("out.1-*"), key=instructions_of)


def order(directory: pathlib.Path, service: Service, command: str) -> None:
    """Tells callgrind, as callgrind_control does."""
    subprocess.run(
        ["vgdb", f"--vgdb-prefix={directory / 'control'}", f"--pid={service.process.pid}",
         command], check=True, capture_output=True, timeout=CONTROL_LIMIT_SECONDS)


def instructions_of(dump: pathlib.Path) -> int:
    return int(re.search(r"^totals: (\d+)", dump.read_text(), re.M)[1])
