"""What was done, what moved or got lost, and how far reviewers agree."""

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from medai_extract.decisions import Decision
from medai_extract.review.agreement import measure_agreement
from medai_extract.review.changes import read_changes
from medai_extract.review.forms import number_of
from medai_extract.review.web import Asker, TheDesk

router = APIRouter()
PAGE = 100
SHOWN = 300
"""Decisions shown that moved or got lost, of each kind."""


@router.get("/history")
def history_page(request: Request, desk: TheDesk, session: Asker) -> Response:
    """Show every action, newest first."""
    before = number_of(request.query_params, "before")
    rows = desk.store.read.execute(
        "SELECT action.*, (SELECT mention.id FROM step JOIN mention ON mention.id = step.mention_id"
        " WHERE step.action_id = action.id LIMIT 1) AS mention_id,"
        " (SELECT 1 FROM step WHERE step.action_id = action.id AND step.kind = 'standing') AS stands FROM action"
        " WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?",
        (before, before, PAGE),
    ).fetchall()
    changes = {row["id"]: read_changes(desk.store.read, row) for row in rows}
    return desk.render(
        request, "history.html", page="history", session=session, rows=rows, changes=changes, size=PAGE
    )


@router.get("/lost")
def lost_page(request: Request, desk: TheDesk, session: Asker) -> Response:
    """Show decisions whose words moved or are gone, and mentions that nobody saw and that follow a decision for all alike."""
    connection = desk.store.read
    states = {}
    for state in ("orphan", "moved", "absent"):
        rows = connection.execute(
            "SELECT mention_id, content FROM in_force WHERE kind = 'decision' AND state = ? ORDER BY id DESC LIMIT ?",
            (state, SHOWN),
        ).fetchall()
        states[state] = [
            (row["mention_id"], msgspec.json.decode(row["content"], type=Decision)) for row in rows
        ]
    followed = connection.execute(
        "SELECT * FROM mention WHERE standing IS NOT NULL ORDER BY position LIMIT ?", (SHOWN,)
    ).fetchall()
    return desk.render(request, "lost.html", page="lost", session=session, states=states, followed=followed)


@router.get("/agreement")
def agreement_page(request: Request, desk: TheDesk, session: Asker) -> Response:
    """Show how far every two reviewers agree, and where they do not."""
    connection = desk.store.read
    disputed = connection.execute("SELECT count(*) FROM mention WHERE disputed").fetchone()[0]
    return desk.render(
        request,
        "agreement.html",
        page="agreement",
        session=session,
        rows=measure_agreement(connection),
        disputed=disputed,
    )
