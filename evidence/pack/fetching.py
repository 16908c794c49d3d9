"""Hands WeasyPrint pictures and style sheet from memory, and stops the rendering at any other address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

Opener = Callable[[str], bytes]


class AddressRefused(FatalURLFetchingError):  # type: ignore[misc]
    """The report asked for an address outside the pack. A BaseException: `except Exception` misses it."""


class MemoryFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `kit:NAME` from `kit` and `img:ITEM` by `picture`; `refused` logs what else was asked for."""

    def __init__(self, *, kit: Mapping[str, tuple[bytes, str]], picture: Opener) -> None:
        super().__init__(allowed_protocols=("kit", "img"), allow_redirects=False, fail_on_errors=True)
        self._kit, self._picture = kit, picture
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The bytes for a `kit:` or `img:` address. Raises AddressRefused for every other."""
        scheme, _, name = url.partition(":")
        if scheme == "kit" and name in self._kit:
            body, kind = self._kit[name]
            return URLFetcherResponse(url, body, {"Content-Type": kind})
        if scheme == "img":
            return URLFetcherResponse(url, self._picture(name), {"Content-Type": "image/jpeg"})
        self.refused.append(url)
        raise AddressRefused(f"refused: {url}")
