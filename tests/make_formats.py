"""Make ``corpora/formats``: one article of our own writing in every format that is read.

``python tests/make_formats.py`` writes the folder anew; only the dates inside some of the files differ from one time to the next.
"""

import base64
import csv
import gzip
import io
import json
import quopri
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from html import escape
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import zstandard
from pyarrow import parquet
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).parents[1] / "corpora" / "formats"
TITLE = "明澈医疗完成3.2亿元B轮融资，肺结节软件获FDA许可"
AUTHOR, PUBLISHER, DATE = "林知夏", "双语医械", "2026-03-18"
URL = "https://news.example/2026/03/18/mingche"
TABLE = [
    ["轮次", "时间", "金额", "领投方"],
    ["A轮", "2021年6月", "8000万元", "临江产业基金"],
    ["A+轮", "2023年9月", "1800万美元", "五源资本"],
    ["B轮", "2026年3月", "3.2亿元", "启明创投"],
]
BLOCKS: list[tuple[str, str]] = [
    ("p", "上海，2026年3月18日电 — 医学影像公司明澈医疗今日宣布完成3.2亿元人民币B轮融资，由启明创投领投，IDG资本和老股东临江产业基金跟投。公司同时披露，旗下肺结节辅助诊断软件MingScan Lung已于上月获得美国食品药品监督管理局（FDA）的510(k)许可。"),
    ("p", "“We sell time, not pixels,” said Chen Yiran, chief executive of Mingche Medical. The company was founded in 2019 and has raised about US$75 million so far. Its software reads a chest scan in under 40 seconds and has been installed in 212 hospitals across China, Thailand and Brazil."),
    ("h2", "钱怎么花"),
    ("p", "公司计划把新资金的一半用于多模态大模型的研发，其余用于海外市场和县级医院的培训。In a statement, Mingche Medical said that it would open a laboratory in Boston in 2027 at a cost of $12 million."),
    ("li", "研发：1.5亿元，2026年至2027年投入"),
    ("li", "Overseas: $12 million, to be spent by the end of 2027"),
    ("li", "培训：4000万元，面向300家县级医院"),
    ("h2", "历次融资"),
    ("table", ""),
    ("h2", "What hospitals say"),
    ("p", "临江市第一人民医院于2024年采购了这款软件，中标价为186万元。该院放射科主任周敏说：“漏诊少了，但医生还是要看每一张片子。” Radiologists at Bangkok General Hospital, which began a trial in July 2025, reported that reading times fell by a third."),
    ("p", "竞争并不轻松：联影智能和推想医疗都有同类产品，Siemens Healthineers 也在2025年把肺部软件装进了自家的CT。国家药监局的记录显示，MingScan Lung在2023年5月取得三类医疗器械注册证。"),
]  # fmt: skip
LINES = [TITLE]
for kind, text in BLOCKS:
    LINES.extend([" | ".join(row) for row in TABLE] if kind == "table" else [text])
TEXT = "\n\n".join(LINES) + "\n"


def make_markdown() -> bytes:
    front = f"---\ntitle: {TITLE}\nauthor: {AUTHOR}\npublisher: {PUBLISHER}\ndate: {DATE}\nurl: {URL}\n---\n"
    signs = {"p": "", "h2": "## ", "li": "- "}
    parts = [f"# {TITLE}\n"]
    for kind, text in BLOCKS:
        if kind == "table":
            rows = ["| " + " | ".join(row) + " |" for row in TABLE]
            parts.append("\n".join([rows[0], "|" + " --- |" * len(TABLE[0]), *rows[1:]]) + "\n")
        else:
            parts.append(f"{signs[kind]}{text}\n")
    return (front + "\n".join(parts)).encode()


def make_body() -> str:
    parts: list[str] = []
    for kind, text in BLOCKS:
        if kind == "table":
            cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in TABLE]
            parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
        elif kind == "li":
            opened, closed = "" if parts[-1].endswith("</li></ul>") else "<ul>", "</ul>"
            if not opened:
                parts[-1] = parts[-1].removesuffix("</ul>")
            parts.append(f"{opened}<li>{escape(text)}</li>{closed}")
        else:
            parts.append(f"<{kind}>{escape(text)}</{kind}>")
    return "\n".join(parts)


