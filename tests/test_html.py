"""Pages: what is body and what is furniture, what a page states of its article, walls, and pages of every layout of the benchmark."""

import importlib.util
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai_extract.clean import Cleaner
from medai_extract.ingest import read_file
from medai_extract.ingest.fields import Fields
from medai_extract.ingest.html import read_html
from medai_extract.ingest.html_blocks import parse_page, split_blocks
from medai_extract.ingest.html_metadata import clean_title, is_same_title
from medai_extract.model import Article, Document, Rejected
from medai_extract.patterns import Patterns

ROOT = Path(__file__).parents[1]
ZH = "推想医疗上周宣布完成五亿美元融资，由多家机构共同领投，资金将用于研发和海外临床试验。"
EN = "Acme Health said on Monday that it had raised $40 million from investors in three countries."
MENU = "<ul>" + "".join(f"<li><a href=/{n}>{n}频道</a></li>" for n in range(12)) + "</ul>"
BODY = f"<p>{ZH}</p><p>{EN}</p>" * 3


def read(html: str, **options: Any) -> Article:
    [found] = read_html("a.html", html, "utf-8", (), **options)
    assert isinstance(found, Article), found
    return found


def refuse(html: str) -> Rejected:
    [found] = read_html("a.html", html, "utf-8", ())
    assert isinstance(found, Rejected), found
    return found


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>一<p>二", ["一", "二"]),
        ("<h2>标题</h2>段落<h3>小节</h3>", ["标题", "段落", "小节"]),
        ("<ul><li>甲<li>乙<ul><li>丙</ul></ul>", ["甲", "乙", "丙"]),
        ("<table><tr><th>轮次<th>金额<tr><td>A轮<td>5亿元</table>", ["轮次 | 金额", "A轮 | 5亿元"]),
        ("<table><tr><td><p>A轮</p></td><td><p>5亿元</p></td></tr></table>", ["A轮 | 5亿元"]),
        ("<table><tr><td><p>一</p><p>二</p></td><td>三</td></tr></table>", ["一", "二", "三"]),
        ("<table><tr><td>阅读 12</td><td><h1>标题</h1></td></tr></table>", ["阅读 12", "标题"]),
        ("<table><tr><td>外<table><tr><td>甲<td>乙</table><td>丁</table>", ["外", "甲 | 乙", "丁"]),
        ("一<br>二<br/>三", ["一", "二", "三"]),
        ("<p>蚂蚁<b>阿福</b><span>上线</span>了</p>", ["蚂蚁阿福上线了"]),
        ("<p>two\n  lines</p>", ["two lines"]),
        ("<p>看得见</p><script>a()</script><style>b{}</style><noscript>c</noscript><template>d</template>", ["看得见"]),
        ('<p>一</p><div style="display: none">藏</div><p hidden>藏</p><p>二</p>', ["一", "二"]),
        ('<div style="visibility: hidden; opacity: 0;"><p>微信正文</p></div>', ["微信正文"]),
        ("前<button>按</button>后", ["前后"]),
        ("<cite>动脉网</cite><time>2024-03-16 08:00</time>", ["动脉网 2024-03-16 08:00"]),
        ("<dl><dt>甲<dd>乙</dl><blockquote>引文</blockquote>", ["甲", "乙", "引文"]),
        ("<!-- 注释 --><?php echo 1 ?><p>文", ["文"]),
    ],
)  # fmt: skip
def test_blocks(html: str, lines: list[str]) -> None:
    assert [block.text for block in split_blocks(parse_page(html)).blocks] == lines


COMMENTS = "".join(
    f"<div class=x{n}><b>用户{n}</b><p>评论的内容很长，说了许多与正文没有关系的话，也不代表任何人的看法。</p><i>2024-03-1{n}</i></div>"
    for n in range(5)
)


@pytest.mark.parametrize(
    "page",
    [
        "{menu}<article>{body}</article>",
        "{menu}<div>{body}</div><div class='related-posts'><h3>相关阅读</h3><p>别的文章说了别的事情，与此无关，也很长。</p></div>",
        "{menu}<div class='newsletter-post'><h1>推想医疗融资</h1>{body}</div><div class='comment-list'><p>先看完文章再评论吧，别急。</p></div>",
        "{menu}<section><div>{body}</div><div>{comments}</div></section>",
        "{menu}<table><tr><td>{menu}</td><td><table><tr><td>{body}</td></tr></table></td></tr></table>",
        "<div class='has-sidebar with-comments'>{menu}<div>{body}</div></div>",
        "<nav>{menu}</nav><main>{body}</main><aside><p>侧栏里的一段推荐语，写得像正文一样，也有句号。</p></aside>",
        "<body>{body}",
        "{menu}<article><h1>推想医疗融资</h1><div class='byline'>张三 2024-03-16</div><div>{body}</div></article><footer>© 甲网，版权所有。</footer>",
    ],
)  # fmt: skip
def test_the_body_and_nothing_else(page: str) -> None:
    html = f"<title>推想医疗融资</title>{page}".format(menu=MENU, body=BODY, comments=COMMENTS)
    lines = read(html).text.split("\n")
    assert [line for line in lines if line != "推想医疗融资"] == [ZH, EN] * 3


