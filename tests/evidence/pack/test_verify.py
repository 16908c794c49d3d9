"""A good pack passes every printed command; each way of tampering is noticed and said in a sentence."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.pack import verify
from tests.evidence.pack.demonstration import custody

pytestmark = pytest.mark.xdist_group("pack")  # one worker makes the demonstration pack, once

BIN = Path(sys.executable).parent
VERIFY = Path(verify.__file__)


def printed(folder: Path) -> list[str]:
    """The commands of VERIFY.txt, read out of the file."""
    return re.findall(r"^    \$ (.+)$", (folder / "VERIFY.txt").read_text("utf-8"), re.MULTILINE)


def follow(folder: Path, command: str) -> bool:
    """Whether the pack passes a printed command, followed to the letter; Windows' own tools are acted out."""
    if command.startswith("Get-Content "):
        return _powershell(folder, command)
    if command.startswith("certutil "):
        return _certutil(folder, command)
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "python3").unlink(missing_ok=True)
    (tools / "python3").symlink_to(sys.executable)
    if "verify.py" in command:
        shutil.copy(VERIFY, folder)
    env = {"PATH": f"{tools}:{BIN}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(shlex.split(command), cwd=folder, env=env, capture_output=True, text=True, check=False)
    (folder / "verify.py").unlink(missing_ok=True)
    if "--quiet" in command and done.returncode == 0:
        assert done.stdout == ""
    return done.returncode == 0


def _powershell(folder: Path, command: str) -> bool:
    """What the printed line does, where there is no PowerShell: its words are checked, its work done."""
    words = re.fullmatch(
        r"Get-Content (\S+) \| ForEach-Object \{ \$h, \$f = \$_ -split '\\s\+', 2; "
        r"if \(\(Get-FileHash -Algorithm SHA256 \$f\)\.Hash -ne \$h\) \{ 'CHANGED ' \+ \$f \} \}",
        command,
    )
    assert words
    for line in (folder / words[1]).read_text().splitlines():
        sha256, name = re.split(r"\s+", line, maxsplit=1)
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest().upper() != sha256.upper():
            return False
    return True


def _certutil(folder: Path, command: str) -> bool:
    words = re.fullmatch(r"certutil -hashfile (\S+) SHA256", command)
    assert words
    name = words[1].replace("\\", "/")
    listed = (folder / "manifest-sha256.txt").read_text()
    return f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" in listed


def rebuild(folder: Path) -> None:
    """What someone does who knows the format but not the case: new lists over the changed files."""

    def lines(names: list[Path]) -> str:
        rows = [(path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in names]
        return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(rows))

    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in payload)
    info = folder / "bag-info.txt"
    info.write_text(re.sub(r"Oxum: .*", f"Oxum: {size}.{len(payload)}", info.read_text()))
    (folder / "manifest-sha256.txt").write_text(lines(payload))
    tags = [path for path in folder.iterdir() if path.is_file() and path.name != "tagmanifest-sha256.txt"]
    (folder / "tagmanifest-sha256.txt").write_text(lines(tags))


def change_a_byte(folder: Path) -> None:
    path = folder / "data/originals/ABC-002.png"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def take_one_away(folder: Path) -> None:
    (folder / "data/originals/ABC-011.png").unlink()


def add_one(folder: Path) -> None:
    shutil.copy(folder / "data/originals/ABC-001.png", folder / "data/originals/ABC-004.png")


def swap_two(folder: Path) -> None:
    one, two = (folder / f"data/originals/ABC-{n}.png" for n in ("001", "002"))
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def swap_two_and_rebuild(folder: Path) -> None:
    swap_two(folder)
    rebuild(folder)


def cut_the_log_and_rebuild(folder: Path) -> None:
    path = folder / "data/custody-log.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]))
    rebuild(folder)


def reword_the_log_and_rebuild(folder: Path) -> None:
    path = folder / "data/custody-log.jsonl"
    path.write_text(path.read_text().replace('"item 7"', '"item 8"'))
    rebuild(folder)


def reorder_the_log_and_rebuild(folder: Path) -> None:
    path = folder / "data/custody-log.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    path.write_text("".join(lines))
    rebuild(folder)


def change_a_copy_and_rebuild(folder: Path) -> None:
    shutil.copy(folder / "data/copies/ABC-001.jpg", folder / "data/copies/ABC-002.jpg")
    rebuild(folder)


def forget_an_original_and_rebuild(folder: Path) -> None:
    path = folder / "data/originals-sha256.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    rebuild(folder)


def list_a_stranger_and_rebuild(folder: Path) -> None:
    path = folder / "data/originals-sha256.txt"
    path.write_text(path.read_text() + "0" * 64 + "  originals/ABC-099.png\n")
    rebuild(folder)


def change_the_instructions(folder: Path) -> None:
    (folder / "VERIFY.txt").write_text((folder / "VERIFY.txt").read_text() + "\nAll is well.\n")


def add_beside(folder: Path) -> None:
    (folder / "extra").mkdir()
    (folder / "note.txt").write_text("x")


def link_elsewhere(folder: Path) -> None:
    path = folder / "data/report.pdf"
    path.rename(folder.parent / "elsewhere.pdf")
    path.symlink_to(folder.parent / "elsewhere.pdf")


