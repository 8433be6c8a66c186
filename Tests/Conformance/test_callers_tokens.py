"""Callers by bearer token and JSON Web Token, over TLS, beside an anonymous caller."""

import hashlib
import hmac
import re
import signal
import time

import jwt
import pytest

import protocol
from daemon import Provisiond
from identities import LIMIT, Authority, Client, Issuer, b64, token_sha256
from protocol import Refusal, v1

OLD, NEW, AUDITOR = "canary-old-token", "canary+new/token==", "canary-auditor-token"
POLICY = f"""
version: 1
organizations:
  acme: {{user_pools: [{{id: us-east-1_Sandbox01}}]}}
callers:
  - {{id: tool, token_sha256: [{token_sha256(OLD)}, {token_sha256(NEW)}], organizations: [acme],
     permissions: [users.create]}}
  - {{id: auditor, token_sha256: {token_sha256(AUDITOR)}, organizations: ["*"],
     permissions: [audit.read]}}
  - id: job
    jwt: {{issuer: "{Issuer.name}", audience: provisiond, subject: job, jwks_file: issuer.json}}
    organizations: [acme]
    permissions: [users.create]
  - {{id: anyone, anonymous: true, organizations: [acme], permissions: [users.create]}}
"""
ES256 = {"alg": "ES256", "kid": "p256", "typ": "JWT"}


@pytest.fixture(scope="module")
def issuer(directory):
    (directory / "server").mkdir()
    return Issuer(directory / "server" / "issuer.json")


@pytest.fixture(scope="module")
def authority(directory):
    return Authority(directory)


@pytest.fixture(scope="module")
def server(directory, authority, issuer):
    options = authority.server_options(directory)
    with Provisiond(directory / "server", POLICY, {}, "--sandbox", *options) as server:
        yield server
        everything = server.stored_bytes() + server.log.encode()
        for secret in [OLD, NEW, AUDITOR, "canary", Issuer.name]:
            assert secret.encode() not in everything
        # A token's start; three letters alone are in ciphertext now and then.
        assert not re.search(rb"eyJ[A-Za-z0-9_-]{9}", everything)


@pytest.fixture(scope="module")
def client(server, authority):
    with Client(server.target, authority) as client:
        yield client


@pytest.fixture(scope="module")
def auditor(server, authority):
    with Client(server.target, authority, token=AUDITOR) as client:
        yield client


def call(client, *authorization):
    request = v1.CreateUserRequest(organization="acme", username=f"user-{time.monotonic_ns()}",
                                   message_action=v1.MESSAGE_ACTION_SUPPRESS)
    return client.create(request, [("authorization", value) for value in authorization])


def caller_of(auditor, answer):
    assert not isinstance(answer, Refusal), answer
    event, _ = auditor.audit.ListAuditEvents(
        protocol.audit.ListAuditEventsRequest(creation_id=answer.creation_id), timeout=LIMIT,
        metadata=auditor.metadata).events
    return event.caller, protocol.audit.CallerAuthentication.Name(event.caller_authentication)


def test_callers_by_token(client, auditor):
    expected = ("tool", "CALLER_AUTHENTICATION_TOKEN")
    for header in [f"Bearer {OLD}", f"bearer {OLD}", f"BEARER  {OLD}", f"Bearer {NEW}"]:
        assert caller_of(auditor, call(client, header)) == expected
    assert caller_of(auditor, call(client)) == ("anyone", "CALLER_AUTHENTICATION_ANONYMOUS")


@pytest.mark.parametrize("kid, algorithm", [
    ("rsa", "RS256"), ("rsa", "PS256"), ("p256", "ES256"), ("p384", "ES384"),
    ("ed25519", "EdDSA")])
