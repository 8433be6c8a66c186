"""The first call in the README: what it says to type makes users."""

import os
import pathlib
import subprocess
import sys

import pytest

from daemon import ROOT, Provisiond, binary
from readme import blocks, commands, section

LIMIT_SECONDS = 60
TEXT = section("\n## A first call\n", "\n### ")
ADDRESS = "127.0.0.1:50051"
# What brings the packages that these tests have.
PREPARATION = ("apt-get", "python3 -m venv", ".build/client/bin/pip")


@pytest.fixture(scope="module")
def server(directory):
    policy = (ROOT / "deploy/policy.example.yaml").read_text()
    with Provisiond(directory / "service", policy, {}, "--sandbox") as running:
        yield running


@pytest.fixture
def clone(tmp_path) -> pathlib.Path:
    """A folder like the project's, with what `make run` has built and Python's packages."""
    (tmp_path / "proto").symlink_to(ROOT / "proto")
    programs, client = tmp_path / ".build/release", tmp_path / ".build/client/bin"
    for folder in [programs, client]:
        folder.mkdir(parents=True)
    (programs / "provisionctl").symlink_to(binary("provisionctl"))
    (client / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (client / "python").chmod(0o755)
    return tmp_path


def typed(block: str, clone, server) -> str:
    lines = [line for line in commands(block) if not line.startswith(PREPARATION)]
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(lines)], cwd=clone, capture_output=True, text=True,
        timeout=LIMIT_SECONDS, env=os.environ | {"PROVISIONCTL_TARGET": server.target})
    assert (done.returncode, done.stderr) == (0, ""), lines
    return done.stdout


def test_from_python(server, clone):
    (program,) = blocks(TEXT, "python")
    assert ADDRESS in program
    typed(blocks(TEXT, "console")[0], clone, server)
    (clone / ".build/client/call.py").write_text(program.replace(ADDRESS, server.target))
    said = typed("$ .build/client/bin/python .build/client/call.py", clone, server)
    assert "SUPPRESSED" in said and "message_action EFFECT_" in said, said


def test_from_a_shell(server, clone):
    said = typed(blocks(TEXT, "console")[1], clone, server)
    assert "username: carol" in said and "CREATED" in said, said
