"""Marking a missed mention: by a selection, or by its words where there is no script."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from medai_extract.model import LABELS
from medai_extract.review.actions.mark import mark
from medai_extract.review.entities import find_entity
from medai_extract.review.forms import number_of, text_of
from medai_extract.review.routes.article import find_article
from medai_extract.review.web import Asker, Form, Refused, TheDesk, Wish

router = APIRouter()
MOST = 100
"""Places of the same words that are offered."""
AROUND = 60
"""Characters shown on each side of one."""


@router.post("/article/{article_id}/mark")
def mark_missed(
    request: Request, article_id: str, desk: TheDesk, session: Asker, form: Form, filters: Wish
) -> Response:
    """Mark words as a mention; where only the words are given and stand in several places, ask which."""
    article = find_article(desk, article_id)
    label, text = text_of(form, "label"), article["text"]
    if label not in LABELS:
        raise Refused(400, "error.bad")
    start, end = number_of(form, "start"), number_of(form, "end")
    if start is None or end is None:
        words = str(form.get("quote") or "")[:500].strip()
        places = _find_all(text, words)
        if not places:
            raise Refused(404, "mark.none")
        if len(places) > 1:
            return desk.render(
                request,
                "which.html",
                session=session,
                article=article,
                filters=filters,
                label=label,
                quote=words,
                back=text_of(form, "back"),
                places=[
                    (at, at + len(words), text[max(at - AROUND, 0) : at], text[at + len(words) :][:AROUND])
                    for at in places
                ],
            )
        start, end = places[0], places[0] + len(words)
    named = label in ("ORG", "PRODUCT")
    entity_id = find_entity(desk.store.read, text[start:end], label) if named else None
    mention_id = mark(desk.store, session.user, article_id, start, end, label, entity_id=entity_id)
    # Back to what was being decided; the new mention is there, in its colour.
    back = quote(text_of(form, "back") or mention_id, safe="")
    return RedirectResponse(f"/mention/{back}?{filters.to_query()}#here", 303)


def _find_all(text: str, words: str) -> list[int]:
    places: list[int] = []
    at = text.find(words) if words else -1
    while at >= 0 and len(places) < MOST:
        places.append(at)
        at = text.find(words, at + len(words))
    return places