def test_a_teaser_and_a_gate_before_the_story() -> None:
    gate = "<div class='gateway'><h2>Subscribe</h2><p>The rest is for subscribers. Start a trial.</p></div>"
    html = (
        f"{MENU}<article><h1>Owkin signs a deal</h1><div><p>{EN}</p></div>{gate}<div>{BODY}</div></article>"
    )
    assert read(html).text.split("\n") == ["Owkin signs a deal", EN, *[ZH, EN] * 3]


@pytest.mark.parametrize(
    ("head", "stated"),
    [
        ("<title>推想医疗完成融资 - 动脉网</title>", {"title": "推想医疗完成融资"}),
        ("<title>Owkin signs | Example News</title>", {"title": "Owkin signs"}),
        ('<meta property="og:title" content="推想医疗完成融资">', {"title": "推想医疗完成融资"}),
        ('<meta name="author" content="王芳">', {"author": "王芳"}),
        ('<meta name="byl" content="By Ann Lee">', {"author": "Ann Lee"}),
        ('<meta property="article:author" content="https://facebook.com/a">', {"author": None}),
        ('<meta name="author" content="admin">', {"author": None}),
        ('<meta property="og:site_name" content="动脉网">', {"publisher": "动脉网"}),
        ('<meta property="article:published_time" content="2024-03-16T10:00:00+08:00">', {"published_at": "2024-03-16"}),
        ('<meta name="PubDate" content="2024-03-16 15:20">', {"published_at": "2024-03-16"}),
        ('<meta name="weibo:article:create_at" content="2024/03/16">', {"published_at": "2024-03-16"}),
        ('<meta itemprop="datePublished" content="2024年3月16日">', {"published_at": "2024-03-16"}),
        ('<meta property="article:modified_time" content="2024-03-18">', {"published_at": None}),
        ('<meta name="date" content="soon">', {"published_at": None}),
        ("<time datetime='2024-03-16T01:00:00Z'>", {"published_at": "2024-03-16"}),
        ("<!-- saved from url=(0030)https://a.example/ on 2024-03-18 -->", {"published_at": None, "url": None}),
        ('<link rel="canonical" href="https://a.example/1.html">', {"url": "https://a.example/1.html"}),
        ('<meta property="og:url" content="https://a.example/2.html">', {"url": "https://a.example/2.html"}),
        ('<link rel="canonical" href="https://a.example/"><meta property="og:url" content="https://a.example/2">', {"url": "https://a.example/2"}),
        ('<link rel="canonical" href="javascript:alert(1)">', {"url": None}),
        ('<link rel="canonical" href="file:///etc/passwd">', {"url": None}),
        ('<link rel="canonical" href="http://[::1">', {"url": None}),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "推想", "datePublished": "2024-03-16", "author": {"name": "王芳"},'
         ' "publisher": {"name": "动脉网"}, "url": "https://a.example/3"}</script>',
         {"title": "推想", "published_at": "2024-03-16", "author": "王芳", "publisher": "动脉网", "url": "https://a.example/3"}),
        ('<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "甲"}, {"@type": ["Article"], "author": [{"name": "Ann"}, {"name": "Bo"}]}]}</script>',
         {"author": "Ann, Bo"}),
        ('<script type="application/ld+json">{broken</script><meta name="author" content="王芳">', {"author": "王芳"}),
        ('<script type="application/ld+json">[[[]], 1, null, {"@type": 3}]</script>', {"author": None}),
    ],
)  # fmt: skip
def test_metadata(head: str, stated: dict[str, str | None]) -> None:
    article = read(f"<html><head>{head}</head><body>{BODY}</body></html>")
    assert {name: getattr(article, name) for name in stated} == stated
    assert (article.published_from == "metadata") == (article.published_at is not None)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<h1>推想医疗融资</h1><p>发布时间：2024-03-16 来源：动脉网 作者：王芳</p>{body}", ("2024-03-16", "动脉网", "王芳")),
        ("<h1>推想医疗融资</h1><div>来源｜时代周报　2024年3月16日</div><div>{body}</div>", ("2024-03-16", "时代周报", None)),
        ("<h1>Owkin signs</h1><div>By Ann Lee</div><div>June 15, 2022</div><div>{body}</div>", ("2022-06-15", None, "Ann Lee")),
        ("<h1>Owkin signs</h1><div><p>PARIS, June 15, 2022 /PRNewswire/ -- {en}</p>{body}</div>", ("2022-06-15", None, None)),
        ("<h1>推想医疗融资</h1><div>{body}</div><div>收录时间：2024-03-18</div>", (None, None, None)),
    ],
)  # fmt: skip
def test_metadata_of_the_lines_around_the_text(
    page: str, found: tuple[str | None, ...], patterns: Patterns
) -> None:
    document = Cleaner(patterns).clean(read(page.format(body=BODY, en=EN)))
    assert (document.published_at, document.publisher, document.author) == found


