"""What each caller may do: organization × pool × permission × field, refused with the right code,
recorded, without an oracle, and before anything reaches the upstream."""

import hashlib
import itertools
import uuid

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import protocol
from daemon import Provisiond, upstream_settings
from identities import LIMIT, Client, token_sha256
from protocol import Refusal, audit, v1

ACME_FIRST, ACME_SECOND = "us-east-1_AbCd12345", "us-east-1_Second123"
GLOBEX = "eu-west-1_XyZ987654"
PERMISSIONS = ["users.create", "users.validate", "users.resend", "users.set_temporary_password",
               "users.force_alias_creation", "users.choose_pool", "audit.read"]
CALLERS = {"none": [], "all": PERMISSIONS} | {
    f"create+{p}": ["users.create", p] for p in PERMISSIONS[1:]} | {
    p: [p] for p in PERMISSIONS}
POLICY = f"""
version: 1
company:
  message_action: {{allow: [SEND, SUPPRESS, RESEND]}}
  force_alias_creation: {{allow: [true, false]}}
  temporary_password: {{allow_caller: true}}
  attributes: {{forbidden: ["custom:is_admin"]}}
organizations:
  acme: {{user_pools: [{{id: {ACME_FIRST}}}, {{id: {ACME_SECOND}}}]}}
  globex: {{user_pools: [{{id: {GLOBEX}}}]}}
callers:
  - {{id: auditor, token_sha256: {token_sha256("auditor")}, organizations: ["*"],
     permissions: ["*"]}}
""" + "".join(
    f"  - {{id: {name}, token_sha256: {token_sha256(name)}, organizations: [acme],"
    f" permissions: [{', '.join(granted)}]}}\n" for name, granted in CALLERS.items())
CANARIES = [b"canary-user", b"canary-Passw0rd!", b"canary-value", b"canary-organization",
            b"us-east-1_Canary"]

# What a request asks for, and the permission that this takes.
WISHES = {
    "users.resend": {"message_action": v1.MESSAGE_ACTION_RESEND},
    "users.force_alias_creation": {"force_alias_creation": True},
    "users.set_temporary_password": {"temporary_password": "canary-Passw0rd!"},
    "users.choose_pool": {"user_pool_id": ACME_SECOND},
}


@pytest.fixture(scope="module")
def server(directory, upstream):
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
        everything = server.stored_bytes() + server.log.encode()
        for canary in CANARIES + [name.encode() * 3 for name in CALLERS]:
            assert canary not in everything


@pytest.fixture(scope="module")
def auditor(server):
    with Client(server.target, token="auditor") as client:
        yield client


def request(**fields) -> v1.CreateUserRequest:
    values = {"organization": "acme", "username": "canary-user"} | fields
    return v1.CreateUserRequest(
        user_attributes=protocol.attributes({"email": "canary-value@example.com"}), **values)


def ask(server, caller, message):
    with Client(server.target, token=caller) as client:
        return client.create(message)


def needed(wishes, validate_only) -> list:
    """The permissions that a request takes, in the order in which they are asked for."""
    if validate_only:
        first = ["users.validate|users.create"]
    elif "users.resend" in wishes:
        first = []
    else:
        first = ["users.create"]
    order = ["users.resend", "users.force_alias_creation", "users.set_temporary_password",
             "users.choose_pool"]
    return first + [permission for permission in order if permission in wishes]


def missing(granted, wishes, validate_only):
    for permission in needed(wishes, validate_only):
        if not set(permission.split("|")) & set(granted):
            return permission.split("|")[0]
    return None


def cases():
    wishes = [(), *((w,) for w in WISHES), ("users.force_alias_creation", "users.choose_pool"),
              ("users.resend", "users.choose_pool")]
    return itertools.product(CALLERS, wishes, [False, True])


