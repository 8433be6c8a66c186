"""What each attack costs an honest client, as a program and not as a test: figures of a busy machine
are no verdict.

    swift build -c release --static-swift-stdlib --product provisiond
    PROVISIOND=.build/release/provisiond .venv/bin/python Tests/Conformance/attack_latency.py

The server and the honest client have one core, on which nothing else comes before them (run it as
root, for `chrt`), and the attacker another: what is measured is what the server makes others wait,
and not what the kernel does for the attacker's sending. Each attack is repeated for some seconds,
a slow one by many connections at once, next to a control of the same length, in which the other
process attacks nobody. The table tells the latencies of both, the medians of several rounds.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import attacks_slow
import attacks_streams
from attack_target import Target
from attack_watch import p99
from daemon import Provisiond
from protocol import CREATE_USER
from sandbox_policy import POLICY, create_user_bytes
from test_attack_floods import FLOODS, REFUSALS

SERVER_CORE, ATTACKER_CORE = "0", "1"
# The honest client's thread is awake when its answer is there; the server goes before the rest.
CLIENT_PRIORITY, SERVER_PRIORITY, ATTACKER_PRIORITY = "5", "3", "1"
QUICK = {**FLOODS, **REFUSALS}
# Each goes on for as long as it is let.
LASTING = {
    **attacks_slow.SLOW,
    "conn_flood": attacks_slow.conn_storm,
    "data_dribble": attacks_streams.data_dribble,
    "window_stall": lambda target: attacks_streams.window_stall(target, 60),
    "internal_buffering": lambda target: attacks_streams.internal_buffering(target, 60),
}
CONNECTIONS_OF_A_LASTING_ATTACK = 50
ATTACKS = {**QUICK, **LASTING}
CONTROL = "(control)"


def keep_busy(name: str, port: int, seconds: float):
    """The other process: attacks, or burns the time."""
    target = Target("provisiond", port, 0, CREATE_USER, create_user_bytes(validate_only=True))
    limit = time.monotonic() + seconds
    if name in LASTING:
        for _ in range(CONNECTIONS_OF_A_LASTING_ATTACK):
            threading.Thread(target=LASTING[name], args=(target,), daemon=True).start()
        time.sleep(seconds)
        # Nobody waits for the threads.
        os._exit(0)
    while time.monotonic() < limit:
        if name == CONTROL:
            sum(range(1000))
        else:
            QUICK[name](target)


def latencies(target: Target, name: str, seconds: float) -> tuple[list, int]:
    """The honest client's, in milliseconds, and how many of its calls failed."""
    busy = subprocess.Popen([*pinned(ATTACKER_CORE, ATTACKER_PRIORITY), sys.executable, __file__,
                             "--busy", name, "--port", str(target.port),
                             "--seconds", str(seconds)], stderr=subprocess.DEVNULL)
    # Python and grpc have to be imported first.
    time.sleep(0.8)
    target.bystander.start()
    time.sleep(seconds)
    taken, failures = target.bystander.stop()
    busy.wait()
    return [1000 * value for value in taken], len(failures)


def pinned(core: str, priority: str) -> list:
    """A command's beginning: one core, before everything of a lower priority."""
    return ["chrt", "-f", priority, "taskset", "-c", core]


def report(target: Target, names: list, seconds: float, rounds: int):
    print(f"{'attack':34} {'p50 ms control > attack':>25} {'p99 ms control > attack':>25} "
          f"{'ratio':>6} {'failed':>6}")
    for name in names:
        figures = {CONTROL: ([], []), name: ([], [])}
        failed = 0
        for _ in range(rounds):
            for kind, (halves, tails) in figures.items():
                taken, failures = latencies(target, kind, seconds)
                failed += failures
                halves.append(statistics.median(taken))
                tails.append(p99(taken))
        (control_p50, control_p99), (attack_p50, attack_p99) = (
            map(statistics.median, figure) for figure in figures.values())
        print(f"{name:34} {control_p50:14.2f} > {attack_p50:8.2f} {control_p99:14.2f} > "
              f"{attack_p99:8.2f} {attack_p99 / control_p99:6.2f} {failed:6}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("attacks", nargs="*", help="their names; all without any")
    options.add_argument("--seconds", type=float, default=2)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--busy", help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.busy:
        return keep_busy(given.busy, given.port, given.seconds + 1)
    with tempfile.TemporaryDirectory() as folder, Provisiond(
            pathlib.Path(folder), POLICY, {}, "--sandbox",
            prefix=pinned(SERVER_CORE, SERVER_PRIORITY)) as server:
        with Target("provisiond", server.port, server.process.pid, CREATE_USER,
                    create_user_bytes(validate_only=True)) as target:
            client = str(target.bystander.process.pid)
            for command in (["taskset", "-a", "-p", "-c", SERVER_CORE, client],
                            ["chrt", "-a", "-f", "-p", CLIENT_PRIORITY, client]):
                subprocess.run(command, check=True, capture_output=True)
            report(target, given.attacks or list(ATTACKS), given.seconds, given.rounds)


if __name__ == "__main__":
    main()
