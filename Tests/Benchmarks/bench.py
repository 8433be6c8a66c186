"""What a request costs provisiond, the C floor and grpc-swift-2, in one interleaved run.

All are pinned to core 0; the load generator (h2load) and the stand-in for the user pool share core 1;
loopback, plaintext. `echo` is a call with validate_only, `forward` a call that goes upstream: with
each journal, and on a journal that keeps nothing, which is what the goals are about. On a noisy
machine CPU per request is the one steady figure; requests per second are shown without comparison.
"""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import footprint
import servers

PATH = "http://127.0.0.1:{}/provisioning.v1.UserProvisioningService/CreateUser"
# Connections and streams of each, and the part of --requests that the shape gets in each mode.
SHAPES = {"8 x 32": (8, 32), "8 x 1": (8, 1)}
SHARE = {("echo", "8 x 32"): 1.0, ("echo", "8 x 1"): 0.4, ("forward", "8 x 32"): 0.3,
         ("forward", "8 x 1"): 0.2}
# How many times the floor's CPU the service may take: what the project holds itself to. Those of
# `forward` are for the service without its journal, because the floor has none.
GOALS = {("echo", "8 x 32"): 3.0, ("echo", "8 x 1"): 1.5, ("forward", "8 x 32"): 1.8,
         ("forward", "8 x 1"): 1.8}
# How many times the service's CPU grpc-swift-2 is to take at least.
GOALS_OF_GRPC_SWIFT = {("echo", "8 x 32"): 10.0, ("echo", "8 x 1"): 7.0,
                       ("forward", "8 x 32"): 7.0, ("forward", "8 x 1"): 8.0}
# What takes long for each request gets this part of them.
PARTS = {("echo", "grpc-swift-2"): 0.2, ("forward", "grpc-swift-2"): 0.2,
         ("forward", "provisiond"): 0.3, ("forward", "PostgreSQL"): 0.15}
# Core 0 has the server, this one the load and the upstream.
LOAD_CORE = "1"
# Of one load; far above what any takes.
LOAD_LIMIT_SECONDS = 300


def judged(mode: str) -> str:
    """The server that the goals of a mode are about."""
    return "no journal" if mode == "forward" else "provisiond"


def goal(mode: str, shape: str, name: str) -> float | None:
    return GOALS[mode, shape] if name == judged(mode) else None


def ratios(ours: list, theirs: list, name: str) -> dict:
    """Of each round by itself, because its two runs saw the same machine."""
    found = [one[0] / other[0] for one, other in zip(ours, theirs)]
    return {name: round(statistics.median(found), 2), f"{name}_min": round(min(found), 2),
            f"{name}_max": round(max(found), 2)}


def load(server, shape: str, requests: int, body: str) -> tuple:
    """One run of h2load: CPU microseconds a request, requests a second, and of the CPU the part
    of the event loops."""
    connections, streams = SHAPES[shape]
    began, loops_began = server.cpu_seconds(), server.loop_seconds()
    result = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "h2load", "-d", body, "-t", "1",
         "-H", "content-type: application/grpc", "-H", "te: trailers",
         "-c", str(connections), "-m", str(streams), "-n", str(requests), PATH.format(server.port)],
        capture_output=True, text=True, timeout=LOAD_LIMIT_SECONDS)
    used, loops_used = server.cpu_seconds() - began, server.loop_seconds() - loops_began
    servers.check_replies(f"{server.name} {server.mode}", server.reply_bytes,
                          result.stdout + result.stderr, requests)
    rate = float(re.search(r"finished in .*?, ([0-9.]+) req/s", result.stdout)[1])
    return used / requests * 1e6, rate, loops_used / requests * 1e6


def measure(field, rounds: int, requests: int) -> dict:
    """Figures by (mode, shape, server): servers take turns within each round."""
    figures = {}
    with tempfile.TemporaryDirectory() as directory:
        bodies = {}
        for kind in ["echo", "forward", "distinct"]:
            message = servers.request(kind).SerializeToString()
            path = pathlib.Path(directory) / kind
            path.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
            bodies[kind] = str(path)
        for server in field.servers:
            load(server, "8 x 32", 2000, bodies[server.kind])
        for number in range(rounds):
            for shape in SHAPES:
                for server in field.servers:
                    part = PARTS.get((server.mode, server.name), 1)
                    count = max(1000, int(requests * SHARE[server.mode, shape] * part))
                    figure = load(server, shape, count, bodies[server.kind])
                    figures.setdefault((server.mode, shape, server.name), []).append(figure)
            print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return figures


