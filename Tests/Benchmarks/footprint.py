"""What each server of the benchmark takes beside CPU: memory, the time of one call on an idle
machine, and the time from its start to its first answer."""

import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

import servers  # puts the clients of the conformance tests in reach

import frames  # noqa: E402
import protocol  # noqa: E402

LOAD_CORE = "1"
LOAD_LIMIT_SECONDS = 300
# Of the load under which memory is looked at: connections and streams of each, requests.
WIDE = (32, 100)
WIDE_REQUESTS = 10_000
LATENCY_CALLS = 1500
LOOKS_PER_SECOND = 50
STOP_LIMIT_SECONDS = 60
# What the project holds itself to: megabytes, microseconds, milliseconds.
GOALS = {"anonymous_start_mb": 12, "anonymous_wide_mb": 48, "resident_start_mb": 45,
         "cold_start_ms": 30}
LATENCY_GOALS_US = {"echo": 75, "forward": 150}
PATH = "http://127.0.0.1:{}" + protocol.CREATE_USER


def at_start(field) -> dict:
    """Before any load, by the servers' process ids."""
    return {server.process.pid: server.memory() for server in field.servers}


def measure(field, started: dict, rounds: int) -> list:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for server in field.servers:
            path = directory / server.kind
            path.write_bytes(
                frames.grpc_message(servers.request(server.kind).SerializeToString()))
        # All of them idle before one is loaded.
        idle = {server.process.pid: latencies(server, directory) for server in field.servers}
        for server in field.servers:
            first = started[server.process.pid]
            peak = wide_peak(server, directory)
            rows.append({
                "mode": server.mode, "server": server.name,
                "p50_us": quantile(idle[server.process.pid], 50),
                "p99_us": quantile(idle[server.process.pid], 99),
                "anonymous_start_mb": round(first["RssAnon"], 1),
                "anonymous_wide_mb": round(peak, 1),
                "resident_start_mb": round(first["VmRSS"], 1),
                "resident_peak_mb": round(server.memory()["VmHWM"], 1)})
    for server, row in zip(field.servers, rows):
        starts = [cold_start(server) for _ in range(rounds)] if server.again else []
        if starts:
            row |= {"cold_start_ms": round(statistics.median(starts), 1),
                    "cold_start_ms_min": round(min(starts), 1),
                    "cold_start_ms_max": round(max(starts), 1)}
    return rows


def quantile(values: list, percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def latencies(server, directory: pathlib.Path) -> list:
    """Microseconds of calls that come one at a time, as h2load saw them."""
    log = directory / "log"
    log.unlink(missing_ok=True)
    h2load(server, directory, 1, 1, LATENCY_CALLS, f"--log-file={log}")
    return [int(line.split()[2]) for line in log.read_text().splitlines()]


def h2load(server, directory: pathlib.Path, connections: int, streams: int, requests: int,
           *options: str) -> None:
    result = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "h2load", "-d", str(directory / server.kind), "-t", "1",
         "-H", "content-type: application/grpc", "-H", "te: trailers", "-c", str(connections),
         "-m", str(streams), "-n", str(requests), *options, PATH.format(server.port)],
        capture_output=True, text=True, timeout=LOAD_LIMIT_SECONDS)
    servers.check_replies(f"{server.name} {server.mode}", server.reply_bytes,
                          result.stdout + result.stderr, requests)


def wide_peak(server, directory: pathlib.Path) -> float:
    """Anonymous megabytes at most under many streams."""
    seen = [server.memory()["RssAnon"]]
    done = threading.Event()

    def look():
        while not done.wait(1 / LOOKS_PER_SECOND):
            seen.append(server.memory()["RssAnon"])

    watch = threading.Thread(target=look)
    watch.start()
    try:
        h2load(server, directory, *WIDE, WIDE_REQUESTS)
    finally:
        done.set()
        watch.join()
    return max(seen)


def cold_start(server) -> float:
    """Milliseconds from the start of one more such process to its first answer."""
    message = frames.grpc_message(servers.request(server.kind).SerializeToString())
    began = time.monotonic()
    started = server.again()
    try:
        servers.wait_for(started.port)
        with frames.FrameConnection(started.port) as connection:
            answer = connection.call(protocol.CREATE_USER, message)
            took = time.monotonic() - began
    finally:
        started.process.terminate()
        started.process.wait(STOP_LIMIT_SECONDS)
    if answer.grpc_status != 0:
        raise servers.BadReplies(f"{server.name} {server.mode}: the first call failed")
    return took * 1000


def judge(row: dict, name: str) -> str:
    """The figure, with a mark where a goal of the service is missed."""
    if name not in row:
        return "-"
    goal = LATENCY_GOALS_US[row["mode"]] if name == "p50_us" else GOALS.get(name)
    # The goals of latency are for the service without its journal.
    judged = {"echo": "provisiond", "forward": "no journal"}[row["mode"]] == row["server"]
    if name != "p50_us":
        judged = row["server"] == "provisiond"
    missed = goal is not None and judged and row[name] > goal
    return f"{row[name]:.0f}{'*' if missed else ''}"


def table(rows: list) -> str:
    lines = [f"{'':23} {'idle latency us':>15}  {'anonymous MB':>12}  {'resident MB':>12} {'cold':>7}",
             f"{'mode':8} {'server':14} {'p50':>7} {'p99':>7}  {'start':>5} {'wide':>6}  "
             f"{'start':>5} {'peak':>6} {'start ms':>8}"]
    for row in rows:
        lines.append(
            f"{row['mode']:8} {row['server']:14} {judge(row, 'p50_us'):>7} "
            f"{judge(row, 'p99_us'):>7}  {judge(row, 'anonymous_start_mb'):>5} "
            f"{judge(row, 'anonymous_wide_mb'):>6}  {judge(row, 'resident_start_mb'):>5} "
            f"{judge(row, 'resident_peak_mb'):>6} {judge(row, 'cold_start_ms'):>8}")
    stated = ", ".join(f"{name.removesuffix('_mb').removesuffix('_ms').replace('_', ' ')} "
                       f"<= {value}" for name, value in GOALS.items())
    return "\n".join([*lines, f"* misses its goal: idle p50 <= {LATENCY_GOALS_US['echo']} echo, "
                      f"{LATENCY_GOALS_US['forward']} forward without journal; {stated}"])
