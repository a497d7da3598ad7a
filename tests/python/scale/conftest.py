# SPDX-License-Identifier: Apache-2.0
"""What tests of engines share: a town in files, a place for answers, and one where dying workers leave word."""

from pathlib import Path

import pytest

import engine_town


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return engine_town.in_files(engine_town.homes(), tmp_path)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "answers"
    folder.mkdir()
    return folder / "answers.parquet"


@pytest.fixture
def deaths(tmp_path: Path) -> Path:
    folder = tmp_path / "deaths"
    folder.mkdir()
    return folder
