"""Broken and hostile inputs, each with what must become of it: a reason of ``rejected``, or an article (``ARTICLE``)."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage

import docx
import openpyxl
import pyarrow as pa
import zstandard
from pyarrow import parquet
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from make_formats import (  # fmt: skip
    make_docx,
    make_epub,
    make_excel,
    make_html,
    make_mail,
    make_mhtml,
    make_parquet,
    make_pdf,
    make_rss,
    make_tar,
    make_warc,
    make_zip,
)

ARTICLE = "article"
ZH = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。公司表示，资金将用于研发和海外市场。"
EN = "OpenAI unveiled ChatGPT Health on January 7, 2026. Infervision raised $50 million for its software."
PAGE = f"<html><head><title>x</title></head><body><article><p>{ZH}</p><p>{EN}</p></article></body></html>"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {new} "{f"&{old};" * 20}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
MEGABYTE = 1_000_000


def rss(body: str, prolog: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{prolog}<rss version="2.0"><channel><title>x</title>{body}</channel></rss>'.encode()


def entry(text: str) -> str:
    return f"<item><title>{ZH}</title><description>{text}</description></item>"


def with_parts(archive: bytes, **changed: bytes | None) -> bytes:
    """Give a document with some parts (``a__b`` means ``a/b.xml``) replaced, added or left out."""
    parts = {name.replace("__", "/") + ".xml": part for name, part in changed.items()}
    with zipfile.ZipFile(io.BytesIO(archive)) as plain:
        members: dict[str, bytes | None] = {name: plain.read(name) for name in plain.namelist()}
    members.update(parts)
    return make_zip({name: content for name, content in members.items() if content is not None})


def word(body: str, prolog: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return with_parts(make_docx(), word__document=xml.encode())


def sheet(rows: str, prolog: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
    return with_parts(make_excel(), xl__worksheets__sheet2=xml.encode())


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "text")}</row>'


def bomb_gzip() -> bytes:
    """Give 5 GB in 5 MB: members one after the other, each of 10 MB of spaces."""
    return gzip.compress(b" " * 10 * MEGABYTE, mtime=0) * 500


def bomb_zstd() -> bytes:
    return zstandard.compress(b" " * 10 * MEGABYTE) * 500


def overlapping_zip() -> bytes:
    """Give an archive of whose 10,000 entries all show the same packed bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = packed.compress(b"a" * MEGABYTE) + packed.flush()
    crc = zlib.crc32(b"a" * MEGABYTE)
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(content), MEGABYTE, 5, 0)
        + b"a.txt"
        + content
    )
    entries = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(content), MEGABYTE, 5, 0, 0, 0, 0, 0, 0) + b"a.txt"
        for _ in range(10_000)
    )  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 10_000, 10_000, len(entries), len(local), 0)
    return local + entries + end


def nested(layers: int, content: bytes, pack: Callable[[bytes], bytes]) -> bytes:
    for _ in range(layers):
        content = pack(content)
    return content


def zip_one(content: bytes) -> bytes:
    return make_zip({"inner.zip": content})


def encrypted_zip() -> bytes:
    """Give an archive whose only member states that it is encrypted."""
    archive = bytearray(make_zip({"a.txt": EN.encode()}))
    archive[6] |= 1
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def with_method(method: int) -> bytes:
    archive = bytearray(make_zip({"a.txt": EN.encode()}))
    archive[8] = archive[archive.index(b"PK\x01\x02") + 10] = method
    return bytes(archive)


def tar_member(name: str, kind: bytes, size: int = 0, **fields: object) -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    for field, value in fields.items():
        setattr(member, field, value)
    return member.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024


