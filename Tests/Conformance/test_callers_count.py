"""How many false identities the tests of callers present."""

from test_callers_certificates import NOBODY
from test_callers_tokens import BAD_HEADERS, BAD_TOKENS


def test_sixty_false_identities():
    """Each is refused, recorded by its field, and gets the same answer as the others."""
    assert len(NOBODY) + len(BAD_HEADERS) + len(BAD_TOKENS) >= 60