def make_html(charset: str = "utf-8") -> bytes:
    page = f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="{charset}"><title>{TITLE} - {PUBLISHER}</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="{PUBLISHER}">
<meta name="author" content="{AUTHOR}"><meta property="article:published_time" content="{DATE}T09:00:00+08:00">
<link rel="canonical" href="{URL}"></head>
<body><nav><ul><li><a href="/">首页</a></li><li><a href="/ai">要闻</a></li><li><a href="/about">关于我们</a></li></ul></nav>
<article><h1>{TITLE}</h1>
{make_body()}
</article>
<aside><h3>相关阅读</h3><ul><li><a href="/1">更多文章</a></li></ul></aside>
<footer>© 2026 {PUBLISHER} 版权所有</footer></body></html>
"""
    return page.encode(charset)


def make_mhtml() -> bytes:
    page = MIMEMultipart("related", boundary="----MultipartBoundary--2026----")
    page["From"] = "<Saved by Blink>"
    page["Snapshot-Content-Location"] = URL
    page["Subject"] = Header(TITLE, "utf-8").encode()
    page["Date"] = "Fri, 20 Mar 2026 10:00:00 -0000"
    html = MIMENonMultipart("text", "html")
    html.set_payload(quopri.encodestring(make_html()).decode("ascii"))
    html["Content-Transfer-Encoding"] = "quoted-printable"
    picture = MIMENonMultipart("image", "gif")
    picture.set_payload(base64.b64encode(b"GIF89a").decode())
    picture["Content-Transfer-Encoding"] = "base64"
    for part, location in ((html, URL), (picture, "https://news.example/logo.gif")):
        part["Content-Location"] = location
        page.attach(part)
    return page.as_bytes()


def make_mail() -> bytes:
    letter = EmailMessage()
    letter["From"] = f"{PUBLISHER} <news@news.example>"
    letter["To"] = "reader@mail.example"
    letter["Subject"] = TITLE
    letter["Date"] = "Wed, 18 Mar 2026 09:00:00 +0800"
    letter["Message-ID"] = "<20260318.mingche@news.example>"
    letter.set_content("用浏览器阅读本期简报。", charset="utf-8")
    html = f"<html><body><h1>{TITLE}</h1>{make_body()}</body></html>"
    letter.add_alternative(html, subtype="html", charset="utf-8", cte="base64")
    return letter.as_bytes()


def make_docx() -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = TITLE, AUTHOR
    document.sections[0].header.paragraphs[0].text = f"{PUBLISHER} 2026年第11期"
    document.add_heading(TITLE, 1)
    for kind, text in BLOCKS:
        if kind == "table":
            table = document.add_table(0, len(TABLE[0]))
            for row in TABLE:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = value
        elif kind == "h2":
            document.add_heading(text, 2)
        else:
            document.add_paragraph(text, style="List Bullet" if kind == "li" else None)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_epub() -> bytes:
    container = '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    package = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{URL}</dc:identifier><dc:title>{PUBLISHER} 2026年第11期</dc:title>
<dc:creator>{AUTHOR}</dc:creator><dc:publisher>{PUBLISHER}</dc:publisher><dc:date>{DATE}</dc:date><dc:language>zh</dc:language></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="c1" href="text/mingche.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="c1"/></spine></package>"""
    page = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{}</title></head><body>{}</body></html>'
    body = make_body().replace("&nbsp;", "&#160;")
    return make_zip(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "OEBPS/content.opf": package.encode(),
            "OEBPS/nav.xhtml": page.format("目录", '<nav><ol><li><a href="text/mingche.xhtml">1</a></li></ol></nav>').encode(),
            "OEBPS/cover.xhtml": page.format("封面", '<img src="cover.jpg" alt=""/>').encode(),
            "OEBPS/text/mingche.xhtml": page.format(TITLE, f"<h1>{TITLE}</h1>{body}").encode(),
        }
    )  # fmt: skip


