# SPDX-License-Identifier: Apache-2.0
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """Imports a module of benchmarks/, which are no package."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_the_small_benchmarks_run_without_peers_and_leave_the_figures_alone():
    kept = {path: path.read_bytes() for path in BENCHMARKS.glob("*.*") if path.is_file()}
    names = ["nearest", "share_within", "crossing", "network_nearest", "zonal", "depth_at_points", "growth"]
    command = [sys.executable, BENCHMARKS / "run.py", *names, "--size", "small", "--rounds", "1", "--no-peers"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("sheltermap")]
    judged = (
        "0 of 100,000 not the nearest",
        "0 of 299,560 people on the wrong side",
        "coordinates bit-equal",
        "0 of 40,000 with a wrong facility",
        "100 zones off by up to",
        "0 of 100,000 another value",
    )
    for words in judged:
        assert any(words in row for row in rows), done.stdout
    assert kept == {path: path.read_bytes() for path in kept}


def test_every_operation_has_both_sizes_and_a_sheltermap_of_every_form(bench):
    operations = sorted(path.stem for path in (BENCHMARKS / "operations").glob("[!_]*.py"))
    for name in operations:
        operation = bench(f"operations.{name}").OPERATION
        assert set(operation.sizes) == {"small", "full"}
        forms = {c.form for c in operation.contestants}
        assert forms == {c.form for c in operation.contestants if c.ours}, name
        keys = [c.key for c in operation.contestants]
        assert len(set(keys)) == len(keys), name
        known = {c.name for c in operation.contestants}
        for variant in [*operation.variants("small"), *operation.variants("full")]:
            assert set(variant.only) <= known
            assert operation.rows in variant.size
            assert set(variant.goals) <= forms


def test_a_wrong_answer_of_ours_fails_the_run_and_one_of_a_peer_is_told(bench):
    nearest, words = bench("operations.nearest"), bench("common.operation")
    size = {"homes": 200, "facilities": 50}
    inputs = nearest.make(size)
    right = nearest.answer(nearest.sheltermap_arrays(inputs))
    wrong = {**right, "facility": (right["facility"] + 1) % 50}
    ours = next(c.key for c in nearest.OPERATION.contestants if c.ours)
    verdicts = nearest.check(size, {ours: right, "peer": wrong})
    assert verdicts[ours].startswith("0 of 200")
    assert verdicts["peer"].startswith("200 of 200")
    with pytest.raises(words.WrongAnswerError, match="200 of 200"):
        nearest.check(size, {ours: wrong})


def test_a_wrong_way_along_the_streets_is_seen(bench):
    network, words = bench("operations.network_nearest"), bench("common.operation")
    size = {"nodes": 400, "facilities": 5}
    town = network.make(size)
    ours = next(c.key for c in network.OPERATION.contestants if c.ours)
    right = network.reach_answer(network.sheltermap_reach(network.sheltermap_town(town)))
    assert network.check(size, {ours: right})[ours].startswith("0 of 400")
    away = np.flatnonzero(right["seconds"] > 0)[7]
    for column, value in (("facility", (right["facility"][away] + 1) % 5), ("seconds", right["seconds"][away] + 1e-3)):
        wrong = {name: values.copy() for name, values in right.items()}
        wrong[column][away] = value
        with pytest.raises(words.WrongAnswerError):
            network.check(size, {ours: wrong})
    # All a second too far, as by a search that starts late, and nobody reached at all.
    for seconds in (right["seconds"] + 1, np.full(400, np.inf)):
        with pytest.raises(words.WrongAnswerError):
            network.check(size, {ours: {**right, "seconds": seconds}})


def test_who_is_given_part_of_the_job_is_not_the_one_to_beat(bench):
    contest, report = bench("common.contest"), bench("common.report")
    words, resources = bench("common.operation"), bench("common.resources")

    def tries(name, seconds, **options):
        contestant = words.Contestant(name, run=len, answer=dict, **options)
        return contest.Tries(contestant, 1, 1, [resources.Spent(seconds, seconds, None)])

    done = [tries("sheltermap", 1.0), tries("quick", 2.0, given="an index"), tries("whole", 4.0)]
    found = report.record([contest.Contest(words.Variant({"rows": 1}), done, [], {}, [], {})])
    assert {each["name"]: each["ratio"] for each in found[0]["ratios"]} == {
        "sheltermap": 0.25,
        "quick": 0.5,
        "whole": 1.0,
    }


def test_answers_on_fewer_cores_are_compared_to_the_last_bit(bench):
    contest, words = bench("common.contest"), bench("common.operation")
    someone = words.Contestant("sheltermap", run=len, answer=dict)
    metres = np.array([1.0, np.nan])
    one, other, same = (
        contest.Tries(someone, 1, 1, answer={"metres": values})
        for values in (metres, np.nextafter(metres, 2), metres.copy())
    )
    assert one.answers_like(same)
    assert not one.answers_like(other)


def test_the_plot_shows_every_line_that_was_kept(bench, tmp_path):
    plot = bench("common.plot")
    ratios = [{"name": "sheltermap", "ours": True, "ratio": 0.125}, {"name": "peer", "ours": False, "ratio": 1.0}]
    for name in ("second", "first"):
        plot.keep(
            tmp_path / "results.json",
            name,
            [{"variant": "10,000 homes", "form": "arrays to arrays", "goal": 0.1, "ratios": ratios}],
        )
    plot.draw(tmp_path / "results.json", tmp_path / "ratios.svg")
    text = (tmp_path / "ratios.svg").read_text(encoding="utf-8")
    assert list(json.loads((tmp_path / "results.json").read_text())) == ["first", "second"]
    for words in ("first", "second", "10k homes; arrays", "0.12"):
        assert words in text


def test_reference_distances_need_no_scipy(bench, monkeypatch):
    ellipsoid, data = bench("common.ellipsoid"), bench("common.data")
    homes, facilities = data.homes(300), data.facilities(40)
    slowly = np.sort(
        [ellipsoid.geodesic_m(np.broadcast_to(home, facilities.shape), facilities) for home in homes], axis=1
    )[:, :5]
    monkeypatch.setattr(ellipsoid, "AT_ONCE", 4_000)  # several blocks
    for installed in (None, ellipsoid.find_spec("scipy")):
        monkeypatch.setattr(ellipsoid, "find_spec", lambda name, found=installed: found)
        assert np.array_equal(ellipsoid.nearest_m(homes, facilities, 5), slowly)
