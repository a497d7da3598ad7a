# SPDX-License-Identifier: Apache-2.0
"""The documentation as a site, as `scripts/docs` left it: every link leads somewhere, nothing is asked of a network.

./scripts/docs --quick && .venv/bin/pytest tests/site
"""

import itertools
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

browser = pytest.importorskip("browser", reason="playwright is not installed")

SITE = Path(__file__).parents[2] / "build" / "docs" / "html"
PAGES = ["index.html", "getting_started.html", "tutorial/first_steps.html", "plan.html", "reference/python.html"]


class Page(HTMLParser):
    """What a page of HTML links to, loads and can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        self.anchors |= {told[name] for name in ("id", "name") if told.get(name)}
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        elif tag == "link" and told.get("rel") not in ("canonical", "index", "search", "next", "prev"):
            self.loaded.append(told["href"])
        elif told.get("src"):
            self.loaded.append(told["src"])


parsed = cache(Page)


@pytest.fixture(scope="module")
def site() -> Path:
    assert (SITE / "index.html").exists(), "there is no site: call ./scripts/docs --quick first"
    return SITE


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    if not browser.CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with browser.browsers() as opener:
        yield opener


def quiet(seen) -> bool:
    return (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])


def test_every_link_of_every_page_leads_to_a_place_that_is_there(site):
    wrong = []
    pages = sorted(site.rglob("*.html"))
    for page in pages:
        for link in parsed(page).links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "http", "mailto"), (page, link)
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            fragment = unquote(parts.fragment)
            is_there = target.is_file() and (target.suffix != ".html" or fragment in {"", *parsed(target).anchors})
            if not is_there:
                wrong.append(f"{page.relative_to(site)}: {link}")
    assert len(pages) > 50 and wrong == []


def test_no_page_loads_what_does_not_lie_beside_it(site):
    wrong = []
    for page in site.rglob("*.html"):
        for source in parsed(page).loaded:
            path = page.parent / unquote(urlsplit(source).path)
            if not source.startswith("data:") and (urlsplit(source).scheme or not path.is_file()):
                wrong.append(f"{page.relative_to(site)}: {source}")
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_within_reach_of_everybody_and_asks_for_nothing(chromium, site, name):
    seen = chromium.open(site / name)

    def look(size: dict[str, int], scheme: str) -> None:
        seen.page.set_viewport_size(size)
        seen.page.emulate_media(color_scheme=scheme)

    for size, scheme in itertools.product((browser.SIZE, browser.NARROW), ("light", "dark")):
        look(size, scheme)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"], (size, scheme)
    assert quiet(seen)  # before axe, which reads the style sheets as a browser lets nobody from a disk
    for size, scheme in ((browser.SIZE, "light"), (browser.NARROW, "dark")):
        look(size, scheme)
        assert seen.said_of_access() == [], (size, scheme)
    seen.page.context.close()


@pytest.mark.parametrize("size", [browser.SIZE, browser.NARROW], ids=["wide", "narrow"])
def test_what_is_searched_for_is_found(chromium, site, size):
    seen = chromium.open(site / "index.html", viewport=size)
    if size == browser.NARROW:
        seen.page.locator("label[for=__navigation]:visible").first.click()
    box = seen.page.locator(".sidebar-search")
    box.fill("coverage")
    box.press("Enter")
    found = seen.page.locator("#search-results .search a")
    found.nth(5).wait_for()  # they come one by one
    assert "coverage" in " ".join(found.all_inner_texts()).lower()
    found.first.click()
    assert seen.page.url.startswith(site.as_uri()) and "coverage" in seen.page.inner_text("article").lower()
    seen.page.goto((site / "search.html").as_uri() + "?q=qwertzuiop")
    seen.page.get_by_text("did not match any documents").wait_for()
    assert quiet(seen)
    seen.page.context.close()
