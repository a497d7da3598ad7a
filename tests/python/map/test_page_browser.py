# SPDX-License-Identifier: Apache-2.0
"""The map page in a browser: it draws, answers a click, asks for nothing, and runs nothing that data bring."""

import itertools
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pytest
import shapely

import hostile
import sheltermap as sm
from sheltermap.drawing.legend import COVERED, UNCOVERED
from sheltermap.map.packed_views import shortened

browser = pytest.importorskip("browser", reason="playwright is not installed")
if not browser.CHROMIUM.exists():
    pytest.skip("Chromium is not installed", allow_module_level=True)


def line_of_homes(names: list[str]) -> gpd.GeoDataFrame:
    """Places from west to east, 0.1° apart, all on one latitude."""
    lon = 24 + 0.1 * np.arange(len(names))
    return gpd.GeoDataFrame({"name": names}, geometry=gpd.points_from_xy(lon, np.full(len(lon), 57.0)), crs=4326)


def coverage_of(names: list[str], facility: str = "S", areas: Sequence[str] = ("A",)) -> sm.Coverage:
    """The first half of the homes is within 0.1° × half of the facility, which lies at the first of them.

    The areas lie side by side from west to east.
    """
    homes = line_of_homes(names)
    shelter = gpd.GeoDataFrame({"name": [facility]}, geometry=gpd.points_from_xy([24.0], [57.0]), crs=4326)
    edges = np.linspace(23.95, 23.95 + 0.1 * len(names), len(areas) + 1)
    strips = [shapely.box(west, 56.5, east, 57.5) for west, east in itertools.pairwise(edges)]
    parts = gpd.GeoDataFrame({"name": list(areas)}, geometry=strips, crs=4326)
    half_m = sm.geodesic_distance_m([24.0], [57.0], [24.05 + 0.1 * (len(names) // 2 - 1)], [57.0])[0]
    return sm.coverage(homes, shelter, half_m, areas=parts, area_name="name", facility_id="name", position_error_m=0)


def pixels(seen, count: int) -> list[tuple[float, float]]:
    """Where the homes are drawn: the map is fitted to them between its panel and its buttons."""
    panel = seen.frame.evaluate("document.querySelector('aside').getBoundingClientRect().right")
    left, right = panel + 30, browser.SIZE["width"] - 60
    return [(left + (right - left) * i / (count - 1), (30 + browser.SIZE["height"] - 40) / 2) for i in range(count)]


def opened(chromium, found, folder):
    return chromium.open(found.save(folder / "map.html")).drawn()


def colour_at(picture: np.ndarray, place: tuple[float, float]) -> str:
    x, y = (round(each) for each in place)
    return "#{:02x}{:02x}{:02x}".format(*picture[y, x])


def rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def parts_of_popup(seen, place: tuple[float, float]) -> list[str]:
    """Click, and return what the pop-up says."""
    seen.page.mouse.click(*place)
    popup = seen.frame.wait_for_selector(".dialogue", timeout=browser.PATIENCE_MS)
    said = popup.evaluate("each => [...each.querySelectorAll('h2, p, dt, dd')].map(part => part.textContent)")
    seen.frame.click(".popup-close")
    seen.frame.click("#all")  # a pop-up without room for it moves the map
    seen.drawn()
    return said


def click(seen, place: tuple[float, float]) -> str:
    return "|".join(parts_of_popup(seen, place))


def test_rows_are_drawn_where_they_are_in_the_colours_of_the_legend(chromium, tmp_path):
    seen = opened(chromium, coverage_of(["a", "b", "c", "d"]).explore(name="name"), tmp_path)
    picture = seen.picture()
    colours = [colour_at(picture, place) for place in pixels(seen, 4)]
    assert colours[1:] == [COVERED, UNCOVERED, UNCOVERED]  # a facility's triangle lies on the first
    assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])


def test_an_entry_of_the_legend_hides_its_rows(chromium, tmp_path):
    seen = opened(chromium, coverage_of(["a", "b", "c", "d"]).explore(name="name"), tmp_path)
    places = pixels(seen, 4)
    seen.frame.click(".legend li:nth-child(2) input")
    picture = seen.drawn().picture()
    assert colour_at(picture, places[1]) == COVERED
    assert UNCOVERED not in {colour_at(picture, places[2]), colour_at(picture, places[3])}


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "b|within 9.1 km|distance|6.1 km|nearest|S|area|A"),
        ("lv", "b|līdz 9,1 km|attālums|6,1 km|tuvākais|S|teritorija|A"),
    ],
)
def test_a_click_tells_name_status_and_distance(chromium, tmp_path, lang, says):
    # 0.1° and 0.15° of longitude at 57° are 6.08 km and 9.12 km.
    seen = opened(chromium, coverage_of(["a", "b", "c", "d"]).explore(name="name", lang=lang), tmp_path)
    assert click(seen, pixels(seen, 4)[1]) == says