@pytest.mark.parametrize(
    ("page", "warning"),
    [
        ('<meta property="og:title" content="推想医疗完成融资"><h1>联影医疗发布新机</h1>{body}', "title_disagrees"),
        ('<meta property="og:title" content="推想医疗完成融资_动脉网"><h1>推想医疗：完成融资</h1>{body}', None),
        ('<meta name="pubdate" content="2024-03-16"><meta name="date" content="2024-05-16">{body}', "date_disagrees"),
        ('<meta name="pubdate" content="2024-03-16"><meta name="date" content="2024-03-16T01:00">{body}', None),
        ('<meta name="pubdate" content="2024-03-16"><h1>推想医疗融资</h1><div>2024-03-18 10:00</div>{body}', "date_disagrees"),
        ('<meta property="og:site_name" content="甲网"><h1>推想医疗融资</h1><div>来源：动脉网</div>{body}', "publisher_disagrees"),
        ('<meta property="og:site_name" content="动脉网"><h1>推想医疗融资</h1><div>来源：动脉网</div>{body}', None),
    ],
)  # fmt: skip
def test_sources_that_disagree(page: str, warning: str | None, patterns: Patterns) -> None:
    document: Document = Cleaner(patterns).clean(read(page.format(body=BODY)))
    assert [line.split(":")[0] for line in document.warnings] == ([warning] if warning else [])
    assert all("\n" not in line and len(line) < 300 for line in document.warnings)


def test_what_a_row_states_goes_first_and_an_address_last() -> None:
    row = Fields("另一个标题", None, None, None, "2024-03-18", None, ())
    page = f'<link rel=canonical href="/a.html"><title>标题在此处</title>{BODY}'
    article = read(page, stated=row, address="https://a.example/b?utm=1")
    assert (article.title, article.published_at, article.published_from) == (
        "另一个标题",
        "2024-03-18",
        "row",
    )
    assert article.url == "https://a.example/a.html"
    assert read(BODY, address="https://a.example/b?utm=1").url == "https://a.example/b?utm=1"


@pytest.mark.parametrize(
    ("lang", "body", "wanted"),
    [("en", ZH, None), ("zh-CN", EN, None), ("zh-CN", f"{ZH}</p><p>{EN}{EN}", "zh"), ("xx", f"{ZH}</p><p>{EN}{EN}", None)],
)  # fmt: skip
def test_a_stated_language_is_but_a_hint(lang: str, body: str, wanted: str | None) -> None:
    assert read(f'<html lang="{lang}"><body><p>{body}</p></body></html>').lang == wanted


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<h1>Before you continue</h1><p>We use cookies to personalise content. You can change your mind at any time.</p>", "cookie_wall"),
        ("<p>我们使用Cookie以改善体验。继续使用即表示您同意我们的隐私政策。</p><button>同意</button>", "cookie_wall"),
        ("<p>Please enable JavaScript to continue.</p>", "script_wall"),
        ("<p>当前环境异常，完成验证后即可继续访问。</p>", "script_wall"),
        ("<html><body></body></html>", "no_text"),
        ("", "no_text"),
        ("<ul><li><a href=/>首页</a><li><a href=/b>要闻</a></ul>", "no_text"),
    ],
)  # fmt: skip
def test_walls_and_empty_pages_are_refused(html: str, reason: str) -> None:
    rejected = refuse(html)
    assert rejected.reason == reason
    assert rejected.detail


def test_an_article_about_cookies_is_no_wall() -> None:
    story = "The regulator fined the app for cookies that told advertisers which patients were pregnant. "
    assert story.strip() in read(f"<p>{story * 8}</p><p>{EN * 8}</p>").text


def test_a_body_in_the_metadata_is_read_where_the_page_shows_a_teaser() -> None:
    long = "。".join([ZH] * 12)
    head = f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{long}"}}</script>'
    assert read(f"{head}<p>{ZH}</p>").text == long


