# SPDX-License-Identifier: Apache-2.0
"""From the tables of the report to its pictures and to the interactive map of the reader's language, in a browser."""

from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import FLOOD, PLAN, write_town

browser = pytest.importorskip("browser", reason="playwright is not installed")
if not browser.CHROMIUM.exists():
    pytest.skip("Chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def chromium():
    with browser.browsers() as opener:
        yield opener


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    sm.run(write_town(folder, plan=PLAN + FLOOD), folder / "out")
    return folder / "out" / "report.html"


def quiet(seen) -> bool:
    return (seen.requests, seen.dialogs, seen.complaints) == ([], [], [])


def link(seen, section: str, name: str):
    return seen.page.locator(f"#{section} a.beside", has_text=name).first


@pytest.mark.parametrize(
    ("lang", "page", "heading", "state"),
    [
        ("en", "map.html", "People near a shelter", "beyond 1 km"),
        ("lv", "map.lv.html", "Iedzīvotāji patvērumu tuvumā", "tālāk par 1 km"),
    ],
)
def test_a_name_opens_its_place_in_the_view_and_the_language_of_the_reader(
    chromium, report, lang, page, heading, state
):
    seen = chromium.open(report)
    seen.page.locator(f"label[for=lang-{lang}]").click()
    link(seen, "shelter", "Third home").click()
    seen.drawn()
    told = seen.page.locator(".dialogue")
    told.wait_for()
    assert Path(seen.page.url.partition("#")[0]).name == page
    assert seen.page.locator("#view-title").inner_text() == heading
    assert told.locator("h2").inner_text() == "Third home" and state in told.inner_text()
    assert seen.page.locator("#view option:checked").inner_text() == heading
    seen.page.locator("nav a").first.click()  # the same place in the other language
    seen.drawn()
    assert seen.page.locator(".dialogue h2").inner_text() == "Third home"
    assert Path(seen.page.url.partition("#")[0]).name == ({"map.html", "map.lv.html"} - {page}).pop()
    assert quiet(seen)
    seen.page.context.close()


def test_another_link_leads_to_another_view_and_odd_ones_nowhere(chromium, report):
    seen = chromium.open(report.with_name("map.html")).drawn()
    assert seen.page.locator(".dialogue").count() == 0
    seen.page.evaluate("location.hash = 'in_a_flood/facilities/24.40000,56.95000'")
    seen.page.locator(".dialogue").wait_for()
    assert seen.page.locator(".dialogue h2").inner_text() == "School"
    flooded = seen.page.locator("#view option:checked").inner_text()
    assert seen.page.locator("#steps input").first.is_checked() or not seen.page.locator("#steps input").count()
    odd = [
        "nothing",
        "shelter",
        "shelter/rows",
        "shelter/rows/x,y",
        "shelter/towers/24,56",
        "__proto__/rows/24,56",
        "%",
    ]
    for each in odd:
        seen.page.evaluate("(to) => { location.hash = to; }", each)
        seen.page.wait_for_timeout(50)
        assert seen.page.locator("body.live").count() == 1
    assert seen.page.locator(".dialogue").count() == 0  # the view was changed, which shuts it
    assert seen.page.locator("#view option:checked").inner_text() != flooded
    assert quiet(seen)
    seen.page.context.close()


def test_a_number_leads_to_the_picture_that_has_it_and_paper_leads_nowhere(chromium, report):
    seen = chromium.open(report)
    number = seen.page.locator("#shelter a[href='#shelter-map']")
    assert number.count() == 1 and number.inner_text() == "1"
    number.click()
    assert seen.page.evaluate("document.querySelector('#shelter-map').getBoundingClientRect().top < innerHeight")
    assert seen.page.locator("#shelter-map img").count() == 1
    links = seen.page.locator("a.beside")
    before = links.evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    assert before[0] == "map.html" and len(before) > 5
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert links.evaluate_all("(all) => all.filter((each) => each.hasAttribute('href')).length") == 0
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert links.evaluate_all("(all) => all.map((each) => each.getAttribute('href'))") == before
    seen.page.context.close()


def test_without_scripts_links_lead_to_the_map_of_the_first_language(chromium, report):
    seen = chromium.open(report, scripts=False)
    assert link(seen, "shelter", "Third home").get_attribute("href") == "map.html#shelter/rows/24.30000,56.95000"
    seen.page.context.close()
