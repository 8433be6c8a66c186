"""No key of the policy's schema is without a test that goes through the wire."""

import json
import subprocess

import pytest

from daemon import binary
from knobs import KNOBS
from test_checklist import HERE, names_of


def leaves(schema, way=()):
    """The ways to the keys that have no keys of their own; names that are free are left out."""
    for name, shape in schema.get("properties", {}).items():
        yield from list(leaves(shape, (*way, name))) or [(*way, name)]
    inside = [schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", [])]
    for shape in inside:
        if isinstance(shape, dict):
            yield from leaves(shape, way)


def knob(way) -> str:
    """Without the level that a rule stands at; a lock is the same beside any key."""
    way = way[1:] if way[0] in {"company", "organizations"} else way
    return "locked" if way[-1] == "locked" else ".".join(way)


@pytest.fixture(scope="module")
def keys():
    result = subprocess.run([binary("provisiond"), "policy", "schema"], capture_output=True,
                            text=True, check=True)
    return {knob(way) for way in leaves(json.loads(result.stdout))}


def test_each_key_has_a_test(keys):
    assert keys - set(KNOBS) == set(), "keys of the schema without a test"
    assert set(KNOBS) - keys == set(), "the schema does not have these"
    assert len(keys) > 50


@pytest.mark.parametrize("name", KNOBS)
def test_the_tests_are_there_and_know_the_key(name):
    assert KNOBS[name]
    for test in KNOBS[name]:
        file, function = test.split("::")
        assert function in names_of(file), f"{test} does not exist"
        assert name.rpartition(".")[2] in (HERE / file).read_text(), f"{file} never says {name}"


def test_a_new_key_is_found(keys):
    schema = {"properties": {"company": {"properties": {"username": {"properties": {"new": {}}}}}}}
    assert [knob(way) for way in leaves(schema)] == ["username.new"]
    assert "username.new" not in KNOBS
