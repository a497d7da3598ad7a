# SPDX-License-Identifier: Apache-2.0
"""A whole job: a plan of ten analyses, from files to the finished folder with report and map.

    .venv/bin/python benchmarks/whole_job.py [PART] [--keep FOLDER]

PART is how much of the region there is: 1 (default) has 1,000,000 homes and as many streets, 0.1 a tenth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from common.machine import versions
from common.resources import measured_process
from common.section import Section, Table

HOMES, FACILITIES, ZONES, CORNERS = 1_000_000, 10_000, 1_000, 571_536  # these corners have 1,000,000 streets
GOAL_WALL_S, GOAL_PEAK_MB, GOAL_REPORT_MB = 30, 2000, 2
COMMAND_LINE = "from sheltermap.commands.cli import main; main()"
PACKAGES = ("numpy", "pandas", "geopandas", "pyarrow", "matplotlib")
SMALL_PART = 0.05

PLAN = """\
schema = 1
year = 2026
title = { en = "A region", lv = "Reģions" }

[inputs.homes]
path = "homes.parquet"
id = "id"
title = { en = "Homes", lv = "Mājokļi" }

[inputs.shelters]
path = "shelters.gpkg"
id = "id"
name = "name"
title = { en = "Shelters", lv = "Patvertnes" }

[inputs.zones]
path = "zones.gpkg"
id = "id"
title = { en = "Flood zones", lv = "Plūdu zonas" }

[inputs.wards]
path = "wards.parquet"
name = "name"
title = { en = "Wards", lv = "Apkaimes" }

[inputs.sites]
path = "candidates.gpkg"
id = "id"
title = { en = "Sites", lv = "Vietas" }

[networks.streets]
path = "streets.parquet"
speed_kmh = "kmh"
one_way = "one_way"
title = { en = "Streets", lv = "Ielas" }
"""

BY_WARD = 'areas = "wards"\narea_name = "name"\n'
OF_HOMES = 'weight = "people"\n' + BY_WARD

# Kind, keys, titles.
ANALYSES = (
    ("nearest", 'demand = "homes"\nfacilities = "shelters"\nthreshold_m = 1000\n' + BY_WARD, "The nearest shelter"),
    (
        "coverage",
        'demand = "homes"\nfacilities = "shelters"\nthresholds_m = [500, 1000]\ngroups = ["seniors"]\n' + OF_HOMES,
        "A shelter near, as the crow flies",
    ),
    (
        "coverage",
        'demand = "homes"\nfacilities = "shelters"\nby = "streets"\nlimits = ["2 min", "5 min"]\n' + OF_HOMES,
        "A shelter near, by road",
    ),
    (
        "gaps",
        'demand = "homes"\nfacilities = "shelters"\nby = "streets"\nlimit = "2 km"\njoin_distance_m = 100\n' + OF_HOMES,
        "Where no shelter is near",
    ),
    (
        "count",
        'demand = "homes"\nfacilities = "shelters"\ndistance_m = 1000\nclasses = [0, 1, 3, 6]\n' + OF_HOMES,
        "How many shelters there are to choose from",
    ),
    ("exposure", 'features = "homes"\nzones = "zones"\nzone_id = "id"\n' + OF_HOMES, "Who lives in a flood zone"),
    (
        "flood",
        'demand = "homes"\nfacilities = "shelters"\nzones = "zones"\nthreshold_m = 1000\n' + OF_HOMES,
        "A shelter near in a flood",
    ),
    (
        "access",
        'demand = "homes"\nfacilities = "shelters"\ncapacity = "places"\nlimit = "1 km"\n' + OF_HOMES,
        "Places for each person",
    ),
    (
        "siting",
        'demand = "homes"\nfacilities = "shelters"\ncandidates = "sites"\nobjective = "coverage"\np = 10\n'
        'threshold_m = 500\ntime_limit = "5 s"\nweight = "people"\n',
        "Where ten more shelters help most",
    ),
    (
        "service_areas",
        'facilities = "shelters"\nthresholds_m = [500]\n',
        "What lies near a shelter",
    ),
)


def region(folder: Path, part: float = 1.0) -> Path:
    """Write the files of a made-up region and its plan, the same in every run; return the plan.

    Streets are a lattice of some 110 m (`common/streets.py`). Three homes in four lie in one of 80 towns whose sizes
    follow Zipf's law, and three shelters in five.
    """
    import geopandas as gpd
    import numpy as np
    import shapely

    from common.data import frame, seeded
    from common.streets import roads

    homes, facilities, zones = (max(1, round(count * part)) for count in (HOMES, FACILITIES, ZONES))
    town = roads(round(CORNERS * part), facilities)
    kmh, one_way = town.forward_kmh, town.backward_kmh == 0
    lines = shapely.linestrings(town.lonlat[town.ends])
    gpd.GeoDataFrame({"kmh": kmh, "one_way": one_way}, geometry=lines, crs=4326).to_parquet(folder / "streets.parquet")

    rng = seeded("whole job")
    low, high = town.lonlat.min(axis=0), town.lonlat.max(axis=0)
    centres = rng.uniform(low, high, (80, 2))
    zipf = 1 / np.arange(1, len(centres) + 1)
    weights = zipf / zipf.sum()

    def somewhere(count: int, in_towns: float) -> np.ndarray:
        places = rng.uniform(low, high, (count, 2))
        near = rng.random(count) < in_towns
        spread = (high - low) / 40
        places[near] = centres[rng.choice(len(centres), near.sum(), p=weights)] + rng.normal(0, spread, (near.sum(), 2))
        return np.round(np.clip(places, low, high), 7)

    people = rng.integers(1, 6, homes)
    seniors = rng.binomial(people, 0.2)
    ids = [f"h{number}" for number in range(homes)]
    frame(somewhere(homes, 0.75), id=ids, people=people, seniors=seniors).to_parquet(folder / "homes.parquet")
    for name, count in (("shelters", facilities), ("candidates", max(20, facilities // 20))):
        frame(
            somewhere(count, 0.6),
            id=[f"{name[0]}{number}" for number in range(count)],
            name=[f"{name.capitalize()[:-1]} {number}" for number in range(count)],
            places=rng.integers(20, 800, count),
        ).to_file(folder / f"{name}.gpkg")

    # Wards are a lattice without gaps; water is round, and of all sizes.
    side = max(1, round(zones**0.5))
    x, y = (np.linspace(low[i] - 0.001, high[i] + 0.001, side + 1) for i in (0, 1))
    column, row = (each.ravel() for each in np.meshgrid(np.arange(side), np.arange(side)))
    wards = shapely.box(x[column], y[row], x[column + 1], y[row + 1])
    names = [f"Ward {number}" for number in range(len(wards))]
    gpd.GeoDataFrame({"name": names}, geometry=wards, crs=4326).to_parquet(folder / "wards.parquet")
    radius = (high - low).mean() / side * rng.uniform(0.1, 0.5, zones)
    water = shapely.buffer(shapely.points(rng.uniform(low, high, (zones, 2))), radius, quad_segs=16)
    scenario = np.where(np.arange(zones) % 3 == 0, "1 %", "0.5 %")
    gpd.GeoDataFrame(
        {"id": [f"z{number}" for number in range(zones)], "scenario": scenario}, geometry=water, crs=4326
    ).to_file(folder / "zones.gpkg")

    asked = [
        f'\n[[analyses]]\nname = "{kind}_{number}"\nkind = "{kind}"\ntitle.en = "{title}"\n{keys}'
        for number, (kind, keys, title) in enumerate(ANALYSES, start=1)
    ]
    plan = folder / "plan.toml"
    plan.write_text(PLAN + "".join(asked), encoding="utf-8")
    return plan


@dataclass(frozen=True)
class Run:
    """What one run took, and what it left."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    sizes_mb: dict[str, float]  #: of report, map and folder


