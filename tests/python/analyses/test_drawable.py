# SPDX-License-Identifier: Apache-2.0
"""Results that are drawn: what their methods ask is what the functions that draw them take."""

import inspect
import itertools
import subprocess
import sys

import pytest
from matplotlib.figure import Figure

import sheltermap as sm
from sheltermap import drawing
from sheltermap import map as maps
from sheltermap.analyses.drawable import Drawable

RESULTS = {
    "alternatives": sm.Alternatives,
    "access": sm.Access,
    "allocation": sm.Allocation,
    "balance": sm.Balance,
    "combined": sm.Combined,
    "continuity": sm.Continuity,
    "coverage": sm.Coverage,
    "cut_off": sm.CutOff,
    "districts": sm.Districts,
    "evacuation": sm.Evacuation,
    "exposure": sm.Exposure,
    "flood": sm.Flood,
    "impact": sm.Impact,
    "incidents": sm.Incidents,
    "reserves": sm.Reserves,
    "risk_index": sm.RiskIndex,
    "siting": sm.Siting,
    "vulnerable": sm.Vulnerable,
    "warned": sm.Warned,
}
WITHOUT_MAP = (sm.Avoided, sm.Equity, sm.RiskMatrix)  # bars, a curve and a matrix


def test_these_results_are_drawn():
    assert {each for each in Drawable.__subclasses__() if each.__module__.startswith("sheltermap.")} == {
        *RESULTS.values(),
        *WITHOUT_MAP,
    }


@pytest.mark.parametrize("name", RESULTS)
def test_a_method_asks_what_its_function_takes(name):
    function, method = getattr(drawing, f"plot_{name}"), RESULTS[name].plot
    taken, asked = (
        [(each.name, each.kind, each.default) for each in list(inspect.signature(one).parameters.values())[1:]]
        for one in (function, method)
    )
    assert asked == taken


@pytest.mark.parametrize("name", RESULTS)
def test_a_map_is_asked_what_all_maps_are_and_what_its_views_take(name):
    method = RESULTS[name].explore
    asked = {each: one.default for each, one in list(inspect.signature(method).parameters.items())[1:]}
    assert (asked.pop("title"), asked.pop("lang"), asked.pop("context")) == (None, "en", None)
    assert asked.pop("columns", ()) == ()
    own = {each for each in asked if not each.endswith("name")}
    taken = list(inspect.signature(maps.VIEWS[name]).parameters)
    assert taken[1] == "asked"
    assert own == set(taken[2:])


def test_a_method_passes_on_what_it_is_asked(monkeypatch):
    seen = []
    monkeypatch.setattr(drawing, "plot_flood", lambda result, **asked: seen.append((result, asked)))
    monkeypatch.setattr(maps, "explored", lambda what, result, **asked: seen.append((what, result, asked)))

    class Drawn(sm.Flood):  # a subclass is drawn as what it is made of
        """One without its columns."""

    one = Drawn.__new__(Drawn)
    axes, ground = Figure().add_subplot(), sm.Basemap()
    one.plot("1 %", figsize=(3, 2), ax=axes, context=ground, lang="lv")
    one.explore("1 %", name="a", facility_name="b", area_name="c", columns=["d"], title="e", lang="lv")
    named = {"name": "a", "facility_name": "b", "area_name": "c", "columns": ["d"], "title": "e"}
    assert seen == [
        (one, {"scenario": "1 %", "figsize": (3, 2), "ax": axes, "context": ground, "lang": "lv"}),
        ("flood", one, {"scenario": "1 %", **named, "lang": "lv", "context": None}),
    ]


@pytest.mark.parametrize("result", [*RESULTS.values(), *WITHOUT_MAP], ids=lambda each: each.__name__)
def test_help_tells_every_parameter_of_a_plot_once(result):
    told = inspect.getdoc(result.plot)
    for name in list(inspect.signature(result.plot).parameters)[1:]:
        assert told.count(f"\n{name} : ") == 1, name
    sections = [line for line, under in itertools.pairwise(told.splitlines()) if under and set(under) == {"-"}]
    assert sections in (["Parameters", "Returns"], ["Parameters", "Returns", "Raises"])


def test_all_plots_take_a_size_axes_and_a_language_and_all_maps_a_ground():
    for result in (*RESULTS.values(), *WITHOUT_MAP):
        taken = set(inspect.signature(result.plot).parameters)
        on_a_map = result not in (*WITHOUT_MAP, sm.Alternatives)  # the last is drawn as a curve
        assert {"figsize", "ax", "lang"} <= taken and ("context" in taken) == on_a_map, result


def test_a_picture_in_a_script_is_known_to_its_axes_alone():
    code = """
import sys, geopandas, sheltermap as sm
homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.1, 24.2], [56.9, 56.9]), crs=4326)
axes = sm.coverage(homes, homes[:1], 500).plot(figsize=(3, 2))
assert axes.get_figure().get_size_inches().tolist() == [3, 2]
print("matplotlib.pyplot" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_analysis_needs_no_picture():
    code = "import sys, sheltermap as sm; sm.Flood, sm.coverage; print({'matplotlib', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
