"""Entities: the list, a page for each, and renaming, merging and splitting with the evidence shown."""

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from medai_extract.review.actions import regroup
from medai_extract.review.changes import read_changes
from medai_extract.review.entities import find_entity, list_entities, read_entity, read_history
from medai_extract.review.evidence import find_alarms, find_evidence, find_twins
from medai_extract.review.forms import number_of, text_of
from medai_extract.review.problems import NotThereError
from medai_extract.review.web import Asker, Form, TheDesk

router = APIRouter()
PAGE = 100
MOST_SURFACES = 200
"""Names that one form may split off."""


# An id may hold a slash; so the page itself, which takes whatever follows, stands last.


def _path(entity_id: str, **query: str) -> str:
    return f"/entity/{quote(entity_id, safe='')}" + (f"?{urlencode(query)}" if query else "")


@router.get("/entities")
def entities_page(request: Request, desk: TheDesk, session: Asker, q: str = "", label: str = "") -> Response:
    """List entities, the most frequent first."""
    offset = min(number_of(request.query_params, "offset") or 0, 1_000_000)
    rows = list_entities(desk.store.read, q[:200], label, limit=PAGE, offset=offset)
    return desk.render(
        request,
        "entities.html",
        page="entities",
        session=session,
        rows=rows,
        query=q,
        label=label,
        offset=offset,
        size=PAGE,
    )


@router.post("/entity/{entity_id:path}/rename")
def rename(entity_id: str, desk: TheDesk, session: Asker, form: Form) -> Response:
    """Give an entity its names."""
    name_zh, name_en = (text_of(form, name, 200) or None for name in ("name_zh", "name_en"))
    regroup.rename(desk.store, session.user, entity_id, name_zh, name_en)
    return RedirectResponse(_path(entity_id), 303)


@router.get("/entity/{entity_id:path}/merge")
def compare(request: Request, entity_id: str, desk: TheDesk, session: Asker, to: str = "") -> Response:
    """Show two entities side by side, what speaks for a merge and what against it."""
    connection = desk.store.read
    one = read_entity(connection, entity_id)
    other = read_entity(connection, find_entity(connection, to[:200], one.row["label"]) or "")
    if other.row["id"] == entity_id:
        raise NotThereError("error.itself")
    return desk.render(
        request,
        "merge.html",
        page="entities",
        session=session,
        one=one,
        other=other,
        evidence=find_evidence(connection, entity_id, other.row["id"]),
        alarms=find_alarms(connection, entity_id, other.row["id"]),
    )


@router.post("/entity/{entity_id:path}/merge")
def merge(entity_id: str, desk: TheDesk, session: Asker, form: Form) -> Response:
    """Merge two entities; where something speaks against it, only if that was seen."""
    to = str(form.get("to") or "")[:300]
    read_entity(desk.store.read, to)
    if find_alarms(desk.store.read, entity_id, to) and not form.get("sure"):
        return RedirectResponse(f"{_path(entity_id)}/merge?{urlencode({'to': to})}", 303)
    now = regroup.merge(desk.store, session.user, entity_id, to)
    return RedirectResponse(_path(now, did="merged"), 303)


@router.post("/entity/{entity_id:path}/apart")
def keep_apart(entity_id: str, desk: TheDesk, session: Asker, form: Form) -> Response:
    """Keep in mind that two entities are not the same."""
    regroup.keep_apart(desk.store, session.user, entity_id, str(form.get("to") or "")[:300])
    return RedirectResponse(_path(entity_id), 303)


@router.post("/entity/{entity_id:path}/split")
def split(entity_id: str, desk: TheDesk, session: Asker, form: Form) -> Response:
    """Give some names of an entity to another."""
    surfaces = [str(surface) for surface in form.getlist("surface")][:MOST_SURFACES]
    to = regroup.split(desk.store, session.user, entity_id, surfaces, text_of(form, "name", 200))
    return RedirectResponse(_path(to), 303)


@router.get("/entity/{entity_id:path}")
def entity_page(request: Request, entity_id: str, desk: TheDesk, session: Asker) -> Response:
    """Show what is known of an entity."""
    connection = desk.store.read
    entity = read_entity(connection, entity_id)
    history = read_history(connection, entity_id)
    return desk.render(
        request,
        "entity.html",
        page="entities",
        session=session,
        entity=entity,
        top=max((number for _, number in entity.months), default=1),
        twins=find_twins(connection, entity_id),
        history=history,
        changes={row["id"]: read_changes(connection, row) for row in history},
    )
