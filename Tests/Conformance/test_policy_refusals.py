"""Refusals that name much."""

from policy_calls import RuledService, violations

# 40 names that are allowed, told of each of 100 that are not.
ORGANIZATIONS = {
    "acme": {"attributes": {"allow": [f"custom:attribute_{n:02}" for n in range(40)]}}}
# What clients of gRPC take of headers unless they are told otherwise.
HEADER_BYTES = 8 << 10


def test_a_refusal_is_short_enough_for_every_client(tmp_path, upstream):
    with RuledService(tmp_path, upstream, ORGANIZATIONS) as service:
        refusal = service.call("acme", {f"custom:a{n}": "1" for n in range(100)})
    assert refusal.code == "PERMISSION_DENIED" and "100 field(s)" in refusal.message
    told = violations(refusal)
    assert told and [field for field, _ in told] == [
        f"user_attributes[{n}].name" for n in range(len(told))]
    assert all(text.startswith("allowed: custom:attribute_00, ") for _, text in told)
    # Clients count 32 bytes more for each entry; the details are in Base64 on their way.
    assert sum(32 + len(key) + len(value) * 4 / 3
               for key, value in refusal.trailers.items()) < HEADER_BYTES
