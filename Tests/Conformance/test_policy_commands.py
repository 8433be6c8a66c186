"""`provisiond policy check | test | schema | explain` on documents, as an operator uses them."""

import json
import pathlib
import subprocess

import jsonschema
import pytest
import yaml

from daemon import ROOT, binary, environment

EXAMPLE = ROOT / "deploy" / "policy.example.yaml"
CASES = ROOT / "deploy" / "policy.example.cases.yaml"
POLICIES = pathlib.Path(__file__).parent / "policies"
CONFIGURATION = 78


def policy(tmp_path, *arguments):
    return subprocess.run([binary("provisiond"), "policy", *map(str, arguments)],
                          env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True,
                          timeout=60)


def broken_documents():
    """Name, text, and whether a schema can see what is wrong (~: what rules mean together)."""
    for section in (POLICIES / "broken.txt").read_text().split("== ")[1:]:
        name, _, text = section.partition("\n")
        yield name.removesuffix(" ~"), text, not name.endswith(" ~")


def test_each_broken_document_gets_its_line(tmp_path):
    """The golden file holds file, line, column, key, what is wrong, and what is accepted."""
    lines = []
    for name, text, _ in broken_documents():
        (tmp_path / "policy.yaml").write_text(text)
        result = policy(tmp_path, "check", "policy.yaml")
        assert (result.returncode, result.stdout) == (CONFIGURATION, ""), name
        lines.append(f"{name}\n    {result.stderr}")
    golden = (POLICIES / "broken.golden").read_text()
    assert len(lines) >= 30 and "".join(lines) == golden


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    result = policy(tmp_path_factory.mktemp("schema"), "schema")
    assert result.returncode == 0
    return json.loads(result.stdout)


def is_valid(schema, text):
    """Whether a document is one, by YAML and by the schema."""
    class Unique(yaml.SafeLoader):
        def construct_mapping(self, node, deep=False):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys))
            return super().construct_mapping(node, deep)

    try:
        document = yaml.load(text, Unique)
    except (yaml.YAMLError, AssertionError):
        return False
    return jsonschema.Draft202012Validator(schema).is_valid(document)


def test_the_schema_is_one(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_takes_the_example(schema):
    assert is_valid(schema, EXAMPLE.read_text())
    (readme,) = [block for block in (ROOT / "README.md").read_text().split("```yaml\n")[1:]
                 if block.startswith("version: 1")]
    assert is_valid(schema, readme.partition("```")[0])


@pytest.mark.parametrize("text", [text for _, text, is_seen in broken_documents() if is_seen],
                         ids=[name for name, _, is_seen in broken_documents() if is_seen])
def test_the_schema_refuses_each_broken_shape(schema, text):
    assert not is_valid(schema, text)


def test_the_schema_takes_what_only_contradicts_itself(schema):
    """So that nobody takes an editor's silence for `policy check`."""
    for name, text, is_seen in broken_documents():
        assert is_seen or is_valid(schema, text), name


def test_the_example_is_accepted_and_does_what_its_cases_say(tmp_path):
    assert policy(tmp_path, "check", EXAMPLE).returncode == 0
    result = policy(tmp_path, "test", EXAMPLE, CASES)
    assert (result.returncode, result.stderr) == (0, "")
    count = len(yaml.safe_load(CASES.read_text())["cases"])
    assert result.stdout == f"{CASES}: {count} cases, 0 not as expected\n"


def test_a_case_that_comes_to_something_else_shows_the_difference(tmp_path):
    cases = """
cases:
  - name: a robot is welcomed
    request: {organization: acme, username: R2, user_attributes: {email: r2@example.test}}
    effective: {username: r2, message_action: SEND, client_metadata: {}}
    decisions: ["fixed user_attributes[email_verified] company.attributes.verified[0]", "nothing"]
  - {name: refused, request: {organization: acme, username: ada}, effective: {username: ada}}
  - {name: allowed, request: {organization: acme, username: ada,
     user_attributes: {email: a@example.com}}, refused: {code: PERMISSION_DENIED}}
  - {name: another reason, request: {organization: acme, username: ada},
     refused: {code: INVALID_ARGUMENT, fields: [username]}}
  - {name: nobody, caller: who, request: {organization: acme}, refused: {code: UNAUTHENTICATED}}
"""
    (tmp_path / "cases.yaml").write_text(cases)
    result = policy(tmp_path, "test", EXAMPLE, "cases.yaml")
    assert (result.returncode, result.stderr) == (1, "")
    for line in ["a robot is welcomed", "  message_action", "    expected: SEND",
                 "    is:       SUPPRESS", "  decision is missing: nothing",
                 "  decision was not expected: normalized username company.username.normalize",
                 "  expected to be allowed, but it is refused:", "    code: INVALID_ARGUMENT",
                 "  expected to be refused, but it is allowed", "    expected: [username]",
                 "  caller: the document has no who", "cases.yaml: 5 cases, 5 not as expected"]:
        assert line in result.stdout.splitlines(), (line, result.stdout)


@pytest.mark.parametrize("cases, problem", [
    ("cases: []", "cases: no case"), ("case: []", "did you mean cases?"),
    ("cases: [{name: a, request: {user: b}, refused: {}}]", "unknown key"),
    ("cases: [{name: a, request: {}}]", "nothing is expected"),
    ("cases: [{name: a, request: {}, refused: {}, effective: {}}]", "contradicts"),
    ("", "empty")])
def test_a_broken_file_of_cases_is_refused(tmp_path, cases, problem):
    (tmp_path / "cases.yaml").write_text(cases)
    result = policy(tmp_path, "test", EXAMPLE, "cases.yaml")
    assert result.returncode == CONFIGURATION
    assert result.stderr.startswith("provisiond: cases.yaml:1:") and problem in result.stderr


def test_explain_says_which_rule_decides(tmp_path):
    result = policy(tmp_path, "explain", EXAMPLE, "--organization", "acme", "--request",
                    "{username: R2, user_attributes: {email: r2@example.test}, message_action: SEND}")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    for line in ["  default: SUPPRESS  # organizations.acme", "  allow: [EMAIL, SMS]  # company",
                 "  suppressed message_action company.message_action.suppress_when[0]",
                 "  message_action: SUPPRESS", "  normalized username company.username.normalize"]:
        assert line in lines, (line, result.stdout)
    refused = policy(tmp_path, "explain", EXAMPLE, "--organization", "acme", "--request",
                     "{username: ada, force_alias_creation: true}")
    assert "  code: PERMISSION_DENIED" in refused.stdout.splitlines()
    unknown = policy(tmp_path, "explain", EXAMPLE, "--organization", "acm")
    assert unknown.returncode == CONFIGURATION and "did you mean acme?" in unknown.stderr