def test_permission_by_field(server, auditor, upstream):
    """Every caller × every wish: allowed, or refused by name and recorded."""
    upstream.reset()
    known, refusals = len(auditor.denials()), 0
    for caller, wishes, validate_only in cases():
        fields = {k: v for w in wishes for k, v in WISHES[w].items()}
        before = len(upstream.calls)
        answer = ask(server, caller, request(validate_only=validate_only, **fields))
        lacking = missing(CALLERS[caller], wishes, validate_only)
        row = f"{caller} {wishes} {validate_only}: {answer}"
        if lacking is None:
            assert not isinstance(answer, Refusal), row
            continue
        refusals += 1
        assert (answer.code, answer.reason, answer.executed) == (
            "PERMISSION_DENIED", "PERMISSION_MISSING", "no"), row
        assert answer.info.metadata["permission"] == lacking, row
        assert len(upstream.calls) == before, row
        assert not any(canary in answer.everything for canary in CANARIES), row
        if not validate_only:
            (denial,) = auditor.denials_after(known)
            known += 1
            assert (denial.reason, denial.caller, denial.organization) == (
                "PERMISSION_MISSING", caller, "acme"), row
    assert refusals > 100


@pytest.mark.parametrize("permission", sorted(CALLERS))
def test_organization_and_pool(server, auditor, upstream, permission):
    """No permission opens another organization or its pool, and none tells whether it exists."""
    upstream.reset()
    known = len(auditor.denials())
    answers = [ask(server, permission, request(organization=name)) for name in
               ["globex", "canary-organization", "", "ACME", "acme ", "*", "auditor"]]
    assert {(a.code, a.reason) for a in answers} == {
        ("PERMISSION_DENIED", "ORGANIZATION_NOT_GRANTED")}
    assert len({a.everything for a in answers}) == 1
    denials = auditor.denials_after(known, len(answers))
    assert {(d.caller, d.reason) for d in denials} == {(permission, "ORGANIZATION_NOT_GRANTED")}
    # Only names of the document are recorded.
    assert {d.organization for d in denials} == {"globex", ""}
    assert upstream.calls == []


@pytest.mark.parametrize("caller", ["create+users.choose_pool", "all"])
def test_a_pool_of_somebody_else(server, auditor, upstream, caller):
    upstream.reset()
    known = len(auditor.denials())
    answers = [ask(server, caller, request(user_pool_id=pool))
               for pool in [GLOBEX, "us-east-1_Canary", ACME_FIRST.lower()]]
    assert {(a.code, a.reason) for a in answers} == {("PERMISSION_DENIED", "POLICY_FORBIDS")}
    assert len({a.everything for a in answers}) == 1
    denials = auditor.denials_after(known, 3)
    assert {(d.caller, tuple(d.fields)) for d in denials} == {(caller, ("user_pool_id",))}
    assert upstream.calls == []


def test_the_order_of_the_checks(server, auditor):
    """Authenticate, authorize, validate: the earlier answer wins."""
    broken = {"username": "", "request_id": "no"}
    known = len(auditor.denials())
    for caller, fields, code in [
            ("nobody", broken | {"organization": "globex"}, "UNAUTHENTICATED"),
            ("all", broken | {"organization": "globex"}, "PERMISSION_DENIED"),
            ("none", broken, "PERMISSION_DENIED"),
            ("users.create", broken | {"temporary_password": "canary-Passw0rd!"},
             "PERMISSION_DENIED"),
            ("all", broken, "INVALID_ARGUMENT")]:
        assert ask(server, caller, request(**fields)).code == code
    reasons = [d.reason for d in auditor.denials_after(known, 5)]
    assert reasons == ["INVALID_REQUEST", "PERMISSION_MISSING", "PERMISSION_MISSING",
                       "ORGANIZATION_NOT_GRANTED", "UNAUTHENTICATED"]


