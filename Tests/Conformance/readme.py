"""What the README says to type, for the tests that do."""

import re

from daemon import ROOT


def section(title: str, end: str) -> str:
    """What stands between two headings."""
    text = (ROOT / "README.md").read_text()
    return text[text.index(title) + len(title):].partition(end)[0]


def blocks(section: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def commands(block: str) -> list[str]:
    """Those of a console, in their order; a backslash at the end of a line goes on in the next."""
    lines = block.replace("\\\n", "").splitlines()
    assert all(line.startswith("$ ") for line in lines), lines
    return [line.removeprefix("$ ") for line in lines]
