"""A temporary password that the service makes: stored nowhere, and the same when a call is sent
again."""

import uuid

from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from upstream import created, error

POLICY = """
version: 1
company:
  temporary_password: {source: service}
  desired_delivery_mediums: {default: AUTO}
  attributes: {default: {email: ada@example.com}}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""


def request() -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization="acme", username=f"user-{uuid.uuid4()}", request_id=str(uuid.uuid4()))


def test_a_further_attempt_sends_the_same_password(tmp_path, upstream):
    service = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port))
    asked, other = request(), request()
    upstream.reset(error("TooManyRequestsException", "Rate exceeded"))
    with service:
        for each in [asked, other]:
            assert service.create(each).code == "RESOURCE_EXHAUSTED"
    # The next process has nothing but the keys.
    upstream.answer = created
    with service:
        assert not isinstance(service.create(asked), Refusal)
        keys = sorted(service.journal.with_name("journal.db.keys").glob("password-*.key"))
        assert len(keys) == 2 and all(key.stat().st_mode & 0o777 == 0o600 for key in keys)
    passwords = {}
    for call in upstream.calls:
        passwords.setdefault(call.json["Username"], set()).add(call.json["TemporaryPassword"])
    assert len(passwords[asked.username]) == len(passwords[other.username]) == 1
    assert passwords[asked.username] != passwords[other.username]
    stored = service.stored_bytes() + service.log.encode()
    assert not any(password.encode() in stored for each in passwords.values() for password in each)
