"""The queue: what to decide next, with filters and their counts."""

from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from medai_extract.review.facets import count_facets
from medai_extract.review.filters import FACETS, Filters
from medai_extract.review.forms import number_of
from medai_extract.review.queue import PAGE, list_queue, next_mention
from medai_extract.review.users import Session
from medai_extract.review.web import Asker, Desk, TheDesk, Wish

router = APIRouter()
FURTHEST = 100_000
"""Mentions into the queue that one may leaf."""


@router.get("/")
def queue_page(request: Request, desk: TheDesk, session: Asker, filters: Wish, full: str = "") -> Response:
    """Show what is worth most to decide; ``full`` names the facet to show in full."""
    connection = desk.store.read
    offset = min(number_of(request.query_params, "offset") or 0, FURTHEST)
    facets = count_facets(connection, filters, session.user, full=full)
    return desk.render(
        request,
        "queue.html",
        page="queue",
        session=session,
        filters=filters,
        kept=msgspec.structs.asdict(filters),
        entries=list_queue(connection, filters, session.user, offset=offset),
        count=facets.total,
        facets=facets.values,
        statuses=dict(facets.values["status"]),
        full=full if full in FACETS else "",
        offset=offset,
        size=PAGE,
    )


@router.get("/next")
def following(desk: TheDesk, session: Asker, filters: Wish) -> Response:
    """Lead to the next mention."""
    return go_on(desk, filters, session)


def go_on(desk: Desk, filters: Filters, session: Session, did: str = "", of: object = "") -> Response:
    """Lead to the next mention of the queue, or to the queue where nothing is left."""
    found = next_mention(desk.store.read, filters, session.user)
    query = "&".join(filter(None, (filters.to_query(), urlencode({"did": did, "of": of}) if did else "")))
    return RedirectResponse(f"/mention/{found}?{query}#here" if found else f"/?{query}", 303)
