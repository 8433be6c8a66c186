"""Starts a `provisiond` as an operator would, and stops it."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import grpc

import protocol

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_BINARIES = pathlib.Path(os.environ.get("BINARIES", ROOT / ".build" / "debug"))
# How the toolchain's libraries are found, and what a sanitizer is told.
PASSED_ON = ["LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS"]
# A debug build links everything and runs unoptimized.
START_LIMIT_SECONDS = 30
STOP_LIMIT_SECONDS = 40
VERIFICATION_LIMIT_SECONDS = 120
PROBE_LIMIT_SECONDS = 60

KEY_ID = "AKIDEXAMPLECONFORM01"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def binary(name: str) -> str:
    """Absolute, because a server runs in a directory of its own."""
    return os.path.abspath(os.environ.get(name.upper(), os.path.join(DEFAULT_BINARIES, name)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home: pathlib.Path, **settings: str) -> dict:
    """Nothing of the developer's own AWS settings reaches the process."""
    base = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-credentials"),
            "AWS_CONFIG_FILE": str(home / "no-config")}
    return base | {name: os.environ[name] for name in PASSED_ON if name in os.environ} | settings


def upstream_settings(port: int, key_id=KEY_ID, secret=SECRET_KEY, token=None) -> dict:
    settings = {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret}
    return settings | ({"AWS_SESSION_TOKEN": token} if token else {})


def verify(journal: pathlib.Path, seconds=VERIFICATION_LIMIT_SECONDS):
    """The service's own look at the whole of a journal."""
    result = subprocess.run([binary("provisiond"), "journal", "verify", f"sqlite:{journal}"],
                            capture_output=True, text=True, timeout=seconds)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert result.stdout.strip().endswith(": sound"), result.stdout


class Provisiond:
    """One running server; a context manager."""

    def __init__(self, directory: pathlib.Path, policy: str, settings: dict, *options: str,
                 prefix=()):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.policy = directory / "policy.yaml"
        self.policy.write_text(policy)
        self.journal = directory / "journal.db"
        self.log_path = directory / "provisiond.log"
        self.port = self.admin_port = self.target = None
        self.command = [
            *prefix, binary("provisiond"), "serve", "--policy", str(self.policy),
            "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
            "--journal", f"sqlite:{self.journal}", "--log-format", "json", *options]
        self.settings = environment(directory, **settings)
        self.process = None

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.directory, env=self.settings, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        self._wait_until_serving()
        self.channel = grpc.insecure_channel(
            self.target, options=[("grpc.max_receive_message_length", 64 << 20),
                                  ("grpc.enable_retries", 0)])
        self.users = protocol.v1_grpc.UserProvisioningServiceStub(self.channel)
        self.audit = protocol.audit_grpc.AuditServiceStub(self.channel)
        return self

    def _wait_until_serving(self):
        limit = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise RuntimeError(f"provisiond ended with {self.process.returncode}: {self.log}")
            serving = self.logged("serving")
            if serving:
                self.target = serving[0]["listen"]
                self.port = int(self.target.rpartition(":")[2])
                self.admin_port = int(serving[0]["admin_port"])
                return
            time.sleep(0.02)
        self.process.kill()
        raise RuntimeError(f"provisiond does not serve: {self.log}")

    def __exit__(self, *_):
        self.channel.close()
        self.stop()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def logged(self, message: str) -> list[dict]:
        """The log's records with this message."""
        lines = (line for line in self.log.splitlines() if line.startswith("{"))
        records = (json.loads(line) for line in lines if line.endswith("}"))
        return [record for record in records if record["message"] == message]

    def probe(self, path: str) -> tuple[int, str]:
        """Status and body of the admin port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}",
                                        timeout=PROBE_LIMIT_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def create(self, request, **options):
        """The response, or the refusal as a value."""
        try:
            return self.users.CreateUser(request, timeout=options.pop("timeout", 20), **options)
        except grpc.RpcError as error:
            return protocol.Refusal(error)

    def stored_bytes(self) -> bytes:
        """Every byte that the journal has on disk, its log included."""
        files = sorted(self.directory.glob("journal.db*"))
        return b"".join(path.read_bytes() for path in files if path.is_file())
