# SPDX-License-Identifier: Apache-2.0
"""Every public name has an example, which runs: those in Python with the doctests of its module, all others here."""

import doctest
import inspect

import pytest

import sheltermap as sm

NAMES = sorted(sm.__all__)
COMPILED = [name for name in NAMES if getattr(sm, name).__module__ == "sheltermap._core"]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_says_what_it_is_with_an_example(name):
    told = inspect.getdoc(getattr(sm, name))
    assert "\nExamples\n--------\n>>> " in told
    assert told.splitlines()[0].endswith((".", "?"))


@pytest.mark.parametrize("name", COMPILED)
def test_an_example_of_what_is_compiled_runs(name):
    (found,) = doctest.DocTestFinder(recurse=False).find(getattr(sm, name), name, globs={})
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def test_compiled_names_are_looked_at():
    assert "CrsError" in COMPILED
