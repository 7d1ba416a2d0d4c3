"""Live parts: the progress of all reviewers, and word that somebody else has just decided what is on the page."""

from collections.abc import AsyncIterable

import anyio
from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from medai_extract.review.facets import count_progress
from medai_extract.review.log import read_steps
from medai_extract.review.messages import make_say
from medai_extract.review.users import Session
from medai_extract.review.web import SHOWN_STATUS, Asker, Desk, TheDesk, language_of

router = APIRouter()
PAUSE = 1.0
"""Seconds between two looks."""


@router.get("/live", response_class=EventSourceResponse)
async def live(
    request: Request, desk: TheDesk, session: Asker, mention: str = "", known: int = 0
) -> AsyncIterable[ServerSentEvent]:
    """Tell a page what has changed since it was made, until it is left or the session ends.

    A page that is only looked at does not keep its session alive.
    """
    told = None
    while not desk.ends() and not await request.is_disconnected():
        state = await run_in_threadpool(_look, request, desk, session, mention, known)
        if state is None:
            yield ServerSentEvent(event="end", data="")
            return
        if state != told:
            yield ServerSentEvent(data=state)
            told = state
        await anyio.sleep(PAUSE)


def _look(
    request: Request, desk: Desk, session: Session, mention_id: str, known: int
) -> dict[str, object] | None:
    """Give what a page shows of the others' work; None where the session has ended."""
    if desk.session(request, renew=False) is None:
        return None
    say = make_say(language_of(request))
    decided, total = count_progress(desk.store.read)
    steps = read_steps(desk.store.read, mention_id) if mention_id else []
    news = ""
    if steps and steps[-1].id > known and steps[-1].decision.user != session.user:
        last = steps[-1].decision
        news = say("mention.news", user=last.user, status=say(f"status.{SHOWN_STATUS[last.verdict]}"))
    text = say("app.progress", decided=decided, total=total)
    return {"decided": decided, "total": total, "text": text, "news": news}
