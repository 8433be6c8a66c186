"""`provisionctl create-user --cli-input-json` accepts exactly what its JSON Schema accepts."""

import copy
import json
import subprocess

import boto3
import jsonschema
import pytest

from daemon import binary, environment

USAGE, UNREACHABLE = 64, 75
FULL = {
    "UserPoolId": "us-east-1_AbCd12345", "Username": "ada",
    "UserAttributes": [{"Name": "email", "Value": "ada@example.com"}, {"Name": "custom:x"}],
    "ValidationData": [{"Name": "a", "Value": "b"}], "TemporaryPassword": "Secret-1",
    "ForceAliasCreation": True, "MessageAction": "SUPPRESS",
    "DesiredDeliveryMediums": ["EMAIL", "SMS"], "ClientMetadata": {"k": "v"},
}


def provisionctl(tmp_path, *arguments):
    return subprocess.run([binary("provisionctl"), *arguments], env=environment(tmp_path),
                          capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    result = provisionctl(tmp_path_factory.mktemp("schema"), "schema")
    assert result.returncode == 0
    schema = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def variants():
    """The full request, the empty one, and what differs from them in one place."""
    yield "full", FULL
    yield "empty", {}
    yield "no object", []
    yield "null", None
    for member in FULL:
        yield f"only {member}", {member: FULL[member]}
        for name, value in [("null", None), ("number", 5), ("text", "x"), ("empty text", ""),
                            ("list", []), ("object", {}), ("boolean", False), ("list of it", [5]),
                            ("object of it", {"k": 5})]:
            yield f"{member}: {name}", FULL | {member: value}
    for path, values in {
            ("UserPoolId",): ["x" * 55, "x" * 56], ("Username",): ["é" * 128, "é" * 129],
            ("TemporaryPassword",): ["x" * 256, "x" * 257],
            ("UserAttributes", 0, "Name"): ["", "x" * 32, "x" * 33, None],
            ("UserAttributes", 0, "Value"): ["", "😀" * 2048, "x" * 2049, 1],
            ("DesiredDeliveryMediums", 0): ["PIGEON", "sms"],
            ("ClientMetadata", "k"): ["x" * 1000, None]}.items():
        for number, value in enumerate(values):
            changed = copy.deepcopy(FULL)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            yield f"{path} {number}", changed
    for name, value in [("MessageAction", "SEND"), ("MessageAction", "RESEND"),
                        ("MessageAction", "resend"), ("Organization", "acme"), ("username", "ada")]:
        yield f"{name} {value}", FULL | {name: value}
    yield "a member too many", FULL | {"UserAttributes": [{"Name": "a", "Value": "b", "X": "c"}]}
    yield "no name", FULL | {"UserAttributes": [{"Value": "b"}]}


def test_what_the_schema_accepts_and_nothing_else(tmp_path, schema):
    validator = jsonschema.Draft202012Validator(schema)
    accepted = refused = 0
    for name, value in variants():
        (tmp_path / "input.json").write_text(json.dumps(value))
        result = provisionctl(tmp_path, "create-user", "--organization", "acme", "--target",
                              "127.0.0.1:1", "--cli-input-json", f"file://{tmp_path}/input.json")
        expected = UNREACHABLE if validator.is_valid(value) else USAGE
        assert result.returncode == expected, (name, result.stderr)
        assert expected != USAGE or "--cli-input-json: " in result.stderr, name
        accepted, refused = accepted + (expected != USAGE), refused + (expected == USAGE)
    assert accepted > 20 and refused > 60


def test_the_schema_takes_what_the_api_takes(schema):
    """The members are those of botocore's model, and a full request of it is valid."""
    client = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="a",
                          aws_secret_access_key="b")
    shape = client.meta.service_model.operation_model("AdminCreateUser").input_shape
    assert set(schema["properties"]) == set(shape.members)
    assert set(shape.members["MessageAction"].enum) < set(schema["properties"]["MessageAction"]["enum"])
    jsonschema.validate(FULL, schema)


def test_the_skeleton_is_an_input(tmp_path, schema):
    result = provisionctl(tmp_path, "create-user", "--generate-cli-skeleton", "input")
    skeleton = json.loads(result.stdout)
    assert result.returncode == 0 and set(skeleton) == set(schema["properties"])
    filled = json.loads(result.stdout.replace('""', '"x"'))
    jsonschema.validate(filled, schema)
    output = provisionctl(tmp_path, "create-user", "--generate-cli-skeleton", "output")
    assert {"user", "invitation", "creation_id"} <= set(json.loads(output.stdout))


def call(tmp_path, sandboxed, *arguments):
    result = provisionctl(tmp_path, "create-user", "--organization", "acme", "--target",
                          sandboxed.target, "--validate-only", *arguments)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["effective_request"]


def test_the_input_becomes_the_request_and_options_win(tmp_path, sandboxed):
    given = json.dumps({
        "Username": "ada", "MessageAction": "SUPPRESS", "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": [{"Name": "email", "Value": "ada@example.com"}],
        "ValidationData": [{"Name": "a", "Value": "b"}], "ClientMetadata": {"k": "v"}})
    request = call(tmp_path, sandboxed, "--cli-input-json", given)
    assert request["username"] == "ada" and request["message_action"] == "SUPPRESS"
    assert request["user_attributes"] == [{"name": "email", "value": "ada@example.com"}]
    assert request["validation_data"] == [{"name": "a", "value": "b"}]
    assert request["client_metadata"] == {"k": "v"}
    assert request["desired_delivery_mediums"] == ["EMAIL"]
    own = call(tmp_path, sandboxed, "--cli-input-json", given, "--username", "bob",
               "--message-action", "SEND", "--user-attributes", "Name=email,Value=bob@example.com")
    assert (own["username"], own["message_action"]) == ("bob", "SEND")
    assert own["user_attributes"] == [{"name": "email", "value": "bob@example.com"}]


@pytest.mark.parametrize("argument", ["{", "nonsense", "file:///no/such/file.json"])
def test_what_is_no_json_is_refused_without_being_shown(tmp_path, argument):
    result = provisionctl(tmp_path, "create-user", "--organization", "acme", "--cli-input-json", argument)
    assert result.returncode == USAGE and "nonsense" not in result.stderr.split("Usage")[0]
