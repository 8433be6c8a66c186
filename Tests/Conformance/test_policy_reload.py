"""Reloads under load: no call fails, and none sees half a document.

POLICY_RELOADS sets how many there are; `make test` takes the short form.
"""

import hashlib
import os
import signal
import threading
import time

import grpc
import pytest

import protocol
from daemon import Provisiond
from policy_calls import EMAIL, document
from protocol import v1

RELOADS = int(os.environ.get("POLICY_RELOADS", "200"))
CLIENTS = 32
LIMIT = 60
DOCUMENTS = [
    document({"acme": {"message_action": {"fixed": action},
                       "attributes": {"fixed": {"custom:policy": action}}}})
    for action in ["SEND", "SUPPRESS"]]
DIGESTS = [hashlib.sha256(text.encode()).hexdigest() for text in DOCUMENTS]
ACTIONS = [v1.MESSAGE_ACTION_SEND, v1.MESSAGE_ACTION_SUPPRESS]


class Client(threading.Thread):
    """Calls until it is told to stop; a real creation after each nine that are validated."""

    def __init__(self, target, number, stop):
        super().__init__(daemon=True)
        self.channel = grpc.insecure_channel(target, options=[("grpc.enable_retries", 0),
                                                              ("grpc.use_local_subchannel_pool", 1)])
        self.number, self.stop = number, stop
        self.calls, self.failures, self.seen = 0, [], set()

    def run(self):
        users = protocol.v1_grpc.UserProvisioningServiceStub(self.channel)
        while not self.stop.is_set():
            request = v1.CreateUserRequest(
                organization="acme", username=f"user-{self.number}-{self.calls}",
                user_attributes=protocol.attributes(EMAIL), validate_only=self.calls % 10 != 0)
            try:
                self.look(users.CreateUser(request, timeout=LIMIT), request.validate_only)
            except (grpc.RpcError, AssertionError) as error:
                self.failures.append(repr(error))
                return
            self.calls += 1
        self.channel.close()

    def look(self, answer, is_validated):
        """Every part of the answer follows from one document."""
        index = DIGESTS.index(answer.policy_digest)
        self.seen.add(index)
        attributes = answer.effective_request.user_attributes if is_validated else answer.user.attributes
        values = {each.name: each.value for each in attributes}
        assert values["custom:policy"] == ["SEND", "SUPPRESS"][index]
        if is_validated:
            assert answer.effective_request.message_action == ACTIONS[index]
        else:
            state = [v1.INVITATION_STATE_SENT, v1.INVITATION_STATE_SUPPRESSED][index]
            assert answer.invitation.state == state


def exchange(server, text):
    fresh = server.directory / "fresh.yaml"
    fresh.write_text(text)
    fresh.rename(server.policy)
    server.process.send_signal(signal.SIGHUP)


def wait_for(server, digest):
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        answer = server.users.CreateUser(v1.CreateUserRequest(
            organization="acme", username="probe", validate_only=True,
            user_attributes=protocol.attributes(EMAIL)), timeout=LIMIT)
        if answer.policy_digest == digest:
            return
    raise AssertionError("the new document does not come into force")


@pytest.fixture
def server(tmp_path):
    with Provisiond(tmp_path, DOCUMENTS[0], {}, "--sandbox") as running:
        yield running


def test_no_call_fails_and_no_answer_is_of_two_documents(server):
    stop = threading.Event()
    clients = [Client(server.target, number, stop) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for turn in range(1, RELOADS + 1):
        exchange(server, DOCUMENTS[turn % 2])
        wait_for(server, DIGESTS[turn % 2])
    stop.set()
    for client in clients:
        client.join(LIMIT)
    assert [failure for client in clients for failure in client.failures] == []
    assert not any(client.is_alive() for client in clients)
    assert set.union(*(client.seen for client in clients)) == {0, 1}
    assert all(client.calls > 0 for client in clients)
    print(f"{RELOADS} reloads, {sum(client.calls for client in clients)} calls, 0 failed")


def test_a_bad_document_under_load_changes_nothing_and_is_counted(server):
    stop = threading.Event()
    client = Client(server.target, 0, stop)
    client.start()
    for turn in range(5):
        exchange(server, DOCUMENTS[1] + f"\ncompani: {turn}\n")
        limit = time.monotonic() + LIMIT
        while len(server.logged("policy refused; the old one stays in force")) <= turn:
            assert time.monotonic() < limit
            time.sleep(0.01)
    stop.set()
    client.join(LIMIT)
    assert not client.failures and client.seen == {0}
    _, metrics = server.probe("/metrics")
    count = [line for line in metrics.splitlines()
             if line.startswith("provisiond_policy_reloads_refused_total ")]
    assert float(count[0].split()[1]) >= 5
    status, text = server.probe("/readyz?verbose")
    assert status == 200 and "did you mean company?" in text and DIGESTS[0] in text
