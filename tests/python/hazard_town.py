# SPDX-License-Identifier: Apache-2.0
"""The small town beside a river and a plant: a flood in two levels and a gas cloud, as scenarios of a plan.

The flood of once in 10 years reaches the first home (10 people), that of 100 years the second (20) and the home without
a number, too; the gas reaches the first home. The third (30) is always dry.
"""

from pathlib import Path

from small_plan import PLAN, collection, in_year, square, write_town

WATER = (
    square(24.095, 56.945, 24.102, 56.955, years=10, depth_m=1.0),
    square(24.095, 56.945, 24.102, 56.955, years=100, depth_m=2.0),
    square(24.102, 56.945, 24.112, 56.955, years=100, depth_m=0.25),
)
GAS = (square(24.098, 56.945, 24.103, 56.955, level="red"),)
INPUTS = """
[inputs.water]
path = "water.geojson"
attribution = "© The river"

[inputs.gas]
path = "gas.geojson"
illustrative = true
title = { en = "Gas", lv = "Gāze" }
"""
SCENARIOS = """
[[scenarios]]
id = "flood_10"
hazard = "flood"
title = { en = "Frequent flood", lv = "Bieži plūdi" }
zones = "water"
where = { years = 10 }
intensity = "depth_m"
unit = "m"
return_period_years = 10
source = "The river authority"
season = { en = "spring", lv = "pavasaris" }

[[scenarios]]
id = "flood_100"
hazard = "flood"
title = { en = "Rare flood", lv = "Reti plūdi" }
zones = "water"
where = { years = [100, 1000] }
intensity = "depth_m"
unit = "m"
return_period_years = 100
source = "The river authority"

[[scenarios]]
id = "gas"
hazard = "chemical"
zones = "gas"
where = { level = "red" }
likelihood = "rare"
status = "unconfirmed"
"""


def with_scenarios(*analyses: str, scenarios: str = SCENARIOS, year: int | None = None) -> str:
    """The plan with scenarios and further analyses."""
    plan = PLAN if year is None else in_year(year)
    plan = plan.replace("schema = 1", "schema = 1\naccept_unconfirmed = true", 1)
    return plan.replace("[[standards]]", INPUTS + scenarios + "\n[[standards]]", 1) + "".join(analyses)


def write_hazard_town(folder: Path, *, plan: str, water: tuple[dict[str, object], ...] = WATER, **files: str) -> Path:
    """Write the town with its zones; return the plan's path."""
    path = write_town(folder, plan=plan, **files)
    (folder / "water.geojson").write_text(collection(*water), encoding="utf-8")
    (folder / "gas.geojson").write_text(collection(*GAS), encoding="utf-8")
    return path
