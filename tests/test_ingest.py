"""Files to articles: formats by content, front matter, rows of tables, pages, folders."""

import gzip
import io
import json
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.ingest import expand_paths, read_articles, read_file
from medai_extract.ingest.fields import parse_date, read_fields
from medai_extract.ingest.kinds import detect_kind, detect_zip
from medai_extract.model import Article, Rejected

ZH = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。"


def read(path: Path, content: bytes | str) -> list[Article | Rejected]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(str(path)))


def read_one(path: Path, content: bytes | str) -> Article:
    [article] = read(path, content)
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("name", "head", "form"),
    [
        ("a.txt", ZH, "text"),
        ("a.md", ZH, "markdown"),
        ("a.markdown", ZH, "markdown"),
        ("a.txt", "---\ntitle: x\n---\n", "markdown"),
        ("a.txt", "+++\ntitle = 'x'\n+++\n", "markdown"),
        ("a.html", "<p>x</p>", "html"),
        ("a.htm", ZH, "html"),
        ("a.txt", "<!DOCTYPE html><html>", "html"),
        ("a", "\n  <html lang='zh'>", "html"),
        ("a.xhtml", '<?xml version="1.0"?>\n<html>', "html"),
        ("a.txt", "<!-- saved --><html>", "html"),
        ("a.txt", "<b>bold</b> claim", "text"),
        ("a.jsonl", '{"text": "x"}', "jsonl"),
        ("a.json", '{"text": "x"}', "json"),
        ("a.json", '{"text": "x"}\n{"text": "y"}', "jsonl"),
        ("a.json", '[{"text": "x"}]', "json"),
        ("a.txt", '[\n  {"text": "x"}]', "json"),
        ("a", '{\n  "text": "x"\n}', "json"),
        ("a", '{"total": 1, "articles": [{"text": "x"}]}\n', "json"),
        ("a.txt", "[图片] 推想医疗", "text"),
        ("a.csv", "标题,正文\nx,y", "csv"),
        ("a.txt", "标题\t正文\nx\ty", "csv"),
        ("a.xml", '<?xml version="1.0"?><rss version="2.0"><channel>', "feed"),
        (
            "a.xml",
            '<?xml version="1.0"?>\n<urlset><url>',
            "not read: XML of a kind that is not known; save it as HTML",
        ),
        ("a", '<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        (
            "a.txt",
            '<?xml version="1.0"?>\n<!-- x -->\n<?xml-stylesheet href="a"?>\n<rdf:RDF xmlns="x">',
            "feed",
        ),
        ("a.txt", "From: a@b.example\nSubject: x\nMIME-Version: 1.0\n\nbody", "mail"),
        ("a.eml", "From: a@b.example\nSubject: x\n\nbody", "mail"),
        ("a.txt", "From: a@b.example\nSubject: x\n\nbody", "text"),
        ("a.txt", "Date: today\nThe firm: it said\n\nbody", "text"),
        (
            "a.eml",
            "From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary=x\n\n",
            "mhtml",
        ),
        ("a.txt", "%PDF-1.7\n", "pdf"),
        ("a.txt", "\n%PDF-1.7\n", "pdf"),
        ("a.txt", "WARC/1.0\r\n", "warc"),
        ("a.txt", "PAR1", "parquet"),
        ("a.docx", "PK\x03\x04", "zip"),
        ("a.txt", "\x1f\x8b".encode("latin-1"), "gzip"),
        ("a.txt", b"\x28\xb5\x2f\xfd", "zstd"),
        ("a.txt", b"name" + b"\0" * 253 + b"ustar", "tar"),
        ("a.html", "<html>".encode("utf-16"), "html"),
        ("a.txt", '[{"text": "x"}]'.encode("utf-16"), "json"),
        ("a.txt", b"\x89PNG\r\n", "not read: png, a picture"),
        ("a.txt", b"{\\rtf1", "not read: rtf; save it as docx"),
        ("a.ndjson", '\ufeff{"text": "x"}', "jsonl"),
        ("a", '{"text": "x"}', "jsonl"),
        ("a.txt", "{not json}", "text"),
        ("a.csv", "id,text\n1,x", "csv"),
        ("a.tsv", "id\ttext\n1\tx", "csv"),
        ("a.txt", "id;text;date\n1;x;y", "csv"),
        ("a.txt", "Context, text and meaning: all three matter here.\nMore.", "text"),
        ("a.dat", ZH, "text"),
    ],
)
def test_format_is_told_by_content_then_by_name(name: str, head: str | bytes, form: str) -> None:
    assert detect_kind(name, head.encode() if isinstance(head, str) else head) == form


