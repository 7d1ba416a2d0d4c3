"""One article in every format that is read gives the same mentions, and what each format states of it is read."""

import base64
import io
import json
import sys
import zipfile
from collections import Counter
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import make_formats
from make_formats import AUTHOR, DATE, FILES, FOLDER, PUBLISHER, TITLE, URL
from medai_extract.ingest import read_file
from medai_extract.ingest.fields import read_fields
from medai_extract.ingest.pdf_layout import lay_out
from medai_extract.ingest.pdf_lines import HYPHEN, Line, Page
from medai_extract.ingest.read import read_stream
from medai_extract.model import Article, Rejected
from medai_extract.pipeline import Pipeline

# Which fields a file states by itself; of the others the clean text is asked.
ALL = {"title": TITLE, "author": AUTHOR, "publisher": PUBLISHER, "published_at": DATE, "url": URL}
NONE: dict[str, str] = {}
DOCUMENT = {"title": TITLE, "author": AUTHOR}
# file: format of the article, encoding it is read by, end of its label, fields
EXPECTED = {
    "article.txt": ("text", "utf-8", "", NONE),
    "article.gb18030.txt": ("text", "gb18030", "", NONE),
    "article.utf-16.txt": ("text", "utf-16", "", NONE),
    "article.md": ("markdown", "utf-8", "", ALL),
    "article.html": ("html", "utf-8", "", ALL),
    "article.gb2312.html": ("html", "gb18030", "", ALL),
    "article.mhtml": ("mhtml", "utf-8", "", ALL),
    "article.pdf": ("pdf", "utf-8", "", DOCUMENT),
    "article.docx": ("docx", "utf-8", "", DOCUMENT),
    "article.epub": ("epub", "utf-8", "!/OEBPS/text/mingche.xhtml", {**ALL, "url": None}),
    "article.rss.xml": ("feed", "utf-8", "", ALL),
    "article.atom.xml": ("feed", "utf-8", "", ALL),
    "article.eml": ("mail", "utf-8", "", {**ALL, "author": None, "url": None}),
    "article.warc": ("html", "utf-8", f"!/{URL}", ALL),
    "article.warc.gz": ("html", "utf-8", f"!/{URL}", ALL),
    "article.csv": ("csv", "utf-8", "", ALL),
    "article.tsv": ("csv", "gb18030", "", ALL),
    "article.xlsx": ("xlsx", "utf-8", "", ALL),
    "article.json": ("json", "utf-8", "", ALL),
    "article.array.json": ("json", "utf-8", "", ALL),
    "article.articles.json": ("json", "utf-8", "", ALL),
    "article.jsonl": ("jsonl", "utf-8", "", ALL),
    "article.parquet": ("parquet", "utf-8", "", ALL),
    "article.txt.gz": ("text", "utf-8", "", NONE),
    "article.html.zst": ("html", "utf-8", "", ALL),
    "article.zip": ("markdown", "utf-8", "!/news/2026/文章.md", ALL),
    "article.tar": ("docx", "utf-8", "!/news/article.docx", DOCUMENT),
    "article.tar.gz": ("jsonl", "utf-8", "!/article.jsonl", ALL),
    "article.tar.zst": ("html", "utf-8", "!/article.html", ALL),
    "article.nested.zip": ("text", "utf-8", "!/day.tar!/page.zip!/a.txt", NONE),
}
Mentions = Counter[tuple[str, str, str, str | None]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    make_formats.make_formats(folder)
    return folder


def read_one(path: Path) -> Article:
    [article] = read_file(str(path))
    assert isinstance(article, Article), article
    return article


def find_mentions(pipeline: Pipeline, article: Article) -> Mentions:
    found = pipeline.extract(article).mentions
    return Counter((mention.label, mention.text, repr(mention.value), mention.entity_id) for mention in found)


@pytest.fixture(scope="module")
def wanted(pipeline: Pipeline) -> Mentions:
    return find_mentions(pipeline, read_one(FOLDER / "article.txt"))


def test_the_article_has_every_label(wanted: Mentions) -> None:
    found = {(label, text) for label, text, _, _ in wanted}
    assert found >= {
        ("ORG", "明澈医疗"), ("ORG", "Mingche Medical"), ("ORG", "启明创投"), ("ORG", "临江市第一人民医院"),
        ("PRODUCT", "MingScan Lung"), ("MONEY", "3.2亿元人民币"), ("MONEY", "US$75 million"), ("MONEY", "186万元"),
        ("DATE", "2026年3月18日"), ("DATE", "上月"), ("DATE", "July 2025"),
    }  # fmt: skip


def test_the_folder_holds_every_format() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FILES) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_format_gives_the_same_mentions(name: str, pipeline: Pipeline, wanted: Mentions) -> None:
    article = read_one(FOLDER / name)
    form, encoding, label, fields = EXPECTED[name]
    assert (article.format, article.encoding) == (form, encoding)
    assert article.source == f"{FOLDER / name}{label}"
    stated = {field: getattr(article, field) for field in ALL}
    assert stated == {field: fields.get(field) for field in ALL}
    assert article.warnings == ()
    assert find_mentions(pipeline, article) == wanted


