"""Keys that the company locks: an organization that names one brings its document to nothing."""

import time

import pytest

from policy_calls import RuledService, document
from test_policy_reload import exchange

LIMIT = 30
LOCKS = [
    ({"message_action": {"fixed": "SUPPRESS", "locked": ["fixed"]}}, {"message_action": {"fixed": "SEND"}}),
    ({"message_action": {"fixed": "SUPPRESS"}, "locked": ["message_action"]},
     {"message_action": {"fixed": "SEND"}}),
]


@pytest.mark.parametrize("company, own", LOCKS, ids=["of a field", "of the level"])
def test_a_locked_key_stays_the_companys(tmp_path, upstream, company, own):
    with RuledService(tmp_path, upstream, {"acme": {}}, company) as service:
        assert service.sent("acme")["MessageAction"] == "SUPPRESS"
        exchange(service.server, document({"acme": own}, company))
        limit = time.monotonic() + LIMIT
        refused = "policy refused; the old one stays in force"
        while not service.server.logged(refused):
            assert time.monotonic() < limit
            time.sleep(0.01)
        assert "locked" in service.server.logged(refused)[0]["error"]
        assert service.sent("acme")["MessageAction"] == "SUPPRESS"