@pytest.mark.parametrize(
    ("members", "form"),
    [
        (["a.txt", "b/c.html"], "zip"),
        (["[Content_Types].xml", "_rels/.rels", "word/document.xml"], "docx"),
        (["[Content_Types].xml", "xl/workbook.xml"], "xlsx"),
        (["mimetype", "META-INF/container.xml", "OEBPS/content.opf"], "epub"),
        (
            ["[Content_Types].xml", "ppt/presentation.xml"],
            "not read: pptx or another Office file; save it as docx or PDF",
        ),
        (["mimetype", "content.xml"], "not read: an OpenDocument file; save it as docx or xlsx"),
        ([], "zip"),
    ],
)
def test_a_zip_archive_may_be_a_document(members: list[str], form: str) -> None:
    assert detect_zip(members) == form


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_plain_text(encoding: str, suffix: str, tmp_path: Path) -> None:
    content = ZH.encode(encoding)
    article = read_one(tmp_path / f"a.txt{suffix}", gzip.compress(content) if suffix else content)
    assert (article.text, article.plain, article.encoding, article.markup) == (ZH, True, encoding, None)


@pytest.mark.parametrize(
    ("front", "title", "published_at", "author", "warnings"),
    [
        ("---\ntitle: 阿福\ndate: 2026-06-09\nauthor: 王芳\n---\n", "阿福", "2026-06-09", "王芳", ()),
        ('---\ntitle: "A: b"\npublished: 2026-06-09T08:00:00Z\n---\n', "A: b", "2026-06-09", None, ()),
        ("+++\ntitle = '阿福'\ndate = 2026-06-09\n+++\n", "阿福", "2026-06-09", None, ()),
        ("\ufeff---\r\ntitle: 阿福\r\n---\r\n", "阿福", None, None, ()),
        ("---\ndate: soon\n---\n", None, None, None, ("unreadable_date",)),
        ("---\ntitle: [\n---\n", None, None, None, ("bad_front_matter",)),
        ("+++\ntitle\n+++\n", None, None, None, ("bad_front_matter",)),
        ("---\njust text\n---\n", None, None, None, ("bad_front_matter",)),
        ("---\n- a\n- b\n---\n", None, None, None, ("bad_front_matter",)),
        ("# 阿福\n", None, None, None, ()),
        ("---\nnever closed\n", None, None, None, ()),
    ],
)
def test_front_matter(
    front: str,
    title: str | None,
    published_at: str | None,
    author: str | None,
    warnings: tuple[str, ...],
    tmp_path: Path,
) -> None:
    article = read_one(tmp_path / "a.md", front + ZH)
    assert (article.title, article.published_at, article.author) == (title, published_at, author)
    assert article.warnings == warnings
    assert article.published_from == ("metadata" if published_at else None)
    body = article.text[article.body_start :]
    assert body == ZH if article.body_start else ZH in body


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2025-02-13", "2025-02-13"),
        ("2025/2/3", "2025-02-03"),
        ("2025.02.13 08:00", "2025-02-13"),
        ("2025年2月13日", "2025-02-13"),
        ("2025-02-13T23:30:00+08:00", "2025-02-13"),
        ("Thu, 13 Feb 2025 09:00:00 +0800", "2025-02-13"),
        ("Thu, 13 Feb 2025", "2025-02-13"),
        ("February 13, 2025", "2025-02-13"),
        ("Thursday, Feb. 13th, 2025, 9 a.m.", "2025-02-13"),
        ("13 Sept 2025", "2025-09-13"),
        ("13-Feb-2025", "2025-02-13"),
        ("28/08/2025", "2025-08-28"),
        ("08/28/2025 10:00", "2025-08-28"),
        ("13.2.2025", "2025-02-13"),
        ("3/4/2025", None),
        ("31/2/2025", None),
        ("May 2025", None),
        (date(2025, 2, 13), "2025-02-13"),
        (datetime(2025, 2, 13, 9), "2025-02-13"),
        ("2025-13-01", None),
        ("2025-02-30", None),
        ("soon", None),
        (20250213, None),
        ("", None),
    ],
)
def test_stated_dates(stated: object, day: str | None) -> None:
    assert parse_date(stated) == day


