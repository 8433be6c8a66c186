"""What each attack costs an honest client, as a program and not as a test: figures of a busy machine
are no verdict.

    swift build -c release --static-swift-stdlib --product provisiond
    PROVISIOND=.build/release/provisiond .venv/bin/python Tests/Conformance/attack_latency.py

The server has one core; attacker and honest client share another one. Each attack is repeated for
some seconds, next to a control of the same length, in which a process that attacks nobody burns the
attacker's share of that core. The table tells the latencies of both, the medians of several rounds.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from attack_target import Target
from attack_watch import p99
from daemon import Provisiond
from protocol import CREATE_USER
from sandbox_policy import POLICY, create_user_bytes
from test_attack_floods import FLOODS, REFUSALS

SERVER_CORE, CLIENT_CORE = "0", "1"
ATTACKS = {**FLOODS, **REFUSALS}
CONTROL = "(control)"


def keep_busy(name: str, port: int, seconds: float):
    """The other process: attacks, or burns the time."""
    target = Target("provisiond", port, 0, CREATE_USER, create_user_bytes(validate_only=True))
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if name == CONTROL:
            sum(range(1000))
        else:
            ATTACKS[name](target)


def latencies(target: Target, name: str, seconds: float) -> tuple[list, int]:
    """The honest client's, in milliseconds, and how many of its calls failed."""
    busy = subprocess.Popen(["taskset", "-c", CLIENT_CORE, sys.executable, __file__, "--busy", name,
                             "--port", str(target.port), "--seconds", str(seconds)])
    # Python and grpc have to be imported first.
    time.sleep(0.8)
    target.bystander.start()
    time.sleep(seconds)
    taken, failures = target.bystander.stop()
    busy.wait()
    return [1000 * value for value in taken], len(failures)


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
            prefix=("taskset", "-c", SERVER_CORE)) as server:
        with Target("provisiond", server.port, server.process.pid, CREATE_USER,
                    create_user_bytes(validate_only=True)) as target:
            subprocess.run(["taskset", "-a", "-p", "-c", CLIENT_CORE,
                            str(target.bystander.process.pid)], check=True, capture_output=True)
            report(target, given.attacks or list(ATTACKS), given.seconds, given.rounds)


if __name__ == "__main__":
    main()
