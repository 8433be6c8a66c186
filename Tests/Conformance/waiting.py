"""Waiting for what another process will do."""

import time

# Some of it comes a minute later: a witness that was away is asked again after as long.
LIMIT_SECONDS = 90
LOOK_SECONDS = 0.02


def until(condition, what="it did not come to be"):
    """What the condition gives, as soon as that is true."""
    limit = time.monotonic() + LIMIT_SECONDS
    while not (found := condition()):
        assert time.monotonic() < limit, what
        time.sleep(LOOK_SECONDS)
    return found
