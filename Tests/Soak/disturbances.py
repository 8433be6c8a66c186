"""What an operator does to a running service: new policies, new certificates."""

import shutil
import signal
import threading

from service import SoakedService, policy

RELOAD_SECONDS = 5
ROTATION_SECONDS = 7


class Disturbances:
    """Counts what it did; both are seen again in the service's log."""

    def __init__(self, service: SoakedService):
        self.service = service
        self.stopping = threading.Event()
        self.reloads = self.rotations = 0
        # Daemons: an interrupted soak ends.
        self.threads = [threading.Thread(target=work, daemon=True)
                        for work in (self._reload, self._rotate)]
        certificates = service.certificates.directory
        # What the service was started with is one of the two that change places.
        shutil.copy(certificates / "server.pem", certificates / "first.pem")

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _reload(self):
        while not self.stopping.wait(RELOAD_SECONDS):
            self.reloads += 1
            self._replace(self.service.provisiond.policy, policy(f"hello {self.reloads}"))
            self._hang_up()

    def _rotate(self):
        """The key stays: two files do not change in one step, and what is read between is refused."""
        directory = self.service.certificates.directory
        while not self.stopping.wait(ROTATION_SECONDS):
            self.rotations += 1
            source = ["first", "next"][self.rotations % 2]
            self._replace(directory / "server.pem", (directory / f"{source}.pem").read_text())
            self._hang_up()

    @staticmethod
    def _replace(path, text: str):
        """In one step: nobody reads half a file."""
        new = path.with_suffix(".new")
        new.write_text(text)
        new.rename(path)

    def _hang_up(self):
        self.service.provisiond.process.send_signal(signal.SIGHUP)
