# SPDX-License-Identifier: Apache-2.0
"""Makes the illustrative year after: registers and plan of this folder as they might look a year later.

    python make_next_year.py . 2027

writes shelters.csv, population.csv and plan.toml into the folder given. Nothing of it is official: people come, leave
and move by a random number generator; some shelters are improved, one is closed, one opened, one moved, one renamed,
and one address is missing. The same seed gives the same files.
"""

import csv
import sys
from pathlib import Path
from random import Random

SEED = 2027
FILES = ("assembly_points.csv", "accommodation_centres.csv", "flood_zones.geojson", "infrastructure.csv")
FILES += ("reserve_stores.csv", "reports.csv", "protective_structures.geojson")
CLOSED, MOVED, RENAMED = "S046", "S012", "S020"
NEW = {"id": "S050", "name": "Lielvārde: stāvs S050 (izdomāts, illustrative)", "x": 537410, "y": 287560}
LIKE = "S004"  # what the new one is like


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV, cells as they are written."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Rows as a CSV with the columns of the first one."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def population(rows: list[dict[str, str]], chance: Random) -> list[dict[str, str]]:
    """The towns grow by two in a hundred, the country loses three, and some cells are left."""
    later = []
    for row in rows:
        people = int(row["people"])
        rate = 1.02 if people > 60 else 0.97
        now = int(people * rate * (0.97 + 0.06 * chance.random()) + chance.random())
        if now == 0 or (people < 5 and chance.random() < 0.1):
            continue
        groups = {name: str(min(now, int(row[name]))) for name in ("children", "seniors", "reduced_mobility")}
        later.append(row | {"people": str(now)} | groups)
    return later


def shelters(rows: list[dict[str, str]], chance: Random) -> list[dict[str, str]]:
    """Every fourth shelter that needed it is improved; a few change otherwise."""
    good = {"compliance": "full", "ready_within_h": "24", "shortcomings": "", "improvements": ""}
    good |= {"improvement_cost_eur": "", "last_inspection": "2026-10-15"}
    later = []
    for row in rows:
        if row["id"] == CLOSED:
            continue
        if row["improvements"] and chance.random() < 0.25:
            mended = {key: "good" for key, value in row.items() if value == "major_defect"}
            row = row | good | mended
        if row["id"] == MOVED:
            row = row | {"x": str(int(row["x"]) + 640), "y": str(int(row["y"]) - 210)}
        if row["id"] == RENAMED:
            row = row | {"name": row["name"].replace("(", "pie tirgus (", 1)}
        later.append(row)
    like = next(row for row in rows if row["id"] == LIKE)
    return [*later, like | {key: str(value) for key, value in NEW.items()}]


def main(source: Path, target: Path) -> None:
    """Write the year after."""
    chance = Random(SEED)
    target.mkdir(exist_ok=True)
    write(target / "population.csv", population(read(source / "population.csv"), chance))
    write(target / "shelters.csv", shelters(read(source / "shelters.csv"), chance))
    plan = (source / "plan.toml").read_text(encoding="utf-8")
    for name in (*FILES, "areas.geojson", "indicators.toml"):
        plan = plan.replace(f'"{name}"', f'"../{name}"')
    plan = plan.replace("year = 2026", "year = 2027").replace("as_of = 2026-01-31", "as_of = 2027-01-31")
    plan = plan.replace("until = 2026-12-31", "until = 2027-12-31")
    plan = plan.replace("make_illustrative.py", "make_next_year.py").replace("ogre/plan.toml", "ogre/2027/plan.toml")
    (target / "plan.toml").write_text(plan, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