def test_a_click_beside_every_place_tells_the_area(chromium, tmp_path):
    seen = opened(chromium, coverage_of(["a", "b", "c", "d"]).explore(name="name", area_name="name"), tmp_path)
    (x1, y), (x2, _) = pixels(seen, 4)[1:3]
    assert click(seen, ((x1 + x2) / 2, y + 20)) == "A|area"


def flood_of(names: list[str]) -> sm.Flood:
    """Each home beside a shelter of its own; that of the second is flooded, that of the third not fit, and so on."""
    homes = line_of_homes(names)
    shelters = homes.assign(name=[f"S{number}" for number in range(len(names))], fit=["yes", "yes", "no", None])
    shelters.geometry = shelters.geometry.translate(0, 0.001)  # 111 m to the north
    zones = gpd.GeoDataFrame(
        {"scenario": ["10 %", "1 %"]},
        geometry=[shapely.box(20, 50, 20.1, 50.1), shapely.box(24.05, 56.9, 24.15, 57.1)],
        crs=4326,
    )
    return sm.flood(homes, shelters, zones, 500, facility_id="name", suitable="fit")


@pytest.mark.parametrize(
    ("lang", "title", "lost", "state"),
    [
        (
            "en",
            "Flood",
            "S1|facility|state|is flooded"
            "|b|loses it|nearest that can be used|S0|distance|6.1 km|reason|the nearest is flooded"
            "|nearest before the flood|S1|its own place is flooded|yes",
            "S2|facility|state|not fit for a flood|c|",
        ),
        (
            "lv",
            "Plūdi",
            "S1|objekts|stāvoklis|applūst"
            "|b|zaudē|tuvākais, ko var izmantot|S0|attālums|6,1 km|iemesls|tuvākais ir applūdis"
            "|tuvākais pirms plūdiem|S1|pati vieta applūst|jā",
            "S2|objekts|stāvoklis|plūdos neder|c|",
        ),
    ],
)
def test_a_flood_says_who_loses_what_and_why(chromium, tmp_path, lang, title, lost, state):
    seen = opened(
        chromium, flood_of(["a", "b", "c", "d"]).explore(name="name", facility_name="name", lang=lang), tmp_path
    )
    assert seen.page.title() == title
    places = pixels(seen, 4)
    assert click(seen, places[1]) == lost
    assert click(seen, places[2]).startswith(state)
    assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])


def test_a_flood_shows_its_zone_and_its_legend_hides_who_loses(chromium, tmp_path):
    flood = flood_of(["a", "b", "c", "d"])
    seen = opened(chromium, flood.explore(), tmp_path)
    (x1, y), (x2, _) = pixels(seen, 4)[:2]
    zone, dry = (x2 - 0.4 * (x2 - x1), y + 40), (x1 + 0.3 * (x2 - x1), y + 40)
    water, ground = (np.array(rgb(colour_at(seen.picture(), place))) for place in (zone, dry))
    # Three quarters of the water's colour over the page, rounded up or down.
    assert abs(water - rgb("#aac9e5")).max() <= 1 < abs(water - ground).max()
    before = (seen.picture() == rgb(UNCOVERED)).all(axis=2).sum()
    seen.frame.click(".legend li:nth-child(2) input")
    assert before > 50 and (seen.drawn().picture()[:, 400:] == rgb(UNCOVERED)).all(axis=2).sum() == 0
    other = flood.explore("10 %")
    assert "Flood: 10 %" in other.html and "loses it" not in other.html.split("<script")[0].split("aside")[0]


