"""A call allocates no more, and takes no more instructions, than it did: see
Tests/Benchmarks/Thresholds."""

import os
import pathlib
import subprocess
import sys

import pytest

import daemon

FOLDER = pathlib.Path(__file__).parents[1] / "Benchmarks" / "Thresholds"
sys.path.insert(0, str(FOLDER))

import counting  # noqa: E402
import thresholds  # noqa: E402

# Of this build, whichever one the other tests are given.
PROGRAM = str(daemon.DEFAULT_BINARIES / "provisiond")
STATED = thresholds.thresholds("debug")


@pytest.fixture(scope="module", autouse=True)
def upstream():
    counting.servers.build_stand_in()


@pytest.mark.parametrize("threshold", STATED, ids=lambda stated: f"{stated.kind}-{stated.figure}")
def test_a_call_costs_what_it_did(threshold):
    found = thresholds.count(PROGRAM, threshold)
    assert threshold.finding(found) is None


def test_the_build_may_be_in_another_folder():
    subprocess.run([sys.executable, "-c", "import test_thresholds"], cwd=pathlib.Path(__file__).parent,
                   env=os.environ | {"BINARIES": "elsewhere"}, check=True)


def test_one_more_allocation_is_found():
    [stated] = [t for t in STATED if (t.kind, t.figure) == ("echo", "allocations")]
    runs = thresholds.ALLOCATION_RUNS["echo"]
    stated = stated._replace(usual=counting.allocations(PROGRAM, "echo", *runs))
    found = counting.allocations(PROGRAM, "echo", *runs, "plant_allocation")
    assert "allocations a call" in (stated.finding(found) or ""), found


def test_only_what_is_beyond_the_tolerance_is_a_finding():
    stated = thresholds.Threshold("echo", "instructions", usual=1000, tolerance=30)
    assert stated.finding(900) is stated.finding(1030) is None
    assert stated.finding(1031) == (
        "echo: 1031.0 instructions a call, where 1000 (+ 30) are the rule: see thresholds.json")