def pdf_objects(*objects: str | bytes) -> bytes:
    """Give a PDF of objects 1, 2, …; the first is the catalogue."""
    content = b"%PDF-1.7\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(content))
        content += (
            f"{number} 0 obj\n".encode() + (text.encode() if isinstance(text, str) else text) + b"\nendobj\n"
        )
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(content)
    count = len(objects) + 1
    return (
        content
        + f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def stream(content: bytes, fields: str = "") -> bytes:
    return f"<<{fields}/Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"


PAGES = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>")
FONT = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
ONE_PAGE = (*PAGES, f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<{FONT}>>>>")


def pdf_bomb() -> bytes:
    """Give a page whose instructions unpack to 2 GB, through two filters."""
    inner = zlib.compress(b" " * 100 * MEGABYTE, 9) * 1
    return pdf_objects(*ONE_PAGE, stream(zlib.compress(inner * 20, 9), "/Filter[/FlateDecode/FlateDecode]"))


def pdf_forms(depth: int, breadth: int) -> bytes:
    """Give forms that draw forms: ``breadth`` to the power of ``depth`` lines of text."""
    forms = []
    for number in range(5, 5 + depth):
        is_last = number == 4 + depth
        drawn = "BT /F 9 Tf 50 50 Td (ha) Tj ET" if is_last else "/X Do " * breadth
        names = "" if is_last else f"/XObject<</X {number + 1} 0 R>>"
        fields = f"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<{FONT}{names}>>"
        forms.append(stream(drawn.encode(), fields))
    first = (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    )
    return pdf_objects(*PAGES, first, stream(b"/X Do"), *forms)


def pdf_slow() -> bytes:
    """Give twenty pages that share one stream of 30 million instructions."""
    content = stream(zlib.compress(b"q Q " * 15 * MEGABYTE, 9), "/Filter/FlateDecode")
    return pdf_objects(PAGES[0], f"<</Type/Pages/Kids[{'3 0 R ' * 20}]/Count 20>>", ONE_PAGE[2], content)


def pdf_text(text: str) -> bytes:
    return pdf_objects(*ONE_PAGE, stream(f"BT /F 9 Tf 50 700 Td ({text}) Tj ET".encode()))


def pdf_encrypted() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, A4, encrypt="secret")
    canvas.drawString(50, 700, EN)
    canvas.save()
    return made.getvalue()


def pdf_picture() -> bytes:
    image = stream(
        b"\xff" * 300,
        "/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceRGB/BitsPerComponent 8",
    )
    first = (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    )
    return pdf_objects(*PAGES, first, stream(b"q 500 0 0 700 50 50 cm /I Do Q"), image)


def letter(build: Callable[[EmailMessage], None]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["MIME-Version"] = "a@b.example", "x", "1.0"
    build(message)
    return message.as_bytes()


def attach(message: EmailMessage, content: bytes, name: str) -> None:
    message.set_content(EN)
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)


def multiparts(depth: int) -> bytes:
    boundaries = [f"b{level}" for level in range(depth)]
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="{name}"\n\n--{name}\n' for name in boundaries
    )
    return f"From: a@b.example\nSubject: x\nMIME-Version: 1.0\n{opening}Content-Type: text/plain\n\n{EN}\n".encode()


def warc_record(content: bytes, length: int | str | None = None, headers: str = "") -> bytes:
    shown = len(content) if length is None else length
    return (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-03-20T10:00:00Z\r\n{headers}"
        f"WARC-Target-URI: https://a.example/\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {shown}\r\n\r\n"
    ).encode() + content + b"\r\n\r\n"  # fmt: skip


def answer(body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n".encode() + body


def parquet_of(columns: dict[str, object], **options: object) -> bytes:
    made = io.BytesIO()
    parquet.write_table(pa.table(columns), made, **options)
    return made.getvalue()


def parquet_bomb() -> bytes:
    """Give 500 rows that share one text of 10 MB: 5 GB in 100 KB."""
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 500), pa.array(["a" * 10 * MEGABYTE]))
    return parquet_of({"text": shared}, compression="zstd")