@pytest.mark.parametrize("name", EXPECTED)
def test_the_folder_can_be_made_anew(name: str, made: Path) -> None:
    kept, new = read_one(FOLDER / name), read_one(made / name)
    assert (new.text, new.title, new.published_at) == (kept.text, kept.title, kept.published_at)


@pytest.mark.parametrize(
    "name", ["article.pdf", "article.docx", "article.epub", "article.eml", "article.atom.xml"]
)
def test_blocks_are_kept_apart(name: str) -> None:
    lines = [line for line in read_one(FOLDER / name).text.splitlines() if line]
    assert lines == [line for line in make_formats.TEXT.splitlines() if line]


@pytest.mark.parametrize(
    ("module", "name", "needs"),
    [
        ("pypdfium2", "article.pdf", "pypdfium2"),
        ("docx", "article.docx", "docx"),
        ("openpyxl", "article.xlsx", "openpyxl"),
        ("feedparser", "article.rss.xml", "feedparser"),
        ("fastwarc", "article.warc", "fastwarc"),
        ("zstandard", "article.html.zst", "zstandard"),
    ],
)
def test_a_missing_reader_says_how_to_install_it(
    module: str, name: str, needs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    [rejected] = read_file(str(FOLDER / name))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "missing_extra"
    assert needs in rejected.detail
    assert "pip install 'medai-extract[documents]'" in rejected.detail


EN = "The company said that its software is used in hospitals across the country and that sales doubled."
HAN = "公司表示，资金将用于多模态大模型的研发和海外市场的拓展。"


def column(texts: list[str], left: float, top: float, *, size: float = 10, step: float = 15) -> list[Line]:
    """Set lines under one another; a letter is half as wide as the font is high, a Chinese sign as wide."""
    lines = []
    for number, text in enumerate(texts):
        stripped = text.lstrip(" ")
        start = left + (len(text) - len(stripped)) * size / 2
        width = sum(size / 2 if char.isascii() else size for char in stripped)
        y = top - number * step
        lines.append(Line(start, y, start + width, y - size, stripped))
    return lines


def page(*columns: list[Line]) -> Page:
    return Page(600, 800, [line for lines in columns for line in lines])


FULL = ["The quick brown fox jumps over the lazy", "dog and runs into the dark green forest"]
LAYOUTS: list[tuple[str, list[Page], list[str]]] = [
    ("two lines are one paragraph", [page(column(FULL, 50, 700))], [" ".join(FULL)]),
    ("Chinese is joined without a space", [page(column(["公司表示，资金将用于多模", "态大模型的研发"], 50, 700))], ["公司表示，资金将用于多模态大模型的研发"]),
    ("a Latin word beside Chinese neither", [page(column(["公司表示其旗下软件产品", "MingScan 已获批准"], 50, 700))], ["公司表示其旗下软件产品MingScan 已获批准"]),
    ("two columns, written line by line", [page(column([EN[:40]] * 5, 50, 700), column(["B" * 40] * 5, 320, 700))], [" ".join([EN[:40]] * 5), " ".join(["B" * 40] * 5)]),
    ("a title across columns comes first", [page(column(["x" * 38] * 5, 50, 600), column(["b" * 38] * 5, 320, 600), column(["T" * 50], 50, 640, size=20))], ["T" * 50, " ".join([*["x" * 38] * 5, *["b" * 38] * 5])]),
    ("a table is read by rows", [page(column(["公司", "推想医疗", "Owkin", "数坤科技", "Abridge"], 50, 700), column(["5亿美元", "2亿元", "$50 million", "3亿元", "$250 million"], 300, 700))], ["公司 | 5亿美元", "推想医疗 | 2亿元", "Owkin | $50 million", "数坤科技 | 3亿元", "Abridge | $250 million"]),
    ("a wide gap in running text is a space", [page(column(["The company raised", *FULL], 50, 700), column(["$50 million"], 152, 700))], ["The company raised $50 million " + " ".join(FULL)]),
    ("a larger line is a heading", [page(column(["Round"], 50, 720, size=16), column(FULL, 50, 700))], ["Round", " ".join(FULL)]),
    ("an indented line begins a paragraph", [page(column([*FULL, "    Next the fox sleeps in its own den for", "the whole of the night until morning"], 50, 700))], [" ".join(FULL), "Next the fox sleeps in its own den for the whole of the night until morning"]),
    ("a wide gap begins a paragraph", [page(column(FULL, 50, 700), column(FULL, 50, 640))], [" ".join(FULL)] * 2),
    ("a short line that ends a sentence ends a paragraph", [page(column([*FULL, "at night.", *FULL], 50, 700))], [" ".join(FULL) + " at night.", " ".join(FULL)]),
    ("bullets are items", [page(column(["• " + FULL[0], "  and more of it than fits on one line", "• " + FULL[1]], 50, 700))], [FULL[0] + " and more of it than fits on one line", FULL[1]]),
    ("a parted word is made whole", [page(column(["It was tried in many places and a hospi" + HYPHEN, "tal bought it for all of its doctors there"], 50, 700))], ["It was tried in many places and a hospital bought it for all of its doctors there"]),
    ("a hyphen of its own stays", [page(column(["The new model was trained and called GPT-", "5 and it was tried in many good hospitals"], 50, 700))], ["The new model was trained and called GPT-5 and it was tried in many good hospitals"]),
    ("other lines tell whose hyphen it is", [page(column(["a long-term plan and long-term aims and", "it has a plan that is good for the long-", "term view of the whole of the enterprise"], 50, 700))], ["a long-term plan and long-term aims and it has a plan that is good for the long-term view of the whole of the enterprise"]),
    ("headers, footers and page numbers go", [page(column(["智医周报 2026年第11期"], 50, 780), column([f"Body of page {n}."], 50, 600), column([f"- {n} -"], 290, 30)) for n in (1, 2, 3)], ["Body of page 1.", "Body of page 2.", "Body of page 3."]),
    ("what stands once at the top stays", [page(column(["智医周报"], 50, 780), column(FULL, 50, 600))], ["智医周报", " ".join(FULL)]),
    ("a page number alone goes", [page(column(FULL, 50, 700), column(["第 1 页 共 3 页"], 250, 30))], [" ".join(FULL)]),
    ("a paragraph goes on over the page", [page(column([FULL[0]], 50, 700)), page(column([FULL[1]], 50, 700))], [" ".join(FULL)]),
    ("a sentence that ends the page ends it", [page(column([FULL[0] + "."], 50, 700)), page(column([FULL[1]], 50, 700))], [FULL[0] + ".", FULL[1]]),
    ("no lines, no text", [page(), page()], [""]),
]  # fmt: skip


@pytest.mark.parametrize(("pages", "lines"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS])
def test_layout(pages: list[Page], lines: list[str]) -> None:
    assert lay_out(pages).split("\n") == lines


def make_pdf(draw: list[tuple[float, float, str]]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, A4, invariant=1)
    for left, top, text in draw:
        canvas.drawString(left, top, text)
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("draw", "text"),
    [
        ([(50, 700, EN[:45]), (50, 685, EN[45:])], EN),
        ([(50, 700, "It was tried in many places, and a hospi-"), (50, 685, "tal bought it for all of its doctors there.")], "It was tried in many places, and a hospital bought it for all of its doctors there."),
        # Drawn from the bottom, and line by line over two columns.
        ([(50, 685, "second line of the paragraph"), (50, 700, "The first line comes last, the")], "The first line comes last, the second line of the paragraph"),
        ([(x, 700 - 15 * n, f"{side}{n} of a column that has running text") for n in range(6) for x, side in ((50, "L"), (320, "R"))],
         " ".join(f"L{n} of a column that has running text" for n in range(6)) + "\n" + " ".join(f"R{n} of a column that has running text" for n in range(6))),
    ],
)  # fmt: skip
def test_pdf_text(draw: list[tuple[float, float, str]], text: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf(draw))
    assert read_one(tmp_path / "a.pdf").text == text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_may_lie_on_its_side(turn: int, tmp_path: Path) -> None:
    """Slides and wide tables are often turned; what stands aslant is a watermark."""
    stream = io.BytesIO()
    canvas = Canvas(stream, A4, invariant=1)
    canvas.setPageRotation(turn)
    width, height = A4
    canvas.translate(*{0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[turn])
    canvas.rotate(turn)
    for number, text in enumerate((EN[:45], EN[45:])):
        canvas.drawString(50, 500 - 15 * number, text)
    canvas.rotate(40)
    canvas.drawString(300, 0, "CONFIDENTIAL")
    canvas.save()
    (tmp_path / "a.pdf").write_bytes(stream.getvalue())
    assert read_one(tmp_path / "a.pdf").text == EN


def test_pages_that_are_pictures_are_told(tmp_path: Path) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, A4, invariant=1)
    canvas.drawString(50, 500, EN)
    canvas.showPage()
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.save()
    (tmp_path / "a.pdf").write_bytes(stream.getvalue())
    assert read_one(tmp_path / "a.pdf").warnings == ("pages_without_text: 1 of 2",)