def test_callers_by_json_web_token_of_another_maker(client, auditor, issuer, kid, algorithm):
    token = jwt.encode(issuer.claims(), issuer.keys[kid], algorithm, {"kid": kid})
    # The second time it is remembered.
    for _ in range(2):
        assert caller_of(auditor, call(client, f"Bearer {token}")) == (
            "job", "CALLER_AUTHENTICATION_JWT")


def test_claims_that_are_accepted(client, issuer):
    now = int(time.time())
    for changes in [{"aud": ["other", "provisiond"]}, {"nbf": None, "iat": None},
                    {"exp": now + 60.5}, {"exp": now - 20}, {"nbf": now + 20, "iat": now + 20},
                    {"kubernetes.io": {"namespace": "jobs", "list": [1, None, True]}}]:
        token = issuer.token(ES256, issuer.claims(**changes))
        assert not isinstance(call(client, f"Bearer {token}"), Refusal), changes


def refused(client, auditor, field, *authorization):
    known = len(auditor.denials())
    refusal = call(client, *authorization)
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "UNAUTHENTICATED", "UNAUTHENTICATED", "no")
    (denial,) = auditor.denials_after(known)
    assert (denial.reason, denial.caller, list(denial.fields)) == ("UNAUTHENTICATED", "", [field])
    assert denial.caller_authentication == protocol.audit.CALLER_AUTHENTICATION_UNSPECIFIED
    for value in authorization:
        for word in value.split():
            if len(word) > 6:
                assert word.encode() not in refusal.everything + denial.SerializeToString()


BAD_HEADERS = {
    "unknown token": ("token", ["Bearer canary-nobody"]),
    "other letter case": ("token", ["Bearer Canary-old-token"]),
    "a part": ("token", ["Bearer canary-old-toke"]),
    "with more": ("token", [f"Bearer {OLD}x"]),
    "the digest itself": ("token", [f"Bearer {token_sha256(OLD)}"]),
    "of another alphabet": ("header", ["Bearer canary;old"]),
    "basic": ("header", ["Basic Y2FuYXJ5OmNhbmFyeQ=="]),
    "token without scheme": ("header", [OLD]),
    "scheme without token": ("header", ["Bearer"]),
    "other scheme": ("header", [f"Token {OLD}"]),
    "two tokens": ("header", [f"Bearer {OLD} {OLD}"]),
    "two headers": ("header", [f"Bearer {OLD}", f"Bearer {OLD}"]),
    "a good and a bad header": ("header", ["Basic eA==", f"Bearer {OLD}"]),
    "empty": ("header", [""]),
}


@pytest.mark.parametrize("case", BAD_HEADERS)
def test_a_bad_credential_never_falls_back_to_anonymous(client, auditor, case):
    field, values = BAD_HEADERS[case]
    refused(client, auditor, {"header": "authorization"}.get(field, field), *values)


def of_key(issuer, kid):
    """A signature that takes the public key, which everybody knows, for a shared secret."""
    return lambda data: hmac.new(issuer.public_pem(kid), data, hashlib.sha256).digest()


def header(**changes):
    return {name: value for name, value in (ES256 | changes).items() if value is not None}


