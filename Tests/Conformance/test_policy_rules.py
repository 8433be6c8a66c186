"""Each rule of the policy document, through the wire to the body of the call upstream."""

import datetime
import re
import string
import uuid

import pytest

import protocol
from policy_calls import EMAIL, RuledService
from protocol import Refusal, v1

PHONE = {"phone_number": "+441632960961"}
BOTH = EMAIL | PHONE
INVALID, FORBIDDEN = "INVALID_ARGUMENT", "PERMISSION_DENIED"
SEND, SUPPRESS, RESEND = (v1.MESSAGE_ACTION_SEND, v1.MESSAGE_ACTION_SUPPRESS,
                          v1.MESSAGE_ACTION_RESEND)
SMS, MAIL = v1.DELIVERY_MEDIUM_SMS, v1.DELIVERY_MEDIUM_EMAIL

SUPPRESSION = [
    {"email_domain": ["Example.test", "*.internal"]},
    {"attribute": {"name": "custom:kind", "in": ["Robot", "test"]}},
    {"caller": ["ANYONE-else", "nobody"]},
]
ORGANIZATIONS = {
    "plain": {},
    "medium-default": {"desired_delivery_mediums": {"default": ["EMAIL"]}},
    "medium-allow": {"desired_delivery_mediums": {"allow": ["EMAIL"]}},
    "medium-fixed": {"desired_delivery_mediums": {"fixed": ["SMS"]}},
    "action-default": {"message_action": {"default": "SUPPRESS"}},
    "action-allow": {"message_action": {"allow": ["SEND"]}},
    "action-fixed": {"message_action": {"fixed": "SUPPRESS"}},
    "resend": {"message_action": {"allow": ["SEND", "RESEND"], "suppress_when": SUPPRESSION},
               "username": {"normalize": ["lowercase"], "generate": "uuid"},
               "attributes": {"verified": ["email"], "required": ["name"]},
               "temporary_password": {"source": "service"}},
    "suppress": {"message_action": {"default": "SEND", "suppress_when": SUPPRESSION}},
    "suppress-fixed": {"message_action": {"fixed": "SEND", "suppress_when": SUPPRESSION}},
    "suppress-caller": {"message_action": {"suppress_when": [{"caller": ["ANYONE"]}]}},
    "alias": {"force_alias_creation": {"default": True, "allow": [True, False]}},
    "alias-fixed": {"force_alias_creation": {"fixed": True}},
    "password-caller": {"temporary_password": {"source": "caller", "allow_caller": True}},
    "password-allowed": {"temporary_password": {"allow_caller": True}},
    "password-service": {"temporary_password": {"source": "service"}},
    "names": {"username": {"normalize": ["trim", "nfc", "lowercase"],
                           "pattern": "[a-z0-9ü._@+-]{1,64}"}},
    "names-uuid": {"username": {"generate": "uuid", "pattern": "[a-z]{1,8}"}},
    "names-email": {"username": {"generate": "email", "normalize": ["lowercase"]}},
    "required": {"attributes": {"required": ["email", "name"]}},
    "forbidden": {"attributes": {"forbidden": ["custom:is_admin"]}},
    "allowed": {"attributes": {"allow": ["email", "email_verified", "dev:custom:x"]}},
    "attribute-values": {"attributes": {
        "default": {"locale": "en-GB", "zoneinfo": "UTC"},
        "fixed": {"custom:by": "${caller.id}", "custom:for": "${caller.on_behalf_of}",
                  "custom:org": "${organization}", "custom:id": "${creation.id}",
                  "custom:request": "${request.id}", "custom:day": "on ${date}"}}},
    "verified": {"attributes": {"verified": ["email", "phone_number"]}},
    "domains-denied": {"attributes": {"email_domains": {"deny": ["mailinator.com", "*.spam.example"]}}},
    "domains-allowed": {"attributes": {"email_domains": {"allow": ["corp.example"]}}},
    "phones": {"attributes": {"phone_region": "IT"}},
    "metadata": {"client_metadata": {"default": {"tier": "basic"}, "fixed": {"by": "${caller.id}"},
                                     "max_bytes": 64}},
    "validation": {"validation_data": {"default": {"source": "web"}, "fixed": {"org": "${organization}"}}},
    "request-id": {"request_id": {"required": True}},
    "pools": {"user_pools": [{"id": "us-east-1_First"}, {"id": "eu-west-1_Second"}]},
    "local-pool": {"user_pools": [{"id": "local_Pool", "region": "ap-south-1"}]},
}


