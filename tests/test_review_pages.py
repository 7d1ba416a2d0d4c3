"""What the desk shows: why a mention was found, edges, the source with what cleaning dropped, every text in both languages."""
# ruff: noqa: F811

import re
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from desk import ids, out, row, store  # noqa: F401
from medai_extract.model import Span
from medai_extract.pipeline import Pipeline
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.actions.mark import mark
from medai_extract.review.actions.regroup import merge, rename
from medai_extract.review.messages import LANGUAGES, read_messages
from medai_extract.review.source import find_source_span, make_source_link, split_source
from medai_extract.review.store import Store
from medai_extract.review.trace import Explainer
from medai_extract.review.view import make_edges

ROOT = Path(__file__).parents[1]


def test_a_trace_says_why(store: Store, pipeline: Pipeline) -> None:
    article = store.read.execute("SELECT * FROM article WHERE source LIKE '%a.txt'").fetchone()
    mention = store.read.execute("SELECT * FROM mention WHERE text = 'IDG资本'").fetchone()
    trace = Explainer(pipeline).explain(article, mention)
    assert [surface for surface, _ in trace.kept] == ["IDG资本"]
    assert trace.kept[0][1].rule_id == mention["rule_id"]


def test_edges_move_by_characters_and_by_tokens() -> None:
    edges = make_edges("由推想医疗完成", Span(1, 5))
    assert (edges["start"].less, edges["start"].more) == ((0, 5), (2, 5))
    assert edges["start"].token_more.start in (3, 4)
    assert make_edges("阿福", Span(0, 1))["start"].more == (0, 1), "a span keeps a character"


def test_a_link_opens_the_page_at_the_words(store: Store) -> None:
    article = store.read.execute("SELECT * FROM article WHERE source LIKE '%a.txt'").fetchone()
    mention = store.read.execute("SELECT * FROM mention WHERE text = 'IDG资本'").fetchone()
    span = Span(mention["start"], mention["end"])
    linked = dict(article) | {"url": "https://news.example/a?x=1#top"}
    link = make_source_link(linked, span)  # type: ignore[arg-type]
    assert link is not None
    assert link.startswith("https://news.example/a?x=1#:~:text=")
    for url in (None, "javascript:alert(1)"):
        assert make_source_link(dict(article) | {"url": url}, span) is None  # type: ignore[arg-type]


def test_a_mention_is_shown_in_its_source(store: Store) -> None:
    for mention in store.read.execute("SELECT * FROM mention").fetchall():
        article = store.read.execute(
            "SELECT * FROM article WHERE id = ?", (mention["article_id"],)
        ).fetchone()
        source = Path(article["source"]).read_text("utf-8")
        span = find_source_span(article, mention)
        assert span is not None
        assert source[slice(*span)] == mention["text"]
        parts = split_source(source, article["kept"], span, Span(0, len(source)))
        assert "".join(piece.text for part in parts for piece in part.pieces) == source
        here = "".join(piece.text for part in parts if part.here for piece in part.pieces)
        assert here == mention["text"]
        assert mention["sentence"][mention["start"] - mention["sentence_at"] :].startswith(mention["text"])


def test_what_is_typed_beside_an_edge_is_kept(out: Path, store: Store) -> None:
    (one,) = ids(store, "5亿美元")
    mention = row(store, one)
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        reviewer.get(
            f"/mention/{one}?start={mention['start']}&end={mention['end'] + 1}&reason=因为&value_amount=7"
        )
        assert (reviewer.field("reason"), reviewer.field("value_amount")) == ("因为", "7")
        assert reviewer.field("value_currency") == "USD"
        assert reviewer.field("end") == str(mention["end"] + 1)


