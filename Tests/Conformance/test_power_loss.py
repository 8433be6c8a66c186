"""The power goes at each write, sync and word of the service: what was acknowledged is on the disk,
whatever becomes of what was not synced. POWER_LOSS_IMAGES sets how many images are rebuilt (400)."""

import os
import time

import pytest

from durability_report import report
from power_loss import Losses, images, look, record, serve

WANTED = int(os.environ.get("POWER_LOSS_IMAGES", "400"))
SEED = 5


@pytest.fixture(scope="module")
def run(directory):
    return record(directory / "recorded")


def losses(run, wanted, drops=lambda event: False) -> Losses:
    found = Losses()
    for image in images(run, wanted, SEED, drops):
        look(image, found)
    return found


def test_nothing_acknowledged_is_lost(run):
    start = time.monotonic()
    found = losses(run, WANTED)
    report(f"power loss: {found.images} images of {len(run.events)} events in "
           f"{time.monotonic() - start:.0f} s: {len(found.acknowledged)} acknowledged creations "
           f"lost, {len(found.sent)} sent without a durable intent, "
           f"{len(found.unreadable)} unreadable")
    assert found.images == min(WANTED, 4 * len(run.events)) >= 300
    assert (found.acknowledged, found.sent, found.unreadable) == ([], [], [])


def test_the_service_starts_on_what_is_left(run, directory):
    count = max(8, WANTED // 100)
    for image in images(run, count, SEED + 1):
        assert serve(image, directory / f"image-{image.number}-{image.way}") == []


@pytest.mark.parametrize("name,drops", [
    ("no sync", lambda event: event.what == "sync"),
    # As with synchronous=NORMAL, which syncs the log only before it is copied.
    ("no sync of the log", lambda event: event.what == "sync" and event.path.endswith("-wal"))])
def test_a_disk_that_lies_is_found_out(run, name, drops):
    found = losses(run, 100, drops)
    report(f"power loss with {name}: {len(found.acknowledged)} acknowledged creations lost in "
           f"{found.images} images")
    assert found.acknowledged and found.sent
