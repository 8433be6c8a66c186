"""The short form of `make soak`: everything it does, in seconds, and its judge of what drifted.

What takes time is not judged here: neither latency nor memory says anything in so short a run.
"""

import contextlib
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Soak"))

import pytest  # noqa: E402
import verdict  # noqa: E402
from daemon import binary  # noqa: E402
from run import REFUSED, Soak  # noqa: E402
from samples import Sample  # noqa: E402
from service import SoakedService  # noqa: E402
from steady_load import Window  # noqa: E402
from waiting import until  # noqa: E402

SECONDS, RATE = 15, 40


def test_nothing_is_lost_or_made_twice(tmp_path):
    service = SoakedService(binary("soak-sandbox"), tmp_path)
    with contextlib.closing(service):
        service.start()
        soak = Soak(service, RATE, SECONDS)
        soak.run()
    soak.look_back()
    assert soak.problems == []
    assert soak.steady.calls >= RATE * SECONDS
    assert service.sandbox.users > 0 and service.sandbox.faults > 0
    assert soak.disturbances.reloads > 0 and soak.disturbances.rotations > 0
    assert soak.mixed.calls["tailed"] > 0


def test_what_went_wrong_is_a_finding_and_not_the_end_of_the_report(tmp_path):
    service = SoakedService(binary("soak-sandbox"), tmp_path)
    with contextlib.closing(service):
        provisiond = service.start()
        soak = Soak(service, RATE, SECONDS)
        for file, refused in zip([provisiond.policy, tmp_path / "certificates/server.pem"], REFUSED):
            file.write_text("nonsense")
            provisiond.process.send_signal(signal.SIGHUP)
            until(lambda: provisiond.logged(refused))
        provisiond.process.kill()
        provisiond.process.wait()
        provisiond.journal.write_bytes(b"nonsense")
        soak.take_stock()
        soak.look_back()
    report = soak.report()
    for expected in [*REFUSED, "the service tells no figures", "the service ended with -9",
                     "the journal: ", "too short to judge"]:
        assert [problem for problem in soak.problems if expected in problem], expected
        assert expected in report


def even_run(**changes) -> tuple[list, list]:
    """A hundred samples of one kind; a change is a factor at the end that grows from 1."""
    steady = {"rss_mb": 40, "anonymous_mb": 20, "descriptors": 70, "threads": 12, "wal_mb": 4,
              "journal_mb": 100, "waiting": 0, "in_doubt": 0, "open_calls": 3, "probe_ms": 0.2}
    factors = [{name: 1 + (end - 1) * index / 99 for name, end in changes.items()}
               for index in range(100)]
    samples = [Sample(time=index, **{name: value * factors[index].get(name, 1)
                                     for name, value in steady.items()}) for index in range(100)]
    windows = [Window(time=index, calls=100, p50_ms=1, p99_ms=5 * factors[index].get("p99_ms", 1))
               for index in range(100)]
    return samples, windows


def test_an_even_run_holds():
    assert [line.name for line in verdict.drifts(*even_run()) if not line.holds] == []


@pytest.mark.parametrize("changes,name", [
    ({"rss_mb": 1.06}, "resident memory"),
    ({"anonymous_mb": 1.06}, "anonymous memory"),
    ({"descriptors": 1.5}, "file descriptors"),
    ({"threads": 2}, "threads"),
    ({"wal_mb": 2}, "journal's log, highest"),
    ({"p99_ms": 1.2}, "p99 of a creation"),
])
def test_what_grows_is_named(changes, name):
    assert [line.name for line in verdict.drifts(*even_run(**changes)) if not line.holds] == [name]


def test_a_run_that_is_too_short_is_not_judged():
    with pytest.raises(ValueError):
        verdict.drifts([], [])