NOW = int(time.time())
# What the record says, the token's header, its changed claims, and how it is signed.
BAD_TOKENS = {
    "alg none": ("jwt.alg", header(alg="none"), {}, b""),
    "alg NONE": ("jwt.alg", header(alg="NONE"), {}, b""),
    "alg none, signed": ("jwt.alg", header(alg="none"), {}, "p256"),
    "HS256 with the public key": ("jwt.alg", header(alg="HS256", kid="rsa"), {}, "hmac"),
    "RS256 with HMAC by the public key": ("jwt.signature", header(alg="RS256", kid="rsa"), {},
                                          "hmac"),
    "ES512": ("jwt.alg", header(alg="ES512"), {}, "p256"),
    "no alg": ("jwt.alg", header(alg=None), {}, "p256"),
    "alg of another key": ("jwt.alg", header(alg="RS256"), {}, "p256"),
    "EdDSA for a curve of NIST": ("jwt.alg", header(alg="EdDSA"), {}, "p256"),
    "ES384 for P-256": ("jwt.alg", header(alg="ES384"), {}, "p256"),
    "unknown kid": ("jwt.kid", header(kid="nobody"), {}, "p256"),
    "no kid": ("jwt.kid", header(kid=None), {}, "p256"),
    "kid that is a path": ("jwt.kid", header(kid="/dev/null"), {}, "p256"),
    "key of its own": ("jwt.kid", header(kid="own", jwk={"kty": "oct", "k": "AA"}), {}, "p256"),
    "key from elsewhere": ("jwt.kid", header(kid="x", jku="https://evil.example"), {}, "p256"),
    "unknown crit": ("jwt.crit", header(crit=["exp"]), {}, "p256"),
    "crit b64": ("jwt.crit", header(crit=["b64"], b64=False), {}, "p256"),
    "logout token": ("jwt.typ", header(typ="logout+jwt"), {}, "p256"),
    "wrong issuer": ("jwt.iss", ES256, {"iss": "https://evil.example"}, "p256"),
    "issuer with a slash": ("jwt.iss", ES256, {"iss": Issuer.name + "/"}, "p256"),
    "no issuer": ("jwt.iss", ES256, {"iss": None}, "p256"),
    "wrong audience": ("jwt.aud", ES256, {"aud": "other"}, "p256"),
    "wrong audiences": ("jwt.aud", ES256, {"aud": ["other", "provisiond2"]}, "p256"),
    "no audience": ("jwt.aud", ES256, {"aud": None}, "p256"),
    "wrong subject": ("jwt.sub", ES256, {"sub": "job2"}, "p256"),
    "no subject": ("jwt.sub", ES256, {"sub": None}, "p256"),
    "subject that is a list": ("token", ES256, {"sub": ["job"]}, "p256"),
    "expired": ("jwt.exp", ES256, {"exp": NOW - 31}, "p256"),
    "no expiry": ("jwt.exp", ES256, {"exp": None}, "p256"),
    "expiry as text": ("token", ES256, {"exp": str(NOW + 600)}, "p256"),
    "expiry that is true": ("token", ES256, {"exp": True}, "p256"),
    "not yet valid": ("jwt.nbf", ES256, {"nbf": NOW + 3600}, "p256"),
    "issued in the future": ("jwt.iat", ES256, {"iat": NOW + 3600}, "p256"),
    "no signature": ("jwt.signature", ES256, {}, b""),
    "zeros as signature": ("jwt.signature", ES256, {}, bytes(64)),
    "signature in DER": ("jwt.signature", ES256, {}, b"\x30\x06\x02\x01\x01\x02\x01\x01"),
    "signed by another key": ("jwt.signature", ES256, {}, "p384"),
    "PS256 signed as RS256": ("jwt.signature", header(alg="PS256", kid="rsa"), {}, "rsa"),
}


@pytest.mark.parametrize("case", BAD_TOKENS)
def test_a_bad_json_web_token(client, auditor, issuer, case):
    field, head, changes, signer = BAD_TOKENS[case]
    signature = of_key(issuer, "rsa") if signer == "hmac" else signer
    token = (issuer.token(head, issuer.claims(**changes), signer)
             if isinstance(signature, str)
             else issuer.token(head, issuer.claims(**changes), signature=signature))
    refused(client, auditor, field, f"Bearer {token}")


def test_a_token_that_was_changed(client, auditor, issuer):
    head, body, signature = issuer.token(ES256, issuer.claims(sub="job2")).split(".")
    good = issuer.token(ES256, issuer.claims()).split(".")
    for parts, field in [
            ([good[0], body, good[2]], "jwt.sub"), ([good[0], good[1], signature], "jwt.signature"),
            ([good[0], b64(b'{"sub":"job"}'), good[2]], "jwt.iss"), ([*good, ""], "token"),
            (good[:2], "token"), ([*good[:2], ""], "jwt.signature"), (["", *good[1:]], "token"),
            ([good[0] + "AA", *good[1:]], "token")]:
        refused(client, auditor, field, "Bearer " + ".".join(parts))


