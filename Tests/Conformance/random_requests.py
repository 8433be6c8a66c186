"""Requests drawn from everything that the API allows, and what the policy below makes of them."""

import random
import unicodedata

import protocol
from protocol import v1

POLICY = """
version: 1
company:
  desired_delivery_mediums: {default: AUTO, allow: [EMAIL, SMS]}
  message_action: {default: SEND, allow: [SEND, SUPPRESS, RESEND]}
  temporary_password: {allow_caller: true}
  force_alias_creation: {default: false, allow: [true, false]}
  attributes:
    default: {locale: en-GB, zoneinfo: "Europe/Zürich"}
organizations:
  plain:
    user_pools:
      - {id: us-east-1_AbCd12345}
      - {id: ap-southeast-2_ZzZz00000, region: ap-southeast-2}
  suppressed:
    user_pools: [{id: us-gov-west-1_GovGov123}]
    message_action: {default: SUPPRESS}
    attributes:
      fixed: {"custom:origin": "suppressed \\"by\\" policy\\\\"}
  fixed:
    user_pools: [{id: cn-north-1_Cn1234567}]
    desired_delivery_mediums: {fixed: [SMS]}
    message_action: {fixed: SUPPRESS}
    force_alias_creation: {fixed: false}
  sovereign:
    user_pools: [{id: eusc-de-east-1_Eu1234567}]
    attributes: {required: [email]}
  isolated:
    user_pools: [{id: us-iso-east-1_Iso123456}]
    desired_delivery_mediums: {default: [EMAIL]}
    attributes: {required: [email]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""

POOLS = {"plain": ["us-east-1_AbCd12345", "ap-southeast-2_ZzZz00000"],
         "suppressed": ["us-gov-west-1_GovGov123"], "fixed": ["cn-north-1_Cn1234567"],
         "sovereign": ["eusc-de-east-1_Eu1234567"], "isolated": ["us-iso-east-1_Iso123456"]}
NEEDS_EMAIL = {"sovereign", "isolated"}

STANDARD = ["address", "birthdate", "family_name", "gender", "given_name", "locale", "middle_name",
            "name", "nickname", "picture", "preferred_username", "profile", "updated_at", "website",
            "zoneinfo"]


def _alphabet(classes: str) -> list:
    """Characters of the general categories that begin with one of `classes`, one in 50 of them, so
    that every script and plane is present."""
    chosen = [chr(point) for point in range(1, 0x110000)
              if not 0xD800 <= point <= 0xDFFF and unicodedata.category(chr(point))[0] in classes]
    return chosen[::50] + [chr(point) for point in range(0x21, 0x7F)
                           if unicodedata.category(chr(point))[0] in classes]


# The API's pattern of names: [\p{L}\p{M}\p{S}\p{N}\p{P}]+
NAME_CHARACTERS = _alphabet("LMSNP")
# Values have no pattern; U+0000 alone is refused, because the protocol does.
VALUE_CHARACTERS = _alphabet("LMSNPZC") + list("\x01\x1f\x7f\u2028\u2029\ufeff\uffff\t\n\r \"\\/")


class Generator:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.usernames = set()

    def _text(self, characters, shortest, longest) -> str:
        # Short texts often, the longest sometimes.
        if self.random.random() < 0.05:
            length = longest
        else:
            length = self.random.randint(shortest, min(longest, 24))
        return "".join(self.random.choices(characters, k=length))

    def _username(self) -> str:
        while True:
            name = self._text(NAME_CHARACTERS, 8, 128)
            if name not in self.usernames:
                self.usernames.add(name)
                return name

    def _value(self) -> str:
        return self._text(VALUE_CHARACTERS, 0, 2048)

    def _attribute_names(self) -> list:
        names = self.random.sample(STANDARD, self.random.randint(0, 5))
        custom = {"custom:" + self._text(NAME_CHARACTERS, 1, 20) for _ in
                  range(self.random.randint(0, 3))}
        return names + sorted(custom)

    def _attributes(self, organization, messages: bool) -> dict:
        values = {name: self._value() for name in self._attribute_names()}
        if organization in NEEDS_EMAIL or self.random.random() < 0.5:
            values["email"] = f"user{self.random.randrange(10**9)}@example.com"
        if self.random.random() < 0.5:
            values["phone_number"] = f"+4479{self.random.randrange(10**8):08}"
        if messages and "email" not in values and "phone_number" not in values:
            values["email"] = "somebody@example.org"
        names = list(values)
        self.random.shuffle(names)
        return {name: values[name] for name in names}

    def request(self) -> v1.CreateUserRequest:
        chance = self.random.random
        organization = self.random.choice(list(POOLS))
        actions = [v1.MESSAGE_ACTION_UNSPECIFIED, v1.MESSAGE_ACTION_SEND,
                   v1.MESSAGE_ACTION_SUPPRESS]
        # A fixed action is one for new users.
        actions += [v1.MESSAGE_ACTION_RESEND] if organization != "fixed" else []
        action = self.random.choice(actions)
        values = self._attributes(organization, messages=action != v1.MESSAGE_ACTION_SUPPRESS)
        possible = [medium for name, medium in MEDIUM_OF.items() if name in values]
        request = v1.CreateUserRequest(
            organization=organization,
            username=self._username(),
            user_attributes=protocol.attributes(values),
            validation_data=protocol.attributes(
                {name: self._value() for name in self._attribute_names()}),
            force_alias_creation=organization != "fixed" and chance() < 0.3,
            message_action=action,
            client_metadata={self._text(VALUE_CHARACTERS, 1, 40): self._value()
                             for _ in range(self.random.randint(0, 3))})
        if chance() < 0.3 and possible and organization != "fixed":
            request.desired_delivery_mediums.extend(
                self.random.sample(possible, self.random.randint(1, len(possible))))
        if chance() < 0.3:
            request.temporary_password = self._text(NAME_CHARACTERS, 1, 256)
        if chance() < 0.3:
            request.user_pool_id = self.random.choice(POOLS[organization])
        return request


# SEND is the API's unset.
ACTION_TEXT = {v1.MESSAGE_ACTION_SUPPRESS: "SUPPRESS", v1.MESSAGE_ACTION_RESEND: "RESEND"}
MEDIUM_OF = {"phone_number": v1.DELIVERY_MEDIUM_SMS, "email": v1.DELIVERY_MEDIUM_EMAIL}


def region(request) -> str:
    return (request.user_pool_id or POOLS[request.organization][0]).split("_")[0]


def effective_call(request) -> dict:
    """The upstream call that POLICY makes of a request, worked out apart from the service. Lists of
    names are given as maps, because the order in which defaults are added is the service's own."""
    organization = request.organization
    values = {attribute.name: attribute.value for attribute in request.user_attributes}
    action = request.message_action
    # What a policy says of a user's own data is not for a user who exists.
    is_new = action != v1.MESSAGE_ACTION_RESEND
    for name, value in {"locale": "en-GB", "zoneinfo": "Europe/Zürich"}.items() if is_new else []:
        values.setdefault(name, value)
    if action == v1.MESSAGE_ACTION_UNSPECIFIED:
        action = v1.MESSAGE_ACTION_SEND
        if organization == "suppressed":
            action = v1.MESSAGE_ACTION_SUPPRESS
    mediums = set(request.desired_delivery_mediums)
    if not mediums:
        mediums = {medium for name, medium in MEDIUM_OF.items() if name in values}
        if organization == "isolated":
            mediums = {v1.DELIVERY_MEDIUM_EMAIL}
    if organization == "suppressed" and is_new:
        values["custom:origin"] = 'suppressed "by" policy\\'
    if organization == "fixed":
        mediums = {v1.DELIVERY_MEDIUM_SMS}
        action = v1.MESSAGE_ACTION_SUPPRESS
    names = {v1.DELIVERY_MEDIUM_SMS: "SMS", v1.DELIVERY_MEDIUM_EMAIL: "EMAIL"}
    return {
        "UserPoolId": request.user_pool_id or POOLS[organization][0],
        "Username": request.username,
        "UserAttributes": values,
        "ValidationData": {item.name: item.value for item in request.validation_data},
        "TemporaryPassword": request.temporary_password,
        "ForceAliasCreation": request.force_alias_creation,
        "MessageAction": ACTION_TEXT.get(action),
        "DesiredDeliveryMediums": {names[medium] for medium in mediums},
        "ClientMetadata": dict(request.client_metadata),
    }


