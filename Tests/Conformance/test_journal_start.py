"""What a start finds out about its journal, and what it writes into it."""

import signal

import pytest

from daemon import Provisiond, upstream_settings
from protocol import audit, v1
from test_exactly_once import POLICY
from user_pool import UserPool

DAMAGED = 78


@pytest.fixture
def service(tmp_path, upstream):
    UserPool(upstream)
    return Provisiond(tmp_path, POLICY, upstream_settings(upstream.port))


def create(service):
    answer = service.create(v1.CreateUserRequest(organization="acme", username="ada"))
    assert answer.user.username == "ada"


def events(service) -> list:
    """All but those of this reading itself."""
    found = service.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(page_size=1000), timeout=20).events
    return [each for each in found if each.kind != audit.AUDIT_EVENT_KIND_AUDIT_QUERIED]


def test_starts_and_stops_are_recorded(service):
    with service:
        create(service)
    with service:
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    with service:
        found = events(service)
        digest = service.create(v1.CreateUserRequest(
            organization="acme", username="x", validate_only=True)).policy_digest
    names = [audit.AuditEventKind.Name(event.kind).removeprefix("AUDIT_EVENT_KIND_")
             for event in reversed(found)]
    # The second start ended without a stop.
    assert names == ["STARTED", "INTENDED", "CREATED", "STOPPED", "STARTED", "STARTED"]
    assert {event.policy_digest for event in found} == {digest}
    starts = [event for event in found if event.kind == audit.AUDIT_EVENT_KIND_STARTED]
    assert all(event.organization == event.caller == event.creation_id == "" for event in starts)


def test_a_flipped_bit_is_not_served(service):
    with service:
        create(service)
    content = bytearray(service.journal.read_bytes())
    # In the newest record, whose organization stands in its JSON.
    letter = content.rindex(b'"organization":"acme"') + len('"organization":"')
    content[letter] ^= 1
    service.journal.write_bytes(content)
    with pytest.raises(RuntimeError, match=f"ended with {DAMAGED}: .*record [23] is not what its hash"):
        service.__enter__()
    content[letter] ^= 1
    service.journal.write_bytes(content)
    with service:
        assert len(events(service)) == 5
