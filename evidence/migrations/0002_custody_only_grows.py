"""The custody log only grows: a trigger refuses changes, and deletion unless the case is marked erased.

SQLite makes a table anew for most changes of its columns, and its triggers name `evidence_case`: a later migration
that changes that table drops them first and adds them again after (`drop` and `add` below).
"""

from __future__ import annotations

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER custody_no_update BEFORE UPDATE ON evidence_custodyentry
       BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); END""",
    """CREATE TRIGGER custody_no_delete BEFORE DELETE ON evidence_custodyentry
       WHEN (SELECT status FROM evidence_case WHERE id = OLD.case_id) <> 'erased'
       BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION custody_only_grows() RETURNS trigger AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND (SELECT status FROM evidence_case WHERE id = OLD.case_id) = 'erased' THEN
           RETURN OLD;
         END IF;
         RAISE EXCEPTION 'the custody log only grows';
       END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER custody_only_grows BEFORE UPDATE OR DELETE ON evidence_custodyentry
       FOR EACH ROW EXECUTE FUNCTION custody_only_grows()""",
]
DROP_SQLITE = ["DROP TRIGGER custody_no_update", "DROP TRIGGER custody_no_delete"]
DROP_POSTGRESQL = [
    "DROP TRIGGER custody_only_grows ON evidence_custodyentry",
    "DROP FUNCTION custody_only_grows()",
]


def _run(editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[editor.connection.vendor]:
        editor.execute(statement)


def add(apps, editor):
    _run(editor, SQLITE, POSTGRESQL)


def drop(apps, editor):
    _run(editor, DROP_SQLITE, DROP_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
