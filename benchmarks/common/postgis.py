# SPDX-License-Identifier: Apache-2.0
"""A PostGIS of our own: a cluster in a temporary folder, reached through a unix socket, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

# Generous to the server: data in memory, every core, no waiting for the disk, no compiling of short queries.
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "512MB",
    "work_mem": "256MB",
    "maintenance_work_mem": "256MB",
    "fsync": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": str(os.cpu_count()),
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "min_parallel_table_scan_size": "0",
}


@dataclass(frozen=True)
class Server:
    """A running server: how to reach it, and the process whose descendants do the work."""

    conninfo: str
    pid: int


def programs() -> Path | None:
    """Return the folder of the newest server that has PostGIS (Debian's layout), None where there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name)):
        control = Path("/usr/share/postgresql") / folder.parent.name / "extension" / "postgis.control"
        if control.exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def installed() -> bool:
    """Whether a server with PostGIS and a client for it are here."""
    return programs() is not None and find_spec("psycopg") is not None


@contextmanager
def server() -> Iterator[Server]:
    """Start a cluster of our own with PostGIS in it; stop and remove it at the end."""
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="sheltermap-postgis-"))
    try:
        # A server refuses to run as root, so root lends it a user of its own.
        user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        shutil.chown(folder, user)
        data = folder / "data"
        _server_program(user, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
        with (data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        _server_program(user, "pg_ctl", "-D", data, "-l", folder / "log", "-w", "start")
        try:
            conninfo = f"host={folder} user=postgres dbname=postgres"
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION postgis")
            yield Server(conninfo, int((data / "postmaster.pid").read_text().split()[0]))
        finally:
            _server_program(user, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_program(user: str, program: str, *arguments: str | Path) -> None:
    folder = programs()
    if folder is None:
        raise FileNotFoundError("no PostgreSQL server with PostGIS")
    command = [str(folder / program), *map(str, arguments)]
    done = subprocess.run(
        command,
        user=user if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open in the server and never end
        stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed ({done.returncode}): {done.stderr or 'see its log'}")
