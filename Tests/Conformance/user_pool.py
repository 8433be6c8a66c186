"""A user pool that keeps its users, loses answers on demand, and looks into the service's journal
before it does anything: whatever arrives must have been written down."""

import json
import pathlib
import sqlite3
import threading
import time
import uuid

from upstream import Answer, CapturingUpstream, Captured, error

LOST = Answer(raw=b"")
EXISTS = ("UsernameExistsException", "User account already exists")


class UserPool:
    """Behind a capturing upstream. `course` decides what becomes of each creation."""

    def __init__(self, upstream: CapturingUpstream, journal: pathlib.Path | None = None):
        self.users: dict[str, dict] = {}
        self.created: list[str] = []
        # Requests that came without an intent in the journal.
        self.unannounced: list[str] = []
        self.journal = journal
        self.course = lambda name: "normal"
        self.denies_lookups = False
        self._lock = threading.Lock()
        upstream.reset(self.create, self.look_up)

    def add(self, name: str, age_seconds: float = 0, attributes=()):
        now = time.time() - age_seconds
        self.users[name] = {
            "Username": name, "Enabled": True, "UserStatus": "FORCE_CHANGE_PASSWORD",
            "UserCreateDate": round(now, 3), "UserLastModifiedDate": round(now, 3),
            "Attributes": [*attributes, {"Name": "sub", "Value": str(uuid.uuid4())}]}

    def create(self, call: Captured) -> Answer:
        request = call.json
        name = request["Username"]
        self._look_into_the_journal(request)
        course = self.course(name)
        if course == "lost-request":
            return LOST
        if course == "invalid":
            return error("InvalidParameterException", "no")
        if course == "throttled":
            return error("TooManyRequestsException", "Rate exceeded")
        with self._lock:
            if name in self.users:
                return error(*EXISTS)
            self.add(name, attributes=request.get("UserAttributes", []))
            self.created.append(name)
        if course == "lost-answer":
            return LOST
        if course == "500-after-commit":
            return error("InternalErrorException", "no", 500)
        if course == "slow":
            return Answer(self._user(name), delay=1)
        return Answer(self._user(name))

    def _user(self, name: str) -> bytes:
        return json.dumps({"User": self.users[name]}).encode()

    def look_up(self, call: Captured) -> Answer:
        if self.denies_lookups:
            return error("AccessDeniedException", "not authorized to perform AdminGetUser")
        user = self.users.get(call.json["Username"])
        if user is None:
            return error("UserNotFoundException", "User does not exist.")
        found = {key: value for key, value in user.items() if key != "Attributes"}
        return Answer(json.dumps(found | {"UserAttributes": user["Attributes"]}).encode())

    def _look_into_the_journal(self, request):
        """By the request id, which the policy of these tests hands through. For the record, not for
        the state: whoever sent this may be dead, and another have taken the creation over, when it
        is read here."""
        if self.journal is None:
            return
        database = sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=10)
        try:
            rows = database.execute(
                "SELECT count(*) FROM audit_record WHERE request_id = ? AND kind = 'intended'",
                (request["ClientMetadata"]["request"],)).fetchone()
        finally:
            database.close()
        if rows[0] == 0:
            self.unannounced.append(request["Username"])