EVERYWHERE = ("Get-Content", "sha256sum manifest", "shasum manifest", "bagit.py", "python3")
TAMPERED = [
    (change_a_byte, EVERYWHERE, "data/originals/ABC-002.png was changed"),
    (take_one_away, EVERYWHERE, "data/originals/ABC-011.png is missing"),
    (add_one, ("bagit.py", "python3"), "data/originals/ABC-004.png was added"),
    (swap_two, EVERYWHERE, "data/originals/ABC-001.png was changed"),
    (
        change_the_instructions,
        ("sha256sum tagmanifest", "shasum tagmanifest", "bagit.py", "python3"),
        "VERIFY.txt was changed",
    ),
    (swap_two_and_rebuild, ("python3",), "is not the file that was received as ABC/1"),
    (cut_the_log_and_rebuild, ("python3",), "does not lead to the head"),
    (reword_the_log_and_rebuild, ("python3",), "Entry 7 of the custody log was changed"),
    (reorder_the_log_and_rebuild, ("python3",), "has entry 3 where entry 2 should stand"),
    (change_a_copy_and_rebuild, ("python3",), "is not the copy that was made of ABC/2"),
    (forget_an_original_and_rebuild, ("python3",), "ABC/1 is not in originals-sha256.txt"),
    (
        list_a_stranger_and_rebuild,
        ("python3",),
        "originals/ABC-099.png is in originals-sha256.txt but in no item",
    ),
    (add_beside, ("python3",), "The folder extra was added"),
    (link_elsewhere, ("bagit.py", "python3"), "data/report.pdf is missing"),
]


def short_name(command: str) -> str:
    words = command.split()
    listing = next((word for word in words if word.endswith("manifest-sha256.txt")), "")
    is_sum = words[0] in {"sha256sum", "shasum"}
    return f"{words[0]} {listing.removesuffix('-sha256.txt')}" if is_sum else words[0]


def test_the_windows_way_comes_first_and_every_way_is_printed(folder):
    assert [short_name(command) for command in printed(folder)] == [
        "Get-Content",
        "certutil",
        "sha256sum manifest",
        "sha256sum tagmanifest",
        "shasum manifest",
        "shasum tagmanifest",
        "bagit.py",
        "python3",
    ]


def test_a_good_pack_passes_every_printed_command(folder):
    assert [command for command in printed(folder) if not follow(folder, command)] == []


@pytest.mark.parametrize(("tamper", "noticed", "said"), TAMPERED, ids=[row[0].__name__ for row in TAMPERED])
def test_tampering_is_noticed_by_the_printed_commands(
    folder, tamper: Callable[[Path], None], noticed: tuple[str, ...], said: str, capsys
):
    commands = printed(folder)
    tamper(folder)
    failed = {short_name(command) for command in commands if not follow(folder, command)}
    assert failed == set(noticed)
    assert verify.main([str(folder)]) == 1
    assert said in capsys.readouterr().err


def test_the_good_answer_names_what_to_compare_with_the_first_page(folder, snapshot, capsys):
    assert verify.main([str(folder)]) == 0
    out = capsys.readouterr().out
    assert "Everything fits" in out
    assert snapshot.custody.head in out
    assert hashlib.sha256((folder / "data/originals-sha256.txt").read_bytes()).hexdigest() in out


def test_a_folder_that_is_no_pack_is_said_to_be_none(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert verify.main([]) == 2
    assert "bagit.txt is missing" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
@pytest.mark.parametrize("text", [None, "nonsense\n", "0" * 64 + "  ../../etc/passwd\n", "0" * 64 + "  /etc/passwd\n"])
def test_a_list_that_is_missing_or_points_outside_is_refused(folder, name, text):
    (folder / name).unlink() if text is None else (folder / name).write_text(text)
    found = " ".join(verify.faults(folder))
    assert f"{name} is missing or can't be read" in found or "passwd is missing" in found


@pytest.mark.parametrize("text", ["", "[]", "{", '{"custody": 1}', '{"items": []}'])
def test_data_that_cannot_be_read_is_said_so(folder, text):
    (folder / "data/items.json").write_text(text)
    assert any("can't be read" in sentence for sentence in verify.faults(folder))


def test_the_checker_needs_nothing_of_the_product(folder, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(VERIFY, alone)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone / "verify.py"), str(folder)],
        capture_output=True,
        text=True,
        cwd=alone,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not re.search(r"^(from|import) (evidence|django)", VERIFY.read_text(), re.MULTILINE)


def test_the_chain_has_its_frozen_values():
    salt = bytes(range(32))
    body = {"b": "£ \u0001", "a": [1, None, True]}
    assert verify.canonical(body) == '{"a":[1,null,true],"b":"£ \\u0001"}'.encode()
    committed = verify.commitment(salt, body)
    assert committed == hashlib.sha256(b"v1" + salt + verify.canonical(body)).digest()
    assert (
        verify.link(1, bytes(32), committed)
        == hashlib.sha256(b"\x01" + b"\x00" * 7 + b"\x01" + bytes(32) + committed).digest()
    )
    assert (
        verify.link(258, committed, committed)
        == hashlib.sha256(b"\x01" + b"\x00" * 6 + b"\x01\x02" + committed + committed).digest()
    )


def test_an_empty_log_has_the_head_of_zeros():
    assert verify.chain_faults([], "00" * 32) == []
    assert verify.chain_faults([], "01" * 32) != []


def test_a_log_with_closed_entries_still_leads_to_its_head():
    log = custody(20, closed=tuple(range(2, 20)))
    entries = [{"open": "salt" in entry, **entry} for entry in log["entries"]]
    assert verify.chain_faults(entries, log["head"]) == []
    assert json.dumps(entries).count("salt") == 2
