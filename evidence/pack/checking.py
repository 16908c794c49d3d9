"""The commands with which anyone can check a pack, said once for both VERIFY.txt and the report."""

from __future__ import annotations

from dataclasses import dataclass

_GET_FILE_HASH = (
    "Get-Content manifest-sha256.txt | ForEach-Object { $h, $f = $_ -split '\\s+', 2; "
    "if ((Get-FileHash -Algorithm SHA256 $f).Hash -ne $h) { 'CHANGED ' + $f } }"
)


@dataclass(frozen=True)
class Way:
    """One way to check: for which system, the lines to type in the unpacked folder, what a good pack says."""

    title: str
    lines: tuple[str, ...]
    good: str


def ways(some_file: str) -> tuple[Way, ...]:
    """Windows first. `some_file` is a payload path (`data/report.pdf`), for the command for one file."""
    windows = some_file.replace("/", "\\")
    return (
        Way(
            "Windows, every file (PowerShell; nothing to install)",
            (_GET_FILE_HASH,),
            "A good pack prints nothing. A changed or missing file is named.",
        ),
        Way(
            "Windows, one file (Command Prompt)",
            (f"certutil -hashfile {windows} SHA256",),
            "The long number is the one beside the file's name in manifest-sha256.txt.",
        ),
        Way(
            "Linux, every file",
            ("sha256sum -c --quiet manifest-sha256.txt", "sha256sum -c --quiet tagmanifest-sha256.txt"),
            "A good pack prints nothing. A changed file is named, with the word FAILED.",
        ),
        Way(
            "macOS, every file",
            ("shasum -a 256 -c manifest-sha256.txt", "shasum -a 256 -c tagmanifest-sha256.txt"),
            "A good pack prints OK beside each file.",
        ),
        Way(
            "Any system with Python and its package bagit: as a BagIt folder (RFC 8493)",
            ("bagit.py --validate .",),
            "A good pack prints that it is valid. This also finds a file that was added or taken away.",
        ),
        Way(
            "Any system with Python: files, lists and custody log",
            ("python3 verify.py .",),
            "A good pack prints Everything fits. verify.py is not in the pack, since mail systems hold "
            "archives with programs. Ask whoever gave you the pack for it.",
        ),
    )
