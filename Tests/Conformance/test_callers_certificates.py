"""Callers by client certificate, over mutual TLS: who is who, and 30 who are nobody."""

import ipaddress
import time

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

import protocol
from daemon import Provisiond
from identities import Authority, Client, dns, token_sha256, uri
from protocol import Refusal, v1

TOOL = "canary-tool-token"
AUDITOR = "canary-auditor-token"
POLICY = f"""
version: 1
organizations:
  acme: {{user_pools: [{{id: us-east-1_Sandbox01}}]}}
callers:
  - {{id: billing, spiffe_id: "spiffe://corp.example/ns/billing/sa/api", organizations: [acme],
     permissions: [users.create]}}
  - {{id: jobs, spiffe_id: "spiffe://corp.example/ns/jobs/sa/*", organizations: [acme],
     permissions: [users.create]}}
  - {{id: host, dns: api.corp.example, organizations: [acme], permissions: [users.create]}}
  - {{id: tool, token_sha256: {token_sha256(TOOL)}, organizations: [acme],
     permissions: [users.create]}}
  - {{id: auditor, token_sha256: {token_sha256(AUDITOR)}, organizations: ["*"],
     permissions: [audit.read]}}
"""
API = uri("spiffe://corp.example/ns/billing/sa/api")
REQUEST = v1.CreateUserRequest(organization="acme", username="canary-user",
                               message_action=v1.MESSAGE_ACTION_SUPPRESS)


@pytest.fixture(scope="module")
def authority(directory):
    return Authority(directory)


@pytest.fixture(scope="module")
def server(directory, authority):
    options = [*authority.server_options(directory), "--tls-client-ca", str(authority.path)]
    with Provisiond(directory / "server", POLICY, {}, "--sandbox", *options) as server:
        yield server
        for secret in [TOOL, AUDITOR, "canary-user", "evil.example"]:
            assert secret.encode() not in server.stored_bytes() + server.log.encode()


@pytest.fixture(scope="module")
def auditor(server, authority):
    with Client(server.target, authority, authority.issue(), AUDITOR) as client:
        yield client


def created(server, authority, names, token=None, **options):
    with Client(server.target, authority, authority.issue(names, **options), token) as client:
        return client.create(v1.CreateUserRequest(
            organization="acme", username=f"user-{time.monotonic_ns()}",
            message_action=v1.MESSAGE_ACTION_SUPPRESS))


@pytest.mark.parametrize("names, caller", [
    ([API], "billing"),
    ([uri("spiffe://corp.example/ns/jobs/sa/nightly")], "jobs"),
    ([dns("api.corp.example")], "host"),
    ([dns("API.Corp.Example")], "host"),
    ([dns("other.example"), dns("api.corp.example")], "host"),
    ([dns("api.corp.example"), API], "billing"),
])
def test_a_caller_is_known_by_its_certificate(server, authority, auditor, names, caller):
    answer = created(server, authority, names)
    assert not isinstance(answer, Refusal), answer
    events = auditor.audit.ListAuditEvents(
        protocol.audit.ListAuditEventsRequest(creation_id=answer.creation_id), timeout=20,
        metadata=auditor.metadata).events
    # Its outcome and its intent.
    assert [e.caller for e in events] == [caller, caller]
    assert events[0].caller_authentication == protocol.audit.CALLER_AUTHENTICATION_MTLS


def test_with_a_token_beside_it_the_first_entry_counts(server, authority, auditor):
    known = len(auditor.denials())
    assert not isinstance(created(server, authority, [API], TOOL), Refusal)
    # A certificate of nobody is no obstacle where the token is somebody's.
    assert not isinstance(created(server, authority, [], TOOL), Refusal)
    for names, token, field in [([API], "canary-nobody", "token"), ([API, API], TOOL,
                                                                   "certificate.uri")]:
        assert created(server, authority, names, token).code == "UNAUTHENTICATED"
        (denial,) = auditor.denials_after(known)
        assert list(denial.fields) == [field]
        known += 1


def spiffe(path):
    return [uri(f"spiffe://corp.example/{path}")]


