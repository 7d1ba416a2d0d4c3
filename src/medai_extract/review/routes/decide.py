"""Decisions: on one mention, on all alike after a look at each, and taking back."""

import sqlite3
from typing import cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from medai_extract.decisions import Decision, Verdict
from medai_extract.model import LABELS, Label
from medai_extract.review.actions.alike import decide_many, find_alike
from medai_extract.review.actions.decide import Wanted, decide, make_decision
from medai_extract.review.actions.undo import undo
from medai_extract.review.entities import find_entity
from medai_extract.review.forms import carry, find_misfit, local_path, number_of, text_of, value_of
from medai_extract.review.problems import ConflictError, NotThereError
from medai_extract.review.routes.article import find_article, find_mention
from medai_extract.review.routes.queue import go_on
from medai_extract.review.web import Asker, Desk, Form, Refused, TheDesk, Wish

router = APIRouter()
PREVIEW = 400
"""Mentions shown, and settled, by one decision for many."""


@router.post("/mention/{mention_id}/decide")
def decide_one(
    request: Request, mention_id: str, desk: TheDesk, session: Asker, form: Form, filters: Wish
) -> Response:
    """Decide a mention and go on; where somebody else was faster, ask."""
    row = find_mention(desk, mention_id)
    wanted = _read_wanted(desk, row, form)
    try:
        decide(
            desk.store,
            session.user,
            mention_id,
            wanted,
            known=number_of(form, "known") or 0,
            settles=bool(form.get("settles")),
        )
    except ConflictError as conflict:
        article = find_article(desk, row["article_id"])
        return desk.render(
            request,
            "conflict.html",
            status=409,
            session=session,
            row=row,
            theirs=conflict.step.decision,
            filters=filters,
            verdict=wanted.verdict,
            carried=carry(form, "settles") | {"known": str(conflict.step.id)},
            text=article["text"][wanted.start or 0 : wanted.end or 0] or row["text"],
        )
    return go_on(desk, filters, session)


@router.post("/mention/{mention_id}/alike")
def preview(
    request: Request, mention_id: str, desk: TheDesk, session: Asker, form: Form, filters: Wish
) -> Response:
    """Show every mention that a decision for all alike would touch."""
    row = find_mention(desk, mention_id)
    wanted = _read_wanted(desk, row, form)
    example = make_decision(desk.store.read, row, wanted, session.user, "")
    rows = find_alike(desk.store.read, mention_id)
    corrects = example.verdict == "correct"
    return desk.render(
        request,
        "alike.html",
        session=session,
        row=row,
        rows=rows[:PREVIEW],
        total=len(rows),
        filters=filters,
        verdict="save" if corrects else wanted.verdict,
        changed=_describe_change(example) if corrects else "",
        carried=carry(form, "known"),
    )


@router.post("/mention/{mention_id}/all")
def decide_all(mention_id: str, desk: TheDesk, session: Asker, form: Form, filters: Wish) -> Response:
    """Decide all that were chosen, and as it was wished those that later runs find."""
    row = find_mention(desk, mention_id)
    _, number = decide_many(
        desk.store,
        session.user,
        mention_id,
        _read_wanted(desk, row, form),
        chosen=[str(one) for one in form.getlist("chosen")][:PREVIEW],
        later=bool(form.get("later")),
        known=number_of(form, "known"),
    )
    return go_on(desk, filters, session, "many", number)


@router.post("/undo")
def take_back(desk: TheDesk, session: Asker, form: Form) -> Response:
    """Take back the last action, or the one named, and lead to what was decided so that it can be decided otherwise."""
    back = _without_notice(local_path(form.get("back")))
    try:
        action = undo(desk.store, session.user, number_of(form, "action"))
    except NotThereError:
        return RedirectResponse(_with_query(back, did="nothing"), 303)
    step = desk.store.read.execute(
        "SELECT mention_id FROM step JOIN mention ON mention.id = mention_id WHERE action_id = ? LIMIT 1",
        (action["id"],),
    ).fetchone()
    if step is not None and (back == "/" or back.startswith(("/mention/", "/?"))):
        query = back.partition("?")[2]
        back = f"/mention/{step['mention_id']}" + (f"?{query}" if query else "")
    return RedirectResponse(f"{_with_query(back, did='undone', of=action['note'])}#here", 303)


def _without_notice(path: str) -> str:
    """Give an address without what it says of an earlier action, and without edges that were not saved.

    >>> _without_notice("/mention/3?label=ORG&start=1&end=2&did=many&of=7")
    '/mention/3?label=ORG'
    """
    address, _, query = path.partition("?")
    gone = ("did=", "of=", "start=", "end=", "entity=", "reason=", "value_")
    on_mention = address.startswith("/mention/")
    kept = [one for one in query.split("&") if one and not one.startswith(gone if on_mention else gone[:2])]
    return f"{address}?{'&'.join(kept)}" if kept else address


def _with_query(path: str, **values: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode(values)}"


def _read_wanted(desk: Desk, row: sqlite3.Row, form: FormData) -> Wanted:
    """Give what a form wants a mention to be."""
    shown = text_of(form, "shown") or row["label"]
    label = text_of(form, "label") or shown
    verdict = text_of(form, "verdict") or "accept"
    if label not in LABELS or verdict not in ("accept", "reject", "unsure"):
        raise Refused(400, "error.bad")
    same_label = label == shown
    value = value_of(form, label) if same_label else None
    if verdict == "accept" and value is not None and (misfit := find_misfit(value)) is not None:
        raise Refused(400, "error.value", text=misfit)
    words = text_of(form, "entity", 200)
    entity_id = None
    if label in ("ORG", "PRODUCT") and (words or not same_label):
        unchanged = words == (row["entity_id"] or "")
        entity_id = words if unchanged else find_entity(desk.store.read, words, label)
    return Wanted(
        verdict=cast(Verdict, verdict),
        label=cast(Label, label),
        start=number_of(form, "start"),
        end=number_of(form, "end"),
        value=value,
        entity_id=entity_id,
        reason=text_of(form, "reason"),
    )


def _describe_change(example: Decision) -> str:
    """Give what a correction changes, in the words it ends up with."""
    decided = example.decided
    if decided is None:
        return ""
    changed = [decided.quote] if decided.quote != example.quote else []
    changed += [decided.label] if decided.label != example.label else []
    changed += [decided.entity_id or ""] if decided.entity_id != example.entity_id else []
    if decided.value is not None and decided.value != example.value:
        changed.append(", ".join(value for value in decided.value.values() if value))
    return " · ".join(changed)