@pytest.mark.parametrize("name", ["published_at", "published", "date", "pub_date"])
def test_every_name_of_the_date_is_read(name: str) -> None:
    assert read_fields({name: "2025-02-13"}).published_at == "2025-02-13"


ROW = {"id": 7, "title": " 阿福 ", "url": "https://e.example/a", "author": "王芳", "date": "2025-02-13", "lang": "zh", "text": ZH}  # fmt: skip


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "semicolon"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows(form: str, encoding: str, suffix: str, tmp_path: Path) -> None:
    if form == "jsonl":
        content = json.dumps(ROW, ensure_ascii=False)
    else:
        delimiter = {"csv": ",", "tsv": "\t", "semicolon": ";"}[form]
        content = delimiter.join(ROW) + "\n" + delimiter.join(str(value) for value in ROW.values()) + "\n"
    data = content.encode(encoding)
    article = read_one(tmp_path / f"rows.{form}{suffix}", gzip.compress(data) if suffix else data)
    assert (article.source_id, article.title, article.url, article.author) == (
        "7", "阿福", "https://e.example/a", "王芳",
    )  # fmt: skip
    assert (article.published_at, article.published_from, article.lang) == ("2025-02-13", "row", "zh")
    assert (article.text, article.plain) == (ZH, True)


@pytest.mark.parametrize(
    ("content", "source"),
    [
        ('{"text": "a"}\n\n{"text": "b"}\n', ["#1", "#3"]),
        ('{"id": "x", "text": "a"}\n{"text": "b", "id": null}', ["", "#2"]),
        ('{"text": "a", "date": "soon"}', ["#1"]),
        ('{"text": "", "html": "<p>推想医疗完成融资，由多家机构领投。</p>"}', ["#1"]),
        ('{"text": NaN, "html": "<p>推想医疗完成融资，由多家机构领投。</p>"}', ["#1"]),
    ],
)
def test_rows_are_known_by_id_or_line(content: str, source: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert [article.source for article in read(path, content)] == [f"{path}{end}" for end in source]


def test_cells_of_csv_hold_lines_and_quotes(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.csv", 'id,text\n1,"第一行，""引""\n第二行"\n')
    assert article.text == '第一行，"引"\n第二行'


PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>推想医疗融资 - 动脉网</title>
<meta property="og:title" content="推想医疗完成融资"><meta property="og:site_name" content="动脉网">
<meta name="author" content="王芳"><meta property="article:published_time" content="2024-03-16T10:00:00+08:00">
<link rel="canonical" href="https://vb.example/a.html"></head>
<body><nav><ul><li><a href="/">首页</a></li><li><a href="/x">要闻</a></li></ul></nav>
<article><h1>推想医疗完成融资</h1><p>推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。公司表示，资金将用于研发。</p>
<p>公司成立于2016年，总部位于北京，产品已在全球多个国家和地区的医院使用，累计读片超过千万例。</p>
<p>本轮投资方IDG资本表示，医学影像是人工智能落地最快的场景之一，看好公司的产品线和海外渠道；公司此前的投资方包括启明创投、红杉中国等。</p></article>
<aside><h3>相关阅读</h3><a href="/1">另一篇文章的标题</a></aside><footer>© 2024 动脉网 版权所有</footer></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_pages_give_text_and_metadata(encoding: str, tmp_path: Path) -> None:
    declared = {"gb18030": "gb2312"}.get(encoding, encoding)
    article = read_one(
        tmp_path / "a.html", PAGE.replace('charset="utf-8"', f'charset="{declared}"').encode(encoding)
    )
    assert (article.title, article.author, article.publisher) == ("推想医疗完成融资", "王芳", "动脉网")
    assert (article.published_at, article.published_from) == ("2024-03-16", "metadata")
    assert (article.url, article.plain, article.encoding) == ("https://vb.example/a.html", False, encoding)
    assert "由IDG资本领投" in article.text
    assert not {"版权所有", "首页", "相关阅读"} & set(article.text.split())


def test_what_a_row_states_goes_before_what_its_page_states(tmp_path: Path) -> None:
    row = {"html": PAGE, "title": "另一个标题", "published_at": "2024-03-18"}
    article = read_one(tmp_path / "a.jsonl", json.dumps(row))
    assert (article.title, article.published_at, article.published_from) == (
        "另一个标题",
        "2024-03-18",
        "row",
    )
    assert article.author == "王芳"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "a.txt",
        "b.md",
        "sub/c.txt",
        "sub/deep/d.txt",
        ".hidden/e.txt",
        ".f.txt",
        "gold/g.md",
        "sub/x.log",
    ):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("paths", "ignore", "found"),
    [
        (["."], "", ["a.txt", "b.md", "gold/g.md", "sub/c.txt", "sub/deep/d.txt", "sub/x.log"]),
        (["."], "gold/\n*.log\n# a word\n", ["a.txt", "b.md", "sub/c.txt", "sub/deep/d.txt"]),
        (["."], "*.txt\n!sub/c.txt\n", ["b.md", "gold/g.md", "sub/c.txt", "sub/x.log"]),
        (["a.txt", "a.txt", "sub"], "gold/", ["a.txt", "sub/c.txt", "sub/deep/d.txt", "sub/x.log"]),
        (["*.txt"], "", ["a.txt"]),
        (["**/*.txt"], "", ["a.txt", "sub/c.txt", "sub/deep/d.txt"]),
        (["s*"], "", ["sub/c.txt", "sub/deep/d.txt", "sub/x.log"]),
        (["gone.txt", "b.md"], "", ["b.md", "gone.txt"]),
        ([".f.txt"], "", [".f.txt"]),
    ],
)
def test_paths(paths: list[str], ignore: str, found: list[str], tree: Path) -> None:
    (tree / ".medaiignore").write_text(ignore, encoding="utf-8")
    given = [str(tree / path) if path != "." else str(tree) for path in paths]
    assert expand_paths(given) == [(tree / name).as_posix() for name in found]


