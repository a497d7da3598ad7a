# SPDX-License-Identifier: Apache-2.0
"""How the nearest facility of every home grows with homes, facilities and cores: from GeoParquet to GeoParquet.

    .venv/bin/python benchmarks/growth.py [--most 1e8] [--engines] [--apache-sedona FOLDER]

Each call is a process of its own. `--most` is the most homes, `--engines` has Spark and Dask answer, too. Apache Sedona
1.8 works with Spark 4.0, not with the newest: FOLDER has `venv`, with pyspark 4.0.1, and `jars`, with
org.apache.sedona:sedona-spark-shaded-4.0_2.13:1.8.0 and org.datasyslab:geotools-wrapper:1.8.0-33.1 from Maven Central.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.machine import description, versions
from common.resources import measured_process
from common.section import Section, Table, rewrite

HERE = Path(__file__).parent
PICTURE = "growth.svg"
HOMES, FACILITIES = (100_000, 1_000_000, 10_000_000, 100_000_000), (100, 1_000, 10_000, 100_000, 1_000_000)
USUAL_HOMES, USUAL_FACILITIES, SMALL_HOMES = 10_000_000, 10_000, 20_000
GOAL = "Goal with 100,000,000 homes and 10,000 facilities on two cores: ≤ 90 s, ≤ 1,000 MB; slopes ≤ 1.02 and ≤ 0.25."
PACKAGES = ("numpy", "pyarrow", "sedonadb", "duckdb", "dask", "pyspark")
MOST_OF_PEERS = {"SedonaDB, plane": 10_000_000, "DuckDB, all pairs": 100_000}  # homes; beyond, memory or patience ends
PAIRS_OF_DUCKDB = 100_000_000
WEST, SOUTH, EAST, NORTH = 21.0, 55.7, 28.2, 58.1

# What a process of its own runs, with the paths of homes, facilities and answers.
OURS = """
import sys
import sheltermap as sm
from sheltermap import scale
homes, shelters, answers = sys.argv[1:]
question = scale.prepare(sm.nearest, facilities=sm.read(shelters), facility_id="id")
scale.stream(question, demand=homes, into=answers{engine})
"""
ARRAYS = """
import sys
import numpy as np
from sheltermap import _core
homes, shelters = (np.load(each + ".npy") for each in sys.argv[1:3])
_core.geodesic_reach(homes, shelters, k=1)
"""
SEDONADB = """
import sys
import sedonadb
homes, shelters, answers = sys.argv[1:]
session = sedonadb.connect()
for name, path in (("homes", homes), ("shelters", shelters)):
    session.read_parquet(path).to_view(name)
session.sql(
    "SELECT homes.id, homes.people, homes.geometry, shelters.id AS facility,"
    " ST_Distance(homes.geometry, shelters.geometry) AS degrees"
    " FROM homes JOIN shelters ON ST_KNN(homes.geometry, shelters.geometry, 1, FALSE)"
).to_parquet(answers)
"""
DUCKDB = """
import sys
from common.engines import duckdb_connection
homes, shelters, answers = sys.argv[1:]
duckdb_connection().execute(
    "COPY (SELECT h.id, any_value(h.people) AS people, arg_min(s.id, ST_Distance(h.geometry, s.geometry)) AS facility"
    f" FROM '{homes}' h, '{shelters}' s GROUP BY h.id) TO '{answers}'"
)
"""
APACHE_SEDONA = """
import sys
from pyspark.sql import SparkSession
homes, shelters, answers = sys.argv[1:]
told = {{
    "spark.jars": "{jars}",
    "spark.sql.extensions": "org.apache.sedona.sql.SedonaSqlExtensions",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    "spark.kryo.registrator": "org.apache.sedona.core.serde.SedonaKryoRegistrator",
    "spark.driver.memory": "8g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
}}
builder = SparkSession.builder.master("local[*]")
for key, value in told.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
for name, path in (("homes", homes), ("shelters", shelters)):
    spark.read.parquet(path).createOrReplaceTempView(name + "_file")
    spark.sql(
        f"SELECT id, people, ST_GeomFromWKB(geometry) AS geometry FROM {{name}}_file"
    ).createOrReplaceTempView(name)
