# SPDX-License-Identifier: Apache-2.0
"""What several test files share."""

from pathlib import Path

import pytest

import sheltermap as sm

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def sample_plan() -> Path:
    return ROOT / "sample_data" / "latvia" / "plan.toml"


@pytest.fixture(scope="session")
def assessment(sample_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that the sample plan leaves; made once, so do not write into it."""
    folder = tmp_path_factory.mktemp("sample") / "assessment"
    sm.run(sample_plan, folder)
    return folder