def damaged(content: bytes, at: int, length: int) -> bytes:
    return content[:at] + b"\xff\x00\x7f" * (length // 3) + content[at + length :]


def wide_sheet() -> bytes:
    rows = "".join(
        f'<row r="{row}">{cell(f"A{row}", ZH)}{cell(f"XFD{row}", "x")}</row>' for row in range(2, 3000)
    )
    return sheet(HEADER + rows)


def word_with_link() -> bytes:
    """Give a document whose template lies on another machine."""
    space = "http://schemas.openxmlformats.org"
    link = f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" Type="{space}/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/></Relationships>'
    with zipfile.ZipFile(io.BytesIO(make_docx())) as plain:
        members = {name: plain.read(name) for name in plain.namelist()}
    return make_zip({**members, "word/_rels/settings.xml.rels": link.encode()})


def book(
    chapter: bytes | None, spine: str = '<itemref idref="c1"/>', container: str = "OEBPS/content.opf"
) -> bytes:
    with zipfile.ZipFile(io.BytesIO(make_epub())) as plain:
        members: dict[str, bytes] = {name: plain.read(name) for name in plain.namelist()}
    package = members["OEBPS/content.opf"].decode()
    opening, closing = package.index("<spine>"), package.index("</spine>")
    members["OEBPS/content.opf"] = (package[: opening + 7] + spine + package[closing:]).encode()
    members["META-INF/container.xml"] = members["META-INF/container.xml"].replace(
        b"OEBPS/content.opf", container.encode()
    )
    del members["OEBPS/text/mingche.xhtml"]
    return make_zip(members | ({"OEBPS/text/mingche.xhtml": chapter} if chapter is not None else {}))


def protected_book() -> bytes:
    with zipfile.ZipFile(io.BytesIO(make_epub())) as plain:
        members = {name: plain.read(name) for name in plain.namelist()}
    key = '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherReference URI="OEBPS/text/mingche.xhtml"/></CipherData></EncryptedData></encryption>'
    return make_zip({**members, "META-INF/encryption.xml": key.encode()})


def table_of_lines(lines: int) -> bytes:
    return b'{"text": "' + EN.encode() + b'"}\n' + b"[]\n" * lines


def excel_without_texts() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "summary"])
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def empty_word() -> bytes:
    made = io.BytesIO()
    docx.Document().save(made)
    return made.getvalue()


