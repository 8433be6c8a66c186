"""Real-client tests of a built service.

    python3 -m venv .venv && .venv/bin/pip install -r Tests/Conformance/requirements.txt
    swift build && .venv/bin/pytest Tests/Conformance

BINARIES names another folder of binaries than .build/debug, PROVISIOND and PROVISIONCTL other ones
than its; CONFORMANCE_SEED draws other random requests.
"""

import pytest

import attack_watch
import durability_report
from conformance_server import GOOD_ENDS, ConformanceServer
from daemon import Provisiond
from sandbox_policy import POLICY
from upstream import CapturingUpstream


@pytest.fixture(scope="module")
def upstream():
    server = CapturingUpstream()
    yield server
    server.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory, request):
    return tmp_path_factory.mktemp(request.module.__name__)


@pytest.fixture(scope="session")
def conformance(tmp_path_factory):
    """The conformance server, for everything that needs streams or an echo."""
    with ConformanceServer(log_path=tmp_path_factory.mktemp("conformance") / "log") as server:
        yield server
        assert server.alive
    assert server.process.returncode in GOOD_ENDS


@pytest.fixture(scope="session")
def sandboxed(tmp_path_factory):
    """The service on its sandbox, where anybody may create users."""
    with Provisiond(tmp_path_factory.mktemp("sandboxed"), POLICY, {}, "--sandbox") as server:
        yield server
        assert server.alive
    assert server.process.returncode == 0


def pytest_terminal_summary(terminalreporter):
    for title, lines in [("attacks", attack_watch.report_lines()),
                         ("durability", durability_report.LINES)]:
        if lines:
            terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)
