"""The join with CloudTrail: by the request's id, else by the user's sub, both ways."""

import json
import subprocess
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from audit_trail import AuditedService, LIMIT, POOLS
from daemon import binary, environment
from protocol import audit

FOUND, REFUSED = 1, 65


def call(request, sub=None, *, name="AdminCreateUser", at=None, pool=POOLS["acme"], **fields) -> dict:
    """An event as CloudTrail writes it: the user's name is hidden."""
    at = at or datetime.now(timezone.utc)
    event = {
        "eventVersion": "1.08", "eventID": str(uuid.uuid4()), "eventName": name,
        "eventSource": "cognito-idp.amazonaws.com", "awsRegion": pool.split("_")[0],
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "requestID": request,
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/x/y"},
        "requestParameters": {"userPoolId": pool, "username": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "responseElements": None, "readOnly": False}
    if sub:
        event["additionalEventData"] = {"sub": sub}
    return event | fields


@pytest.fixture(scope="module")
def server(directory):
    with AuditedService(directory) as server:
        for number in range(6):
            server.make("globex" if number == 5 else "acme")
        yield server


@pytest.fixture(scope="module")
def made(server):
    """Outcomes of creations, oldest first."""
    return server.list(kind=audit.AUDIT_EVENT_KIND_CREATED)[::-1]


@pytest.fixture
def calls(made):
    """What CloudTrail has seen of them, and of the time around them."""
    now = datetime.now(timezone.utc)
    return [
        call("x", name="AdminGetUser", at=now - timedelta(minutes=5)),
        *[call(e.upstream.request_id, e.sub, pool=e.user_pool_id) for e in made],
        call("y", name="AdminGetUser", at=now + timedelta(minutes=5))]


def join(server, documents, *options) -> subprocess.CompletedProcess:
    files = []
    for number, document in enumerate(documents):
        files.append(server.directory / f"trail-{number}.json")
        files[-1].write_text(document)
    return subprocess.run(
        [binary("provisiond"), "journal", "reconcile-cloudtrail", *map(str, files), "--journal",
         f"sqlite:{server.journal}", *options], capture_output=True, text=True, timeout=LIMIT,
        cwd=server.directory, env=environment(server.directory))


def test_everything_is_known_to_both(server, calls):
    half = len(calls) // 2
    documents = [json.dumps({"Records": calls[:half]}),
                 "\n".join(json.dumps(event) for event in calls[half:])]
    result = join(server, documents)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == (
        "6 calls in CloudTrail: 6 joined by request id, 0 by sub, 0 around the service, 0 failed "
        "without a record; 0 records without an event\n")


def test_a_user_around_the_service(server, calls):
    stranger = call(str(uuid.uuid4()), "sub-of-a-stranger")
    refused = call(str(uuid.uuid4()), errorCode="UsernameExistsException")
    result = join(server, [json.dumps({"Records": [*calls, stranger, refused]})])
    found, summary = result.stdout.splitlines()
    assert result.returncode == FOUND and found.startswith("around the service: ")
    for text in [stranger["requestID"], stranger["eventID"], "sub-of-a-stranger", POOLS["acme"],
                 stranger["userIdentity"]["arn"], "AdminCreateUser"]:
        assert text in found
    assert "1 around the service, 1 failed without a record" in summary


def test_a_record_without_an_event(server, calls, made):
    gone = calls.pop(2)
    result = join(server, [json.dumps({"Records": calls})])
    found, summary = result.stdout.splitlines()
    assert result.returncode == FOUND and found.startswith("without an event: ")
    assert made[1].event_id in found and made[1].creation_id in found and gone["requestID"] in found
    assert "1 records without an event" in summary


def test_what_the_files_do_not_cover_needs_no_event(server, calls):
    result = join(server, [json.dumps({"Records": calls[:1]})])
    assert (result.returncode, result.stdout.count("\n")) == (0, 1)


def test_a_lost_answer_is_joined_by_sub(server, calls):
    calls[1]["requestID"] = str(uuid.uuid4())
    result = join(server, [json.dumps({"Records": calls})])
    # The record has another id of a request: it is that of the look-up that found the user.
    assert result.returncode == 0
    assert "5 joined by request id, 1 by sub, 0 around the service" in result.stdout


def test_one_pool(server, calls):
    stranger = call(str(uuid.uuid4()), "other", pool=POOLS["globex"])
    documents = [json.dumps({"Records": [*calls, stranger]})]
    assert join(server, documents, "--user-pool-id", POOLS["acme"]).returncode == 0
    assert join(server, documents, "--user-pool-id", POOLS["globex"]).returncode == FOUND


@pytest.mark.parametrize("text", ["", "{", '{"Records": 1}', "\x1f\x8b\x08", '{"Records": []} x'])
def test_what_is_no_file_of_cloudtrail(server, text):
    result = join(server, [text])
    if not text:
        assert result.returncode == 0
        return
    assert result.returncode == REFUSED and result.stderr.count("\n") == 1


def test_what_a_file_says_does_not_act_on_a_terminal(server, calls):
    hostile = call("\x1b[31m" + "r" * 8, "\u202esub\n")
    result = join(server, [json.dumps({"Records": [*calls, hostile]})])
    assert "\x1b" not in result.stdout and "\u202e" not in result.stdout
    assert len(result.stdout.splitlines()) == 2
