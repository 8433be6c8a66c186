"""2,000 random requests: botocore is the judge of each signature, the policy of each body."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import random_requests
from daemon import KEY_ID, SECRET_KEY, Provisiond, upstream_settings
from protocol import v1

REQUESTS = 1000
AT_ONCE = 8
SEED = int(os.environ.get("CONFORMANCE_SEED", "20150830"))
TOKEN = "IQoJb3JpZ2luX2VjE/+=" * 20

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/cognito-idp/"
    r"aws4_request, ?SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})")


def expected_signature(call, names, region, token) -> str:
    """botocore's signature of a captured request, at the time that the request carries."""
    host = call.headers["host"]
    signed = {name: call.headers[name] for name in names if name != "host"}
    request = AWSRequest(
        method=call.method, url=f"http://{host}{call.path}", headers=signed, data=call.body)
    request.context["timestamp"] = call.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(KEY_ID, SECRET_KEY, token), "cognito-idp", region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return signer.signature(text, request)


def check_signature(call, region, token):
    match = AUTHORIZATION.fullmatch(call.headers["authorization"])
    assert match, call.headers["authorization"]
    names = match["names"].split(";")
    needed = {"content-type", "host", "x-amz-date", "x-amz-target"}
    needed |= {"x-amz-security-token"} if token else set()
    assert needed <= set(names) and names == sorted(names)
    assert (match["key"], match["region"]) == (KEY_ID, region)
    assert call.headers["x-amz-date"].startswith(match["date"])
    assert call.headers.get("x-amz-security-token") == token
    assert call.headers["x-amz-target"] == "AWSCognitoIdentityProviderService.AdminCreateUser"
    assert call.headers["content-type"] == "application/x-amz-json-1.1"
    assert (call.method, call.path) == ("POST", "/")
    assert match["signature"] == expected_signature(call, names, region, token)


@pytest.mark.parametrize("token", [None, TOKEN], ids=["key", "session-token"])
def test_signature_and_body(directory, upstream, token):
    generator = random_requests.Generator(SEED + (1 if token else 0))
    requests = [generator.request() for _ in range(REQUESTS)]
    upstream.reset()
    settings = upstream_settings(upstream.port, token=token)
    with Provisiond(directory / str(bool(token)), random_requests.POLICY, settings) as provisiond:
        def both(request):
            rehearsal = v1.CreateUserRequest()
            rehearsal.CopyFrom(request)
            rehearsal.validate_only = True
            return (provisiond.users.CreateUser(rehearsal, timeout=30),
                    provisiond.users.CreateUser(request, timeout=30))

        with ThreadPoolExecutor(AT_ONCE) as workers:
            answers = list(workers.map(both, requests))

    assert len(upstream.calls) == REQUESTS
    by_name = {call.json["Username"]: call for call in upstream.calls}
    assert len(by_name) == REQUESTS
    for request, (rehearsal, answer) in zip(requests, answers):
        call = by_name[request.username]
        check_signature(call, random_requests.region(request), token)
        assert (random_requests.call_of_body(call.json)
                == random_requests.effective_call(request))
        assert (random_requests.in_order(call.json)
                == random_requests.body_of_effective(rehearsal.effective_request))
        assert answer.user.username == request.username
        assert rehearsal.policy_decisions == answer.policy_decisions


def test_the_judge_notices_a_changed_body(directory, upstream):
    """The check above can fail: one byte more, or another time, is another signature."""
    upstream.reset()
    request = random_requests.Generator(SEED).request()
    settings = upstream_settings(upstream.port)
    with Provisiond(directory / "changed", random_requests.POLICY, settings) as provisiond:
        provisiond.users.CreateUser(request, timeout=30)
    (call,) = upstream.calls
    check_signature(call, random_requests.region(request), None)
    call.body += b" "
    with pytest.raises(AssertionError):
        check_signature(call, random_requests.region(request), None)


def test_texts_that_only_look_alike_are_kept_apart(directory, upstream):
    """Two keys of the same look (NFC and NFD) are two keys, and no text is normalized."""
    upstream.reset()
    composed, decomposed = "\u00e9", "e\u0301"
    request = v1.CreateUserRequest(
        organization="suppressed", username=decomposed + composed,
        client_metadata={composed: decomposed, decomposed: composed})
    settings = upstream_settings(upstream.port)
    with Provisiond(directory / "alike", random_requests.POLICY, settings) as provisiond:
        answer = provisiond.users.CreateUser(request, timeout=30)
    (call,) = upstream.calls
    assert call.json["Username"] == answer.user.username == decomposed + composed
    assert call.json["ClientMetadata"] == {composed: decomposed, decomposed: composed}
