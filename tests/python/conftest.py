# SPDX-License-Identifier: Apache-2.0
"""What several test files share."""

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sheltermap as sm

if TYPE_CHECKING:
    from browser import Browsers

ROOT = Path(__file__).resolve().parents[2]

# These start programs of their own (notebooks, a browser, servers, fresh interpreters) or try hundreds of examples: a
# worker that meets one of them last would keep the others waiting.
SLOWEST = (
    "test_notebooks.py",
    "test_how_tos.py",
    "test_spark.py",
    "test_page_browser.py",
    "test_render_browser.py",
    "test_comparison.py",
    "test_neighbours.py",
    "test_benchmarks.py",
    "test_gate.py",
    "test_damaged_files.py",
    "test_dask.py",
    "test_provider.py",
    "test_postgis.py",
    "test_locale.py",
    "test_linear_patterns.py",
    "test_render_hostile.py",
    "test_page_controls_browser.py",
    "test_flood.py",
    "test_gaps.py",
    "test_evacuation.py",
    "test_files_killed.py",
    "test_store_writers.py",
    "test_same_answers.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slowest files first; nothing else changes its place."""
    order = {name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def sample_plan() -> Path:
    return ROOT / "sample_data" / "latvia" / "plan.toml"


@pytest.fixture(scope="session")
def sample_assessment(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], Path]:
    """Gives the folder that the plan of a sample leaves; made once for all workers, so do not write into it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent

    def of(sample: str) -> Path:
        folder = shared / "samples" / sample
        with (shared / f"{sample}.lock").open("w") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            if not folder.exists():
                sm.run(ROOT / "sample_data" / sample / "plan.toml", folder)
        return folder

    return of


@pytest.fixture(scope="session")
def assessment(sample_assessment: Callable[[str], Path]) -> Path:
    """Folder that the sample plan leaves; made once for all workers, so do not write into it."""
    return sample_assessment("latvia")


@pytest.fixture(scope="module")
def browsers() -> Iterator["Browsers"]:
    """Chromium, once for all tests of a file: while it runs, no other may run a loop of asyncio."""
    browser = pytest.importorskip("browser", reason="playwright is not installed")
    if not browser.CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with browser.browsers() as opener:
        yield opener


@pytest.fixture
def chromium(browsers: "Browsers") -> Iterator["Browsers"]:
    """The same, and what a test opened is closed after it: pages go on drawing."""
    yield browsers
    browsers.close_pages()
