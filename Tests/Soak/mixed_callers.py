"""The uneven part of the load: callers who create users through faults, repeat, look up, search,
follow the trail, and send what is refused."""

import collections
import random
import threading
import time
import uuid

import grpc

from service import FAULTY, SoakedService, protocol

v1, audit = protocol.v1, protocol.audit
CALLERS = 16
PAUSE_SECONDS = 0.2
# A connection lives for so many calls, so that certificates that rotate are met.
CALLS_OF_A_CONNECTION = 50
CALL_LIMIT_SECONDS = 30
VERDICT_LIMIT_SECONDS = 300
REPEATED = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.ABORTED,
            grpc.StatusCode.DEADLINE_EXCEEDED}


class MixedCallers:
    """`created` holds the sub of each name, once it is known; `problems` what must not happen."""

    def __init__(self, service: SoakedService, seed: int):
        self.service = service
        self.stopping = threading.Event()
        self.created: dict[str, str] = {}
        self.problems: list[str] = []
        self.refused = collections.Counter()
        self.calls = collections.Counter()
        self._lock = threading.Lock()
        courses = [(self._call, seed + number) for number in range(CALLERS)]
        # Daemons: an interrupted soak ends.
        self.threads = [threading.Thread(target=self._guarded, args=course, daemon=True)
                        for course in [*courses, (self._follow, seed)]]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(VERDICT_LIMIT_SECONDS + CALL_LIMIT_SECONDS)
            if thread.is_alive():
                self.problems.append("a caller did not end")

    def _guarded(self, work, seed):
        try:
            work(random.Random(seed))
        except Exception as error:
            self.problems.append(repr(error))
            raise

    def _call(self, source: random.Random):
        courses = [self._create, self._create, self._validate, self._list, self._be_refused]
        while not self.stopping.is_set():
            with self.service.channel() as channel:
                users = protocol.v1_grpc.UserProvisioningServiceStub(channel)
                trail = protocol.audit_grpc.AuditServiceStub(channel)
                for _ in range(CALLS_OF_A_CONNECTION):
                    if self.stopping.wait(PAUSE_SECONDS):
                        return
                    source.choice(courses)(users, trail)

    def _create(self, users, _):
        """Repeats its request until there is an answer: whatever was lost, there is one user."""
        name = f"faulty-{uuid.uuid4()}"
        request = v1.CreateUserRequest(
            organization=FAULTY, username=name, request_id=str(uuid.uuid4()),
            user_attributes=protocol.attributes({"email": f"{name}@example.com"}))
        limit = time.monotonic() + VERDICT_LIMIT_SECONDS
        while time.monotonic() < limit:
            try:
                answer = users.CreateUser(request, timeout=CALL_LIMIT_SECONDS)
            except grpc.RpcError as error:
                self._count("create", error.code())
                if error.code() not in REPEATED:
                    raise
                time.sleep(1)
                continue
            self._count("create", grpc.StatusCode.OK)
            users.GetCreation(v1.GetCreationRequest(creation_id=answer.creation_id),
                              timeout=CALL_LIMIT_SECONDS)
            self._count("get", grpc.StatusCode.OK)
            with self._lock:
                self.created[name] = answer.user.sub
            return
        raise TimeoutError(f"no verdict within {VERDICT_LIMIT_SECONDS} s")

    def _validate(self, users, _):
        users.CreateUser(
            v1.CreateUserRequest(organization=FAULTY, username="faulty-never", validate_only=True),
            timeout=CALL_LIMIT_SECONDS)
        self._count("validate", grpc.StatusCode.OK)

    def _list(self, _, trail):
        trail.ListAuditEvents(audit.ListAuditEventsRequest(page_size=50), timeout=CALL_LIMIT_SECONDS)
        self._count("list", grpc.StatusCode.OK)

    def _be_refused(self, users, _):
        try:
            users.CreateUser(v1.CreateUserRequest(organization="nobody", username="x"),
                             timeout=CALL_LIMIT_SECONDS)
        except grpc.RpcError as error:
            self._count("refused", error.code())
            if error.code() != grpc.StatusCode.PERMISSION_DENIED:
                raise

    def _follow(self, _):
        """Reads the whole of the trail as it is written."""
        with self.service.channel() as channel:
            trail = protocol.audit_grpc.AuditServiceStub(channel)
            tail = trail.TailAuditEvents(audit.TailAuditEventsRequest())
            threading.Thread(target=lambda: (self.stopping.wait(), tail.cancel()),
                             daemon=True).start()
            try:
                for _ in tail:
                    self.calls["tailed"] += 1
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.CANCELLED:
                    raise

    def _count(self, kind: str, code: grpc.StatusCode):
        with self._lock:
            self.calls[kind] += 1
            if code != grpc.StatusCode.OK:
                self.refused[code.name] += 1
