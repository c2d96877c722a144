"""Word and OpenDocument texts: their paragraphs, front matter and properties; bombs and damage cost themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Quay &amp; market</dc:title><dc:creator>Ann</dc:creator>'
    "<dc:description/></cp:coreProperties>"
)
ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def write(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def docx(path: Path, body: str, core: str | None = CORE, space: str = W) -> Path:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    document = (
        f'<?xml version="1.0"?><w:document xmlns:w="{space}" xmlns:mc="{mc}"><w:body>{body}</w:body></w:document>'
    )
    return write(path, {"word/document.xml": document, **({"docProps/core.xml": core} if core else {})})


def odt(path: Path, body: str) -> Path:
    content = (
        f'<office:document-content xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0"><office:body><office:text>'
        f"{body}</office:text></office:body></office:document-content>"
    )
    meta = f'<office:document-meta xmlns:office="{ODF}office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return write(path, {"content.xml": content, "meta.xml": f"{meta}<dc:title>Quay</dc:title></office:document-meta>"})


def p(*runs: str) -> str:
    return (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>"
        + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
        + "</w:p>"
    )


def read(path: Path, limits: Limits | None = None) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(path, limits=limits or Limits())
    return list(stream), stream.skipped


@pytest.mark.parametrize("space", [W, STRICT])
def test_word_documents(tmp_path: Path, space: str) -> None:
    body = (
        p("The quay ", "closes.")
        + "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>"
        + '<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space="preserve"> kept</w:t>'
        + "</w:r></w:ins></w:p>"
        + "<w:p><mc:AlternateContent><mc:Choice><w:txbxContent>" + p("In a box") + "</w:txbxContent></mc:Choice>"
        + "<mc:Fallback><w:txbxContent>" + p("In a box") + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>"
        + "<w:tbl><w:tr><w:tc>" + p("cell &lt;1&gt;") + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    (article,), skipped = read(docx(tmp_path / "quay.docx", body, space=space))
    text = "The quay closes.\nOne\ttwo\nthree\n kept\nIn a box\n\ncell <1>"
    assert article == Article("quay", text, title="Quay & market", author="Ann")
    assert skipped == []


def test_front_matter_goes_before_the_properties(tmp_path: Path) -> None:
    body = p("outlet: Courier") + p("title: Own") + p() + p("The quay closes.")
    (article,), _ = read(docx(tmp_path / "quay.docx", body))
    assert article == Article("quay", "The quay closes.", "Courier", title="Own", author="Ann")


def test_open_documents(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Quay</text:h>"
        "<text:p>It <text:span>closes</text:span><text:s/>on<text:tab/>Monday"
        "<text:note><text:p>a note</text:p></text:note>"
        ".<text:line-break/>Yes.<office:annotation><text:p>a remark</text:p></office:annotation></text:p>"
    )
    (article,), skipped = read(odt(tmp_path / "quay.odt", body))
    assert article == Article("quay", "Quay\nIt closes on\tMonday.\nYes.", title="Quay")
    assert skipped == []


BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"other.xml": "<a/>"}, "cannot be unpacked"),
        ({"word/document.xml": "<a><b></a>"}, "broken XML"),
        ({"word/document.xml": ""}, "broken XML"),
        ({"word/document.xml": BOMB + "<d>&b;</d>"}, "document type"),
        ({"word/document.xml": (BOMB + "<d>&b;</d>").encode("utf-16")}, "document type"),
        ({"word/document.xml": " " * 50_000_000}, "longer than 16,777,216 bytes"),
        ({"word/document.xml": "<d>" * 100_000}, "broken XML"),
    ],
)
def test_what_is_no_document_costs_itself(tmp_path: Path, parts: dict[str, str | bytes], said: str) -> None:
    articles, (told,) = read(write(tmp_path / "a.docx", parts))
    assert articles == []
    assert told.kind == "unreadable"
    assert said in told.reason


def test_every_cut_is_told(tmp_path: Path) -> None:
    path = docx(tmp_path / "quay.docx", p("The quay closes."))
    whole = path.read_bytes()
    for cut in range(0, len(whole), 11):
        path.write_bytes(whole[:cut])
        articles, skipped = read(path)
        assert articles == []
        assert [entry.kind for entry in skipped] == ["unreadable"]
