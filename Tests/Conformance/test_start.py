"""A configuration that is wrong: one clear line and the exit code that supervisors know."""

import re
import socket
import subprocess

import pytest

from daemon import binary, environment, free_port

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
USAGE, CONFIGURATION = 64, 78


def serve(directory, policy=POLICY, *options, listen=None):
    """Runs a server that must end by itself: status and what it wrote to standard error."""
    path = directory / "policy.yaml"
    path.write_text(policy)
    journal = f"sqlite:{directory / 'journal.db'}"
    command = [binary("provisiond"), "serve", "--policy", str(path), "--journal", journal,
               "--listen", listen or f"127.0.0.1:{free_port()}",
               "--admin-listen", f"127.0.0.1:{free_port()}", *options]
    result = subprocess.run(
        command, env=environment(directory, AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="B"),
        cwd=directory, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stderr


TYPOS = {
    "unknown-key": ("acme:", "acme: {usr_pools: []}\n  other:", 3, "usr_pools"),
    "unknown-top-key": ("version: 1", "version: 1\norganisations: {}", 2, "organisations"),
    "wrong-type": ("[{id: us-east-1_AbCd12345}]", "7", 3, "user_pools"),
    "wrong-version": ("version: 1", "version: 2", 1, "version"),
    "no-yaml": ("version: 1", "version: [1", None, ""),
    "bad-pool": ("us-east-1_AbCd12345", "nope", 3, "id"),
    "bad-permission": ('permissions: ["*"]', "permissions: [users.creat]", 5, "permissions"),
    "unknown-organization": ('organizations: ["*"]', "organizations: [acm]", 5, "organizations"),
    "bad-role": ("[{id: us-east-1_AbCd12345}]", "[{id: us-east-1_AbCd12345, role_arn: x}]", 3,
                      "role_arn"),
    "empty": (POLICY, "", None, ""),
}


@pytest.mark.parametrize("name", TYPOS)
def test_a_policy_with_a_typo(tmp_path, name):
    old, new, line, key = TYPOS[name]
    assert old in POLICY
    status, text = serve(tmp_path, POLICY.replace(old, new, 1))
    assert status == CONFIGURATION, text
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "policy.yaml" in text and key in text
    if line:
        assert re.search(rf"policy\.yaml:{line}:\d+", text), text


def test_a_policy_that_is_not_there(tmp_path):
    status, text = serve(tmp_path, POLICY, "--policy", str(tmp_path / "missing.yaml"))
    assert status == CONFIGURATION
    assert "missing.yaml" in text and len(text.strip().splitlines()) == 1


def test_an_anonymous_caller_off_loopback(tmp_path):
    status, text = serve(tmp_path, listen=f"0.0.0.0:{free_port()}")
    assert status == CONFIGURATION
    assert "--insecure" in text and len(text.strip().splitlines()) == 1


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, text = serve(tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}")
    assert status == CONFIGURATION
    assert "--listen" in text and len(text.strip().splitlines()) == 1


@pytest.mark.parametrize("options", [["--no-such-option"], ["--listen", "nonsense"],
                                     ["--journal", "mysql:x"]])
def test_wrong_usage(tmp_path, options):
    status, text = serve(tmp_path, POLICY, *options)
    assert status in {USAGE, CONFIGURATION}, text
    assert text.strip()
