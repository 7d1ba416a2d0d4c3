"""Links: what is read from pages and feeds that a real server on loopback gives, and the command that fetches them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from medai_extract.batch import run_batch
from medai_extract.errors import InputError
from medai_extract.ingest.links import fetch_pages, read_links, read_page
from medai_extract.ingest.read import read_file
from medai_extract.model import Article, Rejected
from medai_extract.settings import Settings
from website import BODY_EN, BODY_ZH, SETTINGS, Website, redirect, send

TO_TRADITIONAL = str.maketrans("医疗亿轮资领产发", "醫療億輪資領產發")


def read_all(links: list[str], folder: Path) -> list[Article | Rejected]:
    found: list[Article | Rejected] = []
    for page in fetch_pages(links, folder, SETTINGS):
        found += [page] if isinstance(page, Rejected) else read_page(page)
    return found


@pytest.mark.parametrize(
    ("body", "kind", "encoding"),
    [
        (BODY_ZH.encode(), "text/html; charset=utf-8", "utf-8"),
        (BODY_ZH.encode("gb18030"), "text/html; charset=gb2312", "gb18030"),
        (BODY_ZH.translate(TO_TRADITIONAL).encode("big5"), "text/html; charset=Big5", "big5hkscs"),
        # Servers that say nothing, or what is not true.
        (BODY_ZH.encode("gb18030"), "text/html", "gb18030"),
        (BODY_ZH.encode("gb18030"), "text/html; charset=utf-8", "gb18030"),
        (BODY_ZH.encode(), "text/html; charset=gb2312", "utf-8"),
        (BODY_ZH.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (BODY_ZH.encode(), "text/html; charset=no-such-thing", "utf-8"),
        (BODY_ZH.encode(), "application/octet-stream", "utf-8"),
    ],
)
def test_the_charset_of_the_answer_is_believed_where_it_fits(
    body: bytes, kind: str, encoding: str, tmp_path: Path
) -> None:
    with Website({"/news": send(body, kind=kind)}).serve() as site:
        (article,) = read_all([site.root + "/news"], tmp_path)
    assert isinstance(article, Article)
    assert article.encoding == encoding
    assert re.search("5[亿億]元D[轮輪]融[资資]", article.text)


def test_an_article_knows_its_link_and_where_it_led(tmp_path: Path) -> None:
    with Website({"/short": redirect("/news"), "/news": send(BODY_EN.encode())}).serve() as site:
        (article,) = read_all([site.root + "/short"], tmp_path)
    assert isinstance(article, Article)
    assert (article.source, article.url) == (site.root + "/short", site.root + "/news")


def make_feed(root: str) -> bytes:
    whole = "Owkin raised $50 million to develop its pathology software. " * 40
    entries = [
        ("Whole", "/whole", whole),
        ("融资", "/news", "推想医疗宣布完成5亿元D轮融资……"),
        ("Gone", f"{root}/gone", "A page that is no longer there."),
        ("Local", "file:///etc/passwd", "A link to a file."),
        ("Cut", "/cut", f"{whole} Read more"),
    ]
    rows = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>{text}</description><pubDate>Thu, 13 Feb 2025 09:00:00 GMT</pubDate></item>"
        for title, link, text in entries
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>新闻</title>{rows}</channel></rss>'.encode()


def test_the_links_of_a_feed_are_fetched_unless_it_holds_the_articles(tmp_path: Path) -> None:
    pages = {
        "/news": send(BODY_ZH.encode()),
        "/cut": send(BODY_EN.encode()),
        "/whole": send(b"not asked for"),
    }
    site = Website(pages)
    pages["/feed.xml"] = send(make_feed(site.root), kind="application/rss+xml")
    with site.serve():
        found = read_all([site.root + "/feed.xml"], tmp_path)
    articles = {article.url: article for article in found if isinstance(article, Article)}
    assert sorted(site.paths()) == ["/cut", "/feed.xml", "/gone", "/news"]
    assert set(articles) == {"/whole", site.root + "/news", site.root + "/cut"}
    news = articles[site.root + "/news"]
    assert (news.title, news.publisher, news.published_at) == ("融资", "新闻", "2025-02-13")
    assert "5亿元" in news.text
    assert sorted(row.reason for row in found if isinstance(row, Rejected)) == ["bad_scheme", "status_404"]


@pytest.mark.parametrize(
    ("content", "links"),
    [
        (b"", []),
        (
            b"https://a.cn/1\r\n\r\n  https://a.cn/2  \n# https://a.cn/3\nhttps://a.cn/1\n",
            ["https://a.cn/1", "https://a.cn/2"],
        ),
        ("\ufeffhttps://a.cn/新闻\n".encode(), ["https://a.cn/新闻"]),
        ("https://a.cn/新闻\n".encode("gb18030"), ["https://a.cn/新闻"]),
        (b"/etc/passwd\n", ["/etc/passwd"]),
    ],
)
def test_files_of_links(content: bytes, links: list[str], tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_bytes(content)
    assert read_links(str(tmp_path / "links.txt")) == links


@pytest.mark.parametrize("content", [None, b"\x89PNG\r\n" + bytes(100)])
def test_files_of_no_links(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "links.txt").write_bytes(content)
    with pytest.raises(InputError, match=r"links\.txt: "):
        read_links(str(tmp_path / "links.txt"))


def run_command(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Give exit code and error line of ``medai-extract run``."""
    command = [sys.executable, "-m", "medai_extract", "run", *arguments, "--out", "out", "--json"]
    process = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return process.returncode, process.stderr.strip()


