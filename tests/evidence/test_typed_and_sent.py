"""Whatever is typed or sent, each reader answers or refuses by the name that it promises: nothing else comes out."""

from __future__ import annotations

import contextlib
import io
import json
import uuid
from datetime import date, datetime

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from evidence import index, plotting, timeline
from evidence.cover_form import CoverForm
from evidence.forms import AnnounceForm, DetailsForm, ShareForm, UploadForm
from evidence.index import Line
from evidence.intake import families, mail_routes, moving, parts, sniffing
from evidence.intake.boxes import MOST, WHOLE
from evidence.intake.exports import whatsapp_times
from evidence.intake.sniffing import Kind
from evidence.item_form import ItemForm
from evidence.keeping_form import KeepForm, PoliceForm
from evidence.views.playing import part_of
from tests.evidence.intake import make

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NUMBERS = some.sampled_from(["", "0", "-1", "1e309", "nan", "inf", "1_0", "9" * 5_000, "٣", "²", "33,3", "100", "-0"])
DAYS = some.sampled_from(["0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "20/11/2026", "10000-01-01"])
CLOCKS = some.sampled_from(["24:00", "00:00", "23:59:60", "9:5", "21:30"])
TYPED = some.one_of(some.text(max_size=40), NUMBERS, DAYS, CLOCKS, some.dates().map(str))
TODAY, LAST = date(2026, 3, 2), date(2027, 3, 2)


def posted(names):
    """Anything typed into fields of these names, some of them more than once."""
    fields = some.lists(some.tuples(some.sampled_from(sorted(names)), TYPED), max_size=14)
    return fields.map(_query)


def _query(pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


# --- forms --------------------------------------------------------------------------------------------------------


@quick
@given(posted("ltwhc"))
@example(_query([("l", "nan"), ("t", "inf"), ("w", "9" * 5_000), ("h", "1")]))
def test_any_boxes_lie_inside_their_picture_or_are_refused(data):
    form = CoverForm(data)
    if form.is_valid():
        boxes = form.cleaned_data["boxes"]
        assert 0 < len(boxes) <= MOST
        assert all(box.left + box.width <= WHOLE and box.top + box.height <= WHOLE for box in boxes)
    assert form.rows()
    assert form.cells()


@pytest.mark.parametrize("kind", index.KINDS)
@quick
@given(data=some.data())
def test_any_item_is_told_in_a_way_that_lists_and_timeline_can_show(kind, data):
    form = ItemForm(kind, data.draw(posted(ItemForm(kind).fields)))
    if not form.is_valid():
        assert form.errors
        return
    told = form.telling()
    assert json.loads(json.dumps(told.claims)) == told.claims
    assert len(told.title) <= 200
    if told.when.at:
        datetime.fromisoformat(told.when.at)
    line = Line(uuid.uuid4(), 1, kind, told.title, told.when)
    assert [one for day in timeline.days([line]) for one in day.lines] == [line]


@quick
@given(some.lists(some.dates(), min_size=2, max_size=4))
@example([date.min, date.max])
def test_days_however_far_apart_are_drawn(days):
    whens = (index.When(day.isoformat(), "exact") for day in days)
    lines = [Line(uuid.uuid4(), number, index.NOTE, "x", when) for number, when in enumerate(whens, 1)]
    assert plotting.plot(lines)


FORMS = {
    "upload": (UploadForm, ()),
    "announce": (AnnounceForm, ()),
    "share": (ShareForm, (TODAY,)),
    "details": (DetailsForm, ()),
    "keep": (KeepForm, ([1, 3, 12], TODAY, LAST)),
    "police": (PoliceForm, (TODAY, LAST)),
}


@pytest.mark.parametrize("name", FORMS)
@quick
@given(data=some.data())
def test_any_form_is_taken_or_says_what_is_wrong(name, data):
    form, first = FORMS[name]
    sent = data.draw(posted(form(*first).fields))
    filled = form(*first, sent)
    assert filled.is_valid() or filled.errors
    for field in filled:  # and can be shown again
        str(field)


# --- bytes and lines ----------------------------------------------------------------------------------------------


@quick
@given(some.binary(max_size=600))
def test_any_bytes_are_of_a_known_kind_or_of_none(raw):
    assert sniffing.sniff(raw) in {None, *Kind}
    assert families.tell(raw) is None or families.tell(raw).media_type


@pytest.mark.parametrize("kind", [Kind.GIF, Kind.PNG, Kind.WEBP, Kind.AVIF])
@quick
@given(data=some.data())
def test_a_moving_picture_that_was_changed_anywhere_is_counted(kind, data):
    raw = bytearray(make.animated(kind.name))
    for _ in range(data.draw(some.integers(1, 5))):
        at = data.draw(some.integers(0, len(raw) - 1))
        raw[at : at + 4] = data.draw(some.binary(min_size=1, max_size=6))
    found = moving.count(kind, bytes(raw[: data.draw(some.integers(0, len(raw)))]))
    assert 1 <= found.frames <= moving.MOST
    assert found.seconds >= 0


@quick
@given(some.text(alphabet="[]0123456789/.-:, \u200e\u202fAPM年月日오전 -", max_size=40), some.text(max_size=10))
def test_any_start_of_a_line_has_a_time_or_none(line, rest):
    start = whatsapp_times.start_of(line + rest)
    if start is not None:
        for order in ("day-first", "month-first", "year-first", "unsure"):
            at, exact = whatsapp_times.moment_of(start, order)
            assert datetime.fromisoformat(at) if at else not exact
        assert whatsapp_times.order_of([start])


@quick
@given(some.lists(some.text(max_size=120), max_size=4), TYPED)
def test_any_way_of_a_mail_is_told_as_it_stands(received, moment):
    told = mail_routes.hops([f"from {line}; {moment}" for line in received])
    assert [one["position"] for one in told] == list(range(1, len(received) + 1))
    mail_routes.moment(moment)


@quick
@given(some.one_of(some.text(max_size=40), some.from_regex(r"bytes=\d{0,20}-\d{0,20}")), some.integers(1, 10**12))
def test_any_range_is_inside_the_file_or_empty(header, size):
    asked = part_of(header, size)
    if asked is not None and asked[0] < asked[1]:
        assert 0 <= asked[0] < asked[1] <= size


@quick
@given(some.binary(max_size=300), some.text(max_size=60), some.integers(-3, 3))
def test_any_body_in_parts_is_read_or_refused(raw, kind, more):
    body = b'--x\r\nContent-Disposition: form-data; name="t1"\r\n\r\n' + raw + b"\r\n--x--\r\n"
    for said in ("multipart/form-data; boundary=x", kind):
        with contextlib.suppress(parts.NotMultipart, parts.TooMuchSent, parts.UploadCutShort):
            assert all(parts.read_parts(io.BytesIO(body), said, len(body) + more))
