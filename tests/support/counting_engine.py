"""A real engine, and how it was asked."""

from __future__ import annotations

from docpipe.ports import Arrangement, Bitmap, OcrEngine, Orientation, RecognisedText


class CountingEngine:
    """An engine that counts.

    Args:
        blind: whether it finds no layout, and so reads no page as a page.
        seen: what it makes of every page's orientation, instead of looking.

    Attributes:
        asked: how it was told to read, each time.
        resolutions: of what it was given to read.
    """

    def __init__(self, engine: OcrEngine, *, blind: bool = False, seen: Orientation | None = None) -> None:
        self.asked: list[Arrangement] = []
        self.resolutions: list[float] = []
        self._engine = engine
        self._blind = blind
        self._seen = seen

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        """Recognise."""
        self.asked.append(arrangement)
        self.resolutions.append(bitmap.dpi)
        text = self._engine.recognise(bitmap, languages=languages, time_limit_s=time_limit_s, arrangement=arrangement)
        return RecognisedText("", ()) if self._blind and arrangement is Arrangement.PAGE else text

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        """Look which way up it stands."""
        return self._seen or self._engine.orientation(bitmap)

    def languages(self) -> frozenset[str]:
        """The installed ones."""
        return self._engine.languages()