def measured(plan: Path, out: Path) -> Run:
    """Run a plan in a process of its own; RuntimeError with its last line where it fails."""
    command = [sys.executable, "-c", COMMAND_LINE, "run", str(plan), "-o", str(out)]
    ran = measured_process(command)
    files = {path.relative_to(out).as_posix(): path.stat().st_size / 1e6 for path in out.rglob("*") if path.is_file()}
    sizes = {"report.html": files["report.html"], "map.html": files["map.html"], "the folder": sum(files.values())}
    return Run(ran.wall_s, ran.cpu_s, ran.peak_mb, sizes)


def section(size: str, rounds: int) -> Section:
    """Measure the whole job, at full size or a small part of it, and a tenth of it beside."""
    parts = (SMALL_PART,) if size == "small" else (0.1, 1.0)
    rows, faults = [], []
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            plan = region(Path(folder), part)
            try:
                runs = [measured(plan, Path(folder) / f"out-{number}") for number in range(rounds)]
            except RuntimeError as error:
                faults.append(f"Failed: {part:g} of the region: {error}")
                continue
        rows.append(_row(part, min(runs, key=lambda run: run.wall_s)))
    header = ("homes", "wall s", "CPU s", "peak MB", "report MB", "map MB", "folder MB", "")
    goal = f"Goal with 1,000,000 homes: ≤ {GOAL_WALL_S} s, ≤ {GOAL_PEAK_MB:,} MB, the report ≤ {GOAL_REPORT_MB} MB."
    notes = [
        f"{len(ANALYSES)} analyses ({', '.join(kind for kind, *_ in ANALYSES)}), in two languages. With {HOMES:,} "
        f"homes there are {FACILITIES:,} shelters, some {ZONES:,} wards and as many flood zones, and 1,000,000 "
        "streets, else as many fewer. Homes, wards and streets are GeoParquet, the others GeoPackages.",
        "Service areas are as the crow flies.",
        f"{goal} The least wall seconds of {rounds} runs, each a process of its own.",
        versions(PACKAGES) + ".",
        *faults,
    ]
    title = "A whole job: ten analyses, from files to report and map"
    return Section(title, [Table(header, rows)], notes, bool(faults))


def _row(part: float, run: Run) -> tuple[str, ...]:
    sizes = (f"{size:.2f}" for size in run.sizes_mb.values())
    return (f"{round(HOMES * part):,}", f"{run.wall_s:.1f}", f"{run.cpu_s:.1f}", f"{run.peak_mb:,.0f}", *sizes, "")


def main() -> None:
    """Run one part of the region, and keep what it left where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", type=float, nargs="?", default=1.0)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the files and the assessment stay")
    asked = parser.parse_args()
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        folder.mkdir(parents=True, exist_ok=True)
        plan = folder / "plan.toml"
        run = measured(plan if plan.exists() else region(folder, asked.part), folder / "out")
    print(f"{run.wall_s:.1f} s, {run.cpu_s:.1f} s of processors, at most {run.peak_mb:,.0f} MB")
    print(", ".join(f"{name} {size:.2f} MB" for name, size in run.sizes_mb.items()))


if __name__ == "__main__":
    main()
