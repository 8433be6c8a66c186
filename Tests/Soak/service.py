"""The service under soak: over TLS, on a journal of its own, in front of the sandbox as a process."""

import contextlib
import pathlib
import subprocess
import sys

import grpc
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Conformance"))

import daemon  # noqa: E402
import protocol  # noqa: E402
from certificates import Certificates  # noqa: E402
from daemon import KEY_ID, SECRET_KEY, Provisiond, upstream_settings  # noqa: E402

SANDBOX_LIMIT_SECONDS = 60
STEADY, FAULTY = "steady", "faulty"


def policy(greeting: str) -> str:
    """Each creation of `steady` gets names of its own, so that one body can be sent again and again;
    the greeting tells one document from the next."""
    return yaml.safe_dump({
        "version": 1,
        "company": {"message_action": {"default": "SUPPRESS"},
                    "attributes": {"default": {"custom:greeting": greeting}}},
        "organizations": {
            STEADY: {"user_pools": [{"id": "us-east-1_Steady001"}],
                     "attributes": {"fixed": {"email": "${creation.id}@example.com"}},
                     "username": {"generate": "uuid"}},
            FAULTY: {"user_pools": [{"id": "us-east-1_Faulty001"}]}},
        "callers": [{"id": "anyone", "anonymous": True, "organizations": ["*"],
                     "permissions": ["*"]}]}, sort_keys=False)


class Sandbox:
    """A user pool that loses answers; a context manager."""

    def __init__(self, program: str):
        self.command = [program, KEY_ID, SECRET_KEY]
        self.users = self.faults = None

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        """What it says of itself at its end is what was really created."""
        said, _ = self.process.communicate(timeout=SANDBOX_LIMIT_SECONDS)
        words = said.split()
        self.users, self.faults = int(words[1]), int(words[3])


class SoakedService(contextlib.ExitStack):
    """A `provisiond` in front of its sandbox."""

    def __init__(self, sandbox_program: str, directory: pathlib.Path):
        super().__init__()
        self.directory = directory
        self.certificates = Certificates(directory / "certificates")
        self.certificates.sign("next", "server", "ca")
        self.sandbox = self.enter_context(Sandbox(sandbox_program))
        self.provisiond = Provisiond(
            directory, policy("hello"), upstream_settings(self.sandbox.port),
            *self.certificates.server_options)

    def start(self) -> Provisiond:
        return self.enter_context(self.provisiond)

    def channel(self) -> grpc.Channel:
        """A connection of its own, which shows the certificate in force when it is made."""
        credentials = grpc.ssl_channel_credentials(self.certificates.read("ca.pem"))
        return grpc.secure_channel(
            self.provisiond.target, credentials,
            options=[("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)])

    def figures(self) -> dict:
        """The samples of the metrics, by name and labels."""
        status, text = self.provisiond.probe("/metrics")
        if status != 200:
            raise RuntimeError(f"the metrics answer {status}")
        samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in samples}


__all__ = ["FAULTY", "STEADY", "SoakedService", "daemon", "policy", "protocol"]