@pytest.fixture(scope="module")
def service(directory, upstream):
    with RuledService(directory, upstream, ORGANIZATIONS) as running:
        yield running


# Fields with the three verbs


def test_mediums(service):
    assert service.sent("plain")["DesiredDeliveryMediums"] == ["EMAIL"]
    assert service.sent("plain", BOTH)["DesiredDeliveryMediums"] == ["SMS", "EMAIL"]
    assert service.sent("plain", PHONE, desired_delivery_mediums=[SMS])["DesiredDeliveryMediums"] == ["SMS"]
    assert service.sent("medium-default", BOTH)["DesiredDeliveryMediums"] == ["EMAIL"]
    assert service.sent("medium-allow", BOTH)["DesiredDeliveryMediums"] == ["EMAIL"]
    assert service.sent("medium-fixed", BOTH, desired_delivery_mediums=[MAIL])["DesiredDeliveryMediums"] == ["SMS"]
    assert service.refused("plain", {}) == (INVALID, ["desired_delivery_mediums"])
    assert service.refused("medium-fixed") == (INVALID, ["desired_delivery_mediums"])
    assert service.refused("medium-allow", BOTH, desired_delivery_mediums=[MAIL, SMS]) == (
        FORBIDDEN, ["desired_delivery_mediums[1]"])
    # Checked only when a message goes out, passed on all the same.
    body = service.sent("medium-default", {}, message_action=SUPPRESS)
    assert (body["MessageAction"], body["DesiredDeliveryMediums"]) == ("SUPPRESS", ["EMAIL"])


def test_message_action(service):
    assert "MessageAction" not in service.sent("plain")
    assert "MessageAction" not in service.sent("action-default", message_action=SEND)
    assert service.sent("action-default")["MessageAction"] == "SUPPRESS"
    assert service.sent("action-fixed", message_action=SEND)["MessageAction"] == "SUPPRESS"
    assert service.refused("action-allow", message_action=SUPPRESS) == (FORBIDDEN, ["message_action"])
    assert service.refused("plain", message_action=RESEND) == (FORBIDDEN, ["message_action"])


@pytest.mark.parametrize("attributes, index", [
    ({"email": "ada@example.test"}, 0), ({"email": "ada@EXAMPLE.Test"}, 0),
    ({"email": "ada@x.internal"}, 0), ({"email": "ada@y.x.Internal"}, 0),
    (EMAIL | {"custom:kind": "robot"}, 1), (EMAIL | {"custom:kind": "TEST"}, 1),
    ({"email": "ada@internal"}, None), ({"email": "ada@sub.example.test"}, None),
    (EMAIL | {"custom:kind": "robots"}, None), (EMAIL, None)])
def test_suppression_comes_before_default_and_request(service, attributes, index):
    for organization in ["suppress", "suppress-fixed"]:
        for action in [SEND, v1.MESSAGE_ACTION_UNSPECIFIED]:
            body = service.sent(organization, attributes, message_action=action)
            assert body.get("MessageAction") == ("SUPPRESS" if index is not None else None)
            rules = {rule for field, effect, rule in body["Decisions"] if effect == "SUPPRESSED"}
            path = f"organizations.{organization}.message_action.suppress_when[{index}]"
            assert rules == ({path} if index is not None else set())


def test_suppression_by_caller(service):
    assert service.sent("suppress-caller")["MessageAction"] == "SUPPRESS"


def test_a_resend_of_a_suppressed_user_is_refused(service):
    assert service.refused("resend", {"email": "a@example.test"}, message_action=RESEND) == (
        FORBIDDEN, ["message_action"])


def test_a_resend_is_for_a_user_who_exists(service):
    """required, verified and generate are for new users; the normal form is for all."""
    body = service.sent("resend", username="ADA", message_action=RESEND)
    assert (body["Username"], body["MessageAction"], body["Attributes"]) == ("ada", "RESEND", EMAIL)
    assert "TemporaryPassword" not in body


