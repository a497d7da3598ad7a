# SPDX-License-Identifier: Apache-2.0
"""Report and comparison in a browser: for everybody, in each language, by day and night, on telephones and paper."""

import csv
import io
import itertools
from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import FLOOD, HOMES, INDICATORS, PLAN, in_year, write_town

browser = pytest.importorskip("browser", reason="playwright is not installed")
if not browser.CHROMIUM.exists():
    pytest.skip("Chromium is not installed", allow_module_level=True)

FAR = "".join(f"f{number},Far {number:03},{25 + number / 10},56.95,{1500 + number},0\n" for number in range(40))
OWN_TEXT = """(cell) => {
  const said = (node) => node.nodeType === 3 ? node.data
    : node.hasAttribute("lang") && node.lang !== document.documentElement.lang ? ""
    : [...node.childNodes].map(said).join("");
  return said(cell).trim();
}"""


@pytest.fixture(scope="module")
def years(tmp_path_factory) -> Path:
    """Folder with a report of each year, and the comparison."""
    folder = tmp_path_factory.mktemp("years")
    made = []
    for year, homes in ((2026, HOMES), (2027, HOMES + FAR)):
        plan = write_town(folder / f"plan{year}", plan=in_year(year, PLAN + FLOOD + INDICATORS), homes=homes)
        sm.run(plan, folder / str(year))
        made.append(folder / str(year))
    sm.compare(*made).write_page(folder / "change.html")
    return folder


@pytest.fixture(scope="module")
def pages(years: Path, assessment: Path) -> dict[str, Path]:
    return {
        "town": years / "2027" / "report.html",
        "change": years / "change.html",
        "sample": assessment / "report.html",
    }


def shown(seen, what: str) -> list[str]:
    return seen.page.locator(what).evaluate_all(f"(all) => all.map({OWN_TEXT})")


def column(seen, table, at: int) -> list[str]:
    return table.locator(f"tbody tr > :nth-child({at})").evaluate_all(f"(all) => all.map({OWN_TEXT})")


def table_of(seen, words: str):
    return seen.page.locator(".table", has=seen.page.locator("h3", has_text=words)).first


USE_ALL = """() => {
  const faults = [], counted = [], saved = [];
  const own = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download) saved.push(this.download);
    else own.call(this);
  };
  const use = (what, effect) => {
    const all = [...document.querySelectorAll(what)].filter((each) => each.checkVisibility());
    counted.push(all.length);
    for (const each of all) {
      const before = effect(each);
      each.click();
      if (effect(each) === before) faults.push(`${what} does nothing: ${each.textContent}`);
    }
  };
  use("#close-all", () => document.querySelectorAll("main section > details[open]").length);
  use("main summary", (each) => each.parentElement.open);
  use(".more button", (each) => each.getAttribute("aria-expanded"));
  use("thead button", (each) => each.closest("th").getAttribute("aria-sort"));
  use(".save", () => saved.length);
  for (const each of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(decodeURIComponent(each.hash.slice(1)))) faults.push(`no ${each.hash}`);
    if (each.checkVisibility()) each.click();
  }
  use("#close-all", () => document.querySelectorAll("main section > details[open]").length);
  use("#open-all", () => document.querySelectorAll("main section > details[open]").length);
  HTMLAnchorElement.prototype.click = own;
  return [counted, faults];
}"""


@pytest.mark.parametrize("name", ["town", "change", "sample"])
def test_pages_are_clean_and_within_reach_of_everybody_whatever_is_used(chromium, pages, name):
    seen = chromium.open(pages[name])
    for size, scheme, lang in itertools.product((browser.SIZE, browser.NARROW), ("light", "dark"), ("en", "lv")):
        look = (size, scheme, lang)
        seen.page.set_viewport_size(size)
        seen.page.emulate_media(color_scheme=scheme)
        seen.page.locator(f"label[for=lang-{lang}]").click()
        counted, faults = seen.page.evaluate(USE_ALL)
        assert faults == [] and min(counted[:2]) > 0 and sum(counted) > 20, (look, counted)
        assert seen.page.evaluate("document.documentElement.lang") == lang
        if look in browser.LOOKS:
            assert seen.said_of_access() == [], look
        assert (seen.requests, seen.dialogs, seen.complaints) == ([], [], []), look
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"], look