def read_table(out: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / f"{table}.jsonl").read_text("utf-8").splitlines()]


def test_command_refuses_private_addresses(tmp_path: Path) -> None:
    with Website({"/news": send(BODY_ZH.encode())}).serve() as site:
        code, error = run_command(site.root + "/news", cwd=tmp_path)
        assert (code, site.asked) == (5, [])
    assert "private_address 1" in error
    assert "\n" not in error
    (row,) = read_table(tmp_path / "out", "rejected")
    assert (row["stage"], row["reason"], row["source"]) == ("fetch", "private_address", site.root + "/news")


def test_the_next_run_asks_only_for_what_has_changed(tmp_path: Path) -> None:
    with Website({"/news": send(BODY_ZH.encode(), ETag='"v1"')}).serve() as site:
        for _ in range(2):
            run_batch([site.root + "/news"], tmp_path / "out", settings=Settings(), fetching=SETTINGS)
            (article,) = read_table(tmp_path / "out", "articles")
            assert (article["source"], article["url"]) == (site.root + "/news", site.root + "/news")
        assert [asked.headers.get("if-none-match") for asked in site.asked if asked.path == "/news"] == [
            None,
            '"v1"',
        ]


def test_command_fetches_a_file_of_links(tmp_path: Path) -> None:
    with Website({"/1": send(BODY_ZH.encode()), "/2": send(BODY_EN.encode())}).serve() as site:
        lines = [f"{site.root}/1", f"{site.root}/2", f"{site.root}/3", "/etc/passwd", "file:///etc/passwd"]
        (tmp_path / "links.txt").write_text("# today\n" + "\n".join(lines))
        assert run_command("links.txt", "--links", "--allow-private", "--workers", "2", cwd=tmp_path) == (
            0,
            "",
        )
    assert [row["source"] for row in read_table(tmp_path / "out", "articles")] == lines[:2]
    assert {row["source"]: row["reason"] for row in read_table(tmp_path / "out", "rejected")} == {
        lines[2]: "status_404",
        lines[3]: "bad_scheme",
        lines[4]: "bad_scheme",
    }


def test_command_without_what_fetching_needs_says_so(tmp_path: Path) -> None:
    """The module is hidden by an import hook in the process, as if it had not been installed."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['httpx'] = None\n")
    process = subprocess.run(
        [sys.executable, "-m", "medai_extract", "run", "https://example.com/"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 8
    assert process.stderr.strip() == (
        "medai-extract: links: fetching needs httpx; pip install 'medai-extract[web]'"
    )


@pytest.mark.parametrize("source", ["ftp://example.com/a", "file:///etc/passwd"])
def test_other_addresses_among_the_paths_are_refused(source: str) -> None:
    (row,) = read_file(source)
    assert isinstance(row, Rejected)