def call_of_body(body: dict) -> dict:
    """A captured body in the same shape; what the API leaves out is its empty value."""
    def by_name(entries):
        assert len({entry["Name"] for entry in entries}) == len(entries)
        assert all(set(entry) == {"Name", "Value"} for entry in entries)
        return {entry["Name"]: entry["Value"] for entry in entries}

    known = {"UserPoolId", "Username", "UserAttributes", "ValidationData", "TemporaryPassword",
             "ForceAliasCreation", "MessageAction", "DesiredDeliveryMediums", "ClientMetadata"}
    assert set(body) <= known, f"unknown members: {set(body) - known}"
    mediums = body.get("DesiredDeliveryMediums", [])
    assert len(set(mediums)) == len(mediums)
    return {
        "UserPoolId": body["UserPoolId"],
        "Username": body["Username"],
        "UserAttributes": by_name(body.get("UserAttributes", [])),
        "ValidationData": by_name(body.get("ValidationData", [])),
        "TemporaryPassword": body.get("TemporaryPassword", ""),
        "ForceAliasCreation": body.get("ForceAliasCreation", False),
        "MessageAction": body.get("MessageAction"),
        "DesiredDeliveryMediums": set(mediums),
        "ClientMetadata": body.get("ClientMetadata", {}),
    }


def body_of_effective(effective) -> dict:
    """The body that an EffectiveRequest stands for, lists in its order; it has no password."""
    def pairs(entries):
        return [(entry.name, entry.value) for entry in entries]

    return {
        "UserPoolId": effective.user_pool_id,
        "Username": effective.username,
        "UserAttributes": pairs(effective.user_attributes),
        "ValidationData": pairs(effective.validation_data),
        "ForceAliasCreation": effective.force_alias_creation,
        "MessageAction": ACTION_TEXT.get(effective.message_action),
        "DesiredDeliveryMediums": [
            v1.DeliveryMedium.Name(medium).removeprefix("DELIVERY_MEDIUM_")
            for medium in effective.desired_delivery_mediums],
        "ClientMetadata": dict(effective.client_metadata),
    }


def in_order(body: dict) -> dict:
    """A captured body in the shape of `body_of_effective`."""
    def pairs(entries):
        return [(entry["Name"], entry["Value"]) for entry in entries]

    return {
        "UserPoolId": body["UserPoolId"],
        "Username": body["Username"],
        "UserAttributes": pairs(body.get("UserAttributes", [])),
        "ValidationData": pairs(body.get("ValidationData", [])),
        "ForceAliasCreation": body.get("ForceAliasCreation", False),
        "MessageAction": body.get("MessageAction"),
        "DesiredDeliveryMediums": body.get("DesiredDeliveryMediums", []),
        "ClientMetadata": body.get("ClientMetadata", {}),
    }