def test_the_language_is_that_of_the_document_its_title_and_its_pictures(chromium, pages):
    seen = chromium.open(pages["town"])
    assert (seen.page.title(), seen.page.evaluate("document.documentElement.lang")) == ("Small town", "en")
    assert seen.page.get_by_role("img", name="People near a shelter").first.is_visible()
    seen.page.get_by_role("radio", name="Latviešu").focus()
    seen.page.keyboard.press("Space")
    assert (seen.page.title(), seen.page.evaluate("document.documentElement.lang")) == ("Maza pilsēta", "lv")
    assert seen.page.get_by_role("img", name="Iedzīvotāji patvērumu tuvumā").first.is_visible()
    assert seen.page.get_by_role("img", name="People near a shelter").count() == 0
    seen = chromium.open(pages["town"].with_name("report.html"))
    seen.page.goto(pages["town"].as_uri() + "#lang-lv")
    assert seen.page.title() == "Maza pilsēta"


def test_without_scripts_everything_is_there_in_either_language(chromium, pages):
    seen = chromium.open(pages["town"], scripts=False)
    assert "Who is not covered" in seen.page.inner_text("main")
    assert "Far 039" in seen.page.inner_text("main")  # no row is folded away
    assert not seen.page.locator("button").filter(visible=True).count()
    seen.page.locator("label[for=lang-lv]").click()
    assert "Kas līdz 1 km nav sasniedzams" in seen.page.inner_text("main")
    assert "Who is not covered" not in seen.page.inner_text("main")


def test_a_table_is_sorted_by_value_with_the_keyboard_and_back(chromium, pages):
    seen = chromium.open(pages["town"])
    table = table_of(seen, "Who is not covered")
    table.get_by_role("button", name="Show all rows").click()
    heads = table.locator("th[scope=col]")
    at = next(n for n in range(heads.count()) if "distance" in heads.nth(n).inner_text())
    was = column(seen, table, at + 1)
    button = heads.nth(at).locator("button")
    button.focus()
    seen.page.keyboard.press("Enter")
    assert heads.nth(at).get_attribute("aria-sort") == "ascending"
    told = [each for each in column(seen, table, at + 1) if " " in each]
    amounts = [float(each.removesuffix(" km").removesuffix(" m")) for each in told]
    assert len(amounts) > 20 and amounts == sorted(amounts)
    seen.page.keyboard.press("Enter")
    assert heads.nth(at).get_attribute("aria-sort") == "descending"
    seen.page.keyboard.press("Enter")
    assert heads.nth(at).get_attribute("aria-sort") is None
    assert column(seen, table, at + 1) == was
    heads.nth(0).locator("button").click()
    assert [int(rank) for rank in column(seen, table, 1)] == list(range(1, 31))
    heads.nth(1).locator("button").click()
    assert column(seen, table, 2) == sorted(column(seen, table, 2))


def test_a_long_table_is_folded_until_all_is_asked_for(chromium, pages):
    seen = chromium.open(pages["town"])
    table = table_of(seen, "Who is not covered")
    rows = table.locator("tbody tr")
    assert (rows.count(), rows.filter(visible=True).count()) == (30, 12)
    button = table.get_by_role("button", name="Show all rows (30)")
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert rows.filter(visible=True).count() == 30
    table.get_by_role("button", name="Show fewer rows").click()
    assert rows.filter(visible=True).count() == 12