def make_rss() -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>{PUBLISHER}</title><link>https://news.example/</link><description>Medical devices in two languages</description>
<item><title>{TITLE}</title><link>{URL}</link><guid>{URL}</guid><dc:creator>{AUTHOR}</dc:creator>
<pubDate>Wed, 18 Mar 2026 01:00:00 +0800</pubDate><description>明澈医疗宣布完成B轮融资。</description>
<content:encoded><![CDATA[{make_body()}]]></content:encoded></item>
</channel></rss>
""".encode()


def make_atom() -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{PUBLISHER}</title><id>https://news.example/</id><updated>2026-03-18T09:00:00+08:00</updated>
<entry><title>{TITLE}</title><link href="{URL}"/><id>{URL}</id><author><name>{AUTHOR}</name></author>
<published>{DATE}T01:00:00+08:00</published><updated>2026-03-19T09:00:00+08:00</updated>
<content type="html">{escape(make_body())}</content></entry></feed>
""".encode()


def make_warc() -> bytes:
    page = make_html()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (
        len(page),
        page,
    )
    moved = b"HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\nLocation: /\r\nContent-Length: 5\r\n\r\nmoved"
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\nContent-Length: 6\r\n\r\nGIF89a"
    records: list[bytes] = []
    for number, (url, answer) in enumerate(
        [("http://news.example/", moved), (URL, http), (URL + "/logo.gif", image)]
    ):
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>\r\n"
            f"WARC-Date: 2026-03-20T10:00:00Z\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        )
        records.append(head.encode() + answer + b"\r\n\r\n")
    return b"".join(records)


ROW = {"id": "mingche", "title": TITLE, "url": URL, "author": AUTHOR, "publisher": PUBLISHER, "published_at": DATE, "text": TEXT}  # fmt: skip


def make_table(delimiter: str, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(ROW), delimiter=delimiter)
    writer.writeheader()
    writer.writerow(ROW)
    return stream.getvalue().encode(encoding)


def make_excel() -> bytes:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "说明"
    notes.append(["这张表的第二页是文章。"])
    sheet = book.create_sheet("文章")
    sheet.append(["2026年第11期"])
    sheet.append(["编号", "标题", "链接", "作者", "来源", "发布时间", "正文"])
    sheet.append(list(ROW.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_parquet() -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([ROW]), stream)
    return stream.getvalue()


def make_json(value: object, indent: int | None = 2) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def make_zip(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 18, 9, 0, 0)), content, kind)
    return stream.getvalue()


