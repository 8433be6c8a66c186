"""The service under a mixed load for a long time: creations at an even rate, callers whose answers
get lost, searches and a tail, new policies and certificates all along. Ends with 1 when anything
grew, slowed down, was lost or was made twice; writes report.txt, figures.json and three pictures.
"""

import argparse
import contextlib
import dataclasses
import json
import pathlib
import shutil
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
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(tempfile.mkdtemp(prefix="provisiond-soak-", dir=options.output))
        stack.callback(shutil.rmtree, directory)
        service = stack.enter_context(SoakedService(options.sandbox, directory))
        service.start()
        soak = Soak(service, options.rate, options.seconds)
        soak.run()
        soak.look_back()
        text = soak.report()
        if soak.problems:
            # The journal and the log stay, to be looked into.
            stack.pop_all()
            text += f"; {directory} is kept"
    print(text)
    (options.output / "report.txt").write_text(text + "\n")
    (options.output / "figures.json").write_text(json.dumps({
        "samples": [dataclasses.asdict(each) for each in soak.sampler.samples],
        "windows": [dataclasses.asdict(each) for each in soak.steady.windows]}) + "\n")
    print(*plots.draw(options.output, soak.sampler.samples, soak.steady.windows), sep="\n")
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
