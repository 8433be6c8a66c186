"""The service under a mixed load for a long time: creations at an even rate, callers whose answers
get lost, searches and a tail, new policies and certificates all along. Ends with 1 when anything
grew, slowed down, was lost or was made twice; writes report.txt, figures.json and three pictures.
"""

import argparse
import contextlib
import dataclasses
import json
import pathlib
import sys
import tempfile

import plots
from run import Soak
from service import SoakedService


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sandbox", required=True, help="the program soak-sandbox")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=int, default=400, help="creations a second")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="a folder")
    options = parser.parse_args()
    # Absolute, because the service runs in a directory of its own.
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="provisiond-soak-", dir=options.output) as directory:
        service = SoakedService(options.sandbox, pathlib.Path(directory))
        with contextlib.closing(service):
            service.start()
            soak = Soak(service, options.rate, options.seconds)
            soak.run()
        soak.look_back()
        text = soak.report()
    (options.output / "report.txt").write_text(text + "\n")
    (options.output / "figures.json").write_text(json.dumps({
        "samples": [dataclasses.asdict(each) for each in soak.sampler.samples],
        "windows": [dataclasses.asdict(each) for each in soak.steady.windows]}) + "\n")
    pictures = plots.draw(options.output, soak.sampler.samples, soak.steady.windows)
    print(text, *pictures, sep="\n")
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
