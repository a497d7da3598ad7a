# SPDX-License-Identifier: Apache-2.0
"""Gaps and coverages of a plan: each row's true reason in layers, figures, report and on the terminal."""

import re

import geopandas as gpd
import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.report.terminal import terminal_lines
from small_plan import (
    MAIN,
    PLAN,
    collection,
    in_year,
    road,
    section,
    square,
    with_streets,
    write_street_town,
    write_town,
)

HOMES = """id,name,lon,lat,people
h1,Covered,24.100,56.950,10
h2,By the cellar,24.300,56.950,20
h3,By the hall,24.3015,56.950,5
h4,Far away,24.350,56.950,30
h5,On the island,24.500,56.990,40
h6,In the forest,24.600,57.100,50
h7,Twice,24.100,56.950,60
h7,Twice again,24.100,56.950,70
h8,Without a place,,,80
"""
SHELTERS = """id,name,lon,lat,grade
s1,School,24.101,56.950,full
s2,Cellar,24.300,56.950,none
s3,Hall,24.302,56.950,
"""
ISLAND = road((24.49, 56.99), (24.52, 56.99), (24.52, 57.0), street="Island")
ANALYSES = """
[[analyses]]
name = "walk"
kind = "KIND"
demand = "homes"
facilities = "shelters"
by = "roads"
weight = "people"
areas = "parts"
area_name = "part"
title = "Walk"
LIMITS

[analyses.supply]
compliance = "full"
columns = { compliance = "grade" }
"""
GAPS = """
[[analyses]]
name = "gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
threshold_m = 500
weight = "people"
areas = "parts"
area_name = "part"
title = "Gaps"
"""
WHY = {
    "h1": None, "h2": "not_compliant", "h3": "unknown_compliance", "h4": "too_far", "h5": "no_path",
    "h6": "not_snapped", "h7": "row_refused", "h8": "missing_geometry",
}  # fmt: skip
WORDS = {
    "By the cellar": ("one near enough does not comply", "pietiekami tuvu esošais neatbilst prasībām"),
    "By the hall": ("of one near enough nobody knows whether", "nav zināms, vai pietiekami tuvu esošais"),
    "Far away": ("beyond 5 min", "tālāk par 5 min"),
    "On the island": ("no way leads there", "tur neved neviens ceļš"),
    "In the forest": ("no street is near enough", "tuvumā nav ielas"),
    "Twice again": ("the row was refused", "rinda ir atteikta"),
    "Without a place": ("place unknown", "vieta nav zināma"),
}


def run(folder, kind, *, homes=HOMES, limits=None):
    limits = limits or ('limit = "5 min"' if kind == "gaps" else 'limits = ["5 min"]')
    plan = with_streets(ANALYSES.replace("KIND", kind).replace("LIMITS", limits))
    head, tail = plan.split("[[analyses]]", 1)[0], plan[plan.index('[[analyses]]\nname = "walk"') :]
    head = head.replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    plan_path = write_street_town(folder, MAIN, ISLAND, plan=head + tail, homes=homes, shelters=SHELTERS)
    return sm.run(plan_path, folder / "out")


def table_rows(page):
    rows = [
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    ]
    return [[re.sub(r"</?a\b[^>]*>", "", cell).strip() for cell in row] for row in rows if row]


@pytest.mark.parametrize("kind", ["coverage", "gaps"])
def test_every_row_has_its_true_reason_in_layer_figures_report_and_terminal(tmp_path, kind):
    done = run(tmp_path, kind)
    layer = gpd.read_file(tmp_path / "out" / "assessment.gpkg", layer="walk")
    told = [None if pd.isna(each) else each for each in layer["reason"]]
    assert dict(zip(layer["id"], told, strict=True)) == WHY
    assert layer["reason_5min"].fillna("").tolist() == layer["reason"].fillna("").tolist()
    assert layer.set_index("id").unused_facility.dropna().to_dict() == {"h2": "s2", "h3": "s3"}
    figures = done.figures[(done.figures.analysis == "walk") & (done.figures.figure == "not_covered_because")]
    people = figures.set_index("category").value
    by_row = layer.groupby("reason").people.sum()
    assert people[people > 0].to_dict() == by_row.to_dict()
    assert people["row_refused"] == 70 and people["missing_geometry"] == 80
    page = section(tmp_path / "out", "walk")
    if kind == "coverage":
        rows = table_rows(page)
        for name, words in WORDS.items():
            place = "By the cellar" if name == "By the hall" else name  # its neighbour, and one place with it
            (line,) = [" ".join(row) for row in rows if place in row[:2]]
            assert all(each in line for each in words), name
    lines = "\n".join(text for text, _ in terminal_lines(done))
    if kind == "coverage":
        assert "Twice again (the row was refused" in lines and "On the island (no way leads there)" in lines
    assert "– " not in lines