def test_lines_and_polygons_that_are_facilities_are_drawn_as_such(chromium, tmp_path):
    homes = line_of_homes(["a", "b", "c", "d"])
    road = shapely.LineString([(24.05, 56.99), (24.05, 57.01)])
    park = shapely.box(24.12, 56.99, 24.18, 57.01)
    facilities = gpd.GeoDataFrame({"name": ["road", "park"]}, geometry=[road, park], crs=4326)
    found = sm.coverage(homes, facilities, 1000, facility_id="name").explore(name="name", facility_name="name")
    seen = opened(chromium, found, tmp_path)
    (x1, y), (x2, _), (x3, _), _ = pixels(seen, 4)
    assert click(seen, ((x1 + x2) / 2, y)) == "road|facility"
    assert click(seen, ((x2 + x3) / 2, y)) == "park|facility"


def test_the_scale_bar_is_true_at_the_middle_of_the_map(chromium, tmp_path):
    seen = opened(chromium, coverage_of(["a", "b", "c", "d"]).explore(name="name"), tmp_path)
    bar = seen.page.locator(".leaflet-control-scale-line")
    label, width = bar.inner_text().replace("\u00a0", " "), bar.bounding_box()["width"]
    places = pixels(seen, 4)
    metres = sm.geodesic_distance_m([24.0], [57.0], [24.3], [57.0])[0] * width / (places[3][0] - places[0][0])
    number, unit = label.split()
    assert unit == "km"
    assert metres / 1000 == pytest.approx(float(number), rel=0.05)  # Leaflet measures on a sphere, and with its border


def cut(text: str) -> str:
    """A text as a pop-up has room for it."""
    return text if len(text) <= 300 else text[:299] + "…"


@pytest.mark.parametrize("half", [0, 1])
def test_hostile_texts_are_shown_as_the_texts_they_are_and_do_nothing(chromium, tmp_path, half):
    """A page on which every name, value, area and label is hostile; all fit beside each other in two such pages."""
    every = [*hostile.TEXTS, "with nothing\x00in it"]
    names, others = every[half::2], every[1 - half :: 2]
    values = (others * 2)[: len(names)]
    result = coverage_of(names, facility=names[0], areas=values)
    columns = [values[1], values[2]]
    rows = result.rows.assign(**dict.fromkeys(columns, values))
    title = " ".join(names)
    found = sm.Coverage(**{**vars(result), "rows": rows}).explore(
        name="name", facility_name="name", area_name="name", columns=columns, title=title
    )
    seen = opened(chromium, found, tmp_path)
    for name, value, place in zip(names, values, pixels(seen, len(names)), strict=True):
        said = parts_of_popup(seen, place)
        assert cut(name) in said and said.count(cut(value)) >= len(columns) + 1  # in the columns and as the area
        assert set(columns) <= set(said)
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.pwned") is None
    assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])
    assert seen.page.title() == shortened(title)
    assert seen.page.locator("iframe, object, embed, form, base, link").count() == 0


def test_a_notebook_shows_the_page_in_a_frame_that_cannot_reach_it(chromium, tmp_path):
    title = "</title><img src=https://example.invalid/x onerror=window.pwned=1>"
    found = coverage_of(hostile.MARKUP).explore(name="name", title=title)
    notebook = tmp_path / "notebook.html"
    notebook.write_text(
        f"<!doctype html><meta charset='utf-8'><title>mine</title>{found._repr_html_()}", encoding="utf-8"
    )
    seen = chromium.open(notebook).drawn()
    assert len(seen.page.frames) == 2
    assert seen.page.title() == "mine"
    assert seen.frame.title() == title
    assert seen.frame.evaluate("window.pwned") is None
    assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])
    assert seen.frame.evaluate("try { parent.document.title } catch (error) { error.name }") == "SecurityError"


def test_many_rows_are_drawn_as_circles(chromium, tmp_path):
    rng = np.random.default_rng(3)
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rng.normal((24, 57), 0.2, (6000, 2)).T), crs=4326)
    shelter = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.0], [57.0]), crs=4326)
    seen = opened(chromium, sm.coverage(homes, shelter, 10_000).explore(), tmp_path)
    picture = seen.picture()[:, 400:]
    for colour in (COVERED, UNCOVERED):
        assert (picture == rgb(colour)).all(axis=2).sum() > 500


