# SPDX-License-Identifier: Apache-2.0
"""Texts that spreadsheets would run: guarded, and given back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import FORMULAS
from sheltermap.base.formulas import guarded, may_run, unguarded


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1", "\r1", "\n1", " =1", "＝1", "＠SUM", "'=1", "''-1"])
def test_what_may_run_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Rīga", "'t Hof", "a=b", "1-2", "–", "'", "O'Neil"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(st.text(alphabet="'=+-@\t\r\n a＝1", max_size=6))
def test_no_text_is_lost(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not may_run(guarded(text).lstrip("'")) or guarded(text).startswith("'")