def test_places_are_told_by_reason_and_by_municipality_and_municipalities_by_people_without(tmp_path):
    homes = HOMES + "h9,West of the border,24.195,56.950,3\n"
    done = run(tmp_path, "gaps", homes=homes, limits='limit = "5 min"\njoin_distance_m = 8000')
    places = done.outcomes[-1].beside["places"]
    assert places.people.sum() == 20 + 5 + 30 + 40 + 50 + 3
    first = places[places.areas.str.contains("West")].iloc[0]
    assert (first["people"], first["people_not_compliant"], first["people_unknown_compliance"]) == (58, 20, 5)
    figures = done.figures[done.figures.figure == "in_place"].astype(object)
    mine = figures[figures.category == str(first["place"])]
    assert dict(zip(mine.area.fillna(""), mine.value, strict=True)) == {"West": 3, "": 55}
    assert figures.value.sum() == places.people.sum()
    page = section(tmp_path / "out", "walk")
    assert "one near enough does not comply: 20" in page and "West: 3" in page
    order = [page.index(f">{part}<") for part in ("West", "East")]
    assert order == sorted(order)


def test_municipalities_are_ranked_by_people_without(tmp_path):
    homes = "id,name,lon,lat,people\na,A,24.15,56.95,5\nb,B,24.25,56.95,50\nc,C,24.102,56.95,900\n"
    write_town(tmp_path, plan=PLAN.split("[[analyses]]")[0] + GAPS, homes=homes)
    (tmp_path / "parts.geojson").write_text(
        collection(square(24.0, 56.9, 24.2, 57.0, part="A part"), square(24.2, 56.9, 24.4, 57.0, part="Z part"))
    )
    sm.run(tmp_path / "plan.toml", tmp_path / "out")
    areas = section(tmp_path / "out", "gaps").split("By area")[-1]
    assert areas.index("Z part") < areas.index("A part")  # 50 without one, and 5


def test_a_comparison_of_years_tells_all_municipalities_of_a_gap(tmp_path):
    homes = "id,name,lon,lat,people\na,A,24.199,56.95,5\nb,B,24.201,56.95,50\n"
    for year in ("2025", "2026"):
        plan = in_year(year, PLAN.split("[[analyses]]")[0]) + GAPS
        sm.run(write_town(tmp_path / year, plan=plan, homes=homes), tmp_path / f"out{year}")
    change = sm.compare(tmp_path / "out2025", tmp_path / "out2026")
    assert change.gaps[["area", "areas", "people"]].to_numpy().tolist() == [["East", "East; West", 55]]
    change.write_page(tmp_path / "change.html")
    assert "East; West" in (tmp_path / "change.html").read_text(encoding="utf-8")


def test_who_has_several_places_is_named(tmp_path):
    homes = "id,official,lon,lat,people\n1,Anna,24.300,56.95,1\n2,Anna,24.310,56.95,1\n3,Juris,24.350,56.95,1\n"
    plan = PLAN.split("[[analyses]]")[0]
    plan = plan.replace('id = "id"\nname = "name"\n\n[inputs.shelters]', 'id = "id"\n\n[inputs.shelters]')
    plan += '[[analyses]]\nname = "near"\nkind = "coverage"\ndemand = "homes"\nfacilities = "shelters"\n'
    plan += 'thresholds_m = [500]\nperson = "official"\ntitle = "Officials"\n'
    done = sm.run(write_town(tmp_path, plan=plan, homes=homes), tmp_path / "out")
    lines = "\n".join(text for text, _ in terminal_lines(done))
    assert "Anna 5.5 km, Juris 3.0 km" in lines
    rows = table_rows(section(tmp_path / "out", "near"))
    assert {"Anna", "Juris"} <= {row[0] for row in rows}


def test_a_facility_or_a_row_refused_for_its_id_is_not_said_to_have_no_place(tmp_path):
    plan = PLAN.split("[[analyses]]")[0]
    plan = plan.replace('path = "shelters.csv"', 'path = "shelters.csv"\nstrict = false')
    plan += '[[analyses]]\nname = "near"\nkind = "nearest"\ndemand = "homes"\nfacilities = "shelters"\ntitle = "Near"\n'
    shelters = "id,name,lon,lat\ns1,One,24.1,56.95\ns1,Again,24.2,56.95\ns2,Two,24.3,56.95\ns3,Nowhere,,\n"
    done = sm.run(write_town(tmp_path, plan=plan, shelters=shelters), tmp_path / "out")
    lines = [text.strip() for text, _ in terminal_lines(done)]
    assert any(line.startswith("1 facility has no place") for line in lines), lines
    assert any(line.startswith("1 facility was refused") for line in lines)