def test_a_name_that_stands_twice(client, auditor, issuer):
    now = int(time.time())
    claims = f'"iss":"{Issuer.name}","aud":"provisiond","exp":{now + 60}'
    for head, body in [
            ('{"alg":"none","alg":"ES256","kid":"p256"}', '{"sub":"job",' + claims + "}"),
            ('{"alg":"ES256","kid":"p256"}', '{"sub":"job2","sub":"job",' + claims + "}")]:
        data = f"{b64(head.encode())}.{b64(body.encode())}"
        token = data + "." + b64(issuer.sign("p256", data.encode()))
        refused(client, auditor, "token", f"Bearer {token}")


def test_all_refusals_look_the_same(client, issuer):
    answers = {call(client, *values).everything for _, values in BAD_HEADERS.values()}
    for case in ["unknown kid", "expired", "wrong issuer", "no signature"]:
        _, head, changes, signer = BAD_TOKENS[case]
        signature = None if isinstance(signer, str) else signer
        token = issuer.token(head, issuer.claims(**changes), signature=signature)
        answers.add(call(client, f"Bearer {token}").everything)
    assert len(answers) == 1


def test_reflection_and_the_audit_trail_are_asked_with_the_same_credential(server, auditor):
    assert auditor.denials() is not None
    with pytest.raises(Exception) as refusal:
        auditor.audit.ListAuditEvents(
            protocol.audit.ListAuditEventsRequest(), timeout=LIMIT,
            metadata=[("authorization", "Bearer canary-nobody")])
    assert Refusal(refusal.value).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("told", [True, False], ids=["SIGHUP", "by itself"])
def test_keys_that_change_are_read_again(client, server, issuer, told):
    kid = f"fresh-{told}"
    old_key = issuer.keys["p256"]
    fresh = type(issuer)(issuer.path.with_suffix(".unused")).keys["p256"]
    issuer.keys[kid] = fresh
    token = issuer.token(header(kid=kid), issuer.claims(), kid)
    gone = issuer.token(ES256, issuer.claims())
    assert not isinstance(call(client, f"Bearer {gone}"), Refusal)
    assert isinstance(call(client, f"Bearer {token}"), Refusal)
    del issuer.keys["p256"]
    try:
        issuer.publish()
        if told:
            server.process.send_signal(signal.SIGHUP)
        limit = time.monotonic() + LIMIT
        while isinstance(call(client, f"Bearer {token}"), Refusal):
            assert time.monotonic() < limit
            time.sleep(0.05)
        # What was remembered of the old key is gone with it.
        assert call(client, f"Bearer {gone}").code == "UNAUTHENTICATED"
    finally:
        issuer.keys["p256"] = old_key
        issuer.publish()
        server.process.send_signal(signal.SIGHUP)
        while isinstance(call(client, f"Bearer {gone}"), Refusal):
            time.sleep(0.05)


def test_a_broken_key_file_leaves_the_old_keys(client, server, issuer):
    good = issuer.path.read_text()
    token = issuer.token(ES256, issuer.claims())
    reloads = len(server.logged("policy refused; the old one stays in force"))
    issuer.path.write_text('{"keys": []}')
    limit = time.monotonic() + LIMIT
    while len(server.logged("policy refused; the old one stays in force")) == reloads:
        assert time.monotonic() < limit
        time.sleep(0.05)
    assert not isinstance(call(client, f"Bearer {token}"), Refusal)
    assert "jwks_file: the file has no key" in server.probe("/readyz?verbose")[1]
    issuer.path.write_text(good)
    while "refused" in server.probe("/readyz?verbose")[1]:
        assert time.monotonic() < limit
        time.sleep(0.05)