def make_tar(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


FONT, LATIN = "STSong-Light", "Times-Roman"
_NO_START = "，。；：！？、）”％%"


class _Pdf:
    """Two columns under a running header, the title across both, lines broken as a typesetter would."""

    def __init__(self, stream: io.BytesIO) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.canvas = Canvas(stream, A4, invariant=1)
        self.canvas.setTitle(TITLE)
        self.canvas.setAuthor(AUTHOR)
        self.width = (A4[0] - 124) / 2
        self.column, self.page = -1, 0
        self.top = self.y = 0.0
        self.next_column()

    def next_column(self) -> None:
        self.column = (self.column + 1) % 2
        if self.column == 0:
            if self.page:
                self.canvas.showPage()
            self.page += 1
            self.canvas.setFont(FONT, 9)
            self.canvas.drawString(50, A4[1] - 36, f"{PUBLISHER}　2026年第11期")
            self.canvas.drawCentredString(A4[0] / 2, 28, f"- {self.page} -")
            self.top = A4[1] - 70
        self.y = self.top
        self.left = 50 + self.column * (self.width + 24)

    def line(self, text: str, size: float, indent: float = 0.0) -> None:
        # The second page is reached early, so that the columns have an end to balance on.
        if self.y < (540 if self.page == 1 else 80):
            self.next_column()
        at = self.left + indent
        for piece, font in _pieces(text):
            self.canvas.setFont(font, size)
            self.canvas.drawString(at, self.y, piece)
            at += pdfmetrics.stringWidth(piece, font, size)
        self.y -= size * 1.5

    def paragraph(
        self, text: str, size: float, *, indent: float = 0.0, hang: float = 0.0, width: float = 0.0
    ) -> None:
        line, first, space = "", indent, width or self.width
        for token in _tokens(text):
            whole = _width(line + token.rstrip(), size) + first <= space
            if whole or token[0] in _NO_START:
                line += token
                continue
            stem, rest = _hyphenate(token)
            if stem and _width(line + stem, size) + first <= space:
                self.line(line + stem, size, first)
                line = rest
            else:
                self.line(line.rstrip(), size, first)
                line = token
            first = hang
        self.line(line.rstrip(), size, first)
        self.y -= size * 0.5

    def table(self, size: float = 7.5) -> None:
        widths = [max(_width(row[index], size) for row in TABLE) + 9 for index in range(len(TABLE[0]))]
        for row in TABLE:
            at = 0.0
            for cell, width in zip(row, widths, strict=True):
                self.line(cell, size, at)
                self.y += size * 1.5
                at += width
            self.y -= size * 1.5
        self.y -= size


def _pieces(text: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    for char in text:
        font = LATIN if char.isascii() else FONT
        if pieces and pieces[-1][1] == font:
            pieces[-1] = (pieces[-1][0] + char, font)
        else:
            pieces.append((char, font))
    return pieces


def _width(text: str, size: float) -> float:
    return sum(pdfmetrics.stringWidth(piece, font, size) for piece, font in _pieces(text))


def _tokens(text: str) -> list[str]:
    """Cut where a line may end: after a space, and around every Chinese character."""
    tokens: list[str] = []
    for char in text:
        if tokens and tokens[-1][-1].isascii() and not tokens[-1].endswith(" ") and char.isascii():
            tokens[-1] += char
        else:
            tokens.append(char)
    return tokens


def _hyphenate(token: str) -> tuple[str, str]:
    word = token.strip()
    at = next((at for at in (6, 5, 4) if word[at - 1 : at] not in "aeiou"), 5)
    return (
        (word[:at] + "-", token[at:]) if len(word) > 7 and word.isalpha() and word.islower() else ("", token)
    )


def make_pdf() -> bytes:
    stream = io.BytesIO()
    pdf = _Pdf(stream)
    pdf.paragraph(TITLE, 17, width=A4[0] - 100)
    pdf.top = pdf.y = pdf.y - 8
    for kind, text in BLOCKS:
        if kind == "table":
            pdf.table()
        elif kind == "h2":
            pdf.paragraph(text, 13)
        elif kind == "li":
            pdf.paragraph(f"• {text}", 10.5, hang=8)
        else:
            pdf.paragraph(text, 10.5, indent=21)
    pdf.canvas.save()
    return stream.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "article.txt": TEXT.encode,
    "article.gb18030.txt": lambda: TEXT.encode("gb18030"),
    "article.utf-16.txt": lambda: TEXT.encode("utf-16"),
    "article.md": make_markdown,
    "article.html": make_html,
    "article.gb2312.html": lambda: make_html("gb18030").replace(b'charset="gb18030"', b'charset="gb2312"'),
    "article.mhtml": make_mhtml,
    "article.pdf": make_pdf,
    "article.docx": make_docx,
    "article.epub": make_epub,
    "article.rss.xml": make_rss,
    "article.atom.xml": make_atom,
    "article.eml": make_mail,
    "article.warc": make_warc,
    "article.warc.gz": lambda: gzip.compress(make_warc(), mtime=0),
    "article.csv": lambda: make_table(","),
    "article.tsv": lambda: make_table("\t", "gb18030"),
    "article.xlsx": make_excel,
    "article.json": lambda: make_json(ROW),
    "article.array.json": lambda: make_json([ROW]),
    "article.articles.json": lambda: make_json({"status": "ok", "total": 1, "articles": [ROW]}),
    "article.jsonl": lambda: make_json(ROW, None) + b"\n",
    "article.parquet": make_parquet,
    "article.txt.gz": lambda: gzip.compress(TEXT.encode(), mtime=0),
    "article.html.zst": lambda: zstandard.compress(make_html()),
    "article.zip": lambda: make_zip({"news/2026/文章.md": make_markdown()}),
    "article.tar": lambda: make_tar({"news/article.docx": make_docx()}),
    "article.tar.gz": lambda: gzip.compress(make_tar({"article.jsonl": make_json(ROW, None)}), mtime=0),
    "article.tar.zst": lambda: zstandard.compress(make_tar({"article.html": make_html()})),
    "article.nested.zip": lambda: make_zip({"day.tar": make_tar({"page.zip": make_zip({"a.txt": TEXT.encode()})})}),
}  # fmt: skip


def make_formats(folder: Path) -> None:
    """Write every file to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    make_formats(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
