# SPDX-License-Identifier: Apache-2.0
"""The sources of a pack tell of everything that went into an assessment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sheltermap.assessments.former import recorded_plan, recorded_summary
from sheltermap.handover.pack_markdown import plain
from sheltermap.handover.pack_sources import KINDS, sources


@pytest.mark.parametrize("sample", ["latvia", "liechtenstein", "ogre", "porto_alegre", "sao_miguel"])
@pytest.mark.parametrize("lang", ["en", "lv"])
def test_everything_that_was_read_is_told_with_its_source(
    sample_assessment: Callable[[str], Path], sample: str, lang: str
) -> None:
    folder = sample_assessment(sample)
    summary = recorded_summary(folder)
    plan = recorded_plan(folder, summary)
    told = sources(summary, plan, lang)
    rows = [row for kind in KINDS for row in summary[kind]]
    assert told.count("SHA-256: ") == len(rows) > 0
    for row in rows:
        assert row["sha256"] in told
        for key in ("source", "licence", "attribution"):
            assert row[key] is None or plain(row[key]) in told
    for each in plan.standards:
        assert plain(each.source) in told
    assert told.count({"en": "**illustrative data**", "lv": "**izdomāti dati**"}[lang]) == sum(
        bool(row.get("illustrative")) for row in rows
    )