def summary(figures: dict) -> list:
    rows = []
    for (mode, shape, name), values in sorted(figures.items()):
        cpu = [value[0] for value in values]
        row = {"mode": mode, "shape": shape, "server": name, "rounds": len(cpu),
               "cpu_us": round(statistics.median(cpu), 2),
               "cpu_us_min": round(min(cpu), 2), "cpu_us_max": round(max(cpu), 2),
               "requests_per_second": round(statistics.median(value[1] for value in values))}
        floor = figures[mode, shape, "C floor"]
        if name != "C floor":
            row |= ratios(values, figures[mode, shape, "C floor"], "ratio")
            row["goal"] = goal(mode, shape, name)
            loops = [ours[2] / theirs[0]
                     for ours, theirs in zip(values, figures[mode, shape, "C floor"])]
            row["loops_ratio"] = round(statistics.median(loops), 2)
        theirs = figures.get((mode, shape, "grpc-swift-2"))
        if theirs and judged(mode) == name:
            row |= ratios(theirs, values, "grpc_swift_ratio")
            row["grpc_swift_goal"] = GOALS_OF_GRPC_SWIFT[mode, shape]
        rows.append(row)
    return rows


def spread(row: dict, name: str) -> str:
    return f"{row[name]:.2f} ({row[name + '_min']:.2f}-{row[name + '_max']:.2f})"


def table(rows: list) -> str:
    lines = [f"{'mode':8} {'shape':7} {'server':13} {'CPU us/request':>22} {'req/s':>8}  "
             f"{'ratio to the C floor':22} goal"]
    for row in rows:
        line = (f"{row['mode']:8} {row['shape']:7} {row['server']:13} {spread(row, 'cpu_us'):>22} "
                f"{row['requests_per_second']:8}  ")
        if "ratio" in row:
            line += f"{spread(row, 'ratio'):22} "
            if row["goal"]:
                line += f"<= {row['goal']} {'reached' if row['ratio'] <= row['goal'] else 'missed'}"
            elif row["server"] != "grpc-swift-2":
                line += f"{row['loops_ratio']:.2f} without the journal's thread"
        lines.append(line.rstrip())
    return "\n".join(lines + [""] + grpc_swift_lines(rows))


def grpc_swift_lines(rows: list) -> list:
    return [f"{row['mode']:8} {row['shape']:7} grpc-swift-2 takes "
            f"{spread(row, 'grpc_swift_ratio')} times the CPU of {row['server']}: "
            f">= {row['grpc_swift_goal']} "
            f"{'reached' if row['grpc_swift_ratio'] >= row['grpc_swift_goal'] else 'missed'}"
            for row in rows if "grpc_swift_ratio" in row]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provisiond", help="a release binary, with unjournaled-provisiond beside "
                        "it; without it the floor runs alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=100_000,
                        help="of one echo load at 8 x 32; the other loads get a part of it")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 40,000, a minute or two")
    parser.add_argument("--serve-option", action="append", default=[],
                        help="passed on to provisiond serve")
    parser.add_argument("--require", type=float, metavar="FACTOR",
                        help="fail when a ratio is above FACTOR times its goal")
    parser.add_argument("--json", type=pathlib.Path, help="also write the figures to this file")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.requests = 3, 40_000
    return options


def main() -> int:
    options = arguments()
    for tool in ["h2load", "taskset", "cc", "pkg-config"]:
        if not shutil.which(tool):
            print(f"{tool} is not there (Debian: nghttp2-client, util-linux, gcc, pkg-config)",
                  file=sys.stderr)
            return 69
    servers.build()
    try:
        with servers.RatioField(options.provisiond, options.serve_option) as field:
            at_start = footprint.at_start(field)
            rows = summary(measure(field, options.rounds, options.requests))
            standing = footprint.measure(field, at_start, options.rounds)
    except servers.BadReplies as error:
        print(error, file=sys.stderr)
        return 1
    print(table(rows))
    print(footprint.table(standing))
    if options.provisiond:
        print(f"provisiond: options {' '.join(options.serve_option) or 'none'}; the goals of "
              "forward are for the service without its journal, as the floor is")
    if options.json:
        options.json.write_text(json.dumps({"requests": rows, "footprint": standing}, indent=2) + "\n")
    if options.require and any(
            row["ratio"] > options.require * row["goal"] for row in rows if row.get("goal")):
        print(f"a ratio is above {options.require} times its goal", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
