"""An article with its mentions, one of them in focus, and its source with what cleaning dropped."""

import sqlite3
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from medai_extract.model import Span
from medai_extract.review.actions.alike import count_alike
from medai_extract.review.entities import suggest_entities
from medai_extract.review.filters import Filters
from medai_extract.review.forms import number_of, typed_of
from medai_extract.review.log import read_steps
from medai_extract.review.source import find_source_span, make_source_link, read_source, split_source
from medai_extract.review.users import Session
from medai_extract.review.view import PART, make_edges, make_view
from medai_extract.review.web import Asker, Desk, Refused, TheDesk, Wish

router = APIRouter()


@router.get("/mention/{mention_id}")
def mention_page(request: Request, mention_id: str, desk: TheDesk, session: Asker, filters: Wish) -> Response:
    """Show a mention in its article; ``start`` and ``end`` in the address show it with other edges, not saved yet."""
    connection, query = desk.store.read, request.query_params
    steps = read_steps(connection, mention_id)
    # A second look is blind: what others decided is shown when this reviewer has decided too.
    blind = filters.status == "second" and all(step.decision.user != session.user for step in steps)
    row = find_mention(desk, mention_id, blind=blind)
    article = find_article(desk, row["article_id"])
    span = Span(row["start"], row["end"])
    start, end = number_of(query, "start"), number_of(query, "end")
    if start is not None and end is not None and start < (end := min(end, len(article["text"]))):
        span = Span(start, end)
    explainer = desk.traces.explainer
    value = msgspec.json.decode(row["value"]) if row["value"] else {}
    return _show(
        request,
        desk,
        session,
        article,
        filters,
        row=row,
        span=span,
        blind=blind,
        text=article["text"][span.start : span.end],
        shown_label=row["label"],
        edited=span != (row["start"], row["end"]),
        edges=make_edges(article["text"], span),
        typed={f"value_{name}": shown for name, shown in value.items()}
        | {"entity": row["entity_id"], "reason": ""}
        | typed_of(query),
        known=steps[-1].id if steps else 0,
        steps=steps,
        alike=count_alike(connection, row),
        suggestions=suggest_entities(connection, row["text"], row["label"]),
        trace=None if explainer is None or not row["by_rules"] else explainer.explain(article, row),
        source_link=make_source_link(article, span),
    )


@router.get("/article/{article_id}")
def article_page(request: Request, article_id: str, desk: TheDesk, session: Asker, filters: Wish) -> Response:
    """Show an article with all its mentions."""
    article = find_article(desk, article_id)
    return _show(
        request, desk, session, article, filters,
        row=None, span=None, blind=False, shown_label="", text="", source_link=None,
    )  # fmt: skip


def _show(
    request: Request, desk: Desk, session: Session, article: sqlite3.Row, filters: Filters, **values: Any
) -> HTMLResponse:
    table = "found" if values["blind"] else "mention"
    mentions = desk.store.read.execute(
        f"SELECT * FROM {table} WHERE article_id = ? ORDER BY start", (article["id"],)
    ).fetchall()
    row, span = values["row"], values["span"]
    part = min(number_of(request.query_params, "part") or 0, len(article["text"]) // PART)
    return desk.render(
        request,
        "mention.html",
        session=session,
        article=article,
        filters=filters,
        view=make_view(article["text"], mentions, row, span, part),
        part=part if span is None else span.start // PART,
        **values,
    )


@router.get("/article/{article_id}/source")
def source_page(request: Request, article_id: str, desk: TheDesk, session: Asker, at: str = "") -> Response:
    """Show an article's source text, with what cleaning dropped and the mention ``at``."""
    article = find_article(desk, article_id)
    mention = desk.store.read.execute(
        "SELECT * FROM mention WHERE id = ? AND article_id = ?", (at, article_id)
    ).fetchone()
    found = read_source(desk.store.out, article)
    text = "" if found is None else found.text
    here = find_source_span(article, mention)
    part = number_of(request.query_params, "part")
    if part is None:
        part = 0 if here is None else here.start // PART
    part = min(part, len(text) // PART)
    window = Span(part * PART, min((part + 1) * PART, len(text)))
    return desk.render(
        request,
        "source.html",
        session=session,
        article=article,
        found=found is not None,
        at=at,
        mention=mention,
        part=part,
        more=window.end < len(text),
        parts_kept=split_source(text, article["kept"], here, window),
    )


def find_mention(desk: Desk, mention_id: str, *, blind: bool = False) -> sqlite3.Row:
    """Give the row of a mention; ``blind`` gives it as the rules found it."""
    row: sqlite3.Row | None = desk.store.read.execute(
        f"SELECT * FROM {'found' if blind else 'mention'} WHERE id = ?", (mention_id,)
    ).fetchone()
    if row is None:
        raise Refused(404, "mention.gone")
    return row


def find_article(desk: Desk, article_id: str) -> sqlite3.Row:
    """Give the row of an article."""
    row: sqlite3.Row | None = desk.store.read.execute(
        "SELECT * FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    if row is None:
        raise Refused(404, "error.missing")
    return row