def test_force_alias_creation(service):
    assert service.sent("alias")["ForceAliasCreation"] is True
    assert service.sent("alias-fixed")["ForceAliasCreation"] is True
    assert not service.sent("plain").get("ForceAliasCreation")
    assert service.refused("plain", force_alias_creation=True) == (FORBIDDEN, ["force_alias_creation"])


# Passwords


def test_passwords_of_the_directory_and_of_callers(service):
    assert "TemporaryPassword" not in service.sent("plain")
    assert service.refused("plain", temporary_password="Secret-1") == (FORBIDDEN, ["temporary_password"])
    assert service.sent("password-allowed", temporary_password="Secret-1")["TemporaryPassword"] == "Secret-1"
    assert service.sent("password-caller", temporary_password="Secret-1")["TemporaryPassword"] == "Secret-1"
    assert service.refused("password-caller") == (INVALID, ["temporary_password"])


def test_passwords_made_here(service):
    made = {service.sent("password-service")["TemporaryPassword"] for _ in range(20)}
    assert len(made) == 20
    for password in made:
        assert re.fullmatch(r"[A-Za-z2-9][A-Za-z2-9_-]{18}[A-Za-z2-9]", password)
        assert not set(password) & set("0O1lI")
        for kind in [string.ascii_uppercase, string.ascii_lowercase, string.digits, "-_"]:
            assert set(password) & set(kind)
    stored = service.server.stored_bytes() + service.server.log.encode()
    assert not any(password.encode() in stored for password in made)


def test_a_password_made_here_needs_a_message(service):
    assert service.refused("password-service", message_action=SUPPRESS) == (INVALID, ["message_action"])


def test_a_validated_call_shows_no_password(service):
    answer = service.call("password-service", validate_only=True)
    assert ("temporary_password", v1.EFFECT_GENERATED) in {
        (each.field, each.effect) for each in answer.policy_decisions}
    assert not service.upstream.calls or "assword" not in str(answer.effective_request)


# User names


def test_names_get_their_normal_form(service):
    body = service.sent("names", username=" ADA.Lu\u0308\u00a0")
    assert body["Username"] == "ada.l\u00fc"
    assert ("username", "NORMALIZED", "organizations.names.username.normalize") in body["Decisions"]
    assert service.sent("names", username="ada")["Decisions"] == service.sent("names", username="bob")["Decisions"]
    assert service.sent("plain", username="ADA")["Username"] == "ADA"


def test_names_match_the_pattern_as_a_whole(service):
    for name in ["ada lovelace", "a" * 65, "ada!", "", "   ", "ad\na", "éva"]:
        assert service.refused("names", username=name) == (INVALID, ["username"]), name
    assert service.sent("names", username="a" * 64)


def test_names_are_generated(service):
    first, second = (service.sent("names-uuid", username=name) for name in ["ada", ""])
    for body in [first, second]:
        assert uuid.UUID(body["Username"]).version == 4
        assert ("username", "GENERATED", "organizations.names-uuid.username.generate") in body["Decisions"]
    assert first["Username"] != second["Username"]
    answer = service.call("names-uuid", validate_only=True)
    assert answer.effective_request.username == str(uuid.UUID(int=0))


def test_names_are_filled_from_the_address(service):
    body = service.sent("names-email", {"email": "Ada@Example.com"}, username="")
    assert (body["Username"], body["Attributes"]["email"]) == ("ada@example.com", "Ada@Example.com")
    assert service.sent("names-email", username="Ada")["Username"] == "ada"
    assert service.refused("names-email", PHONE, username="") == (INVALID, ["username"])


# Attributes


def test_required_attributes(service):
    assert service.sent("required", EMAIL | {"name": "Ada"})
    assert service.refused("required", PHONE) == (INVALID, ["user_attributes", "user_attributes"])


@pytest.mark.parametrize("organization, name", [
    ("forbidden", "custom:is_admin"), ("forbidden", "dev:custom:is_admin"),
    ("plain", "email_verified"), ("plain", "phone_number_verified"), ("plain", "sub"),
    ("plain", "dev:custom:x"), ("allowed", "name"), ("allowed", "dev:custom:y")])
def test_attributes_that_a_caller_may_not_set(service, organization, name):
    assert service.refused(organization, EMAIL | {name: "true"}) == (FORBIDDEN, ["user_attributes[1].name"])


@pytest.mark.parametrize("name", ["email_verified", "dev:custom:x"])
def test_reserved_attributes_that_are_allowed(service, name):
    assert service.sent("allowed", EMAIL | {name: "true"})["Attributes"] == EMAIL | {name: "true"}


