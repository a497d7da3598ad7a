# SPDX-License-Identifier: Apache-2.0
"""Each algorithm, run by `qgis_process`, gives the figures of the command line on the same data."""

import json
import sqlite3
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from qgis_process import PLUGIN, PROGRAM, Qgis, installed

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="QGIS is not installed")

HOMES = """id,vieta,people,children,e,n
h1,Ķīšu iela 1,10,2,506000,312000
h2,"Otrā, „māja”",20,,506700,312000
h3,Tālā,30,5,519000,312000
h4,Bez skaita,,1,506100,312100
"""
SHELTERS = """id,nosaukums,vietas,e,n
s1,Pagrabs,12,506050,312000
s2,Skola,40,518000,312000
"""
SITES = """id,nosaukums,cena,e,n
c1,Pie otrās,900,506650,312050
c2,Pie tālās,700,519000,312100
"""
ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kods": "P10 „upe”"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[24.09, 56.94], [24.12, 56.94], [24.12, 56.97], [24.09, 56.97], [24.09, 56.94]]],
            },
        }
    ],
}
DEMAND = {"demand": "homes", "weight": "people"}
QUESTIONS = {
    "nearest": (
        {"LIMIT": "1000", "DEMAND": "homes", "FACILITIES": "shelters"},
        {"demand": "homes", "facilities": "shelters", "limit": "1 km"},
    ),
    "coverage": (
        {"LIMITS": "500; 1 km", "DEMAND": "homes", "FACILITIES": "shelters", "WEIGHT": "people", "GROUPS": "children"},
        {**DEMAND, "facilities": "shelters", "limits": ["500 m", "1 km"], "groups": ["children"]},
    ),
    "gaps": (
        {"LIMIT": "500 m", "JOIN_DISTANCE": 2000, "DEMAND": "homes", "FACILITIES": "shelters", "WEIGHT": "people"},
        {**DEMAND, "facilities": "shelters", "limit": "500 m", "join_distance_m": 2000},
    ),
    "service_areas": (
        {"LIMITS": "500 m", "SPLIT": "true", "FACILITIES": "shelters"},
        {"facilities": "shelters", "limits": ["500 m"], "split": True},
    ),
    "exposure": (
        {"FEATURES": "homes", "FEATURE_WEIGHT": "people", "FEATURE_ID": "id", "ZONES": "zones", "ZONE_ID": "kods"},
        {"features": "homes", "weight": "people", "zones": "zones", "zone_id": "kods"},
    ),
    "allocation": (
        {"DEMAND": "homes", "WEIGHT": "people", "FACILITIES": "shelters", "CAPACITY": "vietas", "LIMIT": "1 km"},
        {**DEMAND, "facilities": "shelters", "capacity": "vietas", "limit": "1 km"},
    ),
    "siting": (
        {"DEMAND": "homes", "WEIGHT": "people", "CANDIDATES": "sites", "COUNT": 1, "FACILITIES": "shelters"}
        | {"CANDIDATE_ID": "id", "COST": "cena", "LIMIT": "300 m"},
        {**DEMAND, "facilities": "shelters", "candidates": "sites", "objective": "coverage", "p": 1, "limit": "300 m"}
        | {"cost": "cena", "currency": "EUR"},
    ),
}
IDS = {"DEMAND": "DEMAND_ID", "FACILITIES": "FACILITY_ID"}
FURTHER = {"gaps": ["PLACES"], "allocation": ["FULLNESS", "SENT"], "siting": ["SITES"]}
ENDS = {"OUTPUT": "", "PLACES": "_places", "FULLNESS": "_facilities", "SENT": "_spill", "SITES": "_sites"}


