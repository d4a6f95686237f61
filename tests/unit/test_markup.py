"""hOCR and ALTO: what other software reads in them is what was recognised, where it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from docpipe.domain.outputs import FILE_NAMES, Output
from docpipe.domain.page import PageText, Word
from docpipe.pipeline.write_words import TEXT, write_words
from tests.support.searchable import page_text, word

ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
HTML = {"h": "http://www.w3.org/1999/xhtml"}

WORDS = [
    word("Blood", (72, 72, 108, 84), 0),
    word("pressure", (112, 72, 160, 84), 0),
    word("<120/80> & \"stable\" 'now'", (72, 90, 130, 102), 1),
    word("Überweisung\x0b", (72, 130, 150, 142), 2),
]
PAGES = [
    page_text(WORDS, text="Blood pressure\n<120/80> & \"stable\" 'now'\n\nÜberweisung", dpi=144.0, image_key="key"),
    page_text([], number=2, width=0.0, height=0.0),
    page_text([word("Solo", (10.2, 10.2, 50.7, 20.9))], number=3, text="Solo", dpi=300.0, image_key="key"),
]

Write = Callable[..., etree._Element]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(output: Output, pages: list[PageText] = PAGES) -> etree._Element:
        assert list(write_words(pages, tmp_path, [output], len(pages))) == pages
        return etree.parse(tmp_path / FILE_NAMES[output]).getroot()

    return write


def test_the_text_has_a_form_feed_between_pages(tmp_path: Path) -> None:
    assert list(write_words(PAGES, tmp_path, [], 3)) == PAGES
    assert (tmp_path / TEXT).read_text().split("\f") == [page.text for page in PAGES]
    assert [path.name for path in tmp_path.iterdir()] == [TEXT]


@pytest.mark.filterwarnings("ignore")
def test_hocr_is_what_its_specification_says(written: Write, tmp_path: Path) -> None:
    from hocr_spec import HocrValidator

    written(Output.HOCR)
    report = HocrValidator("standard").validate(str(tmp_path / FILE_NAMES[Output.HOCR]), parse_strict=True)
    assert report.is_valid(), report.format("text")


def test_hocr_holds_words_with_pixels_and_confidence_in_lines_and_paragraphs(written: Write) -> None:
    root = written(Output.HOCR)
    pages = root.findall(".//h:div[@class='ocr_page']", HTML)
    assert [page.get("title") for page in pages] == [
        'image "pages/0001.jpg"; bbox 0 0 1224 1584; ppageno 0; scan_res 144 144',
        "bbox 0 0 0 0; ppageno 1",
        'image "pages/0003.jpg"; bbox 0 0 2550 3300; ppageno 2; scan_res 300 300',
    ]
    first = pages[0]
    paragraphs = first.findall("h:p", HTML)
    assert [len(paragraph.findall("h:span[@class='ocr_line']", HTML)) for paragraph in paragraphs] == [2, 1]
    words = first.findall(".//h:span[@class='ocrx_word']", HTML)
    assert [each.text for each in words] == ["Blood", "pressure", "<120/80> & \"stable\" 'now'", "Überweisung\ufffd"]
    assert words[0].get("title") == "bbox 144 144 216 168; x_wconf 90"
    assert paragraphs[0].get("title") == "bbox 144 144 320 204"
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_alto_holds_words_with_pixels_and_confidence_in_lines_and_blocks(written: Write) -> None:
    root = written(Output.ALTO)
    pages = root.findall(".//a:Page", ALTO)
    assert [(page.get("PHYSICAL_IMG_NR"), page.get("WIDTH"), page.get("HEIGHT")) for page in pages] == [
        ("1", "1224", "1584"),
        ("2", "0", "0"),
        ("3", "2550", "3300"),
    ]
    blocks = pages[0].findall("a:PrintSpace/a:TextBlock", ALTO)
    assert [len(block.findall("a:TextLine", ALTO)) for block in blocks] == [2, 1]
    blood, gap, pressure = blocks[0].find("a:TextLine", ALTO)
    assert dict(blood.attrib) == {
        "ID": "word_1_1",
        "HPOS": "144",
        "VPOS": "144",
        "WIDTH": "72",
        "HEIGHT": "24",
        "WC": "0.90",
        "CONTENT": "Blood",
    }
    assert (etree.QName(gap).localname, gap.get("HPOS"), gap.get("WIDTH")) == ("SP", "216", "8")
    assert pressure.get("CONTENT") == "pressure"
    ids = [each.get("ID") for each in root.iter() if each.get("ID")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", each) for each in ids)


@pytest.mark.parametrize("output", Output)
def test_a_page_whose_text_does_not_tell_its_lines_is_one_paragraph(written: Write, output: Output) -> None:
    root = written(output, [page_text(WORDS, text="something else", dpi=72.0)])
    kind = {Output.HOCR: "{*}p", Output.ALTO: "{*}TextBlock"}[output]
    assert len(root.findall(f".//{kind}")) == 1


@pytest.mark.parametrize("output", Output)
def test_pages_are_written_one_at_a_time_as_they_go_by(output: Output, tmp_path: Path) -> None:
    words = [Word("word" * 50, 1, 1, 2, 2, 90.0, line) for line in range(100)]
    pages = (page_text(words, number=number, dpi=72) for number in range(1, 200))
    sizes = [
        (tmp_path / FILE_NAMES[output]).stat().st_size for _ in write_words(pages, tmp_path, [output], page_count=199)
    ]
    # All but what the file's own buffer holds is on the disk before the next page is asked for.
    assert sizes[-1] > 199 / 200 * (tmp_path / FILE_NAMES[output]).stat().st_size - 50_000
