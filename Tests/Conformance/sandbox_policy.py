"""A policy under which anybody may create users in the sandbox, and a request that it accepts."""

import uuid

from protocol import v1

POLICY = """
version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_Sandbox01}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""


def create_user_request(**fields) -> v1.CreateUserRequest:
    values = {"organization": "acme", "username": f"user-{uuid.uuid4()}",
              "message_action": v1.MESSAGE_ACTION_SUPPRESS} | fields
    return v1.CreateUserRequest(**values)


def create_user_bytes(**fields) -> bytes:
    return create_user_request(**fields).SerializeToString()