def saved(seen, table) -> tuple[str, bytes]:
    with seen.page.expect_download() as download:
        table.locator(".save").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_table_is_saved_for_spreadsheets_in_the_language_shown(chromium, pages):
    seen = chromium.open(pages["town"])
    table = table_of(seen, "Who is not covered")
    name, content = saved(seen, table)
    assert name == "shelter-who-is-not-covered-within-1-km-and-why.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert len(rows) == 30 and {len(row) for row in rows} == {len(head)}
    at = next(n for n, each in enumerate(head) if each.startswith("distance"))
    assert head[at] == "distance (m)" or head[at] == "distance (km)"
    assert len([float(row[at]) for row in rows if row[at]]) > 20
    seen.page.locator("label[for=lang-lv]").click()
    _, latvian = saved(seen, table)
    lines = list(csv.reader(io.StringIO(latvian.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in lines[1:]] == [row[0] for row in rows]
    assert lines[0] != head
    assert [row[at].replace(",", ".") for row in lines[1:]] == [row[at] for row in rows]


def test_what_a_spreadsheet_would_run_is_saved_as_a_text(chromium, tmp_path):
    names = ["=1+1", "+1", "-1", "@SUM(A1)", '=a,"b"']
    homes = HOMES + "".join(
        f'x{at},"{each.replace(chr(34), chr(34) * 2)}",25.{at},56.9,9,0\n' for at, each in enumerate(names)
    )
    sm.run(write_town(tmp_path, homes=homes), tmp_path / "out")
    seen = chromium.open(tmp_path / "out" / "report.html")
    _, content = saved(seen, table_of(seen, "Who is not covered"))
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert {f"'{each}" for each in names} <= set(cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]


def test_sections_fold_together_and_open_for_who_comes_by_a_link(chromium, pages):
    seen = chromium.open(pages["town"])
    opened = seen.page.locator("main section > details[open]")
    count = seen.page.locator("main section > details").count()
    seen.page.get_by_role("button", name="Close all sections").click()
    assert opened.count() == 0
    seen.page.locator("main a[href='#shelter']").first.click()
    seen.page.locator("#shelter > details[open]").wait_for()
    assert opened.count() == 1
    seen.page.get_by_role("button", name="Open all sections").click()
    assert opened.count() == count
    seen.page.locator("#shelter > details > summary").focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#shelter > details").get_attribute("open") is None


def test_who_uses_no_mouse_passes_over_the_head_and_sees_where_the_focus_is(chromium, pages):
    seen = chromium.open(pages["town"])
    seen.page.keyboard.press("Tab")
    skip = seen.page.locator(".skip")
    assert skip.evaluate("(each) => each === document.activeElement && each.getBoundingClientRect().top >= 0")
    assert skip.evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_only_tables_that_scroll_stop_the_keyboard(chromium, pages):
    for size in (browser.SIZE, browser.NARROW):
        seen = chromium.open(pages["town"], viewport=size)
        seen.page.wait_for_timeout(100)
        wrong = seen.page.locator(".scroll").evaluate_all(
            "(all) => all.filter((each) => (each.scrollWidth > each.clientWidth) !== (each.tabIndex === 0)).length"
        )
        assert wrong == 0
    assert seen.page.locator(".scroll[tabindex='0']").count() > 0


def test_states_in_bars_differ_without_colours_and_have_a_key(chromium, pages):
    seen = chromium.open(pages["town"])
    card = seen.page.locator(".card .bar").first
    fills = card.locator("rect").evaluate_all("(all) => all.map((each) => each.getAttribute('fill'))")
    assert len(fills) == len(set(fills)) > 1
    widths = card.locator("rect").evaluate_all("(all) => all.map((each) => parseFloat(each.getAttribute('width')))")
    assert sum(widths) == pytest.approx(100, abs=0.01)
    assert "covered" in seen.page.locator(".key").first.inner_text()


def test_on_paper_everything_is_open_and_pages_are_numbered(chromium, pages):
    seen = chromium.open(pages["town"])
    seen.page.get_by_role("button", name="Close all sections").click()
    content = seen.page.pdf(prefer_css_page_size=True)
    assert seen.page.locator("main section > details[open]").count() == 0  # as it was before
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator("main section > details:not([open])").count() == 0
    assert "Far 039" in seen.page.inner_text("main")
    assert not seen.page.locator("button.save").filter(visible=True).count()
    assert content.startswith(b"%PDF") and content.count(b"/MediaBox [0 0 594") > 1