def load_benchmark(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


pages, cleaning = load_benchmark("pages"), load_benchmark("cleaning")
LAYOUTS = sorted(
    path.name.removesuffix(".html.j2")
    for path in (ROOT / "benchmarks" / "layouts").glob("*.html.j2")
    if not path.name.startswith("parts")
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pages_of_every_layout(layout: str, patterns: Patterns) -> None:
    """Nearly nothing of the body is lost, and little else is kept."""
    cleaner = Cleaner(patterns)
    for page in pages.make_pages([layout], stories=range(0, 90, 9)):
        precision, recall = cleaning.score(page, cleaner.clean(read(page.html)).text)
        assert recall >= 0.93, (page.title, recall)
        assert precision >= 0.8, (page.title, precision)


def save_as_mhtml(html: str, charset: str) -> bytes:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["MIME-Version"] = "1.0"
    message["Snapshot-Content-Location"] = "https://a.example/2024/a.html"
    message["Subject"] = "推想医疗融资"
    message["Date"] = "Fri, 1 Aug 2025 10:00:00 -0000"
    message.add_related(
        html.encode(charset), "text", "html", cte="quoted-printable", params={"charset": charset}
    )
    message.add_related(b"GIF89a", "image", "gif")
    message.add_related(
        b"<p>An advertisement in a frame, which is no article.</p>", "text", "html", cte="base64"
    )
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_saved_pages(charset: str, tmp_path: Path) -> None:
    (tmp_path / "a.mhtml").write_bytes(
        save_as_mhtml(f"<h1>推想医疗融资</h1><article>{BODY}</article>", charset)
    )
    [article] = read_file(str(tmp_path / "a.mhtml"))
    assert isinstance(article, Article)
    assert article.text.split("\n") == ["推想医疗融资", *[ZH, EN] * 3]
    assert (article.format, article.encoding, article.plain) == ("mhtml", charset, False)
    assert (article.url, article.published_at) == ("https://a.example/2024/a.html", None)


@pytest.mark.parametrize(
    "body",
    [b"", b"Content-Type: text/plain\n\nno page", b"--x\nContent-Type: text/html\n\n\0\1\2\xff\xfe--x--"],
)
def test_saved_pages_without_a_page(body: bytes, tmp_path: Path) -> None:
    head = b"From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/\nMIME-Version: 1.0\n"
    (tmp_path / "a.mhtml").write_bytes(head + b'Content-Type: multipart/related; boundary="x"\n\n' + body)
    [found] = read_file(str(tmp_path / "a.mhtml"))
    assert isinstance(found, Rejected)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div class=comment>", "<div>", "</div>", "<table><tr><td>", "</td><td>", "</table>", "<a href=/x>", "</a>", "<h1>", "<br>",
     "<script>", "</script>", "<li>", "<article>", "<nav>", "<!--", "-->", "<time datetime=x>", "<link rel=canonical href='", "<meta name=date content='",
     "'>", "<title>", "&#0;", "&amp;", "<![CDATA[", "<style>", "<svg>", "<template>", "\0", ZH, EN, "融资", "x" * 50]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.one_of(TAGS, st.text(max_size=6)), max_size=30).map("".join))
def test_any_page_gives_an_article_of_its_own_words_or_a_reason(html: str) -> None:
    [found] = read_html("a.html", html, "utf-8", ())
    if isinstance(found, Article):
        assert found.text.strip()
        assert found.source_length is not None
        assert found.source_length >= len(found.text)
        root = parse_page(html)
        shown = "".join("".join(root.itertext()).split())
        assert set("".join(found.text.replace(" | ", "").split())) <= set(shown)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "推想医疗，完成融资。" * 200_000,
        "<p>推想医疗，完成融资。" * 100_000,
        "<table>" + "<tr><td>推想<td>医疗" * 50_000,
        "<a href=/x>" * 100_000 + ZH,
        "<div class='" + "comment " * 200_000 + "'>" + BODY,
        "<!--" * 100_000 + BODY,
        "<title>" + "推想 - " * 100_000 + "</title>" + BODY,
    ],
)
def test_hostile_pages_are_read_soon(html: str) -> None:
    started = time.process_time()
    found = list(read_html("a.html", html, "utf-8", ()))
    assert len(found) == 1
    assert time.process_time() - started < 8


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("推想医疗完成融资", "推想医疗：完成融资！", True),
        ("Owkin signs a deal with Sanofi", "Owkin signs deal with Sanofi", True),
        ("推想医疗完成融资", "联影医疗发布新机", False),
        ("", "推想", True),
    ],
)
def test_headlines_are_compared_by_their_letters(one: str, other: str, same: bool) -> None:
    assert is_same_title(one, other) is same


@pytest.mark.parametrize(
    ("window", "title"),
    [
        ("推想医疗完成融资_新浪财经_新浪网", "推想医疗完成融资_新浪财经"),
        ("AI-driven - or not?", "AI-driven - or not?"),
        ("A | B", "A | B"),
        ("  two \n lines ", "two lines"),
        (None, None),
    ],
)
def test_titles_without_their_site(window: str | None, title: str | None) -> None:
    assert clean_title(window) == title
