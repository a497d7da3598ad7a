# SPDX-License-Identifier: Apache-2.0
"""The page for everybody in a browser: sorted by distance, in two languages, narrow, dark, printed, without scripts."""

from pathlib import Path

import pytest

import sheltermap as sm
from public_town import write_town

browser = pytest.importorskip("browser", reason="playwright is not installed")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    sm.run(write_town(folder), folder / "out")
    sm.publish(folder / "out", folder / "public")
    return folder / "public" / "index.html"


def names(seen) -> list[str]:
    return [each.inner_text() for each in seen.page.locator("#cards li:visible h3").all()]


@pytest.mark.parametrize(("size", "scheme", "lang"), browser.LOOKS)
def test_everybody_can_read_it_and_it_asks_for_nothing(chromium, page, size, scheme, lang):
    seen = chromium.open(page, viewport=size, dark=scheme == "dark")
    if lang != "en":
        seen.page.locator(f"label[for=lang-{lang}]").click()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert seen.said_of_access() == []
    said = seen.page.locator("#find h2").inner_text()
    assert said == {"en": "Where is my nearest?", "lv": "Kur ir man tuvākā vieta?"}[lang]
    assert (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])


def test_the_nearest_to_coordinates_and_to_a_name_come_first(chromium, page):
    seen = chromium.open(page)
    assert len(names(seen)) == 6
    for north_first in ("56.952, 24.142", "56,952 24,142"):
        seen.page.fill("#where", north_first)
        seen.page.locator("#ask button[type=submit]").click()
        assert names(seen)[0] == "Library"
        assert seen.page.locator("#cards li .far").first.inner_text() == "0 m"
    seen.page.fill("#where", "gym")
    seen.page.press("#where", "Enter")
    assert names(seen)[0] == "Gym"
    seen.page.fill("#where", "parka")  # an address
    seen.page.press("#where", "Enter")
    assert names(seen)[0] == "Library"
    assert "The nearest to: Parka iela 2." in seen.page.locator("#said").inner_text()
    assert names(seen)[-1] == "No place"
    seen.page.check("#step-free")
    assert names(seen) == ["=School"]
    seen.page.fill("#where", "<b>nowhere</b>")
    seen.page.press("#where", "Enter")
    assert "No such place is known here" in seen.page.locator("#said").inner_text()
    assert (seen.requests, seen.complaints) == ([], [])


def test_a_position_is_asked_for_only_when_the_button_is_pressed(chromium, page):
    asked = """
        window.asked = 0;
        navigator.geolocation.getCurrentPosition = (done) => {
          window.asked += 1;
          done({ coords: { latitude: 56.953, longitude: 24.161 } });
        };"""
    seen = chromium.open(page, before=asked)
    assert seen.page.evaluate("window.asked") == 0
    seen.page.locator("#here").click()
    assert seen.page.evaluate("window.asked") == 1
    assert names(seen)[0] == "Gym"
    refused = "navigator.geolocation.getCurrentPosition = (done, failed) => failed({ code: 1 });"
    other = chromium.open(page, before=refused)
    other.page.locator("#here").click()
    assert "did not tell a position" in other.page.locator("#said").inner_text()


def test_without_scripts_and_on_paper_all_places_are_listed(chromium, page):
    plain = chromium.open(page, scripts=False)
    assert len(names(plain)) == 6
    assert not plain.page.locator("#ask").is_visible()
    assert "can sort it by distance" in plain.page.locator("noscript").inner_text()
    printed = chromium.open(page)
    printed.page.fill("#where", "gym")
    printed.page.press("#where", "Enter")
    printed.page.emulate_media(media="print")
    assert len(names(printed)) == 6
    assert not printed.page.locator("#ask").is_visible()


def test_the_map_beside_it_draws_and_asks_for_nothing(chromium, page):
    for name in ("map.html", "map.lv.html"):
        seen = chromium.open(page.parent / name).drawn()
        assert (seen.requests, seen.complaints) == ([], [])
    seen = chromium.open(page)
    seen.page.locator("label[for=lang-lv]").click()
    assert seen.page.locator(".map-page a").get_attribute("href") == "map.lv.html"