# file name: (its bytes, what becomes of it)
INPUTS: dict[str, tuple[Callable[[], bytes], str]] = {
    # Text, and labels that lie.
    "label-gb2312.html": (lambda: PAGE.replace("<title>", '<meta charset="gb2312"><title>').encode(), ARTICLE),
    "label-utf-8.html": (lambda: PAGE.replace("<title>", '<meta charset="utf-8"><title>').encode("gb18030"), ARTICLE),
    "label-latin.html": (lambda: PAGE.replace("<title>", '<meta charset="iso-8859-1"><title>').encode("gb18030"), ARTICLE),
    "label-big5.html": (lambda: PAGE.replace("<title>", '<meta charset="big5"><title>').encode("gb18030"), ARTICLE),
    "label-utf-16.html": (lambda: PAGE.replace("<title>", '<meta charset="utf-16"><title>').encode(), ARTICLE),
    "label-punycode.html": (lambda: PAGE.replace("<title>", '<meta charset="punycode"><title>').encode() * 9000, ARTICLE),
    "label-idna.html": (lambda: PAGE.replace("<title>", '<meta charset="idna"><title>').encode("gb18030") * 9000, ARTICLE),
    "label-hex.html": (lambda: PAGE.replace("<title>", '<meta charset="hex"><title>').encode(), ARTICLE),
    "zeros.txt": (lambda: b"\0" * MEGABYTE, "binary"),
    "noise.txt": (lambda: bytes(range(256)) * 4000, "binary"),
    "marks.txt": (lambda: b"\xff\xfe" * 100_000, "empty"),
    "half-utf-16.txt": (lambda: ZH.encode("utf-16")[:-1], ARTICLE),
    "photo.html": (lambda: b"\xff\xd8\xff\xe0" + b"x" * 999, "unsupported_format"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" * 99, "unsupported_format"),
    # Pages.
    "line-of-50-mb.html": (lambda: PAGE.encode() + b"<p>" + b"a" * 50 * MEGABYTE, "too_large"),
    "deep-100000.html": (lambda: b"<html><body>" + b"<div>" * 100_000 + EN.encode(), "too_deep"),
    "deep-inline.html": (lambda: b"<html><body><p>" + b"<b>" * 100_000 + EN.encode(), "too_deep"),
    "deep-tables.html": (lambda: b"<html><body>" + b"<table><tr><td>" * 30_000 + EN.encode(), "too_deep"),
    "deep-lists.html": (lambda: b"<html><body>" + b"<ul><li>" * 30_000 + EN.encode(), "too_deep"),
    "open-angles.html": (lambda: PAGE.encode() + b"<" * 400_000, ARTICLE),
    "open-comment.html": (lambda: PAGE.encode() + b"<!--" * 400_000, ARTICLE),
    "attributes.html": (lambda: PAGE.replace("<p>", "<p " + "a='b' " * 200_000 + ">", 1).encode(), ARTICLE),
    "references.html": (lambda: PAGE.encode() + b"&amp;" * 500_000, ARTICLE),
    "tags.html": (lambda: b"<html><body>" + b"x<br>" * 3 * MEGABYTE, "too_many_tags"),
    "tags.eml": (lambda: b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/html\n\n" + b"x<br>" * 3 * MEGABYTE, "too_many_tags"),
    "sitemap.xml": (lambda: b'<?xml version="1.0"?><urlset><url><loc>https://a.example</loc></url></urlset>', "unsupported_format"),
    "paragraphs.html": (lambda: b"<html><body>" + f"<p>{EN}</p>".encode() * 30_000, ARTICLE),
    "cookie-wall.html": (lambda: b"<html><body><div><h2>We value your privacy</h2><p>We and our partners use cookies to store and access personal data, such as browsing data. Please accept all cookies to continue to the site.</p><button>Accept all</button><button>Manage consent</button></div></body></html>", "cookie_wall"),
    "cookie-wall-zh.html": (lambda: "<html><body><div><p>本网站使用Cookie以提升您的浏览体验。继续浏览即表示您同意我们的Cookie与隐私政策，请点击接受全部后继续访问。</p><a>接受全部</a></div></body></html>".encode(), "cookie_wall"),
    "empty-body.html": (lambda: b"<html><body></body></html>", "no_text"),
    "frames.html": (lambda: b"<html><frameset><frame src='file:///etc/passwd'></frameset></html>", "no_text"),
    "broken.mhtml": (lambda: make_mhtml()[:900], "no_text"),
    # Tables.
    "deep.json": (lambda: b"[" * 100_000, "bad_json"),
    "deep-object.json": (lambda: b'{"a":' * 100_000, "bad_json"),
    "cut.json": (lambda: b'[{"text": "' + ZH.encode(), "bad_json"),
    "empty.json": (lambda: b"[]", "empty"),
    "nothings.json": (lambda: b"[" + b"[]," * MEGABYTE + b"[]]", "too_many_bad_rows"),
    "strings.json": (lambda: b'["' + EN.encode() + b'"]', "bad_json"),
    "articles-of-nothing.json": (lambda: b'{\n"articles": {}\n}', "empty"),
    "number.json": (lambda: b'[{"text": ' + b"9" * MEGABYTE + b"}]", "bad_json"),
    "bad-lines.jsonl": (lambda: table_of_lines(500_000), "too_many_bad_rows"),
    "long-line.jsonl": (lambda: b'{"text": "' + b"a" * 30 * MEGABYTE + b'"}\n', "too_large"),
    "open-quote.csv": (lambda: b'id,text\n1,"' + b"a\n" * 12 * MEGABYTE, "bad_csv"),
    "columns.csv": (lambda: b"text" + b"," * MEGABYTE + b"\nx\n", ARTICLE),
    "blank-rows.csv": (lambda: b"id,text\n" + b",\n" * 500_000, "too_many_bad_rows"),
    "no-text.csv": (lambda: b"id,summary\n1,x\n", "no_text_column"),
    "no-text.xlsx": (excel_without_texts, "no_text_column"),
    "wide.xlsx": (wide_sheet, ARTICLE),
    "far-row.xlsx": (lambda: sheet(HEADER + f'<row r="1048576">{cell("A1048576", ZH)}</row>'), "empty_rows"),
    "entities.xlsx": (lambda: sheet(f'<row r="1">{cell("A1", "&i;")}</row>', LAUGHS), "unsafe_xml"),
    "entities-in-strings.xlsx": (lambda: with_parts(make_excel(), xl__sharedStrings=f"{LAUGHS}<sst><si><t>&i;</t></si></sst>".encode()), "unsafe_xml"),
    "missing-string.xlsx": (lambda: sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "damaged"),
    "styles.xlsx": (lambda: with_parts(make_excel(), xl__styles=b"<styleSheet><fonts>" + b"<font/>" * MEGABYTE + b"</fonts></styleSheet>"), "too_large"),
    "strings.xlsx": (lambda: with_parts(make_excel(), xl__sharedStrings=b"<sst>" + b"<si><t>a</t></si>" * 5 * MEGABYTE + b"</sst>"), "too_large"),
    "cut.xlsx": (lambda: make_excel()[:-400], "damaged"),
    "cut.parquet": (lambda: make_parquet()[:-9], "damaged"),
    "noise.parquet": (lambda: damaged(make_parquet(), 200, 3000), "damaged"),
    "shared-text.parquet": (parquet_bomb, ARTICLE),
    "no-text.parquet": (lambda: parquet_of({"id": [1]}), "no_text_column"),
    "numbers.parquet": (lambda: parquet_of({"text": [1, 2]}), "empty"),
    # Feeds.
    "laughs.xml": (lambda: rss(entry("&i;"), LAUGHS), "unsafe_xml"),
    "quadratic.xml": (lambda: rss(entry("&a;" * 50_000), QUADRATIC), "unsafe_xml"),
    "passwd.xml": (lambda: rss(entry("&a;"), OUTSIDE), "unsafe_xml"),
    "passwd-utf-16.xml": (lambda: rss(entry("&a;"), OUTSIDE).decode().replace("utf-8", "utf-16").encode("utf-16"), "unsafe_xml"),
    "outside-dtd.xml": (lambda: rss(entry(EN), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">'), ARTICLE),
    "unknown-references.xml": (lambda: rss(entry(f"&nbsp;{EN}&laugh;&hellip;")), ARTICLE),
    "cut.xml": (lambda: make_rss()[:-300], ARTICLE),
    "deep.xml": (lambda: rss("<a>" * 100_000 + entry(EN)), "empty"),
    "no-entries.xml": (lambda: rss(""), "empty"),
    "empty-entry.xml": (lambda: rss("<item><link>https://a.example</link></item>"), "empty"),
    "open-tags.xml": (lambda: b"<rss><channel>" + b"<item><title>" * 200_000, ARTICLE),
    "large.xml": (lambda: rss(entry(EN) * 30_000), "too_large"),
    # Word, EPUB.
    "laughs.docx": (lambda: word("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", LAUGHS), "unsafe_xml"),
    "passwd.docx": (lambda: word("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", OUTSIDE), "unsafe_xml"),
    "large-part.docx": (lambda: word("<w:p/>" * 6 * MEGABYTE), "too_large"),
    "paragraphs.docx": (lambda: word(f"<w:p><w:r><w:t>{EN}</w:t></w:r></w:p>" + "<w:p/>" * 300_000), ARTICLE),
    "deep.docx": (lambda: word("<w:tbl><w:tr><w:tc>" * 5000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5000), "damaged"),
    "outside-template.docx": (word_with_link, ARTICLE),
    "no-document.docx": (lambda: with_parts(make_docx(), word__document=None), "damaged"),
    "empty.docx": (empty_word, "no_text"),
    "cut.docx": (lambda: make_docx()[:-900], "damaged"),
    "noise.docx": (lambda: damaged(make_docx(), 3000, 20_000), "damaged"),
    "slides.pptx": (lambda: make_zip({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}), "unsupported_format"),
    "laughs.epub": (lambda: book(f"{LAUGHS}<html><body><p>&i;</p></body></html>".encode()), "unsafe_xml"),
    "outside.epub": (lambda: book(PAGE.encode(), container="../../../etc/passwd"), "damaged"),
    "repeated.epub": (lambda: book(PAGE.encode(), '<itemref idref="c1"/>' * 50_000), ARTICLE),
    "no-chapters.epub": (lambda: book(PAGE.encode(), ""), "damaged"),
    "missing-chapter.epub": (lambda: book(None), "damaged"),
    "covers.epub": (lambda: book(b"<html><body><img src='a.jpg'/></body></html>"), "no_text"),
    "protected.epub": (protected_book, "encrypted"),
    "deep.epub": (lambda: book(b"<html><body>" + b"<div>" * 100_000 + EN.encode()), ARTICLE),
    # PDF.
    "encrypted.pdf": (pdf_encrypted, "encrypted"),
    "picture.pdf": (pdf_picture, "needs_ocr"),
    "blank.pdf": (lambda: pdf_objects(*ONE_PAGE, stream(b"")), "no_text"),
    "cut.pdf": (lambda: make_pdf()[:-600], "damaged"),
    "noise.pdf": (lambda: damaged(make_pdf(), 1500, 3000), "damaged"),
    "not.pdf": (lambda: b"%PDF-1.7\n" + b"x" * 9999 + b"\n%%EOF", "damaged"),
    "bomb.pdf": (pdf_bomb, "no_text"),
    "forms.pdf": (lambda: pdf_forms(9, 20), "too_large"),
    "slow.pdf": (pdf_slow, "too_slow"),
    "own-parent.pdf": (lambda: pdf_objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), "damaged"),
    "many-pages.pdf": (lambda: pdf_objects("<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{'3 0 R ' * 50_000}]/Count 50000>>", ONE_PAGE[2], stream(b"")), "too_many_pages"),
    "script.pdf": (lambda: pdf_objects(ONE_PAGE[0].replace(">>", "/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9'\\))>>>>"), *ONE_PAGE[1:], stream(f"BT /F 9 Tf 50 700 Td ({EN}) Tj ET".encode())), ARTICLE),
    "long-line.pdf": (lambda: pdf_text("a b " * 500_000), ARTICLE),
    # Mail, WARC.
    "deep.eml": (lambda: multiparts(3000), "damaged"),
    "long-header.eml": (lambda: b"From: a@b.example\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\n" + EN.encode(), ARTICLE),
    "no-text.eml": (lambda: letter(lambda message: message.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="a.gif")), "empty"),
    "bad-base64.eml": (lambda: make_mail().replace(b"PGh0bWw+", b"!!!~~!!!"), ARTICLE),
    "lying-charset.eml": (lambda: make_mail().replace(b'charset="utf-8"', b'charset="iso-8859-1"'), ARTICLE),
    "bomb-attached.eml": (lambda: letter(lambda message: attach(message, bomb_gzip()[: 3 * MEGABYTE], "a.zip")), "too_large"),
    "letter-in-letter.eml": (lambda: nested(6, EN.encode(), lambda inner: letter(lambda message: attach(message, inner, "a.eml"))), "too_deep"),
    "cut.warc": (lambda: make_warc()[:1500], ARTICLE),
    "lying-length.warc": (lambda: warc_record(answer(PAGE.encode()), 10**12), ARTICLE),
    "negative-length.warc": (lambda: warc_record(answer(PAGE.encode()), -5), "damaged"),
    "endless-header.warc": (lambda: b"WARC/1.1\r\nX: " + b"a" * 5 * MEGABYTE, "damaged"),
    "packed-body.warc": (lambda: warc_record(answer(gzip.compress(b" " * 30 * MEGABYTE), "Content-Encoding: gzip\r\n")), "too_large"),
    "cut.warc.gz": (lambda: gzip.compress(make_warc())[:-300], "damaged"),
    # Archives.
    "bomb.gz": (bomb_gzip, "too_large"),
    "bomb.jsonl.gz": (lambda: gzip.compress(b'{"text": "x"}\n') + bomb_gzip(), "archive_bomb"),
    "bomb.zst": (bomb_zstd, "too_large"),
    "window.zst": (lambda: b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", "damaged"),
    "bomb.zip": (lambda: make_zip({f"{name}.txt": b" " * 21 * MEGABYTE for name in range(6)}), "archive_bomb"),
    "overlapping.zip": (overlapping_zip, "damaged"),
    "deep.zip": (lambda: nested(8, make_zip({"a.txt": EN.encode()}), zip_one), "too_deep"),
    "deep.gz": (lambda: nested(30, EN.encode(), gzip.compress), "too_deep"),
    "bomb-in-bomb.zip": (lambda: nested(2, make_zip({"a.txt": b" " * 110 * MEGABYTE}), zip_one), "too_large"),
    "members.zip": (lambda: make_zip({f"{number}.txt": b"" for number in range(20_001)}), "too_many_members"),
    "empty-members.zip": (lambda: make_zip({f"{number}.txt": b"" for number in range(3_000)}), "empty"),
    "no-members.zip": (lambda: make_zip({}), "empty"),
    "encrypted.zip": (encrypted_zip, "encrypted"),
    "traversal.zip": (lambda: make_zip({"../../../../tmp/medai-escaped.txt": EN.encode(), "/etc/medai-escaped.txt": ZH.encode()}), ARTICLE),
    "unknown-method.zip": (lambda: with_method(99), "damaged"),
    "cut.zip": (lambda: make_zip({"a.txt": EN.encode() * 99})[:-30], "damaged"),
    "noise.zip": (lambda: damaged(make_zip({"a.html": make_html()}), 60, 300), "damaged"),
    "cut.gz": (lambda: gzip.compress(EN.encode() * 999)[:-20], "damaged"),
    "noise.gz": (lambda: b"\x1f\x8b" + EN.encode(), "damaged"),
    "traversal.tar": (lambda: make_tar({"../../../../tmp/medai-escaped.txt": EN.encode()}), ARTICLE),
    "link.tar": (lambda: tar_member("a.txt", tarfile.SYMTYPE, linkname="/etc/passwd"), "no_file"),
    "hard-link.tar": (lambda: tar_member("a.txt", tarfile.LNKTYPE, linkname="/etc/passwd"), "no_file"),
    "device.tar": (lambda: tar_member("a.txt", tarfile.CHRTYPE, devmajor=1, devminor=5), "no_file"),
    "sparse.tar": (lambda: tar_member("a.txt", tarfile.GNUTYPE_SPARSE), "no_file"),
    "lying-size.tar": (lambda: tar_member("a.txt", tarfile.REGTYPE, 10**12), "damaged"),
    "cut.tar": (lambda: make_tar({"a.txt": EN.encode() * 99})[:2000], "damaged"),
    "members.tar.gz": (lambda: gzip.compress(make_tar({f"{number}.txt": b"" for number in range(20_001)})), "too_many_members"),
    "long-name.tar.gz": (lambda: gzip.compress(tar_member("././@LongLink", tarfile.GNUTYPE_LONGNAME, 90 * MEGABYTE) + b"a" * 90 * MEGABYTE), "damaged"),
}  # fmt: skip
