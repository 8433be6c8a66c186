"""The walk of an auditor in the README: every command of it runs, and says what the text says."""

import json
import os
import pathlib
import re
import subprocess
import uuid

import pytest

import protocol
import test_cloudtrail as cloudtrail
from daemon import Provisiond, binary
from protocol import audit, v1
from readme import blocks, commands, section
from sandbox_policy import POLICY

LIMIT = 60
NAME = "ann@example.com"


def walked() -> list[str]:
    return commands("".join(blocks(section("### An auditor's walk", "\n### "), "console")))


def seen(server, created) -> dict:
    """The creation as CloudTrail has it."""
    events = server.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(creation_id=created.creation_id), timeout=LIMIT).events
    (event,) = [e for e in events if e.kind == audit.AUDIT_EVENT_KIND_CREATED]
    return cloudtrail.call(event.upstream.request_id, event.sub, pool=event.user_pool_id)


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """What each command printed, by the order of the section."""
    directory = tmp_path_factory.mktemp("walk")
    with Provisiond(directory, POLICY, {}, "--sandbox") as server:
        created = server.users.CreateUser(
            v1.CreateUserRequest(
                organization="acme", username=NAME,
                user_attributes=protocol.attributes({"email": NAME})),
            timeout=LIMIT, metadata=[("x-on-behalf-of", "ticket-4711")])
        assert server.create(v1.CreateUserRequest(organization="nobody")).executed == "no"
        (directory / "cloudtrail.json").write_text(json.dumps({"Records": [seen(server, created)]}))
        programs = directory / "programs"
        programs.mkdir()
        for name in ["provisiond", "provisionctl"]:
            os.symlink(binary(name), programs / name)
        settings = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}",
                        PROVISIONCTL_TARGET=server.target, CREATION=created.creation_id)
        printed = []
        for command in walked():
            done = subprocess.run(
                ["sh", "-c", command], cwd=directory, env=settings, capture_output=True, text=True,
                timeout=LIMIT)
            # Where standard output could hold records, the last word is on standard error.
            said = done.stderr if "journal export" not in command else ""
            assert (done.returncode, said) == (0, ""), f"{command}\n{done.stderr}"
            printed.append((command, done.stdout))
        yield printed, created, server


def outputs(walk, beginning: str) -> list[str]:
    found = [output for command, output in walk[0] if command.startswith(beginning)]
    assert found, beginning
    return found


def test_the_creation_is_found_and_then_no_more(walk):
    created = walk[1]
    before, after = outputs(walk, "provisionctl audit list --organization acme --username")
    for text in ["kind: CREATED", created.creation_id, "ticket-4711", created.policy_digest,
                 created.user.sub, "caller: "]:
        assert text in before
    assert created.creation_id not in after


def test_the_policy_is_the_one_that_was_checked(walk):
    (printed,) = outputs(walk, "provisiond policy check")
    assert walk[1].policy_digest in printed


@pytest.mark.parametrize("kind", ["DENIED", "STARTED", "AUDIT_QUERIED", "KEYS_DESTROYED"])
def test_what_the_service_and_its_operators_did_is_there(walk, kind):
    (printed,) = outputs(walk, f"provisionctl audit list --kind {kind}")
    assert kind in printed.replace(f"--kind {kind}", "")


def test_the_journal_is_sound_before_and_after(walk):
    printed = outputs(walk, "provisiond journal verify")
    assert len(printed) == 2 and all("sound" in text for text in printed)


def test_the_export_has_the_creation_and_not_the_name(walk):
    lines = (walk[2].directory / "records.jsonl").read_text().splitlines()
    assert [line for line in lines if walk[1].creation_id in line]
    assert all(json.loads(line) and NAME not in line for line in lines)


def test_cloudtrail_knows_of_nobody_else(walk):
    (printed,) = outputs(walk, "provisiond journal reconcile-cloudtrail")
    assert "0 around the service" in printed


def test_the_person_is_forgotten(walk):
    (erased,) = outputs(walk, "provisiond journal erase")
    assert walk[1].creation_id in erased
    (listed,) = outputs(walk, "provisiond journal keys list")
    assert re.search(r"^epoch 1: LIVE", listed, re.MULTILINE)
    assert re.search(r"^epoch 2: CURRENT", listed, re.MULTILINE)
    keys = pathlib.Path(f"{walk[2].journal}.keys")
    assert not (keys / "hmac-1.key").exists() and (keys / "hmac-2.key").exists()
    data = b"".join(path.read_bytes() for path in walk[2].directory.glob("journal.db*")
                    if path.is_file())
    assert NAME.encode() not in data


def test_a_repeat_is_told(tmp_path):
    """What a caller gets whose creation was erased: never a second user."""
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server:
        asked = v1.CreateUserRequest(
            organization="acme", username=NAME, request_id=str(uuid.uuid4()),
            user_attributes=protocol.attributes({"email": NAME}))
        made = server.create(asked)
        url = f"sqlite:{server.journal}"
        done = subprocess.run(
            [binary("provisiond"), "journal", "erase", url, "--creation", made.creation_id],
            capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stderr
        refused = server.create(asked)
        assert (refused.code, refused.reason, refused.executed) == (
            "FAILED_PRECONDITION", "CREATION_ERASED", "yes")
        found = server.users.GetCreation(
            v1.GetCreationRequest(creation_id=made.creation_id), timeout=LIMIT).creation
        assert found.state == v1.CREATION_STATE_SUCCEEDED and not found.HasField("response")
