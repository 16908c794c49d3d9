"""Somebody with a plain browser and no scripts, in front of a site that runs on its own."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

from tests.journeys import codes

PASSWORD = "ladder-orbit-velvet-nine"


@dataclass
class Answer:
    status: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def find(self, pattern: str) -> list[str]:
        return re.findall(pattern, self.text)


@dataclass
class Visitor:
    """Follows redirects, keeps cookies, sends forms with the token that they need."""

    address: str
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.address, path)))  # noqa: S310

    def post(self, path: str, fields: dict[str, str] | None = None) -> Answer:
        body = urllib.parse.urlencode(fields or {}).encode()
        return self._send(path, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, fields: dict[str, str], files: list[tuple[str, bytes]]) -> Answer:
        kind, body = self.form(fields, files)
        return self._send(path, body, kind)

    def form(self, fields: dict[str, str], files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
        """The type and the body of a form with files, as a browser sends it."""
        mark = uuid.uuid4().hex
        parts = [(f'name="{name}"', value.encode()) for name, value in {**fields, **self._token()}.items()]
        parts += [(f'name="f"; filename="{name}"\r\nContent-Type: image/png', data) for name, data in files]
        lines = [f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data for head, data in parts]
        return f"multipart/form-data; boundary={mark}", b"\r\n".join([*lines, f"--{mark}--\r\n".encode()])

    def cookie(self, name: str) -> str:
        return next((one.value or "" for one in self.jar if one.name == name), "")

    def _token(self) -> dict[str, str]:
        if not self.cookie("c"):
            self.get("/help/")
        return {"csrfmiddlewaretoken": self.cookie("c")}

    def _send(self, path: str, body: bytes, kind: str) -> Answer:
        self._token()
        headers = {"Content-Type": kind, "X-CSRFToken": self.cookie("c")}
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.address, path), body, headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            answer = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, answer.url, dict(answer.headers), answer.read())


@dataclass
class Alice(Visitor):
    """Someone targeted, with a case that is open."""

    words: list[str] = field(default_factory=list)
    code: str = ""

    def start(self) -> Alice:
        self.post("/case/m8tz/")
        page = self.get("/case/h5wn/")
        self.words = page.find(r"<li>([a-z-]+)</li>")[:7]
        self.code = page.find(r'class="copy">([^<]+)')[0]
        asked = self.get("/case/r9kc/").find(r"Word (\d)")[:2]
        typed = {f"x_{place}": self.words[int(word) - 1] for place, word in enumerate(asked, 1)}
        assert self.post("/case/r9kc/", {**typed, "x_3": self.code[-4:]}).url.endswith("/case/k4bs/")
        return self


@dataclass
class Hana(Visitor):
    """A helpline worker at an open desk."""

    secret: str = ""

    def start(self, code: str) -> Hana:
        self.post("/helpline/first-time/", {"x_code": code, "x_new": PASSWORD, "x_again": PASSWORD})
        self.secret = self.get("/helpline/second-factor/app/").find(r'class="copy">([A-Z2-7 ]+)<')[0].replace(" ", "")
        self.post("/helpline/second-factor/app/", {"code": codes.code(self.secret, codes.period())})
        assert self.post("/helpline/desk/", {"x_password": PASSWORD}).url.endswith("/helpline/")
        return self
