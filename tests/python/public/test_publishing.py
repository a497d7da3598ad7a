# SPDX-License-Identifier: Apache-2.0
"""What is published, what is not, and attacks on it: on the bytes of every file, and on two years together."""

import base64
import csv
import io
import json
import re
import shutil
import sqlite3
import zlib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import sheltermap as sm
from in_process import sheltermap
from public_town import SECRETS, SHELTERS, write_town
from sheltermap.public.former_publication import former_people
from sheltermap.public.suppression import Key


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an assessment; do not write into it."""
    folder = tmp_path_factory.mktemp("town")
    sm.run(write_town(folder), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def public(town: Path) -> Path:
    """What is published of it; do not write into it."""
    sm.publish(town, town.parent / "public")
    return town.parent / "public"


# ---- attacks on the bytes ----


def contents(path: Path) -> bytes:
    """All that a file holds: as it is, and what is packed in it, once and twice over."""
    found = [path.read_bytes()]
    if path.suffix == ".html":
        for run in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", found[0]):
            unpacked = base64.b64decode(run + b"=" * (-len(run) % 4))
            found.append(unpacked)
            for bits in (15, -15, 31):
                try:
                    found.append(zlib.decompressobj(bits).decompress(unpacked))
                except zlib.error:
                    continue
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
            found.append("\n".join(connection.iterdump()).encode())
    return b"\n".join(found)


def test_the_scan_finds_what_is_there(town):
    """The attack is worth something: the assessment itself holds all of these words."""
    found = b"".join(contents(path) for path in town.rglob("*") if path.is_file() and path.suffix != ".xlsx")
    assert [name for name, word in SECRETS.items() if word.encode() not in found] == []
    assert SECRETS["not_public"].encode() in contents(town / "assessment.gpkg")


def test_no_secret_word_is_in_the_bytes_of_any_file(public, town):
    words = [*SECRETS.values(), str(town.parent), town.parent.name, "Qzv"]
    for path in public.rglob("*"):
        if path.is_file():
            there = contents(path)
            assert [word for word in words if word.encode() in there] == [], path
            assert [word for word in words if word.encode("utf-16-le") in there] == [], path


def test_places_that_are_not_public_are_in_no_file(public):
    """Neither the exact places that are told roughly or not at all, nor those of rows that are left out, as digits."""
    secret = ["24.1812", "56.9534", "24.1987", "56.9576"]
    for path in public.rglob("*"):
        if path.suffix in (".geojson", ".csv", ".json", ".md"):
            assert [each for each in secret if each in path.read_text(encoding="utf-8")] == [], path
    rows = sm.read(public / "public.gpkg", layer="shelters", strict=False)
    for x, y in ((24.18123, 56.95345), (24.19876, 56.95765), (24.16, 56.96), (24.12, 56.96), (24.13, 56.96)):
        assert min(shapely.distance(rows.geometry.dropna().to_numpy(), shapely.Point(x, y))) > 1e-4


# ---- what is there ----


def test_public_rows_are_there_in_public_fields(public):
    rows = sm.read(public / "public.gpkg", layer="shelters", strict=False)
    assert rows["name"].tolist() == ["=School", "Library", "Rough place", "No place"]
    assert rows["address"].isna().tolist() == [False, False, True, True]
    assert rows.geometry.isna().tolist() == [False, False, False, True]
    assert set(rows.columns) == {
        *("id", "name", "address", "kind", "category", "capacity_persons", "step_free_access", "opening"),
        *("suits_flood", "public_place", "geometry"),
    }
    layers = set(sm.layer_names(public / "public.gpkg"))
    assert layers == {"shelters", "centres", "homes_cells", "homes_areas", "figures"}
    assert {path.stem for path in (public / "geojson").iterdir()} == layers - {"figures"}


def test_the_statement_counts_what_was_left_out(public):
    said = json.loads((public / "statement.json").read_text(encoding="utf-8"))
    assert said["k"] == said["rounded_to"] == 10
    assert said["facilities"] == {
        **{"not_public": 1, "public_unknown": 1, "not_in_use": 1, "no_place": 0},
        **{"place_approximate": 1, "place_hidden": 1},
    }
    assert said["left_out"]["inputs"] == 1  # the stores
    assert said["left_out"]["analyses"] == 1
    assert said["left_out"]["whole_only"] == 1  # near_shelter counts secret shelters
    page = (public / "index.html").read_text(encoding="utf-8")
    text = (public / "statement.md").read_text(encoding="utf-8")
    for sentence in ("may not be published: 1", "reģistrs neļauj tās publicēt: 1"):
        assert sentence in page
        assert sentence in text


def test_figures_of_secret_shelters_are_told_for_all_areas_together_only(public):
    numbers = former_people(public)["homes"].shown
    assert {key.area for key in numbers if key.analysis == "near_shelter"} == {None}
    assert len({key.area for key in numbers if key.analysis == "near_centre"}) > 1


def test_every_file_is_named_by_its_digest_and_the_same_input_gives_the_same_bytes(public, town, tmp_path):
    summary = json.loads((public / "summary.json").read_text(encoding="utf-8"))
    there = {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}
    assert set(summary["files"]) == there - {"summary.json"}
    again = sm.publish(town, tmp_path / "again")
    assert [each for each in there if (public / each).read_bytes() != (tmp_path / "again" / each).read_bytes()] == []
    assert set(again.files) == set(summary["files"])
    assert repr(again) == "<Publication: again, 11 files\n  no count from 1 to 9, rounded to 10>"


def test_formulas_in_the_figures_are_defused(town, tmp_path):
    copied = tmp_path / "formula"
    plan = write_town(copied).read_text(encoding="utf-8").replace('en = "A centre near"', 'en = "=cmd()"')
    (copied / "plan.toml").write_text(plan, encoding="utf-8")
    sm.run(copied / "plan.toml", copied / "out")
    sm.publish(copied / "out", tmp_path / "public")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "public" / "figures.csv").read_text(encoding="utf-8"))))
    assert "'=cmd()" in {row["title_en"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@\t" and cell]


# ---- people ----


def test_cells_hold_at_least_k_people_each_and_all_of_them_together(public, town):
    people = sm.read(town / "assessment.gpkg", layer="input_homes")
    cells = sm.read(public / "public.gpkg", layer="homes_cells")
    assert cells.crs.to_epsg() == 3035
    assert cells["people"].min() >= 10
    assert (cells["people"] % 10 == 0).all()
    inside = gpd.sjoin(people.to_crs(3035), cells[["geometry"]], predicate="within")
    assert set(inside["id"]) == set(people["id"])  # everybody is in some part
    assert (cells.geometry.area % 1_000_000 < 1).all()


def test_the_sparse_area_is_counted_with_its_neighbour(public):
    areas = sm.read(public / "public.gpkg", layer="homes_areas")
    assert sorted(areas["area"]) == ["East", "Far + North", "Middle"]
    assert areas["people"].notna().all()


def test_numbers_shown_are_those_of_the_assessment_rounded(public, town):
    figures = json.loads((town / "summary.json").read_text(encoding="utf-8"))["figures"]
    numbers = former_people(public)["homes"].shown
    checked = 0
    for each in figures:
        if each["analysis"] != "near_centre" or each["figure"] != "covered" or each["scope"] not in ("all", "area"):
            continue
        area = None if each["scope"] == "all" else each["area"]
        key = Key(each["measure"], area, "near_centre", f"within_{each['threshold_m']:.0f}m", "covered")
        if numbers.get(key) is not None:
            assert numbers[key] == (2 * each["value"] + 10) // 20 * 10
            checked += 1
    assert checked >= 6


# ---- two years ----


def published(folder: Path, year: int, *, moved: int, against: Path | None = None, **options) -> Path:
    sm.run(write_town(folder / str(year), year=year, moved=moved), folder / str(year) / "out")
    sm.publish(folder / str(year) / "out", folder / f"public_{year}", against=against, **options)
    return folder / f"public_{year}"


def test_a_few_newcomers_change_no_number(tmp_path):
    first = published(tmp_path, 2026, moved=0)
    second = published(tmp_path, 2027, moved=4, against=first)
    alone = tmp_path / "alone"
    sm.publish(tmp_path / "2027" / "out", alone)
    one, other, free = (former_people(each)["homes"] for each in (first, second, alone))
    assert {frozenset(part.cells) for part in one.parts} <= {frozenset(part.cells) for part in other.parts} or all(
        any(set(part.cells) <= set(later.cells) for later in other.parts) for part in one.parts
    )
    assert other.shown == one.shown
    assert [part.people for part in other.parts] == [part.people for part in one.parts]
    assert free.shown != one.shown  # without the former year some number would have moved
    said = json.loads((second / "statement.json").read_text(encoding="utf-8"))
    assert said["against"] == 2026
    assert said["people"]["held"] > 0


def test_many_newcomers_are_seen_and_parts_stay_together(tmp_path):
    first = published(tmp_path, 2026, moved=0)
    second = published(tmp_path, 2027, moved=90, against=first)
    one, other = former_people(first)["homes"], former_people(second)["homes"]
    assert other.shown[Key("people")] - one.shown[Key("people")] == pytest.approx(90, abs=10)
    for part in one.parts:  # nothing that was together is apart
        assert any(set(part.cells) <= set(later.cells) for later in other.parts)
    assert [key for key, number in one.shown.items() if number is None and other.shown.get(key)] == []


def test_another_grid_than_the_year_before_is_refused(public, town, tmp_path):
    with pytest.raises(ValueError, match="publish with a grid of 1000 m"):
        sm.publish(town, tmp_path / "again", against=public, grid="500 m")
    assert not (tmp_path / "again").exists()


def test_a_former_publication_that_was_changed_is_refused(public, town, tmp_path):
    shutil.copytree(public, tmp_path / "former")
    with (tmp_path / "former" / "figures.csv").open("a") as stream:
        stream.write("\n")
    with pytest.raises(sm.ReadError, match=r"figures\.csv was changed after it was published"):
        sm.publish(town, tmp_path / "again", against=tmp_path / "former")
    with pytest.raises(sm.ReadError, match="is no publication"):
        sm.publish(town, tmp_path / "again", against=town)


# ---- bad input ----


def test_a_layer_without_the_field_is_refused_unless_it_is_said_to_be_public(tmp_path):
    plain = re.sub(",public,", ",was_public,", SHELTERS, count=1)
    sm.run(write_town(tmp_path, shelters=plain), tmp_path / "out")
    with pytest.raises(sm.ReadError, match="which rows of shelters may be published: add a column public") as caught:
        sm.publish(tmp_path / "out", tmp_path / "public")
    assert "--all-facilities-public" in str(caught.value)
    assert not (tmp_path / "public").exists()
    sm.publish(tmp_path / "out", tmp_path / "named", facilities=["centres"])
    assert "shelters" not in sm.layer_names(tmp_path / "named" / "public.gpkg")
    done = sm.publish(tmp_path / "out", tmp_path / "all", all_facilities_public=True)
    assert done.statement.facilities["not_public"] == 0
    assert len(sm.read(tmp_path / "all" / "public.gpkg", layer="shelters", strict=False)) == 6


def test_nothing_public_is_an_empty_list_not_an_error(tmp_path):
    none = (
        SHELTERS.replace(",yes,exact", ",no,exact").replace(",yes,approximate", ",no,").replace(",yes,hidden", ",no,")
    )
    sm.run(write_town(tmp_path, shelters=none), tmp_path / "out")
    sm.publish(tmp_path / "out", tmp_path / "public", facilities=["shelters"])
    page = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert "No place may be shown." in page
    assert not (tmp_path / "public" / "map.html").exists()


@pytest.mark.parametrize("k", [2, 0, -1, 2.5, True])
def test_a_k_below_three_is_refused(town, tmp_path, k):
    with pytest.raises(ValueError, match="k must be a whole number from 3 on"):
        sm.publish(town, tmp_path / "public", k=k)


def test_a_k_above_all_people_is_refused(town, tmp_path):
    with pytest.raises(ValueError, match="k is 100000, and the layer of people has fewer in all"):
        sm.publish(town, tmp_path / "public", k=100_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("grid", ["5 min", "10 m", "200 km", "x"])
def test_a_grid_that_is_none_is_refused(town, tmp_path, grid):
    with pytest.raises(ValueError, match=r"whole metres|a number with a unit"):
        sm.publish(town, tmp_path / "public", grid=grid)


def test_an_unknown_input_is_refused_with_those_there_are(town, tmp_path):
    with pytest.raises(ValueError, match=r'"shelter"; did you mean "shelters"'):
        sm.publish(town, tmp_path / "public", facilities=["shelter"])
    with pytest.raises(ValueError, match="stores"):
        sm.publish(town, tmp_path / "public", facilities=["stores"])


def test_a_folder_of_others_is_not_replaced_and_an_older_publication_is(public, town, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(sm.WriteError, match=r"holds what no publication left there \(letter.txt\)"):
        sm.publish(town, tmp_path / "mine")
    with pytest.raises(ValueError, match="lie in each other"):
        sm.publish(town, town / "public")
    shutil.copytree(public, tmp_path / "older")
    sm.publish(town, tmp_path / "older", k=5)
    assert json.loads((tmp_path / "older" / "summary.json").read_text(encoding="utf-8"))["statement"]["k"] == 5
    (tmp_path / "older" / "index.html").write_text("edited")
    with pytest.raises(sm.WriteError, match=r"index\.html was changed since it was published"):
        sm.publish(town, tmp_path / "older")
    with pytest.raises(ValueError, match="would be replaced by what is held against it"):
        sm.publish(town, public, against=public)


def test_an_assessment_that_was_changed_or_is_older_is_refused(town, tmp_path):
    shutil.copytree(town, tmp_path / "changed")
    with (tmp_path / "changed" / "report.html").open("a") as stream:
        stream.write("<!-- -->")
    with pytest.raises(sm.ReadError, match=r"report\.html was changed after it was made"):
        sm.publish(tmp_path / "changed", tmp_path / "public")
    shutil.copytree(town, tmp_path / "older")
    summary = json.loads((tmp_path / "older" / "summary.json").read_text(encoding="utf-8"))
    del summary["plan"]
    (tmp_path / "older" / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    with pytest.raises(sm.ReadError, match="made by an older sheltermap; run its plan again"):
        sm.publish(tmp_path / "older", tmp_path / "public")
    with pytest.raises(sm.ReadError, match="is no assessment"):
        sm.publish(town.parent / "Qzvfolder", tmp_path / "public")


# ---- commands ----


def test_the_command_says_what_was_left_out(town, tmp_path):
    done = sheltermap("publish", town, "-o", tmp_path / "deep" / "public", "--k", 5, "--facilities", "centres")
    assert done.returncode == 0, done.stderr
    assert "No number stands for 1 to 4 people" in done.stdout
    told = sheltermap("publish", town, "-o", tmp_path / "again", "--json")
    assert json.loads(told.stdout)["k"] == 10
    refused = sheltermap("publish", town, "-o", tmp_path / "third", "--k", 2)
    assert refused.returncode == 2
    assert "k must be a whole number from 3 on" in refused.stderr


def test_run_publishes_at_once(tmp_path):
    plan = write_town(tmp_path)
    done = sheltermap("run", plan, "-o", tmp_path / "out", "--public", tmp_path / "public")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "public" / "index.html").is_file()
    assert "Published in" in done.stdout
