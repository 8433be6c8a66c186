"""A service with one organization for each rule, and what its upstream is told."""

import itertools

import yaml

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1

ANYONE = {"id": "anyone", "anonymous": True, "organizations": ["*"], "permissions": ["*"]}
EMAIL = {"email": "ada@example.com"}
names = (f"user-{number}" for number in itertools.count())


def document(organizations: dict, company: dict | None = None, callers=(ANYONE,)) -> str:
    """A policy in YAML; an organization without pools gets one."""
    pools = {"user_pools": [{"id": "us-east-1_AbCd12345"}]}
    return yaml.safe_dump(
        {"version": 1, "company": company or {}, "callers": list(callers),
         "organizations": {name: pools | rules for name, rules in organizations.items()}},
        sort_keys=False)


def violations(refusal: Refusal) -> list[tuple[str, str]]:
    return [(each.field, each.description)
            for each in (refusal.bad_request.field_violations if refusal.bad_request else [])]


class RuledService:
    """Calls a service and hands back what went upstream."""

    def __init__(self, directory, upstream, organizations, company=None, callers=(ANYONE,)):
        self.upstream = upstream
        self.server = Provisiond(
            directory, document(organizations, company, callers),
            upstream_settings(upstream.port))

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *end):
        self.server.__exit__(*end)

    def call(self, organization, attributes=EMAIL, metadata=(), **fields):
        request = v1.CreateUserRequest(
            organization=organization, user_attributes=protocol.attributes(attributes),
            **({"username": next(names)} | fields))
        return self.server.create(request, metadata=metadata)

    def sent(self, organization, attributes=EMAIL, **fields):
        """The body of the call upstream, with the answer beside it; the call must succeed."""
        self.upstream.reset()
        answer = self.call(organization, attributes, **fields)
        assert not isinstance(answer, Refusal), answer
        (call,) = self.upstream.calls
        body = call.json
        body["Attributes"] = {each["Name"]: each["Value"] for each in body.get("UserAttributes", [])}
        body["Decisions"] = {(each.field, v1.Effect.Name(each.effect)[7:], each.rule)
                             for each in answer.policy_decisions}
        return body

    def refused(self, organization, attributes=EMAIL, **fields):
        """Code and fields of a refusal, by a real call and by one that is only validated."""
        self.upstream.reset()
        refusal = self.call(organization, attributes, **fields)
        assert isinstance(refusal, Refusal), refusal
        assert not self.upstream.calls
        validated = self.call(organization, attributes, **(fields | {"validate_only": True}))
        assert (validated.code, violations(validated)) == (refusal.code, violations(refusal))
        return refusal.code, [field for field, _ in violations(refusal)]