def test_a_bad_on_behalf_of_is_validated_behind_the_authorization(server, auditor, upstream):
    upstream.reset()
    known = len(auditor.denials())
    bad = ("x-on-behalf-of", "canary-value" * 11)
    for caller, code in [("nobody", "UNAUTHENTICATED"), ("none", "PERMISSION_DENIED"),
                         ("all", "INVALID_ARGUMENT")]:
        with Client(server.target, token=caller) as client:
            client.metadata += type(client.metadata)([bad])
            answer = client.create(request(username="a b" if caller == "all" else "canary-user"))
        assert answer.code == code, answer
    fields = [each.field for each in answer.bad_request.field_violations]
    assert fields == ["x-on-behalf-of", "username"]
    denials = auditor.denials_after(known, 3)
    assert [(d.reason, d.on_behalf_of) for d in denials] == [
        ("INVALID_REQUEST", ""), ("PERMISSION_MISSING", ""), ("UNAUTHENTICATED", "")]
    assert list(denials[0].fields) == fields
    assert upstream.calls == []
    with Client(server.target, token="audit.read") as reader:
        for metadata in [[bad], [("x-on-behalf-of", "")]]:
            with pytest.raises(grpc.RpcError) as error:
                reader.audit.ListAuditEvents(audit.ListAuditEventsRequest(), timeout=LIMIT,
                                             metadata=[*reader.metadata, *metadata])
            assert Refusal(error.value).code == "INVALID_ARGUMENT"
    assert [tuple(d.fields) for d in auditor.denials_after(known + 3, 2)] == [
        ("x-on-behalf-of",)] * 2


CREATE = "/provisioning.v1.UserProvisioningService/CreateUser"
NO_TEXT = b"\xff\xfe"


def call(server, caller, message: bytes, method=CREATE) -> Refusal:
    """A message that no library would write."""
    with Client(server.target, token=caller) as client, pytest.raises(grpc.RpcError) as error:
        client.channel.unary_unary(method)(message, timeout=LIMIT, metadata=client.metadata)
    return Refusal(error.value)


