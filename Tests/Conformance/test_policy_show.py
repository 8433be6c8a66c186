"""`GetPolicy` and `provisionctl policy show`: the rules of an organization as they hold."""

import json
import subprocess

import grpc
import pytest
import yaml

from daemon import Provisiond, binary, environment
from policy_calls import document
from protocol import Refusal, v1

COMPANY = {"message_action": {"default": "SUPPRESS"}, "attributes": {"required": ["email"]}}
ORGANIZATIONS = {"acme": {"message_action": {"default": "SEND"}}, "globex": {}}


def caller(**changes):
    return {"id": "anyone", "anonymous": True, "organizations": ["*"],
            "permissions": ["policy.read", "audit.read"]} | changes


def running(directory, **changes):
    return Provisiond(directory, document(ORGANIZATIONS, COMPANY, [caller(**changes)]), {}, "--sandbox")


def get(server, organization):
    try:
        return server.users.GetPolicy(v1.GetPolicyRequest(organization=organization), timeout=20)
    except grpc.RpcError as error:
        return Refusal(error)


def test_the_effective_rules(tmp_path):
    with running(tmp_path) as server:
        acme, globex = (get(server, name) for name in ORGANIZATIONS)
        assert acme.organization == "acme" and acme.policy_digest == globex.policy_digest
        rules = yaml.safe_load(acme.rules_yaml)
        assert rules["message_action"] == {"default": "SEND", "allow": ["SEND", "SUPPRESS"]}
        assert rules["attributes"] == {"required": ["email"]}
        assert rules["user_pools"] == [{"id": "us-east-1_AbCd12345", "region": "us-east-1"}]
        assert yaml.safe_load(globex.rules_yaml)["message_action"]["default"] == "SUPPRESS"
        # In the document's own language: as an organization's rules they are accepted.
        fresh = Provisiond(tmp_path / "again", yaml.safe_dump(
            {"version": 1, "organizations": {"acme": rules}, "callers": [caller()]}), {}, "--sandbox")
        with fresh as again:
            assert get(again, "acme").rules_yaml == acme.rules_yaml


@pytest.mark.parametrize("changes, organization, reason", [
    ({"permissions": ["users.create", "audit.read"]}, "acme", "PERMISSION_MISSING"),
    ({"organizations": ["acme"]}, "globex", "ORGANIZATION_NOT_GRANTED"),
    ({"organizations": ["acme"]}, "nobody", "ORGANIZATION_NOT_GRANTED"),
    ({}, "nobody", "ORGANIZATION_NOT_GRANTED"), ({}, "", "ORGANIZATION_NOT_GRANTED")])
def test_who_may_not_read(tmp_path, changes, organization, reason):
    with running(tmp_path, **changes) as server:
        refusal = get(server, organization)
        assert (refusal.code, refusal.reason) == ("PERMISSION_DENIED", reason)
        assert organization != "globex" or refusal.everything == get(server, "nobody").everything


def test_provisionctl_policy_show(tmp_path):
    with running(tmp_path) as server:
        result = subprocess.run(
            [binary("provisionctl"), "policy", "show", "--organization", "acme", "--target",
             server.target], env=environment(tmp_path), capture_output=True, text=True, timeout=60)
        assert (result.returncode, result.stderr) == (0, "")
        shown = json.loads(result.stdout)
        assert shown["rules_yaml"] == get(server, "acme").rules_yaml
        assert len(shown["policy_digest"]) == 64