@pytest.mark.parametrize("name", [" email", "email ", "custom:a\t"])
def test_names_of_attributes_with_outer_white_space(service, name):
    code, fields = service.refused("plain", EMAIL | {name: "x"})
    assert code in {INVALID, FORBIDDEN} and fields == ["user_attributes[1].name"]


def test_values_and_variables(service):
    request_id = str(uuid.uuid4())
    service.upstream.reset()
    answer = service.call("attribute-values", EMAIL | {"locale": "de-DE", "custom:by": "me"},
                          [("x-on-behalf-of", "job-7")], request_id=request_id)
    assert not isinstance(answer, Refusal), answer
    today = datetime.datetime.now(datetime.timezone.utc).date()
    sent = {each["Name"]: each["Value"] for each in service.upstream.calls[0].json["UserAttributes"]}
    day = sent.pop("custom:day")
    assert day in {f"on {today}", f"on {today - datetime.timedelta(days=1)}"}
    assert sent == EMAIL | {
        "locale": "de-DE", "zoneinfo": "UTC", "custom:by": "anyone", "custom:for": "job-7",
        "custom:org": "attribute-values", "custom:id": answer.creation_id,
        "custom:request": request_id}
    changed = {each.field for each in answer.policy_decisions if each.effect == v1.EFFECT_FIXED}
    assert changed == {f"user_attributes[custom:{name}]" for name in
                       ["by", "for", "org", "id", "request", "day"]}


def test_verified_contacts(service):
    body = service.sent("verified", BOTH)
    assert body["Attributes"] == BOTH | {"email_verified": "true", "phone_number_verified": "true"}
    assert ("user_attributes[email_verified]", "FIXED",
            "organizations.verified.attributes.verified[0]") in body["Decisions"]
    assert service.sent("verified")["Attributes"] == EMAIL | {"email_verified": "true"}
    assert service.sent("verified", EMAIL | {"email_verified": "false"})["Attributes"] == (
        EMAIL | {"email_verified": "true"})
    # Without the contact nobody vouches for it.
    assert service.refused("verified", PHONE | {"email_verified": "true"}) == (
        FORBIDDEN, ["user_attributes[1].name"])


@pytest.mark.parametrize("organization, email, accepted", [
    ("domains-denied", "a@mailinator.com", False), ("domains-denied", "a@MAILINATOR.com", False),
    ("domains-denied", "a@x.spam.example", False), ("domains-denied", "a@spam.example", True),
    ("domains-denied", "a@x.mailinator.com", True), ("domains-allowed", "a@corp.example", True),
    ("domains-allowed", "a@x.corp.example", False), ("domains-allowed", "a@other.example", False)])
def test_email_domains(service, organization, email, accepted):
    if accepted:
        assert service.sent(organization, {"email": email})
    else:
        assert service.refused(organization, {"email": email}) == (INVALID, ["user_attributes[0].value"])


def test_national_numbers(service):
    body = service.sent("phones", {"phone_number": "06 698 82266"})
    assert body["Attributes"] == {"phone_number": "+390669882266"}
    assert ("user_attributes[phone_number]", "NORMALIZED",
            "organizations.phones.attributes.phone_region") in body["Decisions"]
    assert service.refused("phones", {"phone_number": "12"}) == (INVALID, ["user_attributes[0].value"])
    assert service.refused("plain", {"phone_number": "06 698 82266"}) == (
        INVALID, ["user_attributes[0].value"])


# Metadata, validation data, request ids, pools


def test_client_metadata(service):
    assert service.sent("metadata")["ClientMetadata"] == {"tier": "basic", "by": "anyone"}
    assert service.sent("metadata", client_metadata={"tier": "gold", "by": "me"})["ClientMetadata"] == {
        "tier": "gold", "by": "anyone"}
    assert service.sent("metadata", client_metadata={"k": "x" * (64 - 1 - 17)})
    assert service.refused("metadata", client_metadata={"k": "x" * (64 - 17)}) == (
        INVALID, ["client_metadata"])


