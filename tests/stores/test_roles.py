"""The role that serves people reads and writes rows and changes no table: the SQL of the operations guide, tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from evidence import cases, custody, items, kept_ways, limits, sharing, ways
from evidence.custody import OWNER
from evidence.models import Case, CustodyEntry
from tests.conftest import confirm, note, share

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parent.parent.parent / "docs" / "operations.md"
STATEMENTS = re.search(r"```sql\n(.+?)```", GUIDE.read_text(), re.DOTALL)[1].strip().split("\n")


@pytest.fixture
def as_site(hana):
    """From here on the connection has the rights of the site's own role; all of it is undone with the test."""
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
        cursor.execute("SET LOCAL ROLE site")
    return hana


def refused(statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)
    return True


def test_the_role_of_the_site_lives_a_whole_case_and_changes_no_table(as_site, at):
    limits.take("cases", most=9, at=at)
    session = cases.make(device="", at=at)
    made = confirm(session, at)
    words = " ".join(made.words)
    kept = note(session.opened, at)
    items.remove(session.opened, kept.id, by=OWNER, at=at)
    grant = share(session.opened, at)
    sharing.accept(worker=as_site.worker, offer_id=grant.pk, seed=as_site.seed, at=at)
    ways.change(session)
    confirm(session, at)
    mine = cases.open_with(words, device="", at=at)
    kept_ways.undo(mine, at=at)
    assert len(custody.everything(mine.opened)) > 8
    assert cases.erase_now(words, at=at)
    assert Case.objects.get().status == Case.Status.ERASED
    assert CustodyEntry.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "ALTER TABLE evidence_case ADD COLUMN more int",
        "DROP TABLE evidence_item",
        "TRUNCATE evidence_custodyentry CASCADE",
        "ALTER TABLE evidence_custodyentry DISABLE TRIGGER ALL",
        "DROP TRIGGER custody_only_grows ON evidence_custodyentry",
        "UPDATE evidence_custodyentry SET day = day",
        "DELETE FROM django_migrations",
        "CREATE ROLE another",
    ],
)
def test_what_the_role_of_the_site_may_not_do(as_site, statement):
    assert refused(statement)
