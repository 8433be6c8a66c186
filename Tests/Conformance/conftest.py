"""Real-client tests of a built service.

    python3 -m venv .venv && .venv/bin/pip install -r Tests/Conformance/requirements.txt
    swift build && .venv/bin/pytest Tests/Conformance

PROVISIOND and PROVISIONCTL name other binaries than those of .build/debug; CONFORMANCE_SEED draws
other random requests.
"""

import pytest

import attack_target
from upstream import CapturingUpstream


@pytest.fixture(scope="module")
def upstream():
    server = CapturingUpstream()
    yield server
    server.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory, request):
    return tmp_path_factory.mktemp(request.module.__name__)


def pytest_terminal_summary(terminalreporter):
    lines = attack_target.report_lines()
    if lines:
        terminalreporter.section("attacks")
        for line in lines:
            terminalreporter.write_line(line)