def text(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


ADMIN = text(3, text(1, b"custom:is_admin") + text(2, b"1"))
IN_ACME = text(1, b"acme") + text(2, NO_TEXT)


@pytest.mark.parametrize("caller,message,code,organization,fields", [
    ("nobody", IN_ACME, "UNAUTHENTICATED", "", ["token"]),
    ("none", IN_ACME, "PERMISSION_DENIED", "acme", []),
    ("all", text(1, b"globex") + text(2, NO_TEXT), "PERMISSION_DENIED", "globex", ["organization"]),
    ("all", IN_ACME + ADMIN, "PERMISSION_DENIED", "acme", ["user_attributes[0].name"]),
    ("all", IN_ACME, "INVALID_ARGUMENT", "acme", ["username"]),
    ("all", IN_ACME + text(3, text(1, b"email") + text(2, b"a@b.example\0")) + text(10, b"no"),
     "INVALID_ARGUMENT", "acme", ["username", "user_attributes[0].value"]),
    ("all", text(1, NO_TEXT) + text(2, b"ada"), "INVALID_ARGUMENT", "", ["organization"]),
    ("none", text(1, NO_TEXT), "INVALID_ARGUMENT", "", ["organization"]),
    ("all", b"\x12\xff", "INTERNAL", "", []),
    ("none", b"\x0a\x00" * 2 + b"\x07", "INTERNAL", "", []),
    ("all", b"\x1a\x00" * 200_000, "RESOURCE_EXHAUSTED", "", []),
    ("all", bytes(5 << 20), "RESOURCE_EXHAUSTED", "", []),
])
def test_what_cannot_be_read_is_refused_behind_the_authorization_and_recorded(
        server, auditor, upstream, caller, message, code, organization, fields):
    upstream.reset()
    known = len(auditor.denials())
    answer = call(server, caller, message)
    assert (answer.code, answer.executed) == (code, "no"), answer
    if code == "INVALID_ARGUMENT":
        assert [each.field for each in answer.bad_request.field_violations] == fields
    (denial,) = auditor.denials_after(known)
    assert (denial.caller, denial.organization, denial.reason, list(denial.fields)) == (
        "" if caller == "nobody" else caller, organization, answer.reason, fields)
    assert upstream.calls == []


PROVISIONING = "/provisioning.v1.UserProvisioningService/"
AUDIT = "/provisioning.v1.AuditService/"


@pytest.mark.parametrize("caller,method,message,code,reason,fields", [
    ("none", PROVISIONING + "GetPolicy", text(1, b"acme"), "PERMISSION_DENIED",
     "PERMISSION_MISSING", []),
    ("auditor", PROVISIONING + "GetPolicy", text(1, NO_TEXT), "INVALID_ARGUMENT",
     "INVALID_REQUEST", ["organization"]),
    ("all", PROVISIONING + "GetCreation", text(1, NO_TEXT) + text(2, NO_TEXT), "INVALID_ARGUMENT",
     "INVALID_REQUEST", ["creation_id", "request_id"]),
    ("none", AUDIT + "ListAuditEvents", text(3, NO_TEXT), "PERMISSION_DENIED",
     "PERMISSION_MISSING", []),
    ("all", AUDIT + "ListAuditEvents", text(3, NO_TEXT) + text(4, NO_TEXT), "INVALID_ARGUMENT",
     "INVALID_REQUEST", ["organization", "caller"]),
    ("all", AUDIT + "ListAuditEvents", text(4, NO_TEXT) + text(3, b"globex"), "PERMISSION_DENIED",
     "ORGANIZATION_NOT_GRANTED", ["organization"]),
    ("none", AUDIT + "GetAuditEvent", text(1, NO_TEXT), "PERMISSION_DENIED", "PERMISSION_MISSING",
     []),
    ("all", AUDIT + "GetAuditEvent", text(1, NO_TEXT), "INVALID_ARGUMENT", "INVALID_REQUEST",
     ["event_id"]),
    ("none", AUDIT + "GetInclusionProof", text(1, NO_TEXT), "PERMISSION_DENIED",
     "PERMISSION_MISSING", []),
    ("all", AUDIT + "GetInclusionProof", text(1, NO_TEXT), "INVALID_ARGUMENT", "INVALID_REQUEST",
     ["event_id"]),
])
def test_readers_are_authorized_before_their_messages_are_judged(
        server, auditor, caller, method, message, code, reason, fields):
    known = len(auditor.denials())
    answer = call(server, caller, message, method)
    assert (answer.code, answer.reason) == (code, reason), answer
    (denial,) = auditor.denials_after(known)
    assert (denial.caller, denial.reason) == (caller, reason)
    assert list(denial.fields) == fields
    if code == "INVALID_ARGUMENT":
        assert [each.field for each in answer.bad_request.field_violations] == fields


@pytest.mark.parametrize("method", [
    "/provisioning.v1.UserProvisioningService/BatchCreateUsers",
    "/provisioning.v1.UserProvisioningService/NoSuchMethod", "/no.such.Service/Method",
    "/grpc.health.v1.Health/NoSuchMethod"])
def test_a_stranger_does_not_learn_which_methods_there_are(server, auditor, method):
    known = len(auditor.denials())
    assert call(server, "none", b"", method).code == "UNIMPLEMENTED"
    refusal = call(server, "nobody", b"", method)
    reference = call(server, "nobody", b"")
    assert refusal.everything == reference.everything
    assert refusal.code == "UNAUTHENTICATED"
    assert {d.reason for d in auditor.denials_after(known, 2)} == {"UNAUTHENTICATED"}


def test_every_error_names_the_policy(server, auditor):
    digest = hashlib.sha256(POLICY.encode()).hexdigest()
    for caller, fields in [("none", {}), ("all", {"organization": "globex"}),
                           ("all", {"user_pool_id": GLOBEX}), ("all", {"username": ""}),
                           ("nobody", {})]:
        assert ask(server, caller, request(**fields)).info.metadata["policy_digest"] == digest
    for message, method in [
            (IN_ACME, CREATE), (b"\x07", CREATE), (bytes(5 << 20), CREATE), (b"", "/no/such"),
            (b"", "/provisioning.v1.UserProvisioningService/GetPolicy"),
            (b"", "/provisioning.v1.UserProvisioningService/GetCreation"),
            (text(2, str(uuid.uuid4()).encode()),
             "/provisioning.v1.UserProvisioningService/GetCreation"),
            (b"", "/provisioning.v1.AuditService/GetAuditEvent"),
            (text(1, str(uuid.uuid4()).encode()), "/provisioning.v1.AuditService/GetAuditEvent"),
            (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
             "/provisioning.v1.AuditService/ListAuditEvents"),
            (text(1, b"nobody"), "/grpc.health.v1.Health/Check")]:
        answer = call(server, "auditor", message, method)
        assert answer.info.metadata["policy_digest"] == digest, (method, answer)
    page = auditor.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(page_size=1000), timeout=LIMIT, metadata=auditor.metadata)
    assert {event.policy_digest for event in page.events} == {digest}