@pytest.fixture(scope="module")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Qgis:
    return installed(tmp_path_factory.mktemp("qgis"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "Ādaži's “town”"
    folder.mkdir()
    for name, text in (("homes", HOMES), ("shelters", SHELTERS), ("sites", SITES)):
        table = folder / f"{name}.csv"
        table.write_text(text, encoding="utf-8")
        layer = sm.read(table, x="e", y="n", crs="EPSG:3059", id="id")
        sm.write({name: layer}, folder / f"{name}.gpkg")
    (folder / "zones.geojson").write_text(json.dumps(ZONES), encoding="utf-8")
    return folder


def file_of(town: Path, layer: str) -> Path:
    return next(path for path in town.glob(f"{layer}.*") if path.suffix != ".csv")


def plan_of(
    town: Path, kind: str, keys: dict[str, object], folder: Path, streets: dict[str, object] | None = None
) -> Path:
    """A plan that asks the same as an algorithm, as somebody would write it by hand."""
    roles = ("demand", "facilities", "features", "zones", "candidates")
    used = dict.fromkeys(str(keys[role]) for role in roles if role in keys)
    lines = ["schema = 1", 'title = "By hand"', 'languages = ["en"]']
    for layer in used:
        row_id = "kods" if layer == "zones" else "id"
        lines += [f"[inputs.{layer}]", f"path = {json.dumps(str(file_of(town, layer)), ensure_ascii=False)}"]
        lines += [f'id = "{row_id}"']
    if streets is not None:
        lines += ["[networks.streets]"]
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in streets.items()]
    lines += ["[[analyses]]", f'name = "{kind}"', f'kind = "{kind}"', 'title = "By hand"']
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    plan = folder / "by_hand.toml"  # the plan that the plugin writes has the other name
    plan.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return plan


def table(path: Path, layer: str) -> pd.DataFrame:
    with sqlite3.connect(path) as connection:
        return pd.read_sql(f'SELECT * FROM "{layer}"', connection).drop(columns=["fid", "geom"], errors="ignore")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_algorithm_gives_what_the_command_line_gives(kind, qgis, town, tmp_path):
    asked, keys = QUESTIONS[kind]
    layers = {name for name in asked if name in ("DEMAND", "FACILITIES", "FEATURES", "ZONES", "CANDIDATES")}
    parameters = {name: str(file_of(town, str(value))) if name in layers else value for name, value in asked.items()}
    parameters |= {IDS[name]: "id" for name in layers & set(IDS)}
    outputs = ["OUTPUT", "FIGURES", *FURTHER.get(kind, [])]
    written = {name: tmp_path / f"{name} ā.gpkg" for name in outputs}
    results = qgis.run(kind, **parameters, **written)
    assert {name: Path(results[name]) for name in outputs} == written
    sm.run(plan_of(town, kind, keys, tmp_path), tmp_path / "out")
    expected = tmp_path / "out" / "assessment.gpkg"
    for name, path in written.items():
        wanted = table(expected, "figures" if name == "FIGURES" else f"{kind}{ENDS[name]}")
        assert len(wanted)
        pd.testing.assert_frame_equal(table(path, path.stem), wanted, check_dtype=False, obj=name)


# Along the streets it is farther from the second home to the cellar than as the crow flies, and one way only.
CORNERS = {
    1: (24.0985, 56.9530),
    2: (24.1000, 56.9500),
    3: (24.1100, 56.9500),
    4: (24.1100, 56.9530),
    5: (24.3200, 56.9530),
}
STREETS = [((1, 2, 3, 4), 30, False), ((1, 4), 50, True), ((4, 5), 80, False)]


def street_lines(folder: Path) -> Path:
    lines = [shapely.LineString([CORNERS[corner] for corner in along]) for along, _, _ in STREETS]
    named = {"kmh": [speed for _, speed, _ in STREETS], "vienvirziena": [one_way for *_, one_way in STREETS]}
    sm.write(geopandas.GeoDataFrame(named, geometry=lines, crs=4326), folder / "ielas.gpkg")
    return folder / "ielas.gpkg"


def street_file(folder: Path) -> Path:
    nodes = "".join(f'<node id="{number}" lon="{lon}" lat="{lat}"/>' for number, (lon, lat) in CORNERS.items())
    ways = "".join(
        f'<way id="{number}">{"".join(f"""<nd ref="{each}"/>""" for each in along)}<tag k="highway" v="residential"/>'
        f'<tag k="maxspeed" v="{speed}"/>{"""<tag k="oneway" v="yes"/>""" if one_way else ""}</way>'
        for number, (along, speed, one_way) in enumerate(STREETS, start=1)
    )
    (folder / "ielas.osm").write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    return folder / "ielas.osm"


@pytest.mark.parametrize("direction", ["to", "from"])
@pytest.mark.parametrize("given", ["lines", "file"])
def test_streets_are_a_layer_of_lines_or_a_file(given, direction, qgis, town, tmp_path):
    asked = {"DEMAND": file_of(town, "homes"), "DEMAND_ID": "id", "WEIGHT": "people", "LIMITS": "1 min; 5 min"}
    asked |= {
        "FACILITIES": file_of(town, "shelters"),
        "FACILITY_ID": "id",
        "DIRECTION": ["to", "from"].index(direction),
    }
    if given == "lines":
        lines = street_lines(tmp_path)
        asked |= {"STREET_LINES": lines, "SPEED_FIELD": "kmh", "ONE_WAY": "vienvirziena"}
        streets = {"path": str(lines), "speed_kmh": "kmh", "one_way": "vienvirziena"}
    else:
        file = street_file(tmp_path)
        asked |= {"STREETS": file, "PROFILE": 2}
        streets = {"path": str(file), "profile": "car"}
    written = {name: tmp_path / f"{name}.gpkg" for name in ("OUTPUT", "FIGURES")}
    qgis.run("coverage", **asked, **written)
    keys = {**DEMAND, "facilities": "shelters", "limits": ["1 min", "5 min"], "by": "streets", "direction": direction}
    sm.run(plan_of(town, "coverage", keys, tmp_path, streets), tmp_path / "out")
    for name, layer in (("OUTPUT", "coverage"), ("FIGURES", "figures")):
        wanted = table(tmp_path / "out" / "assessment.gpkg", layer)
        pd.testing.assert_frame_equal(table(written[name], name), wanted, check_dtype=False, obj=name)
    assert set(table(written["OUTPUT"], "OUTPUT")["within_1min"]) >= {"covered", "uncovered"}


def test_a_plan_is_run_and_its_folder_kept(qgis, town, tmp_path):
    plan = plan_of(town, "coverage", QUESTIONS["coverage"][1], tmp_path)
    results = qgis.run("run_plan", PLAN=plan, FOLDER=tmp_path / "2027 gads")
    folder = tmp_path / "2027 gads"
    assert (Path(results["FOLDER"]), Path(results["REPORT"])) == (folder, folder / "report.html")
    assert results["LAYERS"] == [f"{folder / 'assessment.gpkg'}|layername=coverage"]
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["title"]["en"] == "By hand"


def test_a_faulty_plan_is_one_clear_sentence(qgis, town, tmp_path):
    plan = plan_of(town, "coverage", {**QUESTIONS["coverage"][1], "limits": ["soon"]}, tmp_path)
    told = qgis.process("run", "sheltermap:run_plan", "--", f"PLAN={plan}", f"FOLDER={tmp_path / 'out'}")
    assert "analyses.coverage.limits" in told and "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_it_speaks_the_language_of_qgis(qgis):
    told = qgis.process("list", language="lv")
    assert "sheltermap:allocation\tVietu sadale" in told
    told = qgis.process("help", "sheltermap:coverage", language="lv")
    assert "LIMITS: Robežas" in told and "0: Kājām" in told
    told = qgis.process("help", "sheltermap:coverage")
    assert "LIMITS: Limits" in told and "0: On foot" in told


@pytest.fixture(scope="module")
def inside(qgis, town, tmp_path_factory):
    """What came of it inside QGIS; see `inside_qgis.py`."""
    folder = tmp_path_factory.mktemp("inside")
    plan = plan_of(town, "coverage", QUESTIONS["coverage"][1], folder)
    script = Path(__file__).with_name("inside_qgis.py")
    told = qgis.script(script, str(PLUGIN.parent), str(folder), str(plan))
    (line,) = [each for each in told.splitlines() if each.startswith("FOUND ")]
    return json.loads(line.removeprefix("FOUND "))


def test_layers_of_memory_keep_64_bits_and_every_letter(inside):
    rows = inside["coverage"]
    assert [row["id"] for row in rows] == [9007199254740993, 9007199254740995, 9007199254740997]
    assert rows[0]["nosaukums"] == "Mājas „Ķīši” 1'2\"" and rows[0]["facility"] == "S ā'1"
    assert [row["people"] for row in rows] == [10, None, 30]
    assert [row["within_150m"] for row in rows] == ["covered", "uncovered", "uncovered"]
    assert [row["within_1500m"] for row in rows] == ["covered"] * 3


def test_progress_rises_to_the_end_and_the_log_tells_the_steps(inside):
    assert inside["progress"] == sorted(inside["progress"]) and inside["progress"][-1] == 100
    assert len(inside["progress"]) > 5
    assert "Read demand" in inside["lines"] and any("within 150 m: 10 of 40 people" in each for each in inside["lines"])


def test_only_what_is_selected_counts_and_numbers_of_qgis_name_the_rows(inside):
    ids = inside["ids"]
    rows = inside["nearest"]
    assert sorted(row["feature_id"] for row in rows) == sorted([ids[0], ids[2]])
    assert {row["facility"] for row in rows} == {1}


def test_features_without_geometry_are_told_or_counted_as_unknown(inside):
    assert "row 2 (id '2'): the geometry is empty" in inside["no_geometry"]
    assert inside["no_geometry"].startswith("layer “Caurumi”: 1 of 2 rows cannot be used")
    assert "untick “Stop at features that cannot be used”" in inside["no_geometry"]
    assert [row["reason"] for row in inside["holes"]] == [None, "missing_geometry"]


def test_curves_are_zones(inside):
    assert [row["zone"] for row in inside["curves"]] == ["Z", "Z", None]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("empty", "Layer “Tukšais” has no features, or none is selected."),
        ("alike", "fields that differ in capitals only (Id, id): rename one of them."),
        ("no_crs", "Layer “Nekur” has no coordinate reference system"),
        ("no_field", "Layer “Mājas; “A”” has no field “cilvēki”. It has: id, nosaukums, people."),
        ("limit", "write '1.5 km', not '1,5 km'"),
        ("no_limit", "Write at least one limit, as 500 m: Limits."),
        ("no_streets", "a time needs streets to travel along"),
        ("same_id", "no value in the id column 'people'"),
        ("areas", "Areas need the field with their names."),
        ("folder", "it holds what is not part of an assessment"),
        ("missing", "which the variable SHELTERMAP_COMMAND names, is no program"),
        ("old", "is sheltermap 0.0.9, this plugin needs 0.1.0 or newer"),
        ("other", "is not the command line of sheltermap, it says: hello"),
    ],
)
def test_what_is_wrong_is_said_clearly(inside, key, told):
    assert told in inside[key]
    assert "Traceback" not in inside[key] and "plan.toml" not in inside[key]


def test_a_cancelled_run_ends_its_process_and_leaves_nothing(inside):
    assert inside["cancelled"] == {}
    assert not inside["still_runs"]


def test_results_are_loaded_in_the_colours_of_the_report(inside):
    labels = dict(inside["loaded"]["OUTPUT"])
    assert labels["within 150 m"] == "#0072b2" and "place 1" in labels
    assert "PLACES" in inside["loaded"]


def test_a_plan_loads_its_results_with_titles_and_styles(inside):
    assert inside["plan"] == {"worked": True, "layers": 1}
    assert inside["plan_titles"] == inside["plan_styled"] == ["By hand"]
