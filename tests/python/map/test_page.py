# SPDX-License-Identifier: Apache-2.0
"""The map page: complete, of the size stated, the same again, and its library unchanged."""

import hashlib
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

import sheltermap as sm
from map_data import MapData
from sheltermap.map import packed_layers, thinning

VENDOR = resources.files("sheltermap.map") / "vendor"


def homes(count: int = 3) -> gpd.GeoDataFrame:
    lon = 24.10 + 0.1 * np.arange(count) / max(count - 1, 1)
    return gpd.GeoDataFrame(
        {"people": np.arange(count)}, geometry=gpd.points_from_xy(lon, np.full(count, 56.95)), crs=4326
    )


def shelters() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["S1"]}, geometry=gpd.points_from_xy([24.101], [56.95]), crs=4326)


@pytest.mark.parametrize("name", ["leaflet.js", "leaflet.css"])
def test_the_library_is_the_one_that_was_published(name):
    published = re.search(rf"`{re.escape(name)}` \| `([0-9a-f]{{64}})`", (VENDOR / "README.md").read_text())
    assert published is not None
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == published[1]


def test_the_library_keeps_its_licence():
    assert "Volodymyr Agafonkin" in (VENDOR / "LICENSE.txt").read_text()
    version = re.search(r"Leaflet ([0-9.]+), a JS library", (VENDOR / "leaflet.js").read_text(encoding="utf-8"))
    assert version is not None
    assert f"# Leaflet {version[1]}\n" in (VENDOR / "README.md").read_text()


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_the_package_ships_the_page_and_its_library(root, tmp_path, kind):
    build = f"import sys; from scikit_build_core.build import build_{kind}; "
    settings = {"wheel.cmake": "false", "build-dir": ""} if kind == "wheel" else {}
    call = f"build_{kind}(sys.argv[1], config_settings={settings})"
    subprocess.run([sys.executable, "-c", build + call, str(tmp_path)], cwd=root, check=True, capture_output=True)
    (archive,) = tmp_path.iterdir()
    with zipfile.ZipFile(archive) if kind == "wheel" else tarfile.open(archive) as opened:
        names = opened.namelist() if kind == "wheel" else opened.getnames()
    for name in ("vendor/leaflet.js", "vendor/leaflet.css", "vendor/LICENSE.txt", "script/map.js", "page.html.j2"):
        assert [each for each in names if each.endswith(f"sheltermap/map/{name}")], name


def test_a_page_of_few_rows_is_smaller_than_half_a_megabyte():
    page = sm.coverage(homes(), shelters(), 500).explore().html
    assert 150_000 < len(page.encode()) < 500_000


def test_a_further_row_takes_less_than_twenty_bytes_where_names_are_short():
    few, many = (len(sm.coverage(homes(count), shelters(), 500).explore().html) for count in (100, 10_100))
    assert (many - few) / 10_000 < 20


def test_points_are_packed_to_the_sixth_decimal_neighbours_together():
    rows = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([179.999999, -179.999999, 24.123456], [84.5, -85.5, 56.765432]), crs=4326
    )
    data = MapData(sm.coverage(rows, shelters(), 500).explore().html)
    places = data.places(data.layer("rows")["points"])
    assert sorted(places.tolist()) == [[-179.999999, -85.5], [24.123456, 56.765432], [179.999999, 84.5]]


def test_the_same_result_gives_the_same_page():
    first, again = (sm.coverage(homes(), shelters(), 500).explore().html for _ in range(2))
    assert first == again


@pytest.mark.parametrize(("lang", "distance", "near"), [("en", "distance", "6.0 km"), ("lv", "attālums", "6,0 km")])
def test_a_place_says_name_distance_and_nearest_facility_in_the_language_asked_for(lang, distance, near):
    result = sm.coverage(homes(), shelters(), 500, facility_id="name")
    data = MapData(result.explore(name="people", columns=["people"], lang=lang).html)
    assert data.layer("rows")["fields"][0]["label"] == {"en": "name", "lv": "nosaukums"}[lang]
    # 0.099° of longitude at 56.95° are 6.02 km.
    assert data.said("rows", distance) == ["61 m", "3,0 km" if lang == "lv" else "3.0 km", near]
    assert data.said("rows", {"en": "nearest", "lv": "tuvākais"}[lang]) == ["S1"] * 3
    assert data.said("rows", "people") == ["0", "1", "2"]


def test_rows_without_a_place_are_counted_on_the_page():
    rows = homes()
    rows.loc[1, "geometry"] = None
    found = sm.coverage(rows, shelters(), 500).explore()
    assert found.notes == ["1 rows have no known place and are not on the map."]
    assert found.notes[0] in found.html
    assert MapData(found.html).said("rows", "name") == ["0", "2"]


def test_a_place_too_close_to_the_limit_says_so():
    near = sm.coverage(homes(), shelters(), [61, 9000], position_error_m=5).explore()
    assert MapData(near.html).said("rows", "To be checked by hand") == ["61 m", None, None]


