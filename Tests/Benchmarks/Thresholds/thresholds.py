"""What a call costs, counted and not timed: its allocations and its instructions.

They are the same whatever else the machine does, so that a slow change is seen without a clock.
thresholds.json, beside this file, has what they may be, of each configuration.
"""

import argparse
import json
import pathlib
import shutil
import sys
from typing import NamedTuple

import counting
from counting import servers

FILE = pathlib.Path(__file__).with_name("thresholds.json")
TOOLS = {"valgrind": "valgrind", "vgdb": "valgrind", "strip": "binutils", "cc": "gcc"}
# Runs and calls of each: of one run alone, timers that fire meanwhile make the count uneven.
ALLOCATION_RUNS = {"echo": (10, 100), "create": (5, 40)}
INSTRUCTION_CALLS = 100


class Threshold(NamedTuple):
    """Of one call: what is the rule, and how much more is not yet a finding."""
    kind: str
    figure: str
    usual: float
    tolerance: float

    def finding(self, found: float) -> str | None:
        if found <= self.usual + self.tolerance:
            return None
        return (f"{self.kind}: {found:.1f} {self.figure} a call, where {self.usual} "
                f"(+ {self.tolerance}) are the rule: see {FILE.name}")


def thresholds(configuration: str, file: pathlib.Path = FILE) -> list[Threshold]:
    stated = json.loads(file.read_text())[configuration]
    return [Threshold(kind, figure, **values)
            for kind, figures in stated.items() for figure, values in figures.items()]


def count(program: str, threshold: Threshold) -> float:
    if threshold.figure == "allocations":
        return counting.allocations(program, threshold.kind, *ALLOCATION_RUNS[threshold.kind])
    return counting.instructions(program, threshold.kind, INSTRUCTION_CALLS)


def restate(configuration: str, found: dict) -> None:
    stated = json.loads(FILE.read_text())
    for (kind, figure), value in found.items():
        stated[configuration][kind][figure]["usual"] = round(value)
    FILE.write_text(json.dumps(stated, indent=2) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("configuration", choices=["debug", "release"])
    parser.add_argument("--provisiond", type=pathlib.Path, help="its program")
    parser.add_argument("--restate", action="store_true", help="write down what was found")
    options = parser.parse_args()
    missing = sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        print(f"install {' '.join(missing)}", file=sys.stderr)
        return 69
    program = options.provisiond or servers.ROOT / ".build" / options.configuration / "provisiond"
    servers.build_stand_in()
    found, findings = {}, []
    for threshold in thresholds(options.configuration):
        value = count(str(program.resolve()), threshold)
        found[threshold.kind, threshold.figure] = value
        findings.append(threshold.finding(value))
        print(f"{options.configuration} {threshold.kind:7} {value:12.1f} {threshold.figure} a call, "
              f"{threshold.usual} + {threshold.tolerance} are the rule", flush=True)
    if options.restate:
        restate(options.configuration, found)
        return 0
    print("\n".join(filter(None, findings)), file=sys.stderr)
    return 1 if any(findings) else 0


if __name__ == "__main__":
    sys.exit(main())