def test_a_file_whose_name_looks_like_a_glob_is_itself(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text(ZH, encoding="utf-8")
    assert expand_paths([str(tmp_path / "a[1].txt")]) == [(tmp_path / "a[1].txt").as_posix()]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ZH.encode("gb18030"))))
    [article] = read_articles(expand_paths(["-"]))
    assert isinstance(article, Article)
    assert (article.source, article.text, article.encoding) == ("-", ZH, "gb18030")


@given(st.binary(max_size=300))
def test_no_file_crashes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("files")
    for name in ("a.txt", "a.md", "a.jsonl", "a.csv", "a.gz"):
        (folder / name).write_bytes(content)
        assert all(isinstance(article, Article | Rejected) for article in read_file(str(folder / name)))


def test_sample_corpus_is_read_as_its_table_says() -> None:
    import csv

    corpora = Path(__file__).parents[1] / "corpora"
    with (corpora / "SOURCES.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    rows = [row for row in listed if not row["file"].startswith("formats/")]
    formats = {path.relative_to(corpora).as_posix() for path in (corpora / "formats").iterdir()}
    assert formats == {row["file"] for row in listed} - {row["file"] for row in rows}
    sources = list(read_articles(expand_paths([str(corpora)])))
    by_file: dict[str, list[Article | Rejected]] = {}
    for source in sources:
        by_file.setdefault(Path(source.source.split("#")[0]).relative_to(corpora).as_posix(), []).append(
            source
        )
    assert set(by_file) == {row["file"] for row in rows}
    for row in rows:
        articles = [source for source in by_file[row["file"]] if source.source_id in (None, row["id"])]
        if row["id"]:
            [article] = articles
            assert isinstance(article, Article)
            assert (corpora / "gold" / f"{row['id']}.md").is_file()
            plain = {"utf-8 with BOM": "utf-8-sig", "big5": "big5hkscs"}.get(
                row["encoding"], row["encoding"].split(" (")[0]
            )
            assert article.encoding == plain
        else:
            assert [source.reason for source in articles if isinstance(source, Rejected)] == ["empty"]
    assert sum(isinstance(source, Rejected) for source in sources) == 1