def save(document: "docx.document.Document", path: Path) -> Path:
    document.save(str(path))
    return path


def test_word_shows_what_word_shows(tmp_path: Path) -> None:
    """Inserted text and content controls are read, deleted text and boxes drawn twice are not."""
    document = docx.Document()
    paragraph = document.add_paragraph("推想医疗")._p
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    for xml in (
        f"<w:ins {space}><w:r><w:t>完成</w:t></w:r></w:ins>",
        f"<w:del {space}><w:r><w:delText>没有</w:delText></w:r></w:del>",
        f"<w:hyperlink {space}><w:r><w:t>融资</w:t></w:r></w:hyperlink>",
        f"<w:sdt {space}><w:sdtContent><w:r><w:t>5亿元</w:t></w:r></w:sdtContent></w:sdt>",
        f"<w:r {space}><mc:AlternateContent><mc:Choice><w:t>。</w:t></mc:Choice><mc:Fallback><w:t>。</w:t></mc:Fallback></mc:AlternateContent></w:r>",
    ):
        paragraph.append(docx.oxml.parse_xml(xml))
    assert read_one(save(document, tmp_path / "a.docx")).text == "推想医疗完成融资5亿元。"


def test_macros_are_left_alone_and_told(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(EN)
    save(document, tmp_path / "a.docx")
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with (
        zipfile.ZipFile(tmp_path / "a.docx") as plain,
        zipfile.ZipFile(tmp_path / "a.docm", "w") as macros,
    ):
        for name in plain.namelist():
            part = plain.read(name).replace(
                main.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml"
            )
            macros.writestr(name, part)
        macros.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Shell")
    article = read_one(tmp_path / "a.docm")
    assert (article.text, article.warnings, article.format) == (EN, ("macros_ignored",), "docx")


def letter(**fields: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {
        "From": "动脉网 <news@a.example>",
        "Subject": "周报",
        "Date": "Wed, 18 Mar 2026 00:30:00 +0800",
        **fields,
    }.items():
        message[name] = value
    return message


def plain_letter() -> bytes:
    message = letter()
    message.set_content(ZH, charset="gb18030")
    return message.as_bytes()


def short_html_letter() -> bytes:
    """Give a letter whose HTML only says where to read it."""
    message = letter()
    message.set_content(ZH * 3)
    message.add_alternative("<p>用浏览器阅读</p>", subtype="html")
    return message.as_bytes()


def letter_with_report() -> bytes:
    message = letter()
    message.set_content(EN)
    for content, name in (
        (make_formats.make_docx(), "report.docx"),
        (b"GIF89a", "logo.gif"),
        (b"BEGIN:VCALENDAR", "a.ics"),
    ):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


ZH = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。公司表示，资金将用于研发。"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>动脉网</title>{}</feed>'
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>动脉网</title>{}</channel></rss>'


def json_of(*articles: object) -> bytes:
    return json.dumps({"status": "ok", "articles": articles}, ensure_ascii=False).encode()


def sheets(*tables: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for number, table in enumerate(tables):
        sheet = book.create_sheet(f"S{number}")
        for row in table:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parquet_of(rows: list[dict[str, object]]) -> bytes:
    made = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), made)
    return made.getvalue()


def warc_of(*answers: tuple[str, str, bytes]) -> bytes:
    records = []
    for url, head, body in answers:
        content = head.encode() + b"\r\n\r\n" + body
        records.append(
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-03-20T10:00:00Z\r\n"
            f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content + b"\r\n\r\n"
        )  # fmt: skip
    return b"".join(records)


PAGE = f"<html><head><title>A page</title></head><body><article><p>{ZH}</p></article></body></html>".encode()
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html"
# What is in the file; of each article the end of its label, its text, title and date; of each rejected row the label and reason.
READ: dict[str, tuple[bytes, list[tuple[str | None, ...]]]] = {
    "plain.eml": (plain_letter(), [("", ZH, "周报", "2026-03-18")]),
    "short.eml": (short_html_letter(), [("", ZH * 3, "周报", "2026-03-18")]),
    "attached.eml": (letter_with_report(), [("", EN, "周报", "2026-03-18"), ("!/report.docx", None, TITLE, None)]),
    "summary.rss": (RSS.format(f"<item><title>融资</title><description>{ZH}</description><pubDate>Wed, 18 Mar 2026 00:30:00 +0800</pubDate></item>").encode(), [("#1", f"融资\n\n{ZH}", "融资", "2026-03-18")]),
    "headline.rss": (RSS.format("<item><title>推想医疗完成融资 R&amp;amp;D</title></item>").encode(), [("#1", "推想医疗完成融资 R&D", "推想医疗完成融资 R&D", None)]),
    "gb.rss": (RSS.replace('"1.0"', '"1.0" encoding="gb2312"').format(f"<item><title>融资</title><description>{ZH}</description></item>").encode("gb18030"), [("#1", f"融资\n\n{ZH}", "融资", None)]),
    "cut.rss": (RSS.format(f"<item><title>融资</title><description>{ZH} R&D &nbsp;</description></item><item><tit").encode(), [("#1", None, "融资", None), ("#2", "empty")]),
    "two.atom": (ATOM.format("".join(f"<entry><id>{n}</id><title>第{n}条</title><updated>2026-03-1{n}T23:30:00+08:00</updated><summary>{ZH}</summary></entry>" for n in (1, 2))).encode(), [("", f"第{n}条\n\n{ZH}", f"第{n}条", f"2026-03-1{n}") for n in (1, 2)]),
    "odd-date.atom": (ATOM.format(f"<entry><title>融资</title><updated>soon</updated><summary>{ZH}</summary></entry>").encode(), [("#1", None, "融资", None)]),
    "news-api.json": (json_of({"source": {"name": "x"}, "title": "融资", "publishedAt": "2026-03-18T01:00:00Z", "content": ZH}, {"title": "x"}, 7), [("#1", ZH, "融资", "2026-03-18"), ("#2", "empty"), ("#3", "bad_json")]),
    "gb.json": (json.dumps([{"text": ZH}], ensure_ascii=False).encode("gb18030"), [("#1", ZH, None, None)]),
    "utf-16.json": (json.dumps([{"正文": ZH}], ensure_ascii=False).encode("utf-16"), [("#1", ZH, None, None)]),
    "spread.json": (b'{\n "text": "' + EN.encode() + b'"\n}', [("#1", EN, None, None)]),
    "brackets.json": (json.dumps([{"text": '[a] "b], {c"'}, {"text": EN}]).encode(), [("#1", '[a] "b], {c"', None, None), ("#2", EN, None, None)]),
    "one-bad.json": (b'[{"text": "a"}, {"text": b}, {"text": "c"}]', [("#1", "a", None, None), ("#2", "bad_json"), ("#3", "c", None, None)]),
    "sheets.xlsx": (sheets([["笔记"]], [["标题", "正文", "日期"], ["融资", ZH, date(2026, 3, 18)], [None, None, None], ["x", None, None]], [["第11期"], ["id", "Text"], [7, EN]]), [("#S1!2", ZH, "融资", "2026-03-18"), ("#S1!4", "empty"), ("", EN, None, None)]),
    "html.parquet": (parquet_of([{"html": PAGE.decode(), "date": date(2026, 3, 18)}, {"html": None, "date": None}]), [("#1", ZH, "A page", "2026-03-18"), ("#2", "empty")]),
    "crawl.warc": (warc_of(("https://a.example/1", OK, PAGE), ("https://a.example/2", "HTTP/1.1 404 No\r\nContent-Type: text/html", PAGE), ("https://a.example/3.pdf", "HTTP/1.1 200 OK\r\nContent-Type: application/pdf", b"%PDF-1.7 cut"), ("https://a.example/4", OK + "\r\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))), [("!/https://a.example/1", ZH, "A page", None), ("!/https://a.example/3.pdf", "damaged"), ("!/https://a.example/4", ZH, "A page", None)]),
    "mixed.zip": (make_formats.make_zip({"a.txt": EN.encode(), "__MACOSX/._a.txt": b"x", ".hidden": b"x", "b/photo.png": b"\x89PNG\r\n", "c.csv": f"id,text\n7,{ZH}\n".encode()}), [("!/a.txt", EN, None, None), ("!/b/photo.png", "unsupported_format"), ("!/c.csv", ZH, None, None)]),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_each_reader_makes_of_its_format(name: str, tmp_path: Path) -> None:
    content, wanted = READ[name]
    path = tmp_path / name
    path.write_bytes(content)
    found = list(read_file(str(path)))
    assert len(found) == len(wanted), found
    for source, (label, *fields) in zip(found, wanted, strict=True):
        assert source.source == f"{path}{label}"
        if isinstance(source, Rejected):
            assert [source.reason] == fields
        else:
            text, *stated = fields
            assert [source.title, source.published_at] == stated
            assert text is None or source.text == text
            assert source.published_from == (
                None
                if source.published_at is None
                else "metadata"
                if name.endswith((".eml", "rss", "atom"))
                else "row"
            )


def test_names_in_chinese_archives_are_read(tmp_path: Path) -> None:
    """Windows writes the names in a zip archive in its own code page and does not say so."""
    archive = make_formats.make_zip({"XXXXXXXX.txt": EN.encode()}).replace(
        b"XXXXXXXX", "医疗新闻".encode("gb18030")
    )
    (tmp_path / "a.zip").write_bytes(archive)
    assert read_one(tmp_path / "a.zip").source == f"{tmp_path / 'a.zip'}!/医疗新闻.txt"


@pytest.mark.parametrize(
    "subject",
    [
        "推想医疗周报".encode(),
        "推想医疗周报".encode("gb18030"),
        b"=?utf-8?B?5o6o5oOz5Yy755aX?= =?utf-8?B?5ZGo5oql?=",
        b"=?gb2312?B?" + base64.b64encode("推想医疗周报".encode("gb18030")) + b"?=",
        b"=?iso-8859-1?B?" + base64.b64encode("推想医疗周报".encode()) + b"?=",
        b"=?utf-8?Q?=E6=8E=A8=E6=83=B3=E5=8C=BB=E7=96=97?=\n =?utf-8?Q?=E5=91=A8=E6=8A=A5?=",
    ],
)
def test_subjects_of_letters(subject: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"From: a@b.example\nMIME-Version: 1.0\nSubject: " + subject + b"\n\n" + EN.encode()
    )
    assert read_one(tmp_path / "a.eml").title == "推想医疗周报"


def test_what_the_outside_states_fills_what_a_document_does_not() -> None:
    stated = read_fields({"url": URL, "title": "另一个标题", "published_at": DATE})
    with (FOLDER / "article.docx").open("rb") as stream:
        [article] = read_stream(URL, stream, stated=stated)
    assert isinstance(article, Article)
    assert (article.url, article.title, article.published_at, article.published_from) == (
        URL,
        TITLE,
        DATE,
        "metadata",
    )
