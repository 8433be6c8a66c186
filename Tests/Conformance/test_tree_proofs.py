"""The proofs of the journal's tree, held against RFC 6962 by a verifier of our own making."""

import base64
import hashlib
import json
import os
import random
import subprocess

import pytest

from daemon import binary
from transparency import is_consistent, is_included, leaf_hash, tree_hash

SIZE = int(os.environ.get("TREE_PROOFS_SIZE", "300"))
MUTATIONS = int(os.environ.get("TREE_PROOFS_MUTATIONS", "10000"))
LIMIT_SECONDS = 600


@pytest.fixture(scope="module")
def leaves() -> list[bytes]:
    return [leaf_hash(f"record {number}".encode()) for number in range(SIZE)]


@pytest.fixture(scope="module")
def trees(leaves) -> list[dict]:
    """The roots and paths of the tree of 1 record, of 2, and so on."""
    lines = "".join(base64.b64encode(leaf).decode() + "\n" for leaf in leaves)
    result = subprocess.run([binary("tree-proofs")], input=lines, capture_output=True, text=True,
                            timeout=LIMIT_SECONDS, check=True)
    trees = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(trees) == SIZE
    for tree in trees:
        tree["root"] = base64.b64decode(tree["root"])
        for kind in ["inclusion", "consistency"]:
            tree[kind] = [[base64.b64decode(step) for step in path] for path in tree[kind]]
    return trees


def test_every_root_is_that_of_the_rfc(trees, leaves):
    for size, tree in enumerate(trees, 1):
        assert tree["root"] == tree_hash(leaves[:size]), size


def test_every_inclusion_proof_is_accepted(trees, leaves):
    for size, tree in enumerate(trees, 1):
        assert len(tree["inclusion"]) == size
        for index, path in enumerate(tree["inclusion"]):
            assert is_included(leaves[index], index, size, path, tree["root"]), (index, size)


def test_every_consistency_proof_is_accepted(trees):
    for size, tree in enumerate(trees, 1):
        assert len(tree["consistency"]) == size
        for first, path in enumerate(tree["consistency"], 1):
            assert is_consistent(first, trees[first - 1]["root"], size, tree["root"], path), (
                first, size)


def mutated(generator, path: list[bytes]) -> list[bytes]:
    """Another path than this one."""
    path, place = list(path), generator.randrange(len(path) + 1)
    kind = generator.choice(["flip", "drop", "add", "swap"] if path else ["add"])
    if kind == "add":
        path.insert(place, hashlib.sha256(generator.randbytes(8)).digest())
    elif kind == "drop":
        path.pop(place % len(path))
    elif kind == "swap" and len(set(path)) > 1:
        first, second = generator.sample(range(len(path)), 2)
        path[first], path[second] = path[second], path[first]
    else:
        place %= len(path)
        step = bytearray(path[place])
        step[generator.randrange(len(step))] ^= 1 << generator.randrange(8)
        path[place] = bytes(step)
    return path


def test_mutated_proofs_are_refused(trees, leaves):
    generator = random.Random(20251121)
    for number in range(MUTATIONS // 2):
        size = generator.randrange(2, SIZE + 1)
        tree, index = trees[size - 1], generator.randrange(size)
        path = tree["inclusion"][index]
        assert is_included(leaves[index], index, size, path, tree["root"])
        match number % 5:
            case 0:
                other = generator.choice([i for i in range(size) if i != index])
                assert not is_included(leaves[index], other, size, path, tree["root"])
            case 1:
                other = generator.choice([i for i in range(size) if i != index])
                assert not is_included(leaves[other], index, size, path, tree["root"])
            case 2:
                other = trees[generator.choice([i for i in range(SIZE) if i != size - 1])]
                assert not is_included(leaves[index], index, size, path, other["root"])
            case _:
                changed = mutated(generator, path)
                assert not is_included(leaves[index], index, size, changed, tree["root"])
    for number in range(MUTATIONS - MUTATIONS // 2):
        size = generator.randrange(2, SIZE + 1)
        tree, first = trees[size - 1], generator.randrange(1, size)
        path, first_root = tree["consistency"][first - 1], trees[first - 1]["root"]
        assert is_consistent(first, first_root, size, tree["root"], path)
        match number % 5:
            case 0:
                other = trees[generator.choice([i for i in range(SIZE) if i != first - 1])]["root"]
                assert not is_consistent(first, other, size, tree["root"], path)
            case 1:
                other = trees[generator.choice([i for i in range(SIZE) if i != size - 1])]["root"]
                assert not is_consistent(first, first_root, size, other, path)
            case _:
                changed = mutated(generator, path)
                assert not is_consistent(first, first_root, size, tree["root"], changed)
