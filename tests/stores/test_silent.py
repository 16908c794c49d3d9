"""A bucket that does not answer, or refuses: one exception that names nothing, and what can't be deleted stays."""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, datetime

import pytest

from evidence import vault
from evidence.storage import StoreDown
from tests.stores.test_objects import SEALED, put, without


def closed_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def down(vault_folder):
    return without(vault_folder.setting["OPTIONS"], endpoint=f"http://127.0.0.1:{closed_port()}")


@pytest.mark.parametrize(
    "act",
    [
        lambda store: put(store.begin(), b"sealed"),
        lambda store: put(store.begin(), SEALED),
        lambda store: store.open_sealed("a" * 32),
        lambda store: store.names(),
        lambda store: store.delete("a" * 32),
        lambda store: store.exists("a" * 32),
        lambda store: store.drop_unfinished(older_than=datetime.now(tz=UTC)),
    ],
)
def test_a_store_that_is_down_is_one_exception_that_names_nothing(down, act):
    with pytest.raises(StoreDown) as said:
        act(down)
    assert said.value.__suppress_context__
    assert not any(word in str(said.value) for word in ("127.0.0.1", "a" * 32, down.bucket, down.prefix))


def test_a_wrong_secret_is_refused(vault_folder):
    wrong = without(vault_folder.setting["OPTIONS"], secret=secrets.token_hex(20))
    with pytest.raises(StoreDown):
        put(wrong.begin(), b"sealed")
    with pytest.raises(StoreDown):
        wrong.names()


def test_what_can_not_be_deleted_now_is_an_orphan_and_no_error(down, settings):
    options = {"bucket": down.bucket, "prefix": down.prefix, **down._access}
    settings.STORAGES = {**settings.STORAGES, "sealed": {**settings.STORAGES["sealed"], "OPTIONS": options}}
    vault.discard(["a" * 32])
