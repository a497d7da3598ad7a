# SPDX-License-Identifier: Apache-2.0
"""A town with shelters of which not everybody may know, and words where not everybody may look."""

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

import sheltermap as sm

# What stands where not everybody may look; no other text of the town has these letters.
SECRETS = {
    "notes": "Qzvnotes",
    "owner": "Qzvowner",
    "contact": "Qzvcontact",
    "shortcomings": "Qzvshortcoming",
    "own_column": "Qzvown",
    "not_public": "Qzvbunker",
    "not_said": "Qzvunsaid",
    "closed": "Qzvclosed",
    "rough_address": "Qzvroughstreet",
    "hidden_address": "Qzvhiddenstreet",
    "home": "Qzvhome",
    "folder": "Qzvfolder",
    "plan_note": "Qzvplannote",
    "source": "Qzvsource",
    "store": "Qzvstore",
    "description": "Qzvdescription",
}
FIELDS = (
    *("id", "name", "address", "kind", "capacity_persons", "step_free_access", "opening", "category", "suits_flood"),
    *(
        "in_use",
        "public",
        "public_place",
        "notes",
        "owner",
        "contact",
        "shortcomings",
        SECRETS["own_column"],
        "lon",
        "lat",
    ),
)
OF_S1 = ",".join(SECRETS[each] for each in ("notes", "owner", "contact", "shortcomings", "own_column"))
SHELTERS = (
    ",".join(FIELDS)
    + f"""
S1,=School,"Skolas iela 1, Rīga",shelter,120,yes,always,I,yes,yes,yes,exact,{OF_S1},24.101,56.951
S2,Library,"Parka iela 2",shelter,80,no,on_alarm,III,no,yes,yes,exact,,,,,,24.142,56.952
S3,Rough place,"{SECRETS["rough_address"]} 3",shelter,40,,,,,yes,yes,approximate,,,,,,24.18123,56.95345
S4,No place,"{SECRETS["hidden_address"]} 4",shelter,30,,,,,yes,yes,hidden,,,,,,24.19876,56.95765
S5,{SECRETS["not_public"]},Elsewhere 5,shelter,500,yes,,,,yes,no,exact,,,,,,24.16,56.96
S6,{SECRETS["not_said"]},Elsewhere 6,shelter,500,yes,,,,yes,,exact,,,,,,24.12,56.96
S7,{SECRETS["closed"]},Elsewhere 7,shelter,500,yes,,,,no,yes,exact,,,,,,24.13,56.96
"""
)
CENTRES = """id,name,public,lon,lat
C1,Hall,yes,24.103,56.952
C2,Gym,yes,24.161,56.953
"""
PLAN = f"""schema = 1
title = {{ en = "Shelters of the town", lv = "Pilsētas patvertnes" }}
description.en = "{SECRETS["description"]}"
year = YEAR

[inputs.homes]
path = "{SECRETS["folder"]}/homes.csv"
crs = "EPSG:4326"
id = "id"
note.en = "{SECRETS["plan_note"]}"
source = "{SECRETS["source"]}"

[inputs.shelters]
path = "{SECRETS["folder"]}/shelters.csv"
crs = "EPSG:4326"
id = "id"
name = "name"
attribution = "© the town"

[inputs.centres]
path = "{SECRETS["folder"]}/centres.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[inputs.stores]
path = "{SECRETS["folder"]}/stores.csv"
crs = "EPSG:4326"
id = "id"
name = "name"

[inputs.parts]
path = "{SECRETS["folder"]}/parts.geojson"

[[analyses]]
name = "near_shelter"
kind = "coverage"
demand = "homes"
facilities = "shelters"
thresholds_m = [500, 1500]
weight = "people"
groups = ["seniors"]
areas = "parts"
area_name = "name"
title = {{ en = "A shelter near", lv = "Patvertne tuvumā" }}

[[analyses]]
name = "near_centre"
kind = "coverage"
demand = "homes"
facilities = "centres"
thresholds_m = [500, 1500]
weight = "people"
groups = ["seniors"]
areas = "parts"
area_name = "name"
title = {{ en = "A centre near", lv = "Centrs tuvumā" }}

[[analyses]]
name = "stored"
kind = "exposure"
features = "stores"
zones = "parts"
zone_id = "name"
title = {{ en = "Stores", lv = "Krājumi" }}
"""
WEST, WIDTH = 24.08, 0.04


def homes(seed: int = 1, moved: int = 0) -> list[list[object]]:
    """Many homes of few people in four parts of the town, one nearly empty; `moved` of them are new."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(240):
        part = int(draw.choice([0, 1, 2], p=[0.5, 0.3, 0.2]))
        people = int(draw.integers(1, 6))
        x, y = WEST + WIDTH * (part + draw.random()), 56.94 + 0.03 * draw.random()
        rows.append([f"{SECRETS['home']}{number}", people, min(people, int(draw.integers(0, 3))), x, y])
    rows += [[f"{SECRETS['home']}far{n}", 2, 1, WEST + 3.5 * WIDTH, 56.945 + 0.005 * n] for n in range(3)]
    for number in range(moved):
        rows.append([f"{SECRETS['home']}new{number}", 1, 0, WEST + WIDTH * (number % 3 + 0.5), 56.95 + 0.0001 * number])
    return rows


def write_town(folder: Path, *, year: int = 2026, shelters: str = SHELTERS, moved: int = 0) -> Path:
    data = folder / SECRETS["folder"]
    data.mkdir(parents=True)
    with (data / "homes.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "people", "seniors", "lon", "lat"], *homes(moved=moved)])
    (data / "shelters.csv").write_text(shelters, encoding="utf-8")
    (data / "centres.csv").write_text(CENTRES, encoding="utf-8")
    (data / "stores.csv").write_text(f"id,name,lon,lat\nR1,{SECRETS['store']},24.1,56.95\n", encoding="utf-8")
    boxes = [shapely.box(WEST + n * WIDTH, 56.93, WEST + (n + 1) * WIDTH, 56.98) for n in range(4)]
    sm.write(
        gpd.GeoDataFrame({"name": ["East", "Middle", "North", "Far"]}, geometry=boxes, crs=4326), data / "parts.geojson"
    )
    (folder / "plan.toml").write_text(PLAN.replace("YEAR", str(year)), encoding="utf-8")
    return folder / "plan.toml"
