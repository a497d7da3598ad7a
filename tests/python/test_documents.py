# SPDX-License-Identifier: Apache-2.0
"""Pages of documentation: every heading of a page stands once, or links to it would lead to the first."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_heading_of_a_page_stands_once(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = [found.group() for found in re.finditer(r"^#+ .*$", text, re.MULTILINE)]
    assert sum(each.startswith("# ") for each in headings) == 1
    assert sorted(headings) == sorted(set(headings))
