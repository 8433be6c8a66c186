"""Real-client tests of a built service.

    python3 -m venv .venv && .venv/bin/pip install -r Tests/Conformance/requirements.txt
    swift build && .venv/bin/pytest Tests/Conformance

PROVISIOND and PROVISIONCTL name other binaries than those of .build/debug; CONFORMANCE_SEED draws
other random requests.
"""

import pytest

from upstream import CapturingUpstream


@pytest.fixture(scope="module")
def upstream():
    server = CapturingUpstream()
    yield server
    server.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory, request):
    return tmp_path_factory.mktemp(request.module.__name__)
