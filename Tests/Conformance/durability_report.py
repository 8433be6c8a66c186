"""What the long forms of the durability tests came to, printed when the tests are done."""

LINES: list[str] = []


def report(*lines: str):
    LINES.extend(lines)
