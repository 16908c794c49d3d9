"""The one address that takes files: reads the body as a stream, keeps each picture as it completes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from evidence import faults, gate, index, items, rotation
from evidence.arriving import Arriving, NoRoom
from evidence.forms import UploadForm
from evidence.intake import parts
from evidence.intake.pictures import PictureRefused
from evidence.items import Telling
from evidence.models import Case
from evidence.turns import Busy, turn
from evidence.views import wording
from evidence.views.adding import upload_context
from evidence.views.opening import busy
from evidence.views.visiting import Visit, ask_for_words, visit_of

_NOT_WHOLE = _("What came was too big, or not whole. Please try again with fewer files.")
_CUT = _("The connection dropped. Please add the missing files again.")
SHUT = _("Your case had locked itself. This file was not saved. Open your case, then add it again.")
NO_ROOM = _("There is no room left for this file in your case. What you have is safe. Ask the helpline.")
DISK_FULL = _("This site has no room left just now. This file was not saved. What you saved before is safe. Try later.")


@dataclass(frozen=True)
class NotSaved:
    """Why one file was not kept; `name` as its sender called it, for its page alone."""

    why: str
    name: str = field(default="", repr=False)


@dataclass
class Outcome:
    """What became of the files of one upload: how many came, how many are kept, why the others are not."""

    came: int = 0
    saved: list[str] = field(default_factory=list)
    refused: list[NotSaved] = field(default_factory=list)

    @property
    def status(self) -> int:
        """200 where something was saved; else whose fault it is that nothing was."""
        if self.saved or not self.refused:
            return 200
        return 507 if any(one.why == gettext(DISK_FULL) for one in self.refused) else 422


class StoppedBefore(Exception):
    """Nothing of a file was kept: the form before the files was not confirmed, or its token was wrong."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


@csrf_exempt  # the token is checked in `_admit`: after the fields, before the first byte of a file is kept
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Each picture is its own acknowledged upload: what was saved stays saved if the connection drops."""
    visit = visit_of(request)
    if visit is None:
        return _shut(request)
    confirmed = visit.opened.case.status == Case.Status.OPEN
    if visit.opened.case.rotate_due:
        visit.session = rotation.rotate(visit.session, at=visit.at)
    if not confirmed or not gate.pictures_allowed(index.read(visit.opened).gate):
        raise Http404
    try:
        with turn("upload"):
            return _receive(request, visit)
    except Busy:
        return busy(request)


def _shut(request: HttpRequest) -> HttpResponse:
    """The case is locked: no byte of a file is read, and that is said; what was typed before them comes back."""
    typed = QueryDict(mutable=True)
    with suppress(parts.NotMultipart, parts.TooMuchSent, parts.UploadCutShort):
        for part in _stream(request):
            if not isinstance(part, parts.Field):
                break
            typed.appendlist(part.name, part.value)
    refused = _forged(request, typed)
    if refused is not None:
        return refused
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"saved": 0, "refused": [gettext(SHUT)]}, status=403)
    request.POST = QueryDict(urlencode({"t1": typed.get("t1", "")}))
    return ask_for_words(request, files_for=reverse("evidence:pictures"))


def _receive(request: HttpRequest, visit: Visit) -> HttpResponse:
    outcome, form = Outcome(), UploadForm()
    try:
        stream = _stream(request)
        form = _admit(request, stream, outcome, visit)
    except StoppedBefore as stop:
        return stop.answer
    except (parts.NotMultipart, parts.TooMuchSent):
        outcome.refused.append(NotSaved(gettext(_NOT_WHOLE)))
    except parts.UploadCutShort:
        outcome.refused.append(NotSaved(gettext(_CUT)))
    return _answer(request, outcome, form)


def _stream(request: HttpRequest) -> Iterator[parts.Part]:
    limits = parts.UploadLimits(
        total_bytes=most_bytes(),
        files=settings.UPLOAD_MAX_FILES,
        file_bytes=settings.FILE_MAX_BYTES,
    )
    length = request.META.get("CONTENT_LENGTH") or ""
    known = int(length) if length.isdigit() else None
    return parts.read_parts(request, request.META.get("CONTENT_TYPE", ""), known, limits=limits)


def most_bytes() -> int:
    """The largest body that the form may send: one largest file, or as many pictures as fit the count."""
    return max(settings.UPLOAD_MAX_FILES * settings.PICTURE_MAX_BYTES, settings.FILE_MAX_BYTES) + 1024**2


def _admit(request: HttpRequest, stream: Iterator[parts.Part], outcome: Outcome, visit: Visit) -> UploadForm:
    """Read the fields; check the token and the confirmation; only then the files."""
    fields = QueryDict(mutable=True)
    first: parts.Part | None = None
    for part in stream:
        if not isinstance(part, parts.Field):
            first = part
            break
        fields.appendlist(part.name, part.value)
    form = _checked(request, fields)
    if first is not None:
        said = form.cleaned_data
        keeper = _Keeper(visit, said["t1"], said["k"], said["n"] or 0)
        _keep_files(first, stream, outcome, keeper)
    return form


def _checked(request: HttpRequest, fields: QueryDict) -> UploadForm:
    refused = _forged(request, fields)
    if refused is not None:
        raise StoppedBefore(refused)
    form = UploadForm(fields)
    if not form.is_valid():
        raise StoppedBefore(render(request, "evidence/pictures.html", upload_context(form), status=422))
    return form


def _forged(request: HttpRequest, fields: QueryDict) -> HttpResponse | None:
    """The refusal, where the token among the fields is not ours."""
    request.POST = fields  # type: ignore[assignment]  # what the token check reads; the body stays a stream
    return CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, _protected, (), {})


def _protected(request: HttpRequest) -> HttpResponse:
    """What the token check guards: a view without an exemption."""
    raise NotImplementedError


@dataclass
class _Keeper:
    """Keeps the files of one upload, one after the other."""

    visit: Visit
    title: str
    once: str = ""
    place: int = 0
    name: str = field(default="", repr=False)
    arriving: Arriving | None = None
    problem: str = ""

    def start(self, name: str) -> None:
        once = f"{self.once}:{self.place}" if self.once else ""
        self.place += 1
        self.name, self.arriving, self.problem = name, None, ""
        with self._telling():
            self.arriving = Arriving(self.visit.opened, name, once=once)

    def take(self, data: bytes) -> None:
        if self.arriving is not None and not self.problem:
            with self._telling():
                self.arriving.write(data)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Whatever is known to be wrong with one file is told, and the next can follow; of none is anything left."""
        try:
            yield
        except PictureRefused as error:
            self.drop(wording.refusal(error))
        except items.CaseFull:
            self.drop(wording.full())
        except NoRoom:
            self.drop(gettext(NO_ROOM))
        except gate.NoPictures:
            self.drop("")
        except (OSError, OperationalError) as error:
            if not faults.is_full(error):
                raise
            self.drop(gettext(DISK_FULL))

    def drop(self, problem: str) -> None:
        self.problem = self.problem or problem
        if self.arriving is not None:
            self.arriving.drop()
            self.arriving = None

    def finish(self, outcome: Outcome) -> None:
        """Keep the file that is whole; whatever happens to it, the next can follow."""
        if self.arriving is not None:
            with self._telling():
                line = self.arriving.keep(Telling(self.title), by=self.visit.by, at=self.visit.at)
                outcome.saved.append(str(line.number))
                self.arriving.drop()  # nothing, but where the same file of the same form was there already
        self.tell(outcome)

    def tell(self, outcome: Outcome) -> None:
        """Say why this file is not kept, where it is not."""
        if self.problem:
            outcome.refused.append(NotSaved(self.problem, self.name))


