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


def anchors(page: Path) -> set[str]:
    """Return where links into a page may lead, as GitHub and the site make them of its headings."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = [found[1] for found in re.finditer(r"^#+ (.*)$", text, re.MULTILINE)]
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", each).lower() for each in headings]
    return {re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.stem)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    nowhere = []
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            nowhere.append(f"{target}#{anchor}")
    assert nowhere == []
