"""Opens nbgrader's gradebook, in SQLite or PostgreSQL, and says in one line why it cannot.

Design choices:
- nbgrader makes its tables in any database it is pointed at. So it is looked at first, and one that
  holds other tables, or those of another nbgrader, is refused before anything is written.
- A password in the URL is never shown.
"""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_lib.errors import CallError

EXAMPLES = "sqlite:///gradebook.db or postgresql+psycopg2://USER:PASSWORD@HOST/DATABASE"

__all__ = ["begin", "opened"]


@contextmanager
def opened(url: str) -> Iterator[Any]:
    """nbgrader's `Gradebook` at a URL; made where there is none.

    Args:
        url: of the database, as SQLAlchemy writes it.

    Raises:
        CallError: it is no URL, there is no such server or folder, it is locked, it is no gradebook
            or that of another version of nbgrader.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    shown = _examined(url)
    try:
        with _programs_found():
            book = Gradebook(url)
        with book:
            yield book
    except DBAPIError as error:
        raise CallError(f"{shown}: {_said(error.orig)}") from error
    except SQLAlchemyError as error:
        raise CallError(f"{shown}: {_said(error)}") from error


def begin(book: Any) -> None:
    """Begin a transaction that nobody writes beside.

    SQLite waits with its lock until the first write, and somebody may mark in between; PostgreSQL
    locks row by row (`with_for_update`).
    """
    book.db.rollback()
    if book.engine.dialect.name == "sqlite":
        book.db.connection().exec_driver_sql("BEGIN IMMEDIATE")


def _examined(url: str) -> str:
    """Look whether a database can be written and is a gradebook; its URL without the password."""
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CallError(f"--db {url!r}: no URL of a database, such as {EXAMPLES}") from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        folder = Path(parsed.database).absolute().parent
        if not folder.is_dir():
            raise CallError(f"{shown}: there is no folder {folder}")
    try:
        engine = create_engine(parsed)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise CallError(f"{shown}: {error}. Known here are {EXAMPLES}") from error
    try:
        with engine.connect() as connection:
            if parsed.get_backend_name() == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            fault = _fault(connection)
    except DBAPIError as error:
        raise CallError(f"{shown}: {_said(error.orig)}") from error
    finally:
        engine.dispose()
    if fault:
        raise CallError(f"{shown}: {fault}")
    return shown


def _fault(connection: Any) -> str:
    """Why a database is no gradebook of this nbgrader; empty where it is, or where it is empty."""
    from nbgrader.api import Base
    from sqlalchemy import inspect

    there = inspect(connection)
    tables = set(there.get_table_names())
    if not tables:
        return ""
    missing = {name for name in Base.metadata.tables if name not in tables}
    if missing == set(Base.metadata.tables):
        return f"holds other tables ({', '.join(sorted(tables)[:3])}) and no gradebook of nbgrader"
    for name, table in Base.metadata.tables.items():
        found = {each["name"] for each in there.get_columns(name)} if name in tables else set()
        missing |= {f"{name}.{each.name}" for each in table.columns if each.name not in found}
    if missing:
        return "a gradebook of another nbgrader; `nbgrader db upgrade` brings it up to this one"
    return ""


def _said(error: Any) -> str:
    """The first line of what a database says."""
    return (str(error).strip().splitlines() or ["it cannot be used"])[0]


@contextmanager
def _programs_found() -> Iterator[None]:
    """For a new gradebook nbgrader calls `alembic`, which stands beside this Python even where the
    path does not lead there."""
    before = os.environ.get("PATH")
    os.environ["PATH"] = os.pathsep.join(filter(None, [sysconfig.get_path("scripts"), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