def test_validation_data(service):
    data = protocol.attributes({"source": "import", "org": "mine"})
    body = service.sent("validation", validation_data=data)
    assert body["ValidationData"] == [{"Name": "source", "Value": "import"},
                                      {"Name": "org", "Value": "validation"}]
    assert {each["Name"]: each["Value"] for each in service.sent("validation")["ValidationData"]} == {
        "source": "web", "org": "validation"}


def test_a_required_request_id(service):
    assert service.refused("request-id") == (INVALID, ["request_id"])
    assert service.sent("request-id", request_id=str(uuid.uuid4()))


def test_several_pools(service):
    assert service.sent("pools")["UserPoolId"] == "us-east-1_First"
    assert service.sent("pools", user_pool_id="eu-west-1_Second")["UserPoolId"] == "eu-west-1_Second"
    assert service.refused("pools", user_pool_id="us-east-1_Other") == (FORBIDDEN, ["user_pool_id"])


def test_the_region_of_a_pool(service):
    for organization, region in [("plain", "us-east-1"), ("local-pool", "ap-south-1")]:
        service.sent(organization)
        (call,) = service.upstream.calls
        assert f"/{region}/cognito-idp/aws4_request" in call.headers["authorization"]


# Order of checks


def test_forbidden_wins_and_names_every_field(service):
    code, fields = service.refused(
        "forbidden", {"custom:is_admin": "1", "email": "no", "sub": "x"}, username="a b",
        force_alias_creation=True, temporary_password="a b", user_pool_id="us-east-1_Other")
    assert code == FORBIDDEN
    assert set(fields) == {"user_attributes[0].name", "user_attributes[2].name",
                           "force_alias_creation", "temporary_password", "user_pool_id"}


def test_all_violations_at_once(service):
    code, fields = service.refused(
        "names", {"email": "no", "phone_number": "1"}, username="A B", request_id="7")
    assert code == INVALID
    assert set(fields) == {"username", "user_attributes[0].value", "user_attributes[1].value",
                           "request_id"}


def test_every_answer_and_record_carries_the_digest(service):
    answer = service.call("plain")
    event, _ = service.server.audit.ListAuditEvents(protocol.audit.ListAuditEventsRequest(
        creation_id=answer.creation_id), timeout=20).events
    assert len(answer.policy_digest) == 64 and event.policy_digest == answer.policy_digest
    assert list(event.policy_decisions) == list(answer.policy_decisions)


# Company and organization


def test_company_and_organization(tmp_path, upstream):
    company = {
        "message_action": {"default": "SUPPRESS", "allow": ["SEND", "SUPPRESS"]},
        "username": {"normalize": ["lowercase"]},
        "attributes": {"required": ["email"], "forbidden": ["custom:admin"],
                       "fixed": {"custom:a": "company", "custom:b": "company"},
                       "default": {"locale": "en"}, "verified": ["email"],
                       "email_domains": {"deny": ["bad.example"]}},
        "client_metadata": {"fixed": {"a": "1", "b": "2"}},
    }
    organizations = {
        "heir": {},
        "own": {"message_action": {"default": "SEND"},
                "username": {"pattern": "[a-z]{1,9}"},
                "attributes": {"required": [], "forbidden": ["custom:x"],
                               "fixed": {"custom:b": "own", "custom:c": "own"},
                               "default": {"zoneinfo": "UTC"}, "verified": []},
                "client_metadata": {"fixed": {"b": "3"}}},
    }
    with RuledService(tmp_path, upstream, organizations, company) as service:
        heir = service.sent("heir", username="Ada")
        assert (heir["Username"], heir["MessageAction"]) == ("ada", "SUPPRESS")
        assert heir["Attributes"] == EMAIL | {
            "custom:a": "company", "custom:b": "company", "locale": "en", "email_verified": "true"}
        own = service.sent("own", username="Ada")
        assert own["Username"] == "ada" and "MessageAction" not in own
        # Lists are replaced, maps merge by name, and no fixed entry can be dropped.
        assert own["Attributes"] == EMAIL | {
            "custom:a": "company", "custom:b": "own", "custom:c": "own", "locale": "en",
            "zoneinfo": "UTC"}
        assert own["ClientMetadata"] == {"a": "1", "b": "3"}
        for name in ["custom:admin", "custom:x", "dev:custom:admin"]:
            assert service.refused("own", EMAIL | {name: "1"})[0] == FORBIDDEN
        assert service.refused("own", {"email": "a@bad.example"})[0] == INVALID
