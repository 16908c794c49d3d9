"""No text of a case can change the page, fetch anything or run anything."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pikepdf
import pytest

from evidence.pack import making
from evidence.pack import report as reports
from evidence.pack.decoding import encode
from evidence.pack.fetching import AddressRefused, MemoryFetcher
from tests.evidence.pack import conftest, hostile, opening
from tests.evidence.pack.demonstration import demonstration, full

pytestmark = pytest.mark.xdist_group("pack")  # one worker makes the demonstration pack, once


class Skeleton(HTMLParser):
    """Every element and attribute name, and every address that an element points at."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.names.update(f"{tag}@{name}" for name, _ in attrs)
        self.addresses.update(value for name, value in attrs if name in {"src", "href", "data-to"})


def skeleton(text: str) -> Skeleton:
    read = Skeleton()
    read.feed(text)
    return read


@pytest.fixture(scope="module")
def bad():
    return hostile.hostile()


@pytest.fixture(scope="module")
def frozen(bad):
    return bad.snapshot(**hostile.extremes(bad))


@pytest.fixture(scope="module")
def fetchers():
    return []


@pytest.fixture(scope="module")
def hostile_pack(bad, frozen, fetchers):
    with pytest.MonkeyPatch.context() as patch:

        class Noted(MemoryFetcher):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                fetchers.append(self)

        patch.setattr("evidence.pack.fetching.MemoryFetcher", Noted)
        return conftest.pack_of(bad, frozen)


def test_hostile_text_renders_and_asks_for_nothing(hostile_pack, fetchers):
    assert len(fetchers) == 1
    assert fetchers[0].refused == []
    assert opening.files(hostile_pack)["data/report.pdf"].startswith(b"%PDF-1.7")


def test_hostile_text_adds_no_element_and_no_address(bad, frozen):
    harmless = demonstration()
    allowed = skeleton(reports.html(full(harmless), harmless.copies))
    found = skeleton(reports.html(frozen, bad.copies))
    assert found.names <= allowed.names | {"div@style"}  # the window of a tall picture, which we size
    ours = re.compile(r"(kit:report\.css|img:item-\d+|#[a-z0-9]+)\Z")
    assert [address for address in found.addresses if not ours.match(address)] == []


def test_no_link_leaves_the_report_and_nothing_in_it_runs(hostile_pack):
    with pikepdf.open(io.BytesIO(opening.files(hostile_pack)["data/report.pdf"])) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary):
                assert not {"/URI", "/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA"} & set(thing.keys())
        assert len(pdf.attachments) == 2


def test_hidden_characters_are_printed_as_codes(bad, frozen):
    text = reports.html(frozen, bad.copies)
    for code in ("202E", "200B", "2066", "E000", "0000", "0007", "E0041", "2028"):
        assert f"⟨U+{code}⟩" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ue000-\uf8ff\x00-\x08]", text)


def test_the_exact_words_stay_in_the_data(hostile_pack, frozen):
    data = opening.attached(opening.files(hostile_pack)["data/report.pdf"])["exhibits.json"]
    read = json.loads(data)
    assert read["items"][0]["claimed"] == encode(frozen.items[0].claims)


def test_the_text_files_of_the_pack_keep_their_lines(hostile_pack, pack):
    files = opening.files(hostile_pack)
    verify = files["VERIFY.txt"].decode()
    commands = [line for line in verify.splitlines() if line.startswith("    $ ")]
    assert len(commands) == 8
    assert "rm -rf" not in verify
    assert len(files["bag-info.txt"].splitlines()) == 4
    assert len(files["README.txt"].splitlines()) == len(opening.files(pack)["README.txt"].splitlines())


def test_every_row_of_a_tall_picture_is_on_some_page(bad, frozen):
    text = reports.html(frozen, bad.copies)
    rows = [(int(a), int(b)) for a, b in re.findall(r"rows (\d+) to (\d+) of", text)]
    assert rows[0][0] == 1
    assert rows[-1][1] == 12000
    assert all(following[0] <= one[1] for one, following in pairwise(rows))


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/",
        "https://evil.example/",
        "file:///etc/passwd",
        "data:,x",
        "kit:other",
        "KIT:report.css",
    ],
)
def test_any_other_address_is_refused_and_noted(address):
    fetcher = MemoryFetcher(kit={"report.css": (b"p{}", "text/css")}, picture=lambda _: b"")
    with pytest.raises(AddressRefused):
        fetcher.fetch(address)
    assert fetcher.refused == [address]


def test_an_address_in_the_page_stops_the_rendering(monkeypatch, case, snapshot):
    real = reports.html
    for bad_part in (
        '<img alt="x" src="http://evil.example/x.png">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
    ):
        with monkeypatch.context() as patch:
            patch.setattr(reports, "html", lambda *a, part=bad_part: real(*a).replace("<body>", "<body>" + part))
            with pytest.raises(AddressRefused):
                making.make_report(snapshot, pictures=case.copies)