def test_the_audit_trail_is_cut_to_the_callers_organizations(server, auditor):
    made = {}
    for organization in ["acme", "globex"]:
        answer = auditor.create(request(organization=organization))
        assert not isinstance(answer, Refusal), answer
        event, _ = auditor.audit.ListAuditEvents(
            audit.ListAuditEventsRequest(creation_id=answer.creation_id), timeout=LIMIT,
            metadata=auditor.metadata).events
        made[organization] = event
    with Client(server.target, token="audit.read") as reader:
        def listed(**filters):
            return reader.audit.ListAuditEvents(
                audit.ListAuditEventsRequest(page_size=1000, **filters), timeout=LIMIT,
                metadata=reader.metadata).events

        def failure(method, message):
            with pytest.raises(grpc.RpcError) as error:
                method(message, timeout=LIMIT, metadata=reader.metadata)
            return Refusal(error.value)

        assert {e.organization for e in listed()} == {"acme"}
        assert list(listed(creation_id=made["globex"].creation_id)) == []
        assert listed(creation_id=made["acme"].creation_id)[0] == made["acme"]
        # The same answer for what belongs to another and for what does not exist.
        hidden = failure(reader.audit.GetAuditEvent,
                         audit.GetAuditEventRequest(event_id=made["globex"].event_id))
        absent = failure(reader.audit.GetAuditEvent,
                         audit.GetAuditEventRequest(event_id=str(uuid.uuid4())))
        assert hidden.code == "NOT_FOUND" and hidden.everything == absent.everything
        known = len(auditor.denials())
        refusals = [failure(reader.audit.ListAuditEvents,
                            audit.ListAuditEventsRequest(organization=name))
                    for name in ["globex", "canary-organization"]]
        assert {r.reason for r in refusals} == {"ORGANIZATION_NOT_GRANTED"}
        assert len({r.everything for r in refusals}) == 1
        for denial in auditor.denials_after(known, 2):
            assert (denial.caller, denial.reason) == ("audit.read", "ORGANIZATION_NOT_GRANTED")


@pytest.mark.parametrize("caller", sorted(set(CALLERS) - {"all", "audit.read",
                                                          "create+audit.read"}))
def test_the_audit_trail_takes_a_permission(server, auditor, caller):
    known = len(auditor.denials())
    with Client(server.target, token=caller) as client:
        for message, method in [
                (audit.ListAuditEventsRequest(page_size=-1), client.audit.ListAuditEvents),
                (audit.GetAuditEventRequest(event_id="no"), client.audit.GetAuditEvent)]:
            with pytest.raises(grpc.RpcError) as error:
                method(message, timeout=LIMIT, metadata=client.metadata)
            assert Refusal(error.value).reason == "PERMISSION_MISSING"
    assert {d.caller for d in auditor.denials_after(known, 2)} == {caller}


def test_reflection_takes_an_identity_and_no_permission(server):
    with Client(server.target) as client:
        stub = reflection_pb2_grpc.ServerReflectionStub(client.channel)
        ask = [reflection_pb2.ServerReflectionRequest(list_services="")]

        def services(*metadata):
            return list(stub.ServerReflectionInfo(iter(ask), timeout=LIMIT, metadata=metadata))

        (answer,) = services(("authorization", "Bearer none"))
        assert len(answer.list_services_response.service) > 1
        for metadata in [[], [("authorization", "Bearer nobody")]]:
            with pytest.raises(grpc.RpcError) as error:
                services(*metadata)
            assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
