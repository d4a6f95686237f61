"""Letters in other languages, recognised as English by the real engine: which language is suggested."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from docpipe.domain.page import PageText
from docpipe.linguistics.guesser import EldGuesser
from docpipe.pipeline.suggest_language import LanguageEar
from docpipe.ports import ReadOptions
from docpipe.reading import make_engine, open_source, read_page
from tests.support import pages

LETTERS = {
    "spa": "Estimado colega: le agradezco que haya visto a este paciente, que acudió a la consulta por dolor "
    "en el pecho y dificultad para respirar desde hace tres días. La presión arterial era normal.",
    "deu": "Sehr geehrte Frau Kollegin, vielen Dank für die Überweisung dieses Patienten, der sich wegen "
    "Schmerzen in der Brust und Atemnot seit drei Tagen in unserer Ambulanz vorstellte. Der Blutdruck "
    "war normal.",
    "fra": "Cher confrère, je vous remercie d'avoir reçu ce patient, venu à la consultation pour une douleur "
    "dans la poitrine et un essoufflement depuis trois jours. La tension artérielle était normale.",
    "pol": "Szanowna Koleżanko, dziękuję za przyjęcie tego pacjenta, który zgłosił się do poradni z powodu "
    "bólu w klatce piersiowej i duszności od trzech dni. Ciśnienie krwi było prawidłowe.",
    "vie": "Kính gửi đồng nghiệp, cảm ơn bạn đã khám bệnh nhân này, người đến phòng khám vì đau ngực và khó "
    "thở trong ba ngày. Huyết áp bình thường. Thuốc không thay đổi.",
    "rus": "Уважаемый коллега, благодарю за осмотр этого пациента, который обратился в клинику с болью в "
    "груди и одышкой в течение трёх дней. Артериальное давление было в норме.",
    "ell": "Αγαπητέ συνάδελφε, σας ευχαριστώ που εξετάσατε αυτόν τον ασθενή, ο οποίος προσήλθε στο ιατρείο "
    "με πόνο στο στήθος και δύσπνοια εδώ και τρεις ημέρες. Η αρτηριακή πίεση ήταν φυσιολογική.",
}


@pytest.fixture(scope="module")
def guesser() -> EldGuesser:
    return EldGuesser()


def as_read(page: str, folder: Path) -> PageText:
    """A letter printed, scanned and recognised as English."""
    with pymupdf.open() as document:
        sheet = document.new_page(width=612, height=792)
        # MuPDF has a font of its own for every script.
        sheet.insert_htmlbox(pymupdf.Rect(60, 60, 552, 700), f"<p style='font-size:13px'>{page}</p>" * 2)
        sheet.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY).save(folder / "scan.png")
    with open_source(folder / "scan.png") as source:
        reading = read_page(source, 1, make_engine("tesserocr"), ReadOptions())
    return PageText(
        page_number=1,
        source=reading.source,
        text=reading.text,
        words=reading.words,
        rotation=reading.rotation,
        width=reading.width,
        height=reading.height,
        image_key=None,
        script=reading.script,
    )


def suggested(heard: list[PageText], guesser: EldGuesser, read_in: str = "eng") -> str | None:
    ear = LanguageEar(read_in, guesser)
    assert list(ear.listen(heard)) == heard
    return ear.suggestion()


@pytest.mark.parametrize("language", LETTERS)
def test_the_language_of_a_letter_is_suggested(tmp_path: Path, guesser: EldGuesser, language: str) -> None:
    letter = as_read(LETTERS[language], tmp_path)
    assert suggested([letter], guesser) == language
    assert suggested([letter], guesser, f"eng+{language}") is None


def test_english_suggests_nothing(tmp_path: Path, guesser: EldGuesser) -> None:
    english = as_read(pages.TEXT, tmp_path)
    assert suggested([english], guesser) is None
    assert suggested([english], guesser, "deu") == "eng"


def test_the_script_of_most_pages_decides(tmp_path: Path, guesser: EldGuesser) -> None:
    english, russian = as_read(pages.TEXT, tmp_path), as_read(LETTERS["rus"], tmp_path)
    assert russian.script == "Cyrillic"
    assert suggested([english, english, russian], guesser) is None
    assert suggested([russian, russian, english], guesser) == "rus"


@pytest.mark.parametrize("text", ["", "1234 5678 90.12", "Smith Jones 12/03/1961 +44 20 7946 0000", "ÿ %% ~ ¦¦"])
def test_what_is_no_text_suggests_nothing(tmp_path: Path, guesser: EldGuesser, text: str) -> None:
    assert suggested([as_read(text or "&nbsp;", tmp_path)], guesser) is None


def test_guesses_come_in_order_with_tesseracts_names(guesser: EldGuesser) -> None:
    guesses = guesser.guess(LETTERS["deu"])
    assert guesses[0].language == "deu"
    assert [guess.score for guess in guesses] == sorted((guess.score for guess in guesses), reverse=True)
    assert guesser.guess("") == ()