@pytest.mark.parametrize(
    ("surface", "field", "text", "status"),
    [
        ("5亿美元", "currency", "abc", 400),
        ("5亿美元", "amount", "6亿", 400),
        ("5亿美元", "modifier", "about", 400),
        ("5亿美元", "modifier", "more_than", 200),
        ("5亿美元", "amount", "600000000.5", 200),
        ("2025年3月16日", "start", "2025-02-30", 400),
        ("2025年3月16日", "timex", "XXXX-WXX-4TEV", 200),
        ("2025年3月16日", "timex", "2025-01/2025-03", 200),
        ("2025年3月16日", "timex", "soon", 400),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    out: Path, store: Store, surface: str, field: str, text: str, status: int
) -> None:
    one = ids(store, surface)[0]
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        answer = reviewer.post(
            f"/mention/{one}/decide", verdict="accept", known=0, **{f"value_{field}": text}
        )
        assert answer.status_code == status
        assert (f"“{text}” cannot stand there" in answer.text) == (status == 400)
        assert row(store, one)["status"] == ("unreviewed" if status == 400 else "corrected")


def test_times_and_actions_speak_the_reviewers_language(out: Path, store: Store) -> None:
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address, "zh")
        reviewer.open()
        reviewer.post(f"/mention/{ids(store, 'IDG资本')[0]}/decide", verdict="reject", known=0)
        page = reviewer.get("/history").text
    assert "拒绝: " in page
    assert re.search(r'<time datetime="[^"]+\+00:00">[\d :-]+ UTC</time>', page)


def test_the_history_says_what_every_action_changed(out: Path, store: Store) -> None:
    def one(text: str) -> str:
        return ids(store, text)[0]

    fund = row(store, one("IDG资本"))
    article, entity_id = fund["article_id"], str(fund["entity_id"])
    hospital, firm = (str(row(store, one(text))["entity_id"]) for text in ("北京协和医院", "推想医疗"))
    start = row(store, one("推想医疗"))["start"]
    amount = {"currency": "USD", "amount": "600000000"}
    decide(store, "李娜", one("2025年3月16日"), Wanted(verdict="accept"))
    decide(store, "李娜", one("ChatGPT Health"), Wanted(verdict="unsure"))
    decide(store, "李娜", one("IDG资本"), Wanted(verdict="reject"))
    decide(store, "李娜", one("5亿美元"), Wanted(verdict="correct", value=amount))
    decide(store, "李娜", one("推想医疗"), Wanted(verdict="correct", label="PRODUCT", end=start + 2))
    mark(store, "李娜", article, 0, 2, "ORG")
    rename(store, "李娜", hospital, "协和", "PUMCH")
    rename(store, "李娜", hospital, "协和", "Union")
    merge(store, "李娜", entity_id, firm)
    wanted = {
        "en": [
            f"merged: {entity_id} → {firm}",
            "English name: PUMCH → Union",
            "Chinese name: 北京协和医院 → 协和",
            "mention: none → organisation",
            "words: 推想医疗 → 推想",
            "label: organisation → product",
            "value: USD 500000000 → USD 600000000",
            "mention: organisation → none",
            "left open",
            "as it was found",
        ],
        "zh": ["合并: ", "提及: 无 → 机构", "类别: 机构 → 产品", "留待再定", "与找到的一致"],
    }
    with desk.serve(out) as address:
        for lang, told in wanted.items():
            reviewer = desk.Reviewer(address, lang)
            reviewer.open()
            page = " ".join(re.sub("<[^>]*>", "", reviewer.get("/history").text).split())
            places = [page.find(text) for text in told]
            assert -1 not in places, [text for text in told if text not in page]
            assert places == sorted(places)
        page = re.sub("<[^>]*>", "", reviewer.get(f"/entity/{hospital}").text)
        assert "英文名: PUMCH → Union" in " ".join(page.split())


def test_every_message_is_there_in_both_languages_and_used() -> None:
    messages = read_messages()
    assert all(set(texts) == set(LANGUAGES) and all(texts.values()) for texts in messages.values())
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "medai_extract" / "review").rglob("*")
        if path.suffix in (".py", ".html")
    )
    named = set(re.findall(r"""["']([a-z]+\.[A-Za-z_]+)["']""", source))
    families = {
        name
        for name in messages
        if re.search(rf"""["']{name.split(".")[0]}\.["'] ~|f["']{name.split(".")[0]}\.""", source)
    } | {name for name in messages if name.startswith(("label.", "lang."))}
    said = r"""(?:say|Refused\(\d+,|NotThereError)\(?\s*["']([a-z]+\.[A-Za-z_]+)["']"""
    assert set(re.findall(said, source)) <= set(messages)
    assert set(messages) - named - families == set()
