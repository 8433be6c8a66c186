"""h2spec --strict, told again: 147 cases, against the service and the conformance server.

The tables h2spec_*.py say what each case of the Go program sends and accepts, and every case runs
here, none skipped, against each server and each setting below. How to run the program itself:

    apt-get install golang-go golang-golang-x-net-dev golang-github-spf13-cobra-dev \
        golang-github-fatih-color-dev
    git clone https://github.com/summerwind/h2spec go/src/github.com/summerwind/h2spec
    GO111MODULE=off GOPATH=$PWD/go:/usr/share/gocode go build -o h2spec \
        github.com/summerwind/h2spec/cmd/h2spec
    ./h2spec --strict -p PORT
"""

import pytest

import h2spec_generic
import h2spec_http2
import h2spec_http2_settings
from conformance_server import GOOD_ENDS, ConformanceServer
from daemon import Provisiond
from frames import MAX_CONCURRENT_STREAMS, FrameConnection
from h2spec_case import Scene
from sandbox_policy import POLICY

CASES = h2spec_generic.CASES + h2spec_http2.CASES + h2spec_http2_settings.CASES
STREAM_LIMITS = [1, 100]


@pytest.fixture(scope="module", params=["conformance-server", "provisiond",
                                        *(f"provisiond-{n}-streams" for n in STREAM_LIMITS)])
def server(request, directory):
    if request.param == "conformance-server":
        with ConformanceServer(log_path=directory / "conformance.log") as running:
            yield running
    else:
        count = request.param.removeprefix("provisiond").strip("-").split("-")[0]
        options = ["--max-concurrent-streams", count] if count else []
        with Provisiond(directory / request.param, POLICY, {}, "--sandbox", *options) as running:
            yield running
    assert running.process.returncode in GOOD_ENDS


@pytest.mark.parametrize("pauses", [False, True], ids=["at-once", "frame-by-frame"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(server, case, pauses):
    with Scene(server.port, handshake=case.handshake, pauses=pauses) as scene:
        case.act(scene)
        case.judge(scene)
    assert server.alive


def test_every_case_is_told_once():
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids)) == 147
    counts = {suite: sum(i.startswith(suite) for i in ids) for suite in ("generic", "hpack", "http2")}
    assert counts == {"generic": 44, "hpack": 8, "http2": 95}


def test_the_stream_limit_is_advertised(server):
    """Without it h2spec leaves out 5.1.2."""
    with FrameConnection(server.port) as raw:
        assert 1 <= raw.peer_settings[MAX_CONCURRENT_STREAMS] <= 256
