"""What retention costs the calls: the same service over a copy of the same journal, with and without
the removal of old records under way, in interleaved rounds.

The journal is filled with records that are old enough; 32 clients make creations at a steady rate, so
that what is measured is how long a creation waits, and not how many fit. While one service is
measured, the other is stopped (SIGSTOP).
"""

import argparse
import contextlib
import pathlib
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile

import servers
from daemon import Provisiond

CLIENTS, RATE_OF_EACH = 32, 10
FILL_LIMIT_SECONDS = 3600
LOAD_LIMIT_SECONDS = 120
RETENTION = ["--audit-retention", "8"]
PATH = "http://{}/provisioning.v1.UserProvisioningService/CreateUser"
# What the project holds itself to.
LIMIT = 2


def removed(journal: pathlib.Path) -> int:
    """Records whose bodies are gone."""
    with contextlib.closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM audit_record WHERE record IS NULL").fetchone()[0]


def load(server: Provisiond, seconds: int, directory: pathlib.Path) -> list:
    """Milliseconds of each creation."""
    body, log = directory / "body", directory / "h2load.log"
    message = servers.request("distinct").SerializeToString()
    body.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    log.unlink(missing_ok=True)
    requests = CLIENTS * RATE_OF_EACH * seconds
    answer = server.users.CreateUser(servers.request("distinct"), timeout=20)
    result = subprocess.run(
        ["h2load", "-d", str(body), "-t", "1", "-H", "content-type: application/grpc",
         "-H", "te: trailers", "-c", str(CLIENTS), "-m", "1", "-n", str(requests),
         f"--rps={RATE_OF_EACH}", f"--log-file={log}", PATH.format(server.target)],
        capture_output=True, text=True, timeout=LOAD_LIMIT_SECONDS)
    servers.check_replies(server.directory.name, servers.framed_bytes(answer),
                          result.stdout + result.stderr, requests)
    return [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]


def measure(services: dict, rounds: int, seconds: int, directory: pathlib.Path) -> dict:
    figures = {name: [] for name in services}
    for service in services.values():
        service.process.send_signal(signal.SIGSTOP)
    # The first round warms everything up.
    for number in range(-1, rounds):
        for name, service in services.items():
            service.process.send_signal(signal.SIGCONT)
            before = removed(service.journal)
            times = load(service, seconds, directory)
            count = removed(service.journal) - before
            service.process.send_signal(signal.SIGSTOP)
            if (count > 0) != (name == "with"):
                raise RuntimeError(f"{name} retention: {count} bodies were removed meanwhile")
            if number >= 0:
                figures[name].append((servers.percentile(times, 0.5),
                                      servers.percentile(times, 0.99), count))
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    for service in services.values():
        service.process.send_signal(signal.SIGCONT)
    return figures


def prepare(directory: pathlib.Path, filler: str, records: int) -> dict:
    """Two services, not yet started, over copies of one journal."""
    policy = (servers.HERE / "policy.distinct.yaml").read_text()
    services = {
        name: Provisiond(directory / name, policy, {}, "--sandbox", *options)
        for name, options in {"without": [], "with": RETENTION}.items()}
    first, second = services.values()
    subprocess.run([filler, str(first.journal), str(records)], check=True,
                   timeout=FILL_LIMIT_SECONDS)
    for path in first.directory.glob("journal.db*"):
        copy = second.directory / path.name
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy2(path, copy)
    return services


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10, help="of one load")
    parser.add_argument("--records", type=int, default=120_000,
                        help="removed are a thousand a second at most")
    parser.add_argument("--filler", default=str(servers.ROOT / ".build/release/journal-records"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="retention-") as name:
        directory = pathlib.Path(name)
        services = prepare(directory, options.filler, options.records)
        with services["without"], services["with"]:
            figures = measure(services, options.rounds, options.seconds, directory)
    medians = {}
    for name, rounds in figures.items():
        p50, p99, count = (statistics.median(values) for values in zip(*rounds))
        medians[name] = p99
        low, high = min(r[1] for r in rounds), max(r[1] for r in rounds)
        print(f"{name + ' retention':18} creations: p50 {p50:6.2f} ms, p99 {p99:6.2f} ms "
              f"({low:.2f}-{high:.2f}); {count / options.seconds:,.0f} bodies removed a second")
    ratio = medians["with"] / medians["without"]
    print(f"p99 with retention: {ratio:.2f} times that without (goal {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
