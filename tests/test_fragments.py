"""Links to a mention on its page: what a browser needs to find the place, and that a real one does."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.fragments import PageLinks
from medai_extract.model import Article
from medai_extract.pipeline import Pipeline

PAGE = "https://a.example/1"


def link(text: str, words: str, nth: int = 0, title: str | None = None) -> str:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    found = PageLinks(PAGE, text, title).link(start, start + len(words))
    assert found is not None
    return ",".join(map(unquote, found.partition("#:~:text=")[2].split(",")))


@pytest.mark.parametrize(
    ("text", "words", "nth", "fragment"),
    [
        ("Owkin raised $5 million.", "Owkin", 0, "Owkin"),
        ("Owkin raised $5 million. Owkin, of Paris", "Owkin", 0, "Owkin,-raised"),
        ("Owkin raised $5 million. Owkin, of Paris", "Owkin", 1, "million.-,Owkin,-, of Paris"),
        ("OWKIN grew. Owkin shrank", "Owkin", 0, "grew.-,Owkin,-shrank"),
        ("由联影医疗牵头，推想跟投", "联影医疗", 0, "由-,联影医疗,-牵头，推想跟投"),
        ("推想医疗", "推想医疗", 0, "推想医疗"),
        ("推想 | 5亿元\n联影 | 5亿元", "5亿元", 1, "推想 | 5亿元"),
        ("甲公司\n推想\n乙公司\n推想", "推想", 1, "乙公司-,推想"),
        ("a-b, c&d, e", "a-b, c&d", 0, "a-b, c&d"),
        ("- 推想医疗融资", "推想", 0, "推想,-医疗融资"),
    ],
)  # fmt: skip
def test_fragments(text: str, words: str, nth: int, fragment: str) -> None:
    if "|" in text:
        # A cell is a block of its own, so its neighbours cannot be context.
        assert "推想" not in link(text, words, nth)
    else:
        assert link(text, words, nth) == fragment


def test_a_word_of_the_title_alone_is_told_from_it() -> None:
    assert link("Owkin signs.", "Owkin", title="Owkin in Paris") == "Owkin,-signs"
    assert link("Owkin signs.", "Owkin", title="Paris") == "Owkin"


@pytest.mark.parametrize("url", [None, "", "file:///a", "javascript:alert(1)", "ftp://a.example", "a.html"])
def test_only_pages_of_the_web_have_links(url: str | None) -> None:
    assert PageLinks(url, "推想医疗").link(0, 2) is None


@given(st.text(alphabet="ab推想 ,-&|\n医。", min_size=1, max_size=60), st.integers(0, 59), st.integers(1, 8))
def test_every_link_holds_its_words_and_only_text_beside_them(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    if not words or "\n" in words or words != words.strip():
        return
    found = PageLinks(PAGE, text).link(start, start + len(words))
    assert found is not None
    parts = found.removeprefix(f"{PAGE}#:~:text=").split(",")
    before = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
    after = unquote(parts.pop()[1:]) if parts[-1].startswith("-") else ""
    assert [unquote(part) for part in parts] == [words]
    assert before in text[:start]
    assert after in text[start + len(words) :]
    assert found.isascii()
    assert not set(found.partition("#:~:text=")[2]) & set("&#\n ")


def test_every_mention_of_a_web_article_has_a_link(pipeline: Pipeline) -> None:
    text = "推想医疗宣布完成5亿美元D轮融资。推想医疗表示，资金将用于研发。"
    web = pipeline.extract(Article(source="-", text=text, url="https://a.example/1?x=2#top"))
    assert len({mention.link for mention in web.mentions}) == len(web.mentions) > 2
    assert all(
        (mention.link or "").startswith("https://a.example/1?x=2#:~:text=") for mention in web.mentions
    )
    assert {mention.link for mention in pipeline.extract(Article(source="-", text=text)).mentions} == {None}


FAR = '<div style="height:4000px"></div>'
PAGES = {
    "/zh": f"<p>联影医疗是公司。</p><p>推想医疗</p>{FAR}<p>据悉，<b>由联影</b>医疗牵头完成了融资。</p>{FAR}",
    "/en": f"<h1>Owkin signs</h1>{FAR}<p>Shares of <i>Owkin</i>-backed BioNTech-like firms, e.g. A&amp;B, rose.</p>{FAR}",
    "/table": f"<table><tr><td>推想</td><td>5亿元</td></tr></table>{FAR}<table><tr><td>联影</td><td>7亿元</td></tr></table>{FAR}",
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<!doctype html><meta charset=utf-8><body>{PAGES.get(self.path, '')}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    if path is None:
        pytest.skip("there is no Chromium here (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize(
    ("path", "text", "words", "nth"),
    [
        ("/zh", "联影医疗是公司。\n推想医疗\n据悉，由联影医疗牵头完成了融资。", "联影医疗", 1),
        ("/en", "Owkin signs\nShares of Owkin-backed BioNTech-like firms, e.g. A&B, rose.", "Owkin", 1),
        ("/en", "Owkin signs\nShares of Owkin-backed BioNTech-like firms, e.g. A&B, rose.", "A&B", 0),
        ("/table", "推想 | 5亿元\n联影 | 7亿元", "7亿元", 0),
    ],
)
def test_a_browser_opens_the_page_at_the_mention(
    path: str, text: str, words: str, nth: int, site: str, browser: Any
) -> None:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    page = browser.new_page()
    page.goto(str(PageLinks(site + path, text).link(start, start + len(words))))
    page.wait_for_function("scrollY > 1500", timeout=5_000)
    page.close()