def _keep_files(first: parts.Part, stream: Iterator[parts.Part], outcome: Outcome, keeper: _Keeper) -> None:
    part: parts.Part | None = first
    try:
        while part is not None:
            _take(part, outcome, keeper)
            part = next(stream, None)
    except BaseException:
        keeper.drop("")  # the file that was under way leaves nothing
        raise


def _take(part: parts.Part, outcome: Outcome, keeper: _Keeper) -> None:
    match part:
        case parts.FileStart():
            outcome.came += 1
            keeper.start(part.name)
        case parts.FileData():
            keeper.take(part.data)
        case parts.FileEnd():
            keeper.finish(outcome)
        case parts.FileDropped():
            keeper.drop(_too_big() if part.problem == "too_big" else _too_many())
            keeper.tell(outcome)
        case _:
            pass  # a field after the first file says nothing that counts


def _too_big() -> str:
    most = settings.FILE_MAX_BYTES // 1024**2
    return gettext("One file was too big. Each may have up to %(megabytes)d MB.") % {"megabytes": most}


def _too_many() -> str:
    most = settings.UPLOAD_MAX_FILES
    return ngettext(
        "That was more than %(most)d file at once. Please add the others now.",
        "That was more than %(most)d files at once. Please add the others now.",
        most,
    ) % {"most": most}


def _answer(request: HttpRequest, outcome: Outcome, form: UploadForm) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        told = {"saved": len(outcome.saved), "refused": [one.why for one in outcome.refused]}
        return JsonResponse(told, status=outcome.status)
    if not outcome.came and not outcome.refused:
        form = UploadForm(request.POST)
        form.is_valid()
        form.add_error(None, gettext("Choose at least one file."))
        return render(request, "evidence/pictures.html", upload_context(form), status=422)
    return render(request, "evidence/saved.html", {"outcome": outcome}, status=outcome.status)
