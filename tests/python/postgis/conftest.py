# SPDX-License-Identifier: Apache-2.0
"""A PostGIS of the tests' own, reached by a unix socket, with an empty database for each test."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def server_module() -> ModuleType:
    """The benchmarks' way to start a server."""
    spec = importlib.util.spec_from_file_location("postgis_server", ROOT / "benchmarks" / "common" / "postgis.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    psycopg = pytest.importorskip("psycopg")
    module = server_module()
    if not module.installed():
        pytest.skip("PostGIS is not installed (Debian: postgresql-postgis)")
    with module.server() as server:
        host = dict(part.split("=") for part in server.conninfo.split())["host"]
        with psycopg.connect(server.conninfo, autocommit=True) as admin:
            admin.execute("CREATE DATABASE fresh")
        with psycopg.connect(f"host={host} user=postgres dbname=fresh", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield host


@pytest.fixture
def database(host: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection to an empty database that libpq's environment leads to."""
    import psycopg

    monkeypatch.setenv("PGHOST", host)
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("PGDATABASE", "tests")
    for name in ("PGSERVICE", "PGPORT", "PGPASSWORD", "PGOPTIONS"):
        monkeypatch.delenv(name, raising=False)
    with psycopg.connect(dbname="postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS tests WITH (FORCE)")
        admin.execute("CREATE DATABASE tests TEMPLATE fresh")
    with psycopg.connect(autocommit=True) as connection:
        yield connection
