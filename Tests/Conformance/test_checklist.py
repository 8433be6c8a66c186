"""No row of the checklist is without a test that exists."""

import pathlib
import re

import pytest

from checklist import CHECKLIST

HERE = pathlib.Path(__file__).resolve().parent
ROWS = range(1, 96)


def names_of(file: str) -> set:
    if file.endswith(".swift"):
        text = (HERE.parent / file).read_text()
        return set(re.findall(r"@Test\b(?:(?!@Test\b)[\s\S])*?\bfunc\s+(\w+)", text))
    return set(re.findall(r"^def (test_\w+)", (HERE / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("row", ROWS)
def test_row_has_a_test(row):
    assert CHECKLIST.get(row), f"row {row} has no test"
    for test in CHECKLIST[row]:
        file, name = test.split("::")
        assert name in names_of(file), f"row {row}: {test} does not exist"


def test_no_row_is_made_up():
    assert set(CHECKLIST) == set(ROWS)


def test_a_test_that_is_not_there_is_found():
    assert "test_row_has_a_test" in names_of("test_checklist.py")
    assert "test_nothing" not in names_of("test_checklist.py")
