"""A service whose audit trail is read: callers with their tokens, users, and what can be asked."""

import hashlib
import queue
import threading
import uuid

import grpc

from daemon import Provisiond
from protocol import attributes, audit, v1

POOLS = {"acme": "us-east-1_AbCd12345", "globex": "eu-west-1_XyZ987654"}
LIMIT = 60


def token(caller: str) -> str:
    """As long as a real one; of letters."""
    return hashlib.sha256(caller.encode()).hexdigest()


def entry(caller: str, organizations: list, permissions: list) -> str:
    digest = hashlib.sha256(token(caller).encode()).hexdigest()
    return (f"  - {{id: {caller}, token_sha256: {digest}, organizations: {organizations}, "
            f"permissions: {permissions}}}\n")


def policy(*others: str) -> str:
    return "".join([
        "version: 1\n", "organizations:\n",
        "  acme:\n", f"    user_pools: [{{id: {POOLS['acme']}}}]\n",
        "    username: {normalize: [trim, lowercase]}\n",
        "  globex:\n", f"    user_pools: [{{id: {POOLS['globex']}}}]\n", "callers:\n",
        entry("writer", ["acme", "globex"], ["users.create"]),
        entry("other-writer", ["acme", "globex"], ["users.create"]),
        entry("auditor", ["*"], ["audit.read"]), entry("acme-auditor", ["acme"], ["audit.read"]),
        *others])


def credentials(caller: str) -> list:
    return [("authorization", f"Bearer {token(caller)}")]


class AuditedService(Provisiond):
    """The service on its sandbox."""

    def __init__(self, directory, *options, policy_text=None, **settings):
        super().__init__(directory, policy_text or policy(), {}, "--sandbox", *options, **settings)

    def make(self, organization="acme", username=None, caller="writer", **fields):
        """One user, suppressed message."""
        username = username or str(uuid.uuid4())
        return self.create(
            v1.CreateUserRequest(
                organization=organization, username=username,
                message_action=v1.MESSAGE_ACTION_SUPPRESS,
                user_attributes=attributes({"email": f"{uuid.uuid4()}@example.com"}), **fields),
            metadata=credentials(caller))

    def list(self, reader="auditor", **conditions) -> list:
        """Every event that meets the conditions, newest first."""
        found, page_token = [], ""
        while True:
            page = self.audit.ListAuditEvents(
                audit.ListAuditEventsRequest(page_token=page_token, **conditions), timeout=LIMIT,
                metadata=credentials(reader))
            found += page.events
            page_token = page.next_page_token
            if not page_token:
                return found

    def tail(self, caller="auditor", **fields):
        return Tail(self, caller, **fields)


class Tail:
    """One stream of the trail, read by a thread of its own; a context manager."""

    def __init__(self, server, caller, **fields):
        self.call = server.audit.TailAuditEvents(
            audit.TailAuditEventsRequest(**fields), metadata=credentials(caller))
        self.responses = queue.Queue()
        # Where the stream begins.
        self.position = next(self.call).position
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for response in self.call:
                self.responses.put(response)
            self.responses.put(None)
        except grpc.RpcError as error:
            self.responses.put(error)

    def next(self):
        """The next response; `None` or an error for the end of the stream."""
        return self.responses.get(timeout=LIMIT)

    def events(self, count: int) -> list:
        """So many events; signs of life between them are left out."""
        found = []
        while len(found) < count:
            response = self.next()
            assert response is not None and not isinstance(response, grpc.RpcError), response
            self.position = response.position
            if response.HasField("event"):
                found.append(response.event)
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call.cancel()