spark.sql(
    "SELECT h.id, h.people, ST_AsBinary(h.geometry) AS geometry, s.id AS facility,"
    " ST_DistanceSphere(h.geometry, s.geometry) AS metres"
    " FROM homes h JOIN shelters s ON ST_KNN(h.geometry, s.geometry, 1, FALSE)"
).write.parquet(answers)
"""


@dataclass(frozen=True)
class Call:
    """What is called, of how many homes and facilities, on how many cores (0 for all), by which Python."""

    who: str
    code: str
    homes: int
    facilities: int
    cores: int = 0
    python: str = sys.executable


@dataclass(frozen=True)
class Took:
    """What a call took; `moved` are bytes read and written per home."""

    call: Call
    wall_s: float
    cpu_s: float
    peak_mb: float
    moved: float


def write_points(path: Path, count: int, seed: int) -> None:
    """Write points spread evenly, with an id and people, as GeoParquet, some at a time."""
    import pyarrow as pa
    import pyproj

    from sheltermap.layers.parquet_writing import GeoParquetFile, Rows, of_coordinates

    random = np.random.default_rng(seed)
    with GeoParquetFile(path, pyproj.CRS(4326)) as file:
        for begin in range(0, count, 1_000_000):
            some = min(1_000_000, count - begin)
            places = np.column_stack([random.uniform(WEST, EAST, some), random.uniform(SOUTH, NORTH, some)])
            columns = {"id": pa.array(np.arange(begin, begin + some)), "people": pa.array(random.integers(1, 6, some))}
            file.add(Rows(columns, *of_coordinates(places)))
            if count <= 10_000_000 and begin == 0 and some == count:
                np.save(f"{path}.npy", places)
        file.finish()


def calls(most: int, engines: bool, apache_sedona: Path | None = None) -> Iterator[Call]:
    """Give all calls, the smallest first."""
    jars = "" if apache_sedona is None else ",".join(map(str, sorted((apache_sedona / "jars").glob("*.jar"))))
    ours = OURS.format(engine="")
    for homes in [each for each in HOMES if each <= most]:
        yield Call("sheltermap, files", ours, homes, USUAL_FACILITIES)
        if homes <= 1_000_000:
            yield Call("sheltermap, arrays", ARRAYS, homes, USUAL_FACILITIES)
        if homes <= MOST_OF_PEERS["SedonaDB, plane"]:
            yield Call("SedonaDB, plane", SEDONADB, homes, USUAL_FACILITIES)
        if apache_sedona is not None and homes <= USUAL_HOMES:
            python, code = str(apache_sedona / "venv" / "bin" / "python"), APACHE_SEDONA.format(jars=jars)
            yield Call("Apache Sedona, Spark", code, homes, USUAL_FACILITIES, python=python)
        for name in ("spark", "dask") if engines and homes <= USUAL_HOMES else ():
            code = OURS.format(engine=f', engine="{name}"')
            yield Call(f"sheltermap, {name.capitalize()}", code, homes, USUAL_FACILITIES)
    few = min(most, HOMES[0])
    yield Call("DuckDB, all pairs", DUCKDB, few, max(1, min(1_000, PAIRS_OF_DUCKDB // few)))
    usual = min(most, USUAL_HOMES)
    for facilities in FACILITIES:
        if facilities != USUAL_FACILITIES:
            yield Call("sheltermap, files", ours, usual, facilities)
            yield Call("SedonaDB, plane", SEDONADB, usual, facilities)
    yield Call("sheltermap, files", ours, usual, USUAL_FACILITIES, cores=1)


def measured(call: Call, folder: Path) -> Took:
    """Run a call; RuntimeError with the last line where it fails."""
    paths = {}
    for name, count, seed in (("homes", call.homes, 1), ("shelters", call.facilities, 2)):
        paths[name] = folder / f"{name}-{count}.parquet"
        if not paths[name].exists():
            write_points(paths[name], count, seed)
    answers = folder / "answers.parquet"
    command = [call.python, "-c", call.code, *map(str, [*paths.values(), answers])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}
    allowed = sorted(os.sched_getaffinity(0))[: call.cores or None]

    def confine() -> None:
        os.sched_setaffinity(0, allowed)

    ran = measured_process(command, environment=environment, confine=confine)
    written = sum(each.stat().st_size for each in [answers, *answers.rglob("*")] if each.is_file())
    moved = (paths["homes"].stat().st_size + written) / call.homes if written else float("nan")
    shutil.rmtree(answers) if answers.is_dir() else answers.unlink(missing_ok=True)
    return Took(call, ran.wall_s, ran.cpu_s, ran.peak_mb, moved)


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Return the slope of a line through logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def section(
    size: str, rounds: int, *, most: int = HOMES[-1], engines: bool = False, apache_sedona: Path | None = None
) -> Section:
    """Measure growth; `rounds` is for other benchmarks: calls that take long are made once."""
    most = SMALL_HOMES if size == "small" else most
    found, faults, given_up = [], [], set[str]()
    asked = (
        list(calls(most, engines, apache_sedona))
        if size != "small"
        else [
            Call("sheltermap, files", OURS.format(engine=""), homes, facilities)
            for homes, facilities in ((2_000, 100), (SMALL_HOMES, 100), (SMALL_HOMES, 1_000))
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        for call in asked:
            if call.who in given_up:
                continue
            try:
                found.append(measured(call, Path(folder)))
            except RuntimeError as error:
                given_up.add(call.who)
                faults.append(f"{call.who}, {call.homes:,} homes, {call.facilities:,} facilities: {error}")
    header = ("who", "homes", "facilities", "cores", "wall s", "CPU s", "peak MB", "bytes a home", "")
    notes = [
        "From GeoParquet to GeoParquet with id, people and place of each home, its nearest facility and the distance: "
        "sheltermap's in metres on the ellipsoid, SedonaDB's and DuckDB's in degrees of a plane. Arrays are "
        "coordinates in memory, the nearest row and metres.",
        "Bytes are those of both files, compressed. CPU seconds and memory of Spark are its driver's alone; Apache "
        "Sedona's metres are those of a sphere.",
        *_slopes(found),
        f"{GOAL} Each call once, in a process of its own, its start included.",
        versions(PACKAGES) + ".",
        *(f"Failed: {fault}" for fault in faults),
    ]
    if size != "small":
        draw(found, HERE / PICTURE)
    failed = any(fault.startswith("sheltermap") for fault in faults)
    return Section("Growth: homes, facilities, cores", [Table(header, [_row(each) for each in found])], notes, failed)


def _slopes(found: list[Took]) -> Iterator[str]:
    for who in dict.fromkeys(
        each.call.who for each in found if "engine" not in each.call.code and "pyspark" not in each.call.code
    ):
        mine = [each for each in found if each.call.who == who and not each.call.cores]
        homes = {each.call.homes: each.cpu_s for each in mine if each.call.facilities == USUAL_FACILITIES}
        facilities = {each.call.facilities: each.cpu_s for each in mine if each.call.homes == USUAL_HOMES}
        told = []
        if len(homes) > 2:
            started, *grown = [homes[each] for each in sorted(homes)]
            told.append(
                f"{slope(sorted(homes)[1:], [each - started for each in grown]):.2f} in homes, without the start"
            )
        if len(facilities) > 2:
            told.append(
                f"{slope(sorted(facilities), [facilities[each] for each in sorted(facilities)]):.2f} in facilities"
            )
        if told:
            yield f"Slope of CPU seconds, log-log: {who}: {', '.join(told)}."


def _row(took: Took) -> tuple[str, ...]:
    call = took.call
    moved = "–" if np.isnan(took.moved) else f"{took.moved:.0f}"
    cores = "all" if not call.cores else str(call.cores)
    seconds = (f"{took.wall_s:.2f}", f"{took.cpu_s:.2f}", f"{took.peak_mb:,.0f}")
    return (call.who, f"{call.homes:,}", f"{call.facilities:,}", cores, *seconds, moved, "")


def draw(found: list[Took], picture: Path) -> None:
    """Draw wall seconds by homes and by facilities, log-log, with the slope of the last step and a line of slope 1."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    colours = {who: f"C{number}" for number, who in enumerate(dict.fromkeys(each.call.who for each in found))}
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sheltermap", "font.size": 9}):
        figure = Figure(figsize=(10, 4), facecolor="white", layout="constrained")
        for axes, of in zip(figure.subplots(1, 2), ("homes", "facilities"), strict=True):
            other, usual = ("facilities", USUAL_FACILITIES) if of == "homes" else ("homes", USUAL_HOMES)
            for who, colour in colours.items():
                mine = sorted(
                    (getattr(each.call, of), each.wall_s)
                    for each in found
                    if each.call.who == who and not each.call.cores and getattr(each.call, other) == usual
                )
                if len(mine) > 1:
                    sizes, seconds = (list(each) for each in zip(*mine, strict=True))
                    last = f"{who}: {slope(sizes[-2:], seconds[-2:]):.2f}"
                    axes.plot(sizes, seconds, marker="o", color=colour, label=last)
            if of == "homes":
                axes.plot([1e6, 1e8], [0.7, 70], color="#9aa3ad", linestyle=":", label="slope 1")
            axes.set(xscale="log", yscale="log", xlabel=of, ylabel="wall seconds")
            axes.set_title(f"{usual:,} {other}; slope of the last step", fontsize=9)
            axes.grid(color="#e3e7eb")
            axes.legend(fontsize=8)
        figure.savefig(picture, format="svg", metadata={"Date": None})
    text = picture.read_text(encoding="utf-8")
    picture.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print, and put the table into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=lambda text: int(float(text)), default=HOMES[-1])
    parser.add_argument("--engines", action="store_true")
    parser.add_argument("--apache-sedona", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    machine = description()
    found = section("full", 1, most=asked.most, engines=asked.engines, apache_sedona=asked.apache_sedona)
    print(found.plain())
    if not found.failed:
        picture = f"![Wall seconds by homes and by facilities]({PICTURE})"
        rewrite(HERE / "README.md", "growth", f"{found.markdown()}\n- {machine}.\n\n{picture}")
    return int(found.failed)


if __name__ == "__main__":
    sys.exit(main())