def test_a_place_in_several_zones_names_the_first_and_counts_the_others():
    zones = gpd.GeoDataFrame(
        {"zone": ["1 %", "0.1 %"]}, geometry=[shapely.box(24, 56, 24.12, 57), shapely.box(24, 56, 24.18, 57)], crs=4326
    )
    data = MapData(sm.exposure(homes(), zones, zone_id="zone").explore(zone_name="zone").html)
    assert data.said("rows", "zone") == ["1 % and 1 more", "0.1 %", None]
    assert data.said("zones", "zone") == ["1 %", "0.1 %"]
    assert set(data.column(data.layer("zones")["outlines"]["owner"])) == {0, 1}


def test_above_the_limit_rows_are_grouped_and_none_is_lost():
    rng = np.random.default_rng(7)
    count = packed_layers.POINTS_SHOWN + 1
    rows = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.normal(24.1, 0.2, count), rng.normal(56.9, 0.1, count)), crs=4326
    )
    result = sm.coverage(rows, shelters(), [5000, 20_000])
    found = result.explore()
    data = MapData(found.html)
    counts, category = (data.column(data.layer("rows")[name]) for name in ("count", "category"))
    assert len(counts) <= thinning.GROUPS_SHOWN
    # summary's rows are by threshold, each holding the nearer ones too
    near, far = result.summary["covered"]
    assert np.bincount(category, weights=counts, minlength=3).tolist() == [near, far - near, count - far]
    assert "200\u202f001 rows are too many to draw one by one" in found.notes[0]
    assert data.said("rows", "name")[0].endswith(" rows")


def test_at_the_limit_every_row_is_drawn(monkeypatch):
    monkeypatch.setattr(packed_layers, "POINTS_SHOWN", 3)
    found = sm.coverage(homes(3), shelters(), 500).explore()
    assert found.notes == []
    assert MapData(found.html).layer("rows")["count"] is None


def test_outlines_too_fine_to_draw_are_simplified_and_the_page_says_how_far_off(monkeypatch):
    monkeypatch.setattr(thinning, "VERTICES_SHOWN", 100)
    round_zone = gpd.GeoDataFrame(geometry=[shapely.Point(24.1, 56.95).buffer(0.1, quad_segs=200)], crs=4326)
    found = sm.exposure(homes(), round_zone).explore()
    assert 4 <= MapData(found.html).vertices("zones") <= 100
    assert re.fullmatch(r"Outlines are simplified: off by up to \d+ m\.", found.notes[0])


def test_a_notebook_gets_the_page_in_a_frame_and_a_picture():
    bundle = sm.coverage(homes(), shelters(), 500).explore()._repr_mimebundle_()
    assert Image.open(io.BytesIO(bundle["image/png"])).size[0] > 600
    assert '<iframe sandbox="allow-scripts"' in bundle["text/html"]
    assert bundle["text/plain"].startswith("<Map 'Coverage': 3 rows")


def test_saving_replaces_the_page_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "map.html"
    target.write_text("before")
    found = sm.coverage(homes(), shelters(), 500).explore()
    assert found.save(target) == target
    assert target.read_text(encoding="utf-8") == found.html
    assert list(tmp_path.iterdir()) == [target]


def test_saving_into_no_folder_is_one_clear_error(tmp_path):
    with pytest.raises(sm.WriteError, match="nowhere does not exist"):
        sm.coverage(homes(), shelters(), 500).explore().save(tmp_path / "nowhere" / "map.html")


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    result = sm.coverage(homes(), shelters(), 500)
    with pytest.raises(ValueError, match="no column 'town'; it has people"):
        result.explore(name="town")
    with pytest.raises(ValueError, match="no column 'town'"):
        result.explore(columns=["town"])
    with pytest.raises(ValueError, match="750"):
        result.explore(threshold=750)


def test_a_map_of_nothing_is_still_a_page(tmp_path):
    nowhere = homes().assign(geometry=gpd.GeoSeries([None] * 3, crs=4326))
    none = shelters().assign(geometry=gpd.GeoSeries([None], crs=4326))
    assert MapData(sm.coverage(nowhere, none, 500).explore().html).page["views"][0]["bounds"] is None


def test_nothing_in_the_page_points_outside():
    page = sm.coverage(homes(), shelters(), 500).explore().html
    markup = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.findall(r"(?:src|href)=\"(?!data:)", markup)
    assert "sourceMappingURL" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1].replace("&#39;", "'")
    assert "unsafe" not in policy[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert not re.findall(r"@import|url\(\"?(?!\"?data:)", style[1])


def test_a_path_may_be_a_string(tmp_path):
    found = sm.exposure(homes(), gpd.GeoDataFrame(geometry=[shapely.box(24, 56, 25, 57)], crs=4326)).explore()
    assert found.save(str(tmp_path / "map.html")) == Path(tmp_path / "map.html")
