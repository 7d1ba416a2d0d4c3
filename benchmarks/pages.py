"""Pages as news sites make them: articles of our corpora in the layouts of ``layouts/``, furniture drawn by a seeded generator."""

import re
import tomllib
import zlib
from collections.abc import Container, Iterator
from html import escape
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import jinja2
import orjson

from medai_extract.evaluate import read_gold

ROOT = Path(__file__).parents[1]
LAYOUTS = Path(__file__).parent / "layouts"
HELD_OUT = ("broadcaster", "column", "forum", "government", "mobile", "substack", "university")
"""Layouts written after the reader was done, as a check."""
_BULLET = re.compile(r"[-·•*]\s+")
_ENDS = '。！？!?.;；：:”"）)…，,'


class Page(NamedTuple):
    """A page and the body that is to be found in it."""

    layout: str
    lang: str
    html: str
    body: str
    title: str


def read_stories() -> list[dict[str, Any]]:
    """Give the gold articles as blocks of a page: paragraphs, headings, lists and tables; their boilerplate is left out."""
    stories = []
    for gold in read_gold(ROOT / "corpora" / "gold"):
        article, text = gold.article, gold.article.text
        for span in reversed(gold.boilerplate):
            text = text[: span.start] + text[span.end :]
        title = article.title or ""
        blocks = list(_split_blocks([line.strip() for line in text.split("\n")], title))
        lang = "zh" if (article.lang or "").startswith("zh") else "en"
        stories.append({"title": title, "lang": lang, "date": article.published_at, "blocks": blocks})
    return stories


def _split_blocks(lines: list[str], title: str) -> Iterator[dict[str, Any]]:
    kept = [line for line in lines if line != title]
    index = 0
    while index < len(kept):
        line = kept[index]
        kind = _kind(line, kept[index - 1] if index else "", kept[index + 1] if index + 1 < len(kept) else "")
        run = [line]
        index += 1
        if kind in ("list", "table"):
            while index < len(kept) and _kind(kept[index], "x", "") == kind:
                run.append(kept[index])
                index += 1
        if kind == "list":
            yield {"kind": kind, "lines": [_BULLET.sub("", each, count=1) for each in run]}
        elif kind == "table":
            yield {"kind": kind, "rows": [_cells(each) for each in run if set(each) - set("|-: ")]}
        elif line:
            yield {"kind": kind, "text": line}


def _kind(line: str, before: str, after: str) -> str:
    if _BULLET.match(line):
        return "list"
    if "\t" in line or line.count("|") >= 2 or line.count("｜") >= 2:
        return "table"
    short = 0 < len(line) <= 30 and line[-1] not in _ENDS
    return "heading" if short and not before and len(after) > len(line) else "paragraph"


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"[\t|｜]", row.strip("|｜")) if cell.strip()]


def make_pages(layouts: list[str], seed: int = 1, stories: Container[int] = range(10_000)) -> list[Page]:
    """Give every story (or those of these numbers) in every layout; the same seed gives the same pages."""
    furniture = tomllib.loads((LAYOUTS / "furniture.toml").read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(LAYOUTS), autoescape=True, trim_blocks=True
    )
    environment.filters["rich"] = _make_rich
    pages = []
    for layout in layouts:
        template = environment.get_template(f"{layout}.html.j2")
        for number, story in enumerate(read_stories()):
            if number not in stories:
                continue
            random = Random(f"{seed} {layout} {number}")
            filled = _fill(story, furniture[story["lang"]], random)
            html = template.render(page=filled)
            pages.append(Page(layout, story["lang"], html, _body(story["blocks"]), story["title"]))
    return pages


def _body(blocks: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for block in blocks:
        rows = (" ".join(row) for row in block.get("rows", ()))
        lines += [block["text"]] if "text" in block else [*block.get("lines", ()), *rows]
    return "\n".join(lines)


def _make_rich(text: str) -> str:
    """Escape a text and put a link or emphasis on a word or two, always the same for the same text."""
    random = Random(zlib.crc32(text.encode()))
    words = re.findall(r"[A-Za-z][\w-]{3,}|[\u4e00-\u9fff]{2,4}", text)
    html = escape(text, quote=False)
    for word in random.sample(words, min(len(words), random.choice((0, 0, 1, 2)))):
        tag = random.choice(('a href="/topic"', "strong", 'span class="kw"', "em"))
        html = re.sub(
            rf"(?<![\w&<>/=\"]){re.escape(word)}(?![\w;=])(?![^<]*>)",
            f"<{tag}>{word}</{tag.split()[0]}>",
            html,
            count=1,
        )
    return jinja2.utils.markupsafe.Markup(html)


def _fill(story: dict[str, Any], words: dict[str, Any], random: Random) -> dict[str, Any]:
    site, author = random.choice(words["sites"]), random.choice(words["authors"])
    related = random.sample(words["related"], len(words["related"]))
    identity = random.randrange(10**6)
    url = f"https://www.site{len(site)}.example/{story['date'] or '2025-01-01'}/{identity}.html".replace(
        "-", "/"
    )
    jsonld = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story["title"], "datePublished": story["date"],
        "author": [{"@type": "Person", "name": author}], "publisher": {"@type": "Organization", "name": site},
    }  # fmt: skip
    state = {
        "article": {"id": identity, "widgetTitle": story["title"]},
        "hot": related,
        "flags": {f"f{n}": n % 3 == 0 for n in range(300)},
    }
    return {
        **story, "site": site, "author": author, "url": url, "labels": words["labels"], "number": random.randrange(100, 90_000),
        "nav": words["nav"][:1] + random.sample(words["nav"][1:], random.randrange(10, 24)), "account": words["account"],
        "share": random.sample(words["share"], 5), "related": related[:8], "hot": related[8:18],
        "teasers": random.sample(words["teasers"], 4), "tags": random.sample(words["tags"], 3),
        "comments": [
            {"user": random.choice(words["users"]), "text": text, "date": f"2026-0{random.randrange(1, 7)}-1{random.randrange(10)}"}
            for text in random.sample(words["comments"], random.randrange(3, 9))
        ],
        "comment_labels": words["comment_labels"], "cookie": random.choice(words["cookie"]), "subscribe": words["subscribe"],
        "copyright": random.sample(words["copyright"], 2), "footer": words["footer"], "ads": random.sample(words["ads"], 4),
        "bio": random.choice(words["bios"]), "disclaimer": random.choice(words["disclaimers"]), "app": random.choice(words["app"]),
        "script": _make_script(random), "style": _make_style(random),
        "jsonld": orjson.dumps(jsonld).decode(), "state": orjson.dumps(state).decode(),
    }  # fmt: skip


def _make_script(random: Random) -> str:
    """Give as much script as pages carry: some tens of kilobytes."""
    return "".join(
        f"var v{n}=function(a,b){{if(a<b&&b>{random.randrange(999)}){{return '<div>'+a+'</div>'}}return b}};"
        for n in range(random.randrange(100, 500))
    )


def _make_style(random: Random) -> str:
    return "".join(
        f".c{n}-{random.randrange(99)}{{margin:{n}px;color:#{random.randrange(4096):03x}}}"
        for n in range(200)
    )
