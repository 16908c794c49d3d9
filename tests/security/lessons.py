"""What each published finding in comparable systems teaches, and what is not reached yet and why.

`docs/threat-model.md` prints this, with the tests.
"""

from __future__ import annotations

# What a finding teaches, in a few words of our own.
LEARNED = {
    "F-01": "No upload is written to disk before it is sealed.",
    "F-02": "An upload that breaks off leaves nothing; sealed orphans are deleted after an hour.",
    "F-03": "The hash of an original is stored only sealed; the log's outer chain is salted.",
    "F-04": "A file is reached only through its owner's open case or a live share.",
    "F-05": "Randomness comes from the system; a miss costs the same as a wrong secret.",
    "F-06": "There is no setting that turns sealing off.",
    "F-07": "A file cut anywhere, at a chunk boundary too, is refused.",
    "F-08": "Nothing that a person sends becomes part of a path.",
    "F-09": "The format is told by a version byte, never guessed.",
    "F-10": "Derivations have a bounded number of places, and cheap checks come first.",
    "F-11": "No key goes through a queue.",
    "F-12": "The ways in are proven before a case counts; nobody else holds a key.",
    "F-13": "File names are sealed.",
    "F-14": (
        "Kinds are told by content; scripts, programs and drawings are refused; pages and broken pictures are kept as "
        "documents, never shown, and leave as a download that nothing here runs."
    ),
    "F-15": "A cookie carries a random half, never words or keys.",
    "F-16": "No secret is kept by a cache decorator.",
    "F-17": "A worker's second-factor secret is sealed and never shown again.",
    "F-18": "Leaving a session and every other change is a POST; exit forgets and nothing else.",
    "F-19": "No side service without a password: there is none.",
    "F-20": "What is typed is bounded before a derivation; nothing is printed.",
    "F-21": "Tries are counted for one pair of words, so that nobody locks another person out.",
    "F-22": "Nobody can touch another person's things by knowing their ids.",
    "F-23": "Outer times are days; the times inside an archive are fixed.",
    "F-24": "Files that leave have names that we made.",
    "F-25": "Workers see re-encoded copies and can't download an original.",
    "F-26": "A file that is too big is refused in plain words and loses no other.",
    "F-27": "The server fetches no address; ids are random.",
    "F-28": "Everything that is typed is escaped.",
    "F-29": "Every form needs its token.",
    "F-30": "What must happen once is a constraint of the database.",
    "F-31": "Pages get named values only; secrets stay out of the repository.",
    "F-32": "A sealed thing opens only in its own place.",
    "F-33": "A copy of the database during an open session holds no words and no keys.",
    "F-34": "No second copy of a key is kept for the organisation.",
    "F-35": "Every column that can hold text is on a list with a reason.",
    "F-36": "Weak or missing secrets stop the start; the cost of a derivation has a floor.",
    "F-37": "A redirect stays on this site.",
    "F-38": "The permission check comes before any work.",
    "F-39": "The words of the log are sealed.",
    "F-40": "No test is switched off.",
    "F-41": "Lists, messages and packs pass the same check as the case.",
    "F-42": "A thing inside a case is found only through that case.",
    "F-43": "No page makes an administrator; a second factor is changed only after the password.",
    "F-44": "Signing in has limits.",
    "F-45": "The report asks for nothing but what it was given.",
    "F-46": "PDF and office files are not opened; archives and mails are read within limits; fields are bounded.",
    "F-47": "Stored names are 128 random bits.",
    "F-48": "The site runs without special rights.",
    "F-49": "WeasyPrint is 70 or newer.",
    "F-50": "Pictures are decoded by type and size limits, in a process of its own.",
    "F-51": "Each worker has a wrap of their own; there is no team key.",
    "F-52": "Time stamps can be checked with stock tools.",
}

# Not reached yet, or only in part, and why.
LATER = {
    "F-48": "The container has no root and no sudo; signed releases come with the first release.",
    "F-52": "Packs say “server clock only” until time stamps are added; then the printed commands are run in CI.",
}
