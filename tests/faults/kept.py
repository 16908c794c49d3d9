"""What a served site keeps, on whichever stores this run has: its rows, its stored files, unfinished uploads."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

from evidence.objects import BucketStorage
from tests.journeys.site import Site

BESIDE_SERVERS = bool(os.environ.get("STORE_BUCKET"))  # `python -m tests.stores` gave this run a database and a store
STORE = ("STORE_BUCKET", "STORE_ENDPOINT", "STORE_REGION", "STORE_KEY_ID", "STORE_SECRET")


def a_site(folder: Path) -> Site:
    """Not yet begun: on SQLite and a folder, or on a database and a part of the bucket of its own."""
    if not BESIDE_SERVERS:
        return Site(folder)
    name, usual = f"kills_{secrets.token_hex(6)}", os.environ["DATABASE_URL"]
    with psycopg.connect(usual, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    more = {one: os.environ[one] for one in STORE} | {"STORE_PREFIX": f"{name}/"}
    return Site(folder, {**more, "DATABASE_URL": f"{usual.rpartition('/')[0]}/{name}"})


# --- rows -----------------------------------------------------------------------------------------


def rows(site: Site, question: str) -> list[tuple[Any, ...]]:
    """What the site's own database answers, after it was found to be whole."""
    if BESIDE_SERVERS:
        with psycopg.connect(site.more["DATABASE_URL"], autocommit=True) as database:
            return database.execute(question.encode()).fetchall()
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute(question).fetchall()


def change(site: Site, statement: str) -> None:
    if BESIDE_SERVERS:
        with psycopg.connect(site.more["DATABASE_URL"]) as database:
            database.execute(statement.encode())
        return
    with closing(sqlite3.connect(site.database)) as database, database:
        database.execute(statement)


# --- stored files ---------------------------------------------------------------------------------


def stored(site: Site) -> dict[str, int]:
    """The bytes that each stored file takes, by its name."""
    if BESIDE_SERVERS:
        store = bucket(site)
        return {entry["Key"].removeprefix(store.prefix): entry["Size"] for entry in listed(store)}
    files = [path for path in (site.folder / "data").rglob("*") if path.is_file()]
    return {path.name: path.stat().st_size for path in files}


def unfinished(site: Site) -> list[str]:
    """Uploads into the bucket that were begun and neither completed nor given up; a folder knows none."""
    if not BESIDE_SERVERS:
        return []
    pages = bucket(site)._pages("list_multipart_uploads")
    return [upload["Key"] for page in pages for upload in page.get("Uploads", ())]


def bucket(site: Site) -> BucketStorage:
    terms = {name.removeprefix("STORE_").lower(): value for name, value in site.more.items() if name in STORE}
    return BucketStorage(prefix=site.more["STORE_PREFIX"], **terms)


def listed(store: BucketStorage) -> Iterator[Any]:
    for page in store._pages("list_objects_v2"):
        yield from page.get("Contents", ())


# --- all of it ------------------------------------------------------------------------------------


def everything(site: Site, *, but: set[str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the site, of the database's server and of the bucket, one at a time; not the named folders."""
    places = [(site.folder, path) for path in site.folder.rglob("*")]
    if BESIDE_SERVERS:
        server = Path(unquote(urlsplit(site.more["DATABASE_URL"]).netloc.rpartition("@")[2])) / "data"
        places += [(server, path) for path in server.rglob("*")]
        store = bucket(site)
        for name in store.names():
            with store.open_sealed(name) as source:
                yield f"bucket/{name}", source.read()
    for top, path in places:
        if path.is_file() and path.relative_to(top).parts[0] not in but:
            try:
                yield str(path.relative_to(top)), path.read_bytes()
            except FileNotFoundError:  # ended while we looked
                continue
