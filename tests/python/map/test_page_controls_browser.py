# SPDX-License-Identifier: Apache-2.0
"""What a reader does with the map page: choose, compare, search, print; by mouse and keyboard, by day and night."""

import itertools

import numpy as np
import pytest

from flood_map import STEPS, base_map, draw, flood_map, flood_view
from sheltermap.drawing.legend import COVERED, UNCOVERED
from sheltermap.map.page import Map
from sheltermap.map.view import View

browser = pytest.importorskip("browser", reason="playwright is not installed")
if not browser.CHROMIUM.exists():
    pytest.skip("Chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    return {lang: flood_map(lang).save(folder / f"map.{lang}.html") for lang in ("en", "lv")}


def quiet(seen) -> bool:
    return (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])


def pixels_of(seen, colour: str, left: int = 340) -> int:
    """How many pixels of the map right of the panel have a colour."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((seen.picture()[:, left:] == wanted).all(axis=2).sum())


def legend(seen) -> list[str]:
    return [" ".join(text.split()) for text in seen.page.locator("#legends li").all_inner_texts()]


def test_the_legend_tells_states_and_sizes_as_they_are_drawn(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    assert legend(seen) == [
        "still covered 132",
        "loses it 12",
        "areas",
        "flood zone",
        "Shelters: can be used 5",
        "Shelters: cannot be used 1",
    ]
    assert seen.page.locator("#sizes").inner_text().split() == ["Sizes:", "people", "200", "50", "10"]
    # 300 people are a hundred times the area of 3.
    radii = seen.page.evaluate("""async () => {
      const page = await unpacked(document.getElementById("data").textContent.trim());
      const rows = page.views[0].layers.find((layer) => layer.role === "rows"), symbols = symbolsAt(rows, 14);
      const radius = radiusAt(rows, { ...symbols, unit: 1 }, 14);
      return [...rows.weight].map((people, at) => [people, radius(at)]);
    }""")
    large, small = (next(radius for people, radius in radii if people == wanted) for wanted in (300, 3))
    assert large / small == pytest.approx(10, rel=1e-6)
    assert quiet(seen)


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_every_switch_of_the_legend_hides_what_it_names_and_shows_it_again(chromium, files, lang):
    seen = chromium.open(files[lang]).drawn()
    whole = seen.picture()[:, 340:]
    for box in seen.page.locator("#legends input, #ground").all():
        box.uncheck()
        assert (seen.drawn().picture()[:, 340:] != whole).any()
        box.check()
        assert (seen.drawn().picture()[:, 340:] == whole).all()
    assert quiet(seen)


def test_steps_and_questions_are_chosen(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    assert seen.page.locator("#view option").all_inner_texts() == ["Flood", "Coverage"]
    before = pixels_of(seen, UNCOVERED)
    seen.page.get_by_label(STEPS[2], exact=True).check(force=True)
    assert legend(seen)[1] == "loses it 36"
    assert pixels_of(seen, UNCOVERED) > 2 * before > 0
    assert seen.page.locator("#view-title").inner_text() == "Flood: 0.5 %"
    seen.page.select_option("#view", label="Coverage")
    assert not seen.page.locator("#stepping").is_visible()
    assert seen.page.locator("#view-title").inner_text() == "Coverage"
    assert quiet(seen)


def test_a_slider_lays_one_step_beside_another(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    alone = seen.picture()
    seen.page.check("#compare")
    seen.page.select_option("#other", label=STEPS[2])
    beside = seen.picture()
    line = seen.page.locator("#line").bounding_box()["x"]
    assert line == pytest.approx(640, abs=2)
    assert (beside[100:600, 340:630] == alone[100:600, 340:630]).all()
    assert (beside[100:600, 650:1200] != alone[100:600, 650:1200]).any()
    seen.page.focus("#swipe")
    seen.page.keyboard.press("End")
    assert seen.page.locator("#line").bounding_box()["x"] > 1200
    assert (seen.picture()[100:600, 340:1200] == alone[100:600, 340:1200]).all()
    assert [text.strip() for text in seen.page.locator("#legends h3").all_inner_texts()] == ["10 %", "0.5 %"]
    assert quiet(seen)


@pytest.mark.parametrize(
    ("asked", "first"),
    [("home 77", "Home 77"), ("riga", "Rīga"), ("الرياض", "مدينة الرياض"), ("EAST", "East ward")],
)
def test_a_place_is_found_by_name_and_opened_from_the_keyboard(chromium, files, asked, first):
    seen = chromium.open(files["en"]).drawn()
    seen.page.focus("#find")
    seen.page.keyboard.type(asked)
    assert seen.page.locator("#list button bdi").first.inner_text() == first
    assert seen.page.locator("#found").get_attribute("role") == "status"
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("Enter")
    dialogue = seen.page.locator("[role=dialog]")
    assert dialogue.locator("h2").inner_text() == first
    assert seen.page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
    seen.page.keyboard.press("Escape")
    assert dialogue.count() == 0
    assert seen.page.evaluate("document.activeElement.textContent").startswith(first)
    assert quiet(seen)


def test_the_list_has_most_people_first_and_leads_to_the_same_pop_up_as_a_click(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    seen.page.locator("#list li").first.wait_for()
    assert seen.page.locator("#list button").first.inner_text().split() == ["Home", "0", "300"]
    seen.page.locator("#list button").first.click()
    listed = seen.page.locator(".dialogue .entry").inner_text()
    x, y = (seen.page.locator("#map").bounding_box()[side] for side in ("width", "height"))
    panel = seen.page.locator("#panel").bounding_box()
    seen.page.click(".popup-close")
    seen.drawn()
    seen.page.mouse.click((x + panel["x"] + panel["width"]) / 2, y / 2)
    assert seen.page.locator(".dialogue .entry").first.inner_text() == listed
    seen.page.select_option("#sorted", "name")
    assert seen.page.locator("#list button").first.inner_text().startswith("10 %")  # the flooded zone, by its name


def test_a_hover_names_what_is_there(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    seen.page.fill("#find", "Home 77")
    seen.page.keyboard.press("Enter")
    panel = seen.page.locator("#panel").bounding_box()
    seen.page.keyboard.press("Escape")
    seen.page.mouse.move((1280 + panel["x"] + panel["width"]) / 2, 360)
    assert seen.page.locator("#tip").inner_text() == "Home 77 – still covered"


USE_ALL = """() => {
  const shown = (what) => [...document.querySelectorAll(what)].filter((each) => each.checkVisibility());
  const told = (each, event) => each.dispatchEvent(new Event(event, { bubbles: true }));
  let used = 0;
  const use = (what, how) => { for (const each of shown(what)) { how(each); used += 1; } };
  use("select", (each) => {
    for (const option of [...each.options, each.options[0]]) { each.value = option.value; told(each, "change"); }
  });
  use("input[type=radio]", (each) => each.click());
  use("input[type=checkbox]:not(#compare)", (each) => { each.click(); each.click(); });
  use("input[type=range]", (each) => { for (const at of [0, 1000, 500]) { each.value = at; told(each, "input"); } });
  use("input[type=search]", (each) => { for (const text of ["home", ""]) { each.value = text; told(each, "input"); } });
  use("summary", (each) => { each.click(); each.click(); });
  use("#more, .leaflet-control-zoom a, #all", (each) => each.click());
  use("#list li:nth-child(-n + 5) button", (each) => {
    each.click();
    const close = document.querySelector(".popup-close");
    if (!close) throw new Error(`nothing opens: ${each.textContent}`);
    close.click();
  });
  return used;
}"""


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_whatever_is_used_nothing_goes_wrong_and_all_is_within_reach_of_everybody(chromium, files, lang):
    seen = chromium.open(files[lang]).drawn()
    seen.page.check("#compare")
    for size, scheme in itertools.product((browser.SIZE, browser.NARROW), ("light", "dark")):
        look = (size, scheme, lang)
        seen.page.set_viewport_size(size)
        seen.page.emulate_media(color_scheme=scheme)
        if size == browser.NARROW and scheme == "light":
            assert not seen.page.locator("#find").is_visible()
            seen.page.click("#fold")
        assert seen.page.locator("#find").is_visible()
        seen.page.locator("#list li").first.wait_for(state="attached")
        assert seen.page.evaluate(USE_ALL) >= 20, look
        seen.drawn()
        if look in browser.LOOKS:
            assert seen.said_of_access() == [], look
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"], look
        middle = np.median(seen.picture())
        assert middle < 90 if scheme == "dark" else middle > 160, look
        assert quiet(seen), look
    assert seen.page.evaluate("document.documentElement.lang") == lang


def test_on_paper_are_title_map_legend_and_attribution_and_no_controls(chromium, files):
    seen = chromium.open(files["en"], dark=True).drawn()
    seen.page.emulate_media(media="print")
    seen.page.locator("#paper[width]").wait_for()
    for shown in ("h1", "#paper", "#legends", "#sizes", "#attribution"):
        assert seen.page.locator(shown).is_visible(), shown
    for hidden in ("#map", "#places", "#all", "#legends input >> nth=0", "#view"):
        assert not seen.page.locator(hidden).is_visible(), hidden
    assert seen.picture()[:40].mean() > 200  # light, also by night
    colours = seen.page.evaluate("""() => {
      const paper = document.getElementById("paper");
      const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height);
      const found = new Set();
      for (let i = 0; i < data.length; i += 4) found.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return [...found];
    }""")
    assert {int(COVERED[1:], 16), int(UNCOVERED[1:], 16)} <= set(colours)


def test_the_attribution_stays_when_the_base_map_is_hidden(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    seen.page.uncheck("#ground")
    assert seen.page.locator("#attribution").inner_text() == "© OpenStreetMap contributors"


def test_languages_lead_to_each_other(chromium, files):
    seen = chromium.open(files["lv"]).drawn()
    link = seen.page.get_by_role("link", name="English")
    assert (link.get_attribute("href"), link.get_attribute("lang")) == ("map.html", "en")
    assert seen.page.get_by_role("link").count() == 1


def test_a_drag_beyond_what_is_drawn_shows_the_same_as_a_new_picture(chromium, files):
    seen = chromium.open(files["en"]).drawn()
    seen.page.mouse.move(1100, 300)
    seen.page.mouse.down()
    for step in range(40):
        seen.page.mouse.move(1100 - 18 * step, 300 + 5 * step)
    dragged = seen.picture()
    seen.page.mouse.up()
    settled = seen.drawn().picture()
    # Names are written when it settles; all else is there before.
    differing = (dragged[:, 340:] != settled[:, 340:]).any(axis=2).mean()
    assert differing < 0.03
    assert (settled[:, 340:] != settled[0, -1]).any(axis=2).mean() > 0.05


RTL = "\u202e\u2067txt.exe\u202d"


def test_hostile_words_run_nothing_and_hold_the_layout(chromium, tmp_path):
    long = "<b>" + "W" * 10_000
    names = ["<img src=x onerror=alert(1)>", "javascript:alert(1)", RTL, long] * 36
    view = flood_view(0, "en", names=names, title=long)
    other = View(RTL + "<script>alert(1)</script>", view.layers, view.categories, draw, group="Flood", step=long)
    hostile = base_map(
        (*names[:4], "</script><script>alert(1)</script>"), attribution="<img src=x onerror=alert(1)>" + long
    )
    found = Map(long, [view, other], lang="en", context=hostile)
    seen = chromium.open(found.save(tmp_path / "map.html"), width=390).drawn()
    assert len(seen.page.locator("h1").inner_text()) <= 160
    seen.page.click("#fold")
    seen.page.check("#compare")
    seen.page.fill("#find", "img")
    seen.page.keyboard.press("Enter")
    assert "<img src=x onerror=alert(1)>" in seen.page.locator(".dialogue h2").inner_text()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.page.locator("#attribution").bounding_box()["height"] < 60
    assert seen.page.locator("img").count() == 1  # the picture for browsers without scripts
    assert quiet(seen)


@pytest.mark.parametrize(
    "name", ["../map.html", "https://example.invalid/map.html", "javascript:alert(1)//x", "a\\b.html", ""]
)
def test_a_page_in_another_language_lies_beside_this_one(name):
    with pytest.raises(ValueError, match="no name of a file beside the page"):
        Map("x", [flood_view(0, "en")], lang="en", languages={"lv": name})


def test_what_views_share_is_held_once():
    views = [flood_view(step, "en") for step in range(3)]
    one, three = (len(Map("x", views[:count], lang="en").html) for count in (1, 3))
    assert three - one < 0.02 * one
