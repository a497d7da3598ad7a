# SPDX-License-Identifier: Apache-2.0
"""A town of a few homes and shelters, as files and as a plan, for tests that need a whole run."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError

SAMPLE = Path(__file__).parents[2] / "sample_data" / "latvia"

HOMES = """id,name,lon,lat,people,children
h1,First home,24.100,56.950,10,2
h2,Second home,24.110,56.950,20,
h3,Third home,24.300,56.950,30,5
h4,Home without number,24.105,56.951,,1
"""
SHELTERS = """id,name,lon,lat
s1,Cellar,24.101,56.950
s2,School,24.400,56.950
"""
PLAN = """schema = 1
title = { en = "Small town", lv = "Maza pilsēta" }

[inputs.homes]
path = "homes.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[inputs.shelters]
path = "shelters.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[inputs.parts]
path = "parts.geojson"

[inputs.flood]
path = "flood.geojson"

[[standards]]
id = "walk"
distance_m = 500
title = { en = "Shelter within 500 m", lv = "Patvērums līdz 500 m" }
source = "An example"
status = "confirmed"

[[analyses]]
name = "shelter"
kind = "coverage"
demand = "homes"
facilities = "shelters"
thresholds_m = [500, 1000]
weight = "people"
groups = ["children"]
areas = "parts"
area_name = "part"
title = { en = "People near a shelter", lv = "Iedzīvotāji patvērumu tuvumā" }

[[analyses]]
name = "nearest_shelter"
kind = "nearest"
demand = "homes"
facilities = "shelters"
standard = "walk"
title = { en = "Nearest shelter", lv = "Tuvākais patvērums" }

[[analyses]]
name = "how_far"
kind = "nearest"
demand = "homes"
facilities = "shelters"
title = "How far"

[[analyses]]
name = "choice"
kind = "count"
demand = "homes"
facilities = "shelters"
distance_m = 1000
classes = [0, 1, 2]
weight = "people"
title = "Choice of shelters"

[[analyses]]
name = "in_flood"
kind = "exposure"
features = "homes"
zones = "flood"
zone_id = "code"
weight = "people"
title = "Homes in the flood zone"
"""

FLOOD = """
[[analyses]]
name = "in_a_flood"
kind = "flood"
demand = "homes"
facilities = "shelters"
zones = "flood"
scenario = "code"
threshold_m = 500
weight = "people"
title = { en = "Shelter in a flood", lv = "Patvērums plūdos" }

[[analyses]]
name = "gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
standard = "walk"
join_distance_m = 100
weight = "people"
title = { en = "Where the gaps are", lv = "Kur ir iztrūkumi" }
"""

INDICATORS = """
[[indicators]]
id = "near"
title = { en = "Near a shelter", lv = "Patvēruma tuvumā" }
unit = { en = "%", lv = "%" }
expression = "100 * covered / (covered + uncovered + unknown)"
figures.covered = { analysis = "shelter", figure = "covered", measure = "people", threshold_m = 500 }
figures.uncovered = { analysis = "shelter", figure = "uncovered", measure = "people", threshold_m = 500 }
figures.unknown = { analysis = "shelter", figure = "unknown", measure = "people", threshold_m = 500 }
base = { year = 2024, value = 10 }
actuals = { 2025 = 12 }
targets = { 2027 = 20, 2030 = 50 }
direction = "up"
source = "An example"
responsible = { en = "Planner", lv = "Plānotājs" }
"""


def square(west: float, south: float, east: float, north: float, **properties: object) -> dict[str, object]:
    """A GeoJSON feature of a box."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def write_town(folder: Path, *, plan: str = PLAN, homes: str = HOMES, shelters: str = SHELTERS) -> Path:
    """Write the town and its plan; return the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    west, east = square(24.0, 56.9, 24.2, 57.0, part="West"), square(24.2, 56.9, 24.29, 57.0, part="East")
    texts = {
        "homes.csv": homes,
        "shelters.csv": shelters,
        "parts.geojson": collection(west, east),
        "flood.geojson": collection(square(24.09, 56.94, 24.107, 56.96, code="F1")),
        "plan.toml": plan,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "plan.toml"


STREETS = """
[networks.roads]
path = "roads.geojson"
speed_kmh = "kmh"
name = "street"
title = { en = "Streets of the town", lv = "Pilsētas ielas" }
attribution = "© The town"
"""


def road(*places: tuple[float, float], **properties: object) -> dict[str, object]:
    """A GeoJSON feature of a street on which one goes 1.1 m/s."""
    return {
        "type": "Feature",
        "properties": {"street": "Main street", "kmh": 3.96, "still": 0, **properties},
        "geometry": {"type": "LineString", "coordinates": [list(place) for place in places]},
    }


MAIN = road((24.09, 56.95), (24.42, 56.95))


def in_year(year: int, plan: str = PLAN) -> str:
    """A plan of a year."""
    return plan.replace("schema = 1", f"schema = 1\nyear = {year}")


def with_streets(*analyses: str, year: int | None = None) -> str:
    """The plan with its streets and further analyses."""
    plan = PLAN if year is None else in_year(year)
    return plan.replace("[[standards]]", STREETS + "\n[[standards]]") + "".join(analyses)


def write_street_town(folder: Path, *roads: dict[str, object], plan: str, **files: str) -> Path:
    """Write the town with a street past all its homes and shelters, or with other streets; return the plan's path."""
    path = write_town(folder, plan=plan, **files)
    (folder / "roads.geojson").write_text(collection(*(roads or (MAIN,))), encoding="utf-8")
    return path


def figures(folder: Path, **wanted: object) -> dict[str, float]:
    """The figures of an assessment that are as wanted, by category where they have one, else by name."""
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = [each for each in found if wanted.items() <= each.items()]
    return {each["category"] or each["figure"]: each["value"] for each in mine}


def section(folder: Path, name: str) -> str:
    """What the report of an assessment says about an analysis."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    return page.split(f'<section id="{name}">')[1].split("</section>")[0]


def told_of(folder: Path, name: str) -> str:
    """What the report says about an analysis, with what it refers to on the first page."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    own = section(folder, name)
    numbers = re.findall(r'href="#unknown-(\d+)"', own)
    return own + "".join(page.split(f'<li id="unknown-{each}">')[1].split("</li>")[0] for each in numbers)


def changed(asked: str, old: str, new: str) -> str:
    """A question with something else in one place."""
    assert old in asked
    return asked.replace(old, new, 1)


def refusal(plan: Path) -> str:
    """What is said of a plan that is wrong by itself."""
    return _said(lambda: load_plan(plan))


def refusal_of_run(plan: Path) -> str:
    """What is said of a plan to which its files do not fit."""
    return _said(lambda: sm.run(plan, plan.parent / "out"))


def _said(what: Callable[[], object]) -> str:
    with pytest.raises(PlanError) as raised:
        what()
    return str(raised.value)
