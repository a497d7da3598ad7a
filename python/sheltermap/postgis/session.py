# SPDX-License-Identifier: Apache-2.0
"""Transactions in a PostGIS database: how it is found, what becomes of a lost connection, what errors say.

Where the database is, and the password, come from libpq's own places: the environment (PGHOST, PGSERVICE, …), the
service file, the password file. None of it appears in a message: libpq's texts name hosts and users, and are not
passed on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sheltermap._native import SheltermapError

if TYPE_CHECKING:
    import psycopg

LOCK_WAIT_S = 4  # for tables that somebody else has locked
ATTEMPTS = 2
PAUSE_S = 0.5
RECOVERY_S = 15  # for a server that is starting, or getting up after a crash
# A server that is gone without a word is noticed in about a minute.
KEEPALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
GONE = ("08", "57P")  # SQLSTATE: connection exceptions; shut down by an administrator, or starting up
# What libpq says when it cannot connect -> what we say, without its names of hosts and users.
REFUSALS = {
    "the database system is": "it is starting, or shutting down",
    "password authentication failed": "it refuses the password",
    "no password supplied": "it wants a password: put one into the password file (~/.pgpass)",
    "no pg_hba.conf entry": "it does not let this machine or user in (pg_hba.conf)",
    "could not translate host name": "its host is not known",
    "Connection refused": "nothing answers there: is the server running?",
    "No such file or directory": "nothing answers there: is the server running?",
    "timeout expired": "it does not answer",
    "definition of service": "the service file has no such service",
    "service file": "the service file cannot be read",
    "role": "it does not know the user",
    "database": "there is no such database",
    "SSL": "no secure connection could be made",
}

Result = TypeVar("Result")


@dataclass
class Session:
    """A transaction that has begun, in a database that has PostGIS."""

    connection: psycopg.Connection[Any]
    postgis: str  #: the schema that PostGIS is installed in
    attempt: int  #: from 1
    at: str = ""  #: the table at work on, by which errors name it

    def rows(self, query: Any, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a query of our own."""
        return self.connection.execute(query, parameters).fetchall()


def transaction(
    service: str | None, failure: type[SheltermapError], work: Callable[[Session], Result], *, read_only: bool
) -> Result:
    """Do work in one transaction: all of it or nothing. A connection that is lost is made anew, once.

    `work` is then called again, so it must not rely on what it did before.

    Raises
    ------
    `failure`
        If there is no such database, it goes away, or it refuses what is asked for.
    """
    psycopg, where = _psycopg(failure), _where(service)
    unchanged = "" if read_only else "; nothing was changed"
    for attempt in range(1, ATTEMPTS + 1):
        connection = _connected(psycopg, service, where, failure)
        session = None
        try:
            session = Session(connection, _prepared(connection, where, failure, read_only), attempt)
            result = work(session)
            connection.commit()
            return result
        except psycopg.Error as error:
            if not _is_gone(connection, error):
                raise failure(f"{where}: {_told(psycopg, session, error)}{unchanged}") from None
            if attempt == ATTEMPTS:
                raise failure(f"{where} went away, {ATTEMPTS} times{unchanged}") from None
        finally:
            # Without a commit the server takes everything back. Not by rollback(): on a connection that is gone the
            # driver would log where it led to.
            connection.close()
        time.sleep(PAUSE_S)
    raise AssertionError("every attempt returns or raises")


class Held:
    """A transaction that only reads and stays open: whatever it is asked, it sees one state of the database.

    Parameters
    ----------
    service : str or None
        As for `transaction`.
    failure : type
        The error that is raised if the database refuses what is asked for, or goes away.
    state : str, optional
        Of another transaction that is open, by the name that its `state` gave.
    """

    def __init__(self, service: str | None, failure: type[SheltermapError], state: str | None = None) -> None:
        self._psycopg, self._where, self._failure = _psycopg(failure), _where(service), failure
        connection = _connected(self._psycopg, service, self._where, failure)
        self._session = Session(connection, "", 1)
        try:
            with self.told():
                self._session.postgis = _prepared(connection, self._where, failure, True, state)
        except failure:
            connection.close()
            raise

    @contextmanager
    def told(self) -> Iterator[Session]:
        """Ask, with what the database says told as ours."""
        try:
            yield self._session
        except self._psycopg.Error as error:
            if _is_gone(self._session.connection, error):
                raise self._failure(f"{self._where} went away while it was read; begin anew") from None
            raise self._failure(f"{self._where}: {_told(self._psycopg, self._session, error)}") from None

    def state(self) -> str:
        """Return a name by which others see the same state, as long as this is open."""
        with self.told() as session:
            return str(session.rows("SELECT pg_export_snapshot()")[0][0])

    def close(self) -> None:
        """Let the connection go."""
        self._session.connection.close()


def _where(service: str | None) -> str:
    return "the database of the environment" if service is None else f"the database of service '{service}'"


def _psycopg(failure: type[SheltermapError]) -> Any:
    try:
        import psycopg
    except ImportError:
        raise failure("a database needs the package psycopg: pip install 'psycopg[binary]'") from None
    return psycopg


def _connected(psycopg: Any, service: str | None, where: str, failure: type[SheltermapError]) -> Any:
    given = {} if service is None else {"service": service}
    deadline = time.monotonic() + RECOVERY_S
    while True:
        try:
            return psycopg.connect(application_name="sheltermap", connect_timeout=10, **KEEPALIVE, **given)
        except psycopg.Error as error:
            if "the database system is" not in str(error) or time.monotonic() > deadline:
                reason = next((told for sign, told in REFUSALS.items() if sign in str(error)), "see the server's log")
                raise failure(f"cannot connect to {where}: {reason}") from None
        time.sleep(PAUSE_S)


def _prepared(
    connection: Any, where: str, failure: type[SheltermapError], read_only: bool, state: str | None = None
) -> str:
    """Set up the transaction, of a state that another one has if that is wanted; return where PostGIS is."""
    if read_only:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if state is not None:
        from psycopg import sql

        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(state)))
    connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'")
    # No table or function of somebody's is taken for one of the system's.
    connection.execute("SET LOCAL search_path = pg_catalog")
    connection.execute("SET LOCAL client_encoding = 'UTF8'")
    found = connection.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    if found is None:
        raise failure(f"{where} has no PostGIS; its owner makes it so: CREATE EXTENSION postgis")
    return str(found[0])


def _is_gone(connection: Any, error: Any) -> bool:
    return bool(connection.broken) or (error.sqlstate or "").startswith(GONE)


def _told(psycopg: Any, session: Session | None, error: Any) -> str:
    """Say at which table the server refused something, and why."""
    table = f"{session.at}: " if session is not None and session.at else ""
    return table + _reason(psycopg, error)


def _reason(psycopg: Any, error: Any) -> str:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return f"try again: somebody else has had it locked for {LOCK_WAIT_S} s"
    if isinstance(error, psycopg.errors.QueryCanceled):
        return "the query was stopped, by somebody or by the time it may take"
    # What is not from the server is from the driver, and may quote what it sent.
    return str(error.diag.message_primary) if error.sqlstate else type(error).__name__
