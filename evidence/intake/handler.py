"""Refuses files wherever Django itself reads a form, so that it never writes one to disk."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class RefuseFiles(FileUploadHandler):
    """The only entry of `FILE_UPLOAD_HANDLERS`: drops every file unread and keeps the text fields.

    The one address that takes files reads its body with `evidence.intake.parts` and never touches
    `request.POST`. Text that someone typed into any other form is not lost because a file came with it.
    """

    def new_file(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Skip the file before its first byte is looked at."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing, should a chunk come all the same."""
        return

    def file_complete(self, file_size: int) -> None:
        """No file is ever complete."""
        return