NOBODY = {
    "wrong trust domain": ([uri("spiffe://evil.example/ns/billing/sa/api")], "certificate"),
    "longer trust domain": ([uri("spiffe://corp.example.evil.example/ns/billing/sa/api")],
                            "certificate"),
    "wrong service account": (spiffe("ns/billing/sa/web"), "certificate"),
    "wrong namespace": (spiffe("ns/payments/sa/api"), "certificate"),
    "shorter path": (spiffe("ns/billing/sa"), "certificate"),
    "longer path": (spiffe("ns/billing/sa/api/x"), "certificate"),
    "other letter case": (spiffe("ns/billing/sa/API"), "certificate"),
    "glob across a segment": (spiffe("ns/jobs/sa/a/b"), "certificate"),
    "glob without its segment": (spiffe("ns/jobs/sa"), "certificate"),
    "common name only": ([], "certificate"),
    "wildcard name": ([dns("*.corp.example")], "certificate"),
    "parent name": ([dns("corp.example")], "certificate"),
    "name with more": ([dns("api.corp.example.evil.example")], "certificate"),
    "name with a dot": ([dns("api.corp.example.")], "certificate"),
    "mail address": ([x509.RFC822Name("api@corp.example")], "certificate"),
    "address": ([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))], "certificate"),
    "two identities": ([API, uri("spiffe://corp.example/ns/jobs/sa/x")], "certificate.uri"),
    "the same identity twice": ([API, API], "certificate.uri"),
    "identity and web address": ([API, uri("https://corp.example/")], "certificate.uri"),
    "web address and a good name": ([uri("https://corp.example/"), dns("api.corp.example")],
                                    "certificate.uri"),
    "trust domain alone": ([uri("spiffe://corp.example")], "certificate.uri"),
    "slash at the end": (spiffe("ns/billing/sa/api/"), "certificate.uri"),
    "empty segment": (spiffe("ns//billing/sa/api"), "certificate.uri"),
    "dot segments": (spiffe("ns/x/../billing/sa/api"), "certificate.uri"),
    "percent sign": (spiffe("ns/billing/sa/%61pi"), "certificate.uri"),
    "port": ([uri("spiffe://corp.example:443/ns/billing/sa/api")], "certificate.uri"),
    "user": ([uri("spiffe://a@corp.example/ns/billing/sa/api")], "certificate.uri"),
    "query": (spiffe("ns/billing/sa/api?x"), "certificate.uri"),
    "fragment": (spiffe("ns/billing/sa/api#x"), "certificate.uri"),
    "scheme in capitals": ([uri("SPIFFE://corp.example/ns/billing/sa/api")], "certificate.uri"),
    "trust domain in capitals": ([uri("spiffe://Corp.Example/ns/billing/sa/api")],
                                 "certificate.uri"),
}


@pytest.mark.parametrize("case", NOBODY)
def test_nobody(server, authority, auditor, case):
    names, field = NOBODY[case]
    known = len(auditor.denials())
    refusal = created(server, authority, names, common_name="api.corp.example")
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "UNAUTHENTICATED", "UNAUTHENTICATED", "no")
    (denial,) = auditor.denials_after(known)
    assert (denial.reason, denial.caller, list(denial.fields)) == ("UNAUTHENTICATED", "", [field])
    assert b"example" not in refusal.everything + denial.SerializeToString()


@pytest.mark.parametrize("options", [
    {"is_authority": True},
    {"usage": ("digital_signature", "key_cert_sign")},
    {"usage": ("digital_signature", "crl_sign")},
    {"usage": None},
], ids=str)
def test_an_identity_in_a_certificate_that_may_sign_others(server, authority, auditor, options):
    known = len(auditor.denials())
    assert created(server, authority, [API], **options).code == "UNAUTHENTICATED"
    (denial,) = auditor.denials_after(known)
    assert list(denial.fields) == ["certificate.key_usage"]


@pytest.mark.parametrize("options", [
    {"ends": -60}, {"starts": 3600, "ends": 7200},
    {"purpose": ExtendedKeyUsageOID.SERVER_AUTH},
], ids=str)
def test_tls_itself_refuses(server, authority, options):
    assert created(server, authority, [API], **options).code == "UNAVAILABLE"


def test_strangers_do_not_come_in(server, authority, tmp_path):
    stranger = Authority(tmp_path, "other")
    for identity in [stranger.issue([API]), None]:
        with Client(server.target, authority, identity) as client:
            assert client.create(REQUEST).code == "UNAVAILABLE"


def test_a_certificate_that_ends_during_a_connection(server, authority, auditor):
    known = len(auditor.denials())
    identity = authority.issue([API], ends=4)
    ends = time.time() + 4
    with Client(server.target, authority, identity) as client:
        request = v1.CreateUserRequest(organization="nobody", username="u")
        assert client.create(request).code == "PERMISSION_DENIED"
        time.sleep(max(0, ends + 1.1 - time.time()))
        assert client.create(request).code == "UNAUTHENTICATED"
    denial, _ = auditor.denials_after(known, 2)
    assert list(denial.fields) == ["certificate.not_after"]


def test_all_refusals_look_the_same(server, authority):
    seen = set()
    for names, _ in list(NOBODY.values())[::5]:
        seen.add(created(server, authority, names).everything)
    assert len(seen) == 1
