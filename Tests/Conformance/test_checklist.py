"""No row of the checklist is without a test that exists."""

import pathlib
import re
import urllib.request

import pytest

from checklist import CHECKLIST, NOT_SERVED

HERE = pathlib.Path(__file__).resolve().parent
ROWS = range(1, 96)


def names_of(file: str) -> set:
    if file.endswith(".swift"):
        text = (HERE.parent / file).read_text()
        return set(re.findall(r"@Test\b(?:(?!@Test\b)[\s\S])*?\bfunc\s+(\w+)", text))
    return set(re.findall(r"^def (test_\w+)", (HERE / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("row", ROWS)
def test_row_has_a_test(row):
    assert CHECKLIST.get(row) or NOT_SERVED.get(row), f"row {row} is in no table"
    for test in CHECKLIST.get(row, []):
        file, name = test.split("::")
        assert name in names_of(file), f"row {row}: {test} does not exist"


def test_no_row_is_made_up():
    assert set(CHECKLIST) | set(NOT_SERVED) == set(ROWS)


def test_what_is_not_served_says_why():
    """Every other row is served, whole."""
    assert set(NOT_SERVED) == {91, 92, 93}
    assert all(len(reason) > 20 for reason in NOT_SERVED.values())


def test_what_is_not_served_is_not_there(sandboxed):
    """Whoever brings it takes it off the list, and puts tests in its place."""
    with urllib.request.urlopen(f"http://127.0.0.1:{sandboxed.admin_port}/metrics",
                                timeout=10) as answer:
        text = answer.read().decode()
    assert ("compressed_message_size" in text) == (91 not in NOT_SERVED)


def test_a_test_that_is_not_there_is_found():
    assert "test_row_has_a_test" in names_of("test_checklist.py")
    assert "test_nothing" not in names_of("test_checklist.py")
