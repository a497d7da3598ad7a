# SPDX-License-Identifier: Apache-2.0
"""Impacts of scenarios, counted by hand, with what is expected in a year and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

import sheltermap as sm
from raster_files import write_raster
from risk_town import FLOODS, STORM, fields, flood, frame, homes, houses, parts, shelters, street

WGS84 = Geod(ellps="WGS84")
CURVE = sm.DamageCurve([0, 1, 2], [0, 0.2, 0.5], unit="m", source="An example", hazard="flood")


def line(table, **where):
    """The one row of a table with these cells, as a dictionary."""
    here = np.logical_and.reduce([(table[key] == value).to_numpy() for key, value in where.items()])
    (found,) = table[here].to_dict("records")
    return found


def sums(table, **where):
    row = line(table, **where)
    return [row[key] for key in ("total", "affected", "not_affected", "unknown", "rows_without_weight")]


def test_people_and_groups_are_those_counted_by_hand():
    found = sm.impact([*FLOODS, STORM], demand=homes(), weight="people", groups=["children"])
    assert sums(found.summary, scenario="flood_10", measure="people") == [40, 10, 25, 5, 1]
    assert sums(found.summary, scenario="flood_100", measure="people") == [40, 30, 5, 5, 1]
    assert sums(found.summary, scenario="flood_100", measure="children") == [6, 5, 1, 0, 1]
    # The storm reaches the hill and half of the rim.
    assert sums(found.summary, scenario="storm", measure="people") == [40, 25, 10, 5, 1]
    row = line(found.summary, scenario="flood_100", measure="people")
    told = [row[key] for key in ("hazard", "return_period_years", "annual_probability", "what", "unit")]
    assert told == ["flood", 100, 0.01, "people", "people"]
    assert line(found.summary, scenario="storm", measure="people")["likelihood"] == "rare"
    assert found.rows["state_flood_100"].tolist() == ["affected", "affected", "not_affected", "unknown", "affected"]
    assert found.rows["intensity_flood_100"].tolist()[:2] == [2, 0.5] and "intensity_storm" not in found.rows
    assert found.notes == ["Nobody says how often storm happens: it is in no expected annual impact."]


def test_what_is_expected_in_a_year_stands_in_parts_by_both_methods():
    found = sm.impact([*FLOODS, STORM], demand=homes(), weight="people", zero_impact_years={"flood": 2})
    mine = found.expected.set_index("part")
    assert set(found.expected["hazard"]) == {"flood"} and set(found.expected["measure"]) == {"people"}
    # (10 + 30) / 2 * (1/10 - 1/100), 30 / 100, and 10 / 2 * (1/2 - 1/10)
    assert mine["trapezoid"].to_dict() == pytest.approx({"between": 1.8, "tail": 0.3, "low_end": 2, "total": 4.1})
    apart = sm.expected_annual([10, 100], [10, 30], method="log_linear", zero_impact_years=2)
    assert mine["log_linear"].tolist() == apart.parts["log_linear"].tolist()


def test_facilities_and_their_places():
    found = sm.impact(FLOODS, facilities=shelters(), capacity="places")
    assert sums(found.summary, scenario="flood_10", measure="rows") == [3, 1, 2, 0, 0]
    assert sums(found.summary, scenario="flood_100", measure="rows") == [3, 2, 1, 0, 0]
    assert sums(found.summary, scenario="flood_100", measure="places") == [180, 150, 30, 0, 0]
    assert found.facilities["state_flood_10"].tolist() == ["affected", "not_affected", "not_affected"]
    assert found.rows is None and not len(found.expected)


def test_streets_buildings_and_land_are_measured_on_the_ellipsoid():
    found = sm.impact(FLOODS, streets=street(), buildings=houses(), land=fields(), land_type="use")
    # Along a parallel the edge is straight in degrees: many short geodesics.
    longitudes = {end: np.linspace(24.05, end, 2001) for end in (24.10, 24.20, 24.30)}
    metres = {end: WGS84.line_length(each, np.full(2001, 56.95)) for end, each in longitudes.items()}
    for name, end in (("flood_10", 24.10), ("flood_100", 24.20)):
        row = line(found.summary, scenario=name, what="streets")
        assert (row["measure"], row["unit"]) == ("length", "m")
        assert row["affected"] == pytest.approx(metres[end], rel=1e-7)
        assert row["total"] == pytest.approx(metres[24.30], rel=1e-7)
        assert row["affected"] + row["not_affected"] + row["unknown"] == pytest.approx(row["total"], rel=1e-12)
    assert sums(found.summary, scenario="flood_10", what="buildings", measure="rows")[:3] == [2, 1, 1]
    assert sums(found.summary, scenario="flood_100", what="buildings", measure="rows")[:3] == [2, 2, 0]
    area = {
        width: abs(WGS84.geometry_area_perimeter(box(24, 56.95, 24 + width, 56.952).segmentize(1e-5))[0])
        for width in (0.002, 0.001)
    }
    row = line(found.summary, scenario="flood_100", what="buildings", measure="area")
    assert row["affected"] == pytest.approx(area[0.002] + area[0.001], rel=1e-6)
    assert found.buildings["affected_flood_100_m2"].tolist() == pytest.approx([area[0.002], area[0.001]], rel=1e-6)
    whole = sm.geodesic_area_m2(fields())
    by_type = found.by_type[found.by_type["scenario"] == "flood_100"]
    assert by_type["type"].tolist()[:2] == ["field", "forest"] and by_type["type"].isna().tolist()[2:] == [True]
    assert by_type["affected"].tolist() == pytest.approx([whole[0], 0, whole[2]])
    assert by_type["total"].tolist() == pytest.approx(whole.tolist())
    assert [each for each in found.notes if "lie within" in each] == []


def test_by_area_a_building_counts_where_a_point_on_it_lies():
    found = sm.impact(FLOODS, demand=homes(), weight="people", buildings=houses(), areas=parts(), area_name="part")
    mine = {
        row["area"]: row
        for row in found.by_area[
            (found.by_area["scenario"] == "flood_100") & (found.by_area["what"] == "people")
        ].to_dict("records")
    }
    assert {name: (row["total"], row["affected"], row["unknown"]) for name, row in mine.items()} == {
        "River": (30, 30, 0),
        "Hill": (5, 0, 0),
        "position unknown": (5, 0, 5),
    }
    assert mine["River"]["rows_without_weight"] == 1
    assert line(found.by_area, scenario="flood_10", what="buildings", measure="rows", area="River")["affected"] == 1
    assert found.rows["area"].tolist()[:3] == ["River", "River", "Hill"]


def test_damage_is_the_value_times_the_share_at_the_depth():
    damage = [sm.Damage("buildings", "eur", CURVE)]
    found = sm.impact([*FLOODS, STORM], buildings=houses(), damage=damage, currency="EUR")
    lost = {row["scenario"]: row for row in found.damage[found.damage["what"] == "buildings"].to_dict("records")}
    # 100 000 at 1 m; 100 000 at 2 m and 300 000 at 0.5 m.
    assert {name: row["damage"] for name, row in lost.items()} == pytest.approx(
        {"flood_10": 20_000, "flood_100": 80_000}
    )
    assert (lost["flood_100"]["affected"], lost["flood_100"]["unit"], lost["flood_100"]["rows_unknown"]) == (
        400_000,
        "EUR",
        0,
    )
    assert line(found.damage, scenario="flood_10", what="all")["damage"] == pytest.approx(20_000)
    expected = found.expected[found.expected["what"] == "damage"].set_index("part")["trapezoid"]
    assert expected["between"] == pytest.approx(50_000 * 0.09) and expected["tail"] == pytest.approx(800)
    assert "No curve says what storm destroys: it has no damage." in found.notes
    both = sm.impact(
        [*FLOODS, STORM],
        buildings=houses(),
        damage=[*damage, sm.Damage("buildings", "eur", 0.1, "storm")],
        currency="EUR",
    )
    assert line(both.damage, scenario="storm", what="all")["damage"] == pytest.approx(30_000)


def test_a_depth_that_nobody_knows_destroys_nothing_known_and_is_counted():
    unknown = flood(50, {"depth_m": [None], "geometry": [box(24.0, 56.9, 24.1, 57.0)]})
    worth = houses().assign(eur=[100.0, None])
    damage = [sm.Damage("buildings", "eur", CURVE)]
    row = line(sm.impact(unknown, buildings=worth, damage=damage, currency="EUR").damage, what="buildings")
    assert (row["damage"], row["affected"], row["rows_unknown"]) == (0, 100, 1)
    row = line(sm.impact(FLOODS[1], buildings=worth, damage=damage, currency="EUR").damage, what="buildings")
    assert (row["damage"], row["rows_unknown"]) == (50, 1)


def test_depths_in_another_unit_are_converted_and_others_refused():
    cells = {"depth_m": [100.0], "geometry": [box(24.0, 56.9, 24.1, 57.0)]}
    damage = [sm.Damage("buildings", "eur", CURVE)]
    found = sm.impact(flood(10, cells, unit="cm"), buildings=houses(), damage=damage, currency="EUR")
    assert line(found.damage, what="all")["damage"] == pytest.approx(20_000)
    with pytest.raises(ValueError, match="scenario flood_10 has its intensity in kPa, the curve in m"):
        sm.impact(flood(10, cells, unit="kPa"), buildings=houses(), damage=damage, currency="EUR")
    silent = sm.Scenario("flood_x", "flood", frame(geometry=[box(24.0, 56.9, 24.1, 57.0)]))
    with pytest.raises(ValueError, match="scenario flood_x does not tell the unit of its intensity"):
        sm.impact(silent, buildings=houses(), damage=damage, currency="EUR")


def test_people_leave_their_homes_by_class_of_the_depth():
    found = sm.impact([*FLOODS, STORM], demand=homes(), weight="people", displaced="inasafe.flood_displaced")
    mine = found.displaced[found.displaced["scenario"] == "flood_100"]
    counted = {row["class"]: (row["affected"], row["displaced"]) for row in mine.to_dict("records")}
    assert counted == {"low": (20, 0.2), "medium": (0, 0), "high": (10, 0.5), "all": (30, 0.7)}
    assert line(found.displaced, scenario="flood_10", **{"class": "medium"})["displaced"] == pytest.approx(0.3)
    assert "storm" not in set(found.displaced["scenario"])
    assert "No curve says how many people leave their homes in storm." in found.notes
    shallow = flood(
        10, {"depth_m": [0.05, None], "geometry": [box(24.0, 56.9, 24.1, 57.0), box(24.1, 56.9, 24.2, 57.0)]}
    )
    mine = sm.impact(shallow, demand=homes(), weight="people", displaced="inasafe.flood_displaced").displaced
    counted = {row["class"]: (row["affected"], row["displaced"]) for row in mine.to_dict("records")}
    assert counted["below"] == (10, 0) and counted["unknown"] == (20, 0) and counted["all"] == (30, 0)


def test_who_loses_a_facility_is_told_by_the_flood_of_the_same_zones():
    found = sm.impact(FLOODS, demand=homes(), weight="people", facilities=shelters(), threshold=2000)
    assert found.access is not None
    told = found.access.summary.set_index("scenario")[["covered_before", "covered", "lost", "in_zone"]]
    assert told.loc["flood_10"].tolist() == [35, 25, 10, 10]
    assert told.loc["flood_100"].tolist() == [35, 5, 30, 30]


def test_zones_that_do_not_lie_within_one_another_are_told_by_name():
    elsewhere = flood(100, {"depth_m": [1.0], "geometry": [box(24.29, 56.9, 24.4, 57.0)]})
    found = sm.impact([FLOODS[0], elsewhere], demand=homes(), weight="people")
    assert (
        "flood_10 affects rows that the rarer flood_100 does not (people: 2): the zones do not lie within one another."
        in found.notes
    )
    assert "flood_100 affects less (5) than the more frequent flood_10 (10), by people." in found.notes
    same = flood(10, {"depth_m": [1.0], "geometry": [box(24.29, 56.9, 24.4, 57.0)]})
    twice = [FLOODS[0], sm.Scenario("wave", "flood", same.zones, return_period_years=10)]
    found = sm.impact(twice, demand=homes(), weight="people")
    assert not len(found.expected) and any("have the same return period" in each for each in found.notes)


def test_a_risk_is_a_scenario_with_how_likely_it_is_and_what_it_does():
    damage = [sm.Damage("buildings", "eur", CURVE)]
    found = sm.impact(
        [*FLOODS, STORM],
        demand=homes(),
        weight="people",
        groups=["children"],
        buildings=houses(),
        land=fields(),
        damage=damage,
        currency="EUR",
        displaced="inasafe.flood_displaced",
    )
    risks = found.risks(
        political={"flood_10": 1, "flood_100": 3, "storm": 2}, environmental="land", titles={"storm": "A storm"}
    )
    assert risks["human"].tolist() == [10, 30, 25] and risks["title"].tolist() == ["flood_10", "flood_100", "A storm"]
    assert risks["economic"].tolist()[:2] == pytest.approx([20_000, 80_000]) and np.isnan(risks["economic"][2])
    assert risks["political"].tolist() == [1, 3, 2] and risks["annual_probability"].tolist()[:2] == [0.1, 0.01]
    assert risks.attrs["units"] == {"human": "people", "economic": "EUR", "environmental": "m2"}
    other = found.risks(human=("people", "children"), economic="displaced")
    assert other["human"].tolist() == [5, 5, 1]
    with pytest.raises(ValueError, match='human: nothing was counted of "peple"; did you mean "people"'):
        found.risks(human="peple")
    with pytest.raises(ValueError, match="political: there is no value for the scenario 'storm'"):
        found.risks(political={"flood_10": 1, "flood_100": 3})


def test_risks_of_an_impact_go_into_a_matrix():
    found = sm.impact(FLOODS, demand=homes(), weight="people")
    placed = sm.risk_matrix(found.risks(), sm.RiskClasses.example()).risks
    assert placed["human"].tolist() == [10, 30] and placed["human_expected"].tolist() == pytest.approx([1, 0.3])


def test_depths_of_a_raster_count_as_zones_do(tmp_path):
    cells = np.zeros((10, 50))
    cells[:, :10], cells[:, 10:20] = 2.0, 0.5
    path = write_raster(tmp_path / "depth.tif", cells, west=24, north=57, cell=0.01, nodata=-1)
    water = sm.Raster(path, holds="depth_m")
    drawn = sm.Scenario("drawn", "flood", FLOODS[1].zones, intensity="depth_m", unit="m", return_period_years=100)
    read = sm.Scenario("read", "flood", raster=water, affected_from=0.1, return_period_years=50)
    options = {"demand": homes(), "weight": "people", "land": fields(), "buildings": houses(), "facilities": shelters()}
    options |= {"damage": [sm.Damage("buildings", "eur", CURVE)], "currency": "EUR", "threshold": 2000}
    found = sm.impact([drawn, read], displaced="inasafe.flood_displaced", **options)
    sides = ["what", "measure", "total", "affected", "not_affected", "unknown"]
    one, other = (found.summary[found.summary["scenario"] == name][sides] for name in ("drawn", "read"))
    assert one["what"].tolist() == other["what"].tolist()
    assert other["affected"].tolist() == pytest.approx(one["affected"].tolist(), rel=1e-6, abs=1e-3)
    for table, column in ((found.damage, "damage"), (found.displaced, "displaced"), (found.access.summary, "lost")):
        assert table[table["scenario"] == "read"][column].tolist() == pytest.approx(
            table[table["scenario"] == "drawn"][column].tolist()
        )


def test_people_of_polygons_are_spread_evenly():
    block = frame(people=[80.0], geometry=[box(24.15, 56.95, 24.25, 56.96)])
    found = sm.impact(FLOODS[1], demand=block, weight="people")
    row = line(found.summary, what="people")
    assert (row["affected"], row["not_affected"]) == (pytest.approx(40, rel=1e-6), pytest.approx(40, rel=1e-6))


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(5)), st.permutations(range(3)))
def test_the_order_of_rows_leaves_no_trace(people, things):
    def found(demand, land):
        options = {
            "weight": "people",
            "groups": ["children"],
            "land_type": "use",
            "areas": parts(),
            "area_name": "part",
        }
        return sm.impact(FLOODS, demand=demand, land=land, displaced="inasafe.flood_displaced", **options)

    one, other = found(homes(), fields()), found(homes().iloc[people], fields().iloc[things])
    for name in ("summary", "by_area", "by_type", "displaced", "expected"):
        assert getattr(one, name).equals(getattr(other, name)), name
    assert other.rows["state_flood_10"].tolist() == [one.rows["state_flood_10"].iloc[row] for row in people]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(24, 24.5), st.floats(56.9, 57), st.integers(0, 50)), min_size=1, max_size=20),
    st.floats(24.05, 24.35),
)
def test_disjoint_zones_add_up_and_more_depth_never_affects_fewer(places, border):
    people = frame(people=[float(each[2]) for each in places], geometry=[Point(each[:2]) for each in places])
    zones = {"a": box(24, 56.9, border, 57), "b": box(border + 1e-6, 56.9, 24.4, 57)}
    both = [
        sm.Scenario(name, name, frame(depth=[1.0], geometry=[zone]), intensity="depth", unit="m")
        for name, zone in zones.items()
    ]
    whole = sm.Scenario(
        "all", "all", frame(depth=[1.0, 1.0], geometry=list(zones.values())), intensity="depth", unit="m"
    )
    found = sm.impact([*both, whole], demand=people, weight="people", land=fields()).summary
    affected = found.set_index(["what", "scenario"])["affected"]
    for what in ("people", "land"):
        assert affected[what, "a"] + affected[what, "b"] == pytest.approx(affected[what, "all"], rel=1e-9, abs=1e-6)
    sides = found[found["what"] == "people"]
    assert (sides["affected"] + sides["not_affected"] + sides["unknown"] == sides["total"]).all()
    deeper = [
        sm.Scenario(
            f"d{number}",
            "flood",
            frame(depth=depths, geometry=list(zones.values())),
            intensity="depth",
            unit="m",
            affected_from=0.5,
        )
        for number, depths in enumerate(([0.1, 0.2], [0.1, 0.5], [0.7, 0.6]))
    ]
    more = sm.impact(deeper, demand=people, weight="people").summary["affected"]
    assert more.is_monotonic_increasing


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "give something that may be affected"),
        ({"demand": homes(), "capacity": "places"}, "capacity is about facilities: give facilities"),
        ({"land": fields(), "weight": "people"}, "weight is about demand: give demand"),
        ({"demand": homes(), "threshold": 500}, "threshold is about facilities: give facilities"),
        (
            {"demand": homes(), "damage": [sm.Damage("buildings", "eur", 1)]},
            "damage is told of buildings: give buildings",
        ),
        ({"buildings": houses(), "damage": [sm.Damage("buildings", "eur", 1)]}, "damage needs the currency"),
        ({"buildings": houses(), "damage": [sm.Damage("buildings", "usd", 1)], "currency": "EUR"}, "usd"),
        (
            {"buildings": houses().assign(eur=-1.0), "damage": [sm.Damage("buildings", "eur", 1)], "currency": "EUR"},
            "a value is a finite number, not negative",
        ),
        ({"streets": shelters()}, "are points, which have neither length nor area"),
        ({"demand": homes(), "displaced": "guess"}, "no damage curve 'guess'; there are inasafe.flood_displaced"),
        ({"demand": homes(), "zero_impact_years": {"flood": 10}}, "below its shortest return period, 10 years, not 10"),
        ({"demand": homes(), "zero_impact_years": {"storm": 2}}, "no levels of 'storm' have return periods"),
        ({"demand": homes().assign(state_flood_10=1)}, "state_flood_10"),
        ({"demand": homes(), "method": "sum"}, "method must be one of trapezoid, log_linear"),
    ],
)
def test_what_cannot_be_is_refused(options, told):
    with pytest.raises(ValueError) as raised:
        sm.impact(FLOODS, **options)
    assert told in str(raised.value)


def test_a_curve_that_was_not_seen_has_to_be_accepted():
    guess = sm.DamageCurve([0], [1], unit="m", source="Somebody", status="unconfirmed")
    with pytest.raises(ValueError, match="the curve is unconfirmed; say accept_unconfirmed=True to use it"):
        sm.impact(FLOODS, demand=homes(), displaced=guess)
    assert sm.impact(FLOODS, demand=homes(), displaced=guess, accept_unconfirmed=True).displaced is not None


def test_streets_and_land_without_any_place_are_counted_as_that():
    nowhere = frame(geometry=[None, None])
    found = sm.impact(FLOODS, streets=nowhere.iloc[:0], land=nowhere).summary
    columns = ["what", "measure", "unit", "total", "affected", "not_affected", "unknown", "rows_without_weight"]
    assert found.loc[found["scenario"] == "flood_10", columns].to_numpy().tolist() == [
        ["streets", "length", "m", 0, 0, 0, 0, 0],
        ["land", "area", "m2", 0, 0, 0, 0, 2],
    ]