def test_with_webgl_the_map_is_the_same_as_without(chromium, tmp_path):
    path = coverage_of(["a", "b", "c", "d"]).explore(name="name").save(tmp_path / "map.html")
    for seen, has in ((chromium.open(path), False), (chromium.with_webgl(path), True)):
        seen.drawn()
        assert seen.page.evaluate("document.createElement('canvas').getContext('webgl') !== null") == has
        assert [colour_at(seen.picture(), place) for place in pixels(seen, 4)[1:]] == [COVERED, UNCOVERED, UNCOVERED]
        assert click(seen, pixels(seen, 4)[1]).startswith("b|within 9.1 km")
        assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])


@pytest.mark.parametrize("missing", ["scripts", "DecompressionStream"])
def test_without_scripts_or_in_an_old_browser_there_is_the_picture(chromium, tmp_path, missing):
    path = coverage_of(["a", "b"]).explore().save(tmp_path / "map.html")
    scripts = missing != "scripts"
    seen = chromium.open(path, scripts=scripts, before=f"delete window.{missing}" if scripts else None)
    picture = seen.page.locator("figure img")
    picture.wait_for(state="visible", timeout=browser.PATIENCE_MS)
    assert picture.bounding_box()["width"] > 600
    assert "A picture only" in seen.page.locator("figcaption").inner_text()
    assert not seen.page.locator("#body").is_visible()
    assert (seen.dialogs, seen.requests) == ([], [])


@pytest.mark.parametrize(
    ("lang", "going", "staying", "street", "shelter"),
    [
        (
            "en",
            "b|leaves the zone|people|7|goes to|S1|is out of the zone after|46.0 min|arrives after|92.1 min",
            "a|cannot leave the zone|people|3|reason|the street at the door is closed",
            "Main street|street|people|7",
            "S1|facility|people who come|7|more than it holds|2",
        ),
        (
            "lv",
            "b|atstāj zonu|iedzīvotāji|7|dodas uz|S1|ir ārpus zonas pēc|46,0 min|ierodas pēc|92,1 min",
            "a|nevar atstāt zonu|iedzīvotāji|3|iemesls|iela pie durvīm ir slēgta",
            "Main street|iela|iedzīvotāji|7",
            "S1|objekts|cik cilvēku ierodas|7|vairāk, nekā ir vietu|2",
        ),
    ],
)
def test_an_evacuation_says_who_goes_where_and_how_many_along_a_street(
    chromium, tmp_path, lang, going, staying, street, shelter
):
    streets = gpd.GeoDataFrame(
        {"name": ["Side street", "Main street"]},
        geometry=[shapely.LineString([(24 + x, 57.0), (24.1 + x, 57.0)]) for x in (0, 0.1)],
        crs=4326,
    )
    walk = sm.Network.from_lines(streets, name="name", speed_kmh=3.96).close(ways=[0])
    homes = line_of_homes(["a", "b"]).assign(people=[3, 7])
    # A shelter 0.1° east of the second home, and the zone's edge half way.
    school = gpd.GeoDataFrame({"code": ["S1"], "places": [5]}, geometry=gpd.points_from_xy([24.2], [57.0]), crs=4326)
    zones = gpd.GeoDataFrame({"n": ["z"]}, geometry=[shapely.box(23.99, 56.98, 24.15, 57.02)], crs=4326)
    half = sm.geodesic_distance_m([24.1], [57.0], [24.15], [57.0])[0] / 1.1 / 60
    assert f"{half:.1f} min" in going.replace(",", ".") and f"{2 * half:.1f} min" in going.replace(",", ".")
    found = sm.evacuation(homes, school, zones, by=walk, weight="people", capacity="places", shelter_id="code")
    seen = opened(chromium, found.explore(name="name", shelter_name="code", lang=lang), tmp_path)
    first, second, third = pixels(seen, 3)
    assert click(seen, first) == staying
    assert click(seen, second) == going
    assert click(seen, ((second[0] + third[0]) / 2, second[1])).startswith(street)
    assert click(seen, third) == shelter
    assert (seen.dialogs, seen.requests, seen.complaints) == ([], [], [])
