"""Patterns of user names, held against Python's regular expressions."""

import random
import re

from policy_calls import RuledService
from protocol import Refusal

ATOMS = ["a", "b", "0", "[ab]", "[a-f0-9]", "[^a]", "é", r"\.", r"\-", "[._-]", "(a|b0)", "(ab|a|b)"]
REPEATS = ["", "", "", "?", "{2}", "{1,3}", "{0,2}", "{3,9}"]
ALPHABET = "aaabbb00.é_f"


def patterns(dice, count):
    for _ in range(count):
        branches = ["".join(dice.choice(ATOMS) + dice.choice(REPEATS)
                            for _ in range(dice.randint(1, 4)))
                    for _ in range(dice.randint(1, 3))]
        yield "|".join(branches)


def test_patterns_match_as_in_python(directory, upstream):
    dice = random.Random(4)
    rules = {f"o{number}": {"username": {"pattern": pattern}}
             for number, pattern in enumerate(patterns(dice, 60))}
    matches = 0
    with RuledService(directory / "random", upstream, rules) as service:
        for organization, rule in rules.items():
            pattern = rule["username"]["pattern"]
            for _ in range(20):
                name = "".join(dice.choice(ALPHABET) for _ in range(dice.randint(1, 4)))
                answer = service.call(organization, username=name, validate_only=True)
                expected = re.fullmatch(pattern, name) is not None
                assert isinstance(answer, Refusal) != expected, (pattern, name, answer)
                matches += expected
    assert 50 < matches < 1000


def test_a_catastrophic_pattern_freezes_nothing(directory, upstream):
    """Each of them takes a backtracking matcher longer than a test may run."""
    rules = {"a": {"username": {"pattern": "((a|a){1,20}){1,20}b"}},
             "b": {"username": {"pattern": "(a?){60}a{60}"}},
             "c": {"username": {"pattern": "(a|aa){1,100}!"}}}
    with RuledService(directory / "slow", upstream, rules) as service:
        for organization in rules:
            for name in ["a" * 30, "a" * 128]:
                service.call(organization, username=name, validate_only=True)
        assert not isinstance(service.call("b", username="a" * 60, validate_only=True), Refusal)
