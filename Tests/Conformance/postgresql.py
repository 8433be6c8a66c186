"""A PostgreSQL server of Debian's packages for one test module, and replicas of the service on it."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from daemon import ROOT, Provisiond, upstream_settings
from user_pool import UserPool

START_LIMIT_SECONDS = 60


class PostgreSQL:
    """One running server with one database; a context manager. It listens on a Unix socket only."""

    def __init__(self, *settings: str):
        # A socket's path is short.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.settings = settings
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.directory)

    def start(self):
        self.process = subprocess.Popen(
            [ROOT / "Tests/PostgreSQL/server", self.directory, *self.settings],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().startswith("ready"), "PostgreSQL did not start"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(START_LIMIT_SECONDS)
        self.process.stdout.close()

    def kill(self):
        """As a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        # The others of the server's processes notice, and end.
        while self._members():
            time.sleep(0.01)
        self.stop()

    @property
    def pid(self) -> int:
        return int((self.directory / "data/postmaster.pid").read_text().split()[0])

    def _members(self) -> list[int]:
        """The server's processes: they work in its directory."""
        data, members = str(self.directory / "data"), []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "cwd") == data:
                    members.append(int(entry.name))
            except OSError:
                continue
        return members

    def signal_all(self, number: int):
        for pid in self._members():
            os.kill(pid, number)

    def url(self, role="postgres", database="postgres") -> str:
        return f"postgres://{role}@/{database}?host={self.directory}"

    def query(self, statement: str, role="postgres", check=True) -> str:
        result = subprocess.run(
            ["psql", "-X", "-w", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", self.url(role)],
            input=statement, capture_output=True, text=True, timeout=60)
        assert not check or result.returncode == 0, result.stderr
        return result.stdout.strip() if check else result.stderr

    def replica(self, directory: pathlib.Path, policy: str, upstream, *options, name="replica",
                role="postgres", settings=None) -> Provisiond:
        """One of the services that share this journal and its keys."""
        return Provisiond(
            directory / name, policy, settings or upstream_settings(upstream.port),
            "--journal", self.url(role), "--journal-keys", str(directory / "keys"), *options)


class WatchedUserPool(UserPool):
    """Looks into PostgreSQL before it does anything: whatever arrives must have been written down."""

    def __init__(self, upstream, server: PostgreSQL):
        super().__init__(upstream)
        self.server = server

    def _look_into_the_journal(self, request):
        request_id = request["ClientMetadata"]["request"]
        state = self.server.query(
            f"SELECT state FROM creation WHERE request_id = '{request_id}'")
        if state != "INTENT":
            self.unannounced.append(request["Username"])
