"""Single bits that a disk turned over: each one that changes a record is found, and named with the
record's index. BIT_FLIPS sets how many (60; the goal is 300)."""

import os
import random
import re
import sqlite3
import subprocess

import durability_report
from daemon import Provisiond, binary, upstream_settings
from test_exactly_once import POLICY, request
from user_pool import UserPool

FLIPS = int(os.environ.get("BIT_FLIPS", "60"))
CREATIONS = 60
FOUND = 1
ENDS = {0, FOUND, 74, 78}


def row(path, seq):
    """As SQLite itself reads it, one for one; an error is a value."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.text_factory = bytes
    try:
        return database.execute("SELECT * FROM audit_record WHERE seq = ?", [seq]).fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return type(error)
    finally:
        database.close()


def test_each_flip_of_a_record_is_named(tmp_path, upstream):
    UserPool(upstream)
    service = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port))
    with service:
        for _ in range(CREATIONS):
            assert service.create(request()).creation_id
    content = service.journal.read_bytes()
    count, sound = 2 * CREATIONS + 2, [row(service.journal, seq + 1) for seq in range(122)]
    assert all(len(rows) == 1 for rows in sound) and row(service.journal, count + 1) == []
    generator, copy = random.Random(20251121), tmp_path / "flipped.db"
    tally = {"record": 0, "other": 0, "found": 0}
    for _ in range(FLIPS):
        place, bit = generator.randrange(len(content)), generator.randrange(8)
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        copy.write_bytes(flipped)
        found = [row(copy, seq + 1) for seq in range(count)]
        changed = [seq for seq in range(count) if found[seq] != sound[seq]]
        result = subprocess.run([binary("provisiond"), "journal", "verify", f"sqlite:{copy}"],
                                capture_output=True, text=True, timeout=60)
        text = f"bit {bit} of byte {place}: {result.returncode} {result.stdout}{result.stderr}"
        assert result.returncode in ENDS, text
        tally["found"] += result.returncode != 0
        # In the schema, or in the header: no table can be read at all.
        if not changed or all(isinstance(rows, type) for rows in found):
            tally["other"] += 1
            assert not changed or result.returncode != 0, text
            continue
        tally["record"] += 1
        assert result.returncode == FOUND, text
        named = re.search(r"at index (\d+)", result.stdout)
        assert named and int(named[1]) == changed[0], f"{text}; changed: {changed}"
    durability_report.report(
        f"{FLIPS} bits turned over: {tally['record']} in records, all named; "
        f"{tally['found']} found")
    assert tally["record"] > FLIPS / 4
