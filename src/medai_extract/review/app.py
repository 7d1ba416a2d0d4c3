"""The pages of the review desk. Every page works without script; every change is a form with a token, answered by a redirect."""

import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from medai_extract.decisions import Decision, Values, Verdict
from medai_extract.model import LABELS, DateValue, Label, MoneyValue, Span
from medai_extract.pipeline import Pipeline
from medai_extract.review import entities as entity_desk
from medai_extract.review.agreement import measure_agreement
from medai_extract.review.article import (
    PART,
    Explainer,
    make_edges,
    make_source_link,
    make_view,
    read_source,
    split_kept,
)
from medai_extract.review.desk import (
    ConflictError,
    NotThereError,
    Wanted,
    decide,
    decide_many,
    find_alike,
    make_decision,
    mark,
    undo,
)
from medai_extract.review.messages import LANGUAGES, make_say
from medai_extract.review.queue import (
    PAGE,
    Filters,
    count_facets,
    count_progress,
    count_queue,
    list_queue,
    next_mention,
)
from medai_extract.review.settle import read_steps
from medai_extract.review.store import Store
from medai_extract.review.users import Session, Users
from medai_extract.review.web import (
    COOKIE,
    LANGUAGE_COOKIE,
    Desk,
    Guard,
    Refused,
    language_of,
    local_path,
    make_dependencies,
    number_of,
    same_origin,
    text_of,
)

PREVIEW = 400
"""Mentions shown, and settled, by one decision for many."""
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})


def create_app(
    store: Store,
    *,
    local_user: str,
    token: str | None,
    make_pipeline: Callable[[], Pipeline] | None = None,
    hosts: frozenset[str] | None = LOCAL_HOSTS,
) -> FastAPI:
    """Give the desk as an ASGI application.

    Args:
        store: the desk's file.
        local_user: the name under which the local user decides where there are no users.
        token: what the link holds that opens the desk for the local user; without users nothing else does.
        make_pipeline: builds the pipeline that explains mentions, in the background; None for no traces.
        hosts: names under which the desk may be asked for; None for any.
    """
    desk = Desk(store, Users(store), local_user=local_user, token=token)
    app = FastAPI(title="medai-extract review", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=hosts)
    app.mount("/static", StaticFiles(directory=str(files("medai_extract.review") / "static")), "static")
    app.state.desk = desk
    traces = _Traces(make_pipeline)
    _add_errors(app, desk)
    _add_doors(app, desk)
    _add_login(app, desk)
    _add_queue(app, desk, traces)
    _add_decisions(app, desk)
    _add_marks(app, desk)
    _add_entities(app, desk)
    _add_lists(app, desk)
    return app


class _Traces:
    """The explainer, built in the background so that the first page does not wait for it."""

    def __init__(self, make_pipeline: Callable[[], Pipeline] | None) -> None:
        self.explainer: Explainer | None = None
        if make_pipeline is not None:
            threading.Thread(target=self._build, args=(make_pipeline,), daemon=True).start()

    def _build(self, make_pipeline: Callable[[], Pipeline]) -> None:
        explainer = Explainer(make_pipeline())
        make_edges("推想医疗 said.", Span(0, 4))
        self.explainer = explainer


def _add_errors(app: FastAPI, desk: Desk) -> None:
    def refuse(request: Request, status: int, name: str, **values: object) -> Response:
        session = desk.session(request)
        if session is None and desk.with_users and request.method == "GET" and name == "error.forbidden":
            return RedirectResponse("/login", 303)
        say = make_say(language_of(request))
        return desk.render(request, "error.html", status=status, session=session, problem=say(name, **values))

    @app.exception_handler(Refused)
    def refused(request: Request, error: Exception) -> Response:
        problem = cast(Refused, error)
        return refuse(request, problem.status, problem.name, **problem.values)

    @app.exception_handler(NotThereError)
    def not_there(request: Request, error: Exception) -> Response:
        return refuse(request, 404, "error.bad", detail=str(error))

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: Exception) -> Response:
        return refuse(request, cast(HTTPException, error).status_code, "error.missing")


def _add_doors(app: FastAPI, desk: Desk) -> None:
    @app.get("/open")
    def open_link(request: Request, token: str = "") -> Response:
        if (
            desk.token is None
            or desk.with_users
            or not hmac.compare_digest(token.encode(), desk.token.encode())
        ):
            raise Refused(403, "error.forbidden")
        return desk.open_session(request, desk.local_user)

    session_of, form_of = make_dependencies(desk)

    @app.post("/logout")
    def logout(request: Request, form: Annotated[FormData, Depends(form_of)]) -> Response:  # noqa: ARG001
        desk.users.close_session(request.cookies.get(COOKIE))
        answer = RedirectResponse("/login" if desk.with_users else "/", 303)
        answer.delete_cookie(COOKIE)
        return answer

    @app.get("/language/{lang}")
    def language(lang: str, back: str = "/") -> Response:
        answer = RedirectResponse(local_path(back), 303)
        if lang in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 86400, httponly=True, samesite="lax")
        return answer

    @app.get("/progress")
    def progress(request: Request, session: Annotated[Session, Depends(session_of)]) -> Response:  # noqa: ARG001
        decided, total = count_progress(desk.store.read)
        text = make_say(language_of(request))("app.progress", decided=decided, total=total)
        return JSONResponse({"decided": decided, "total": total, "text": text})

    @app.get("/keys")
    def keys(request: Request, session: Annotated[Session, Depends(session_of)]) -> Response:
        return desk.render(request, "keys.html", page="keys", session=session)


def _add_login(app: FastAPI, desk: Desk) -> None:
    @app.get("/login")
    def login_page(request: Request) -> Response:
        if not desk.with_users:
            raise Refused(403, "error.forbidden")
        return desk.render(request, "login.html", problem="", token=desk.login_token(request))

    @app.post("/login")
    async def login_form(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        return await run_in_threadpool(login, request, form)

    def login(request: Request, form: FormData) -> Response:
        if not desk.with_users:
            raise Refused(403, "error.forbidden")
        sent = str(form.get("csrf", "")).encode()
        if not same_origin(request) or not hmac.compare_digest(sent, desk.login_token(request).encode()):
            raise Refused(403, "error.csrf")
        name, password = str(form.get("name", ""))[:60], str(form.get("password", ""))[:500]
        address = request.client.host if request.client else ""
        right = desk.users.check(name, password, address)
        if right:
            return desk.open_session(request, name)
        say = make_say(language_of(request))
        return desk.render(
            request,
            "login.html",
            status=429 if right is None else 403,
            problem=say("login.slow" if right is None else "login.wrong"),
            token=desk.login_token(request),
        )


def _add_queue(app: FastAPI, desk: Desk, traces: _Traces) -> None:
    session_of, _ = make_dependencies(desk)

    @app.get("/")
    def queue(request: Request, session: Annotated[Session, Depends(session_of)]) -> Response:
        filters = Filters.read(dict(request.query_params))
        connection = desk.store.read
        offset = min(number_of(request.query_params, "offset") or 0, 100_000)
        facets = count_facets(connection, filters, session.user)
        return desk.render(
            request,
            "queue.html",
            page="queue",
            session=session,
            filters=filters,
            kept=msgspec.structs.asdict(filters),
            entries=list_queue(connection, filters, session.user, offset=offset),
            count=count_queue(connection, filters, session.user),
            facets=facets,
            statuses=dict(facets["status"]),
            offset=offset,
            size=PAGE,
        )

    @app.get("/next")
    def following(request: Request, session: Annotated[Session, Depends(session_of)]) -> Response:
        return go_on(desk, Filters.read(dict(request.query_params)), session)

    @app.get("/mention/{mention_id}")
    def mention(
        request: Request, mention_id: str, session: Annotated[Session, Depends(session_of)]
    ) -> Response:
        row = _mention(desk, mention_id)
        article = _article(desk, row["article_id"])
        filters = Filters.read(dict(request.query_params))
        start, end = number_of(request.query_params, "start"), number_of(request.query_params, "end")
        span = Span(row["start"], row["end"])
        if start is not None and end is not None and 0 <= start < end <= len(article["text"]):
            span = Span(start, end)
        explainer = traces.explainer
        connection = desk.store.read
        steps = read_steps(connection, mention_id)
        # A second look is blind: what others decided is shown when this reviewer has decided too.
        blind = filters.status == "second" and all(step.decision.user != session.user for step in steps)
        return show_article(
            request,
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
            value=msgspec.json.decode(row["value"]) if row["value"] else {},
            known=steps[-1].id if steps else 0,
            steps=steps,
            alike=_count_alike(connection, row),
            suggestions=entity_desk.suggest_entities(connection, row["text"], row["label"]),
            trace=None if explainer is None or not row["by_rules"] else explainer.explain(article, row),
            source_link=make_source_link(article, row),
        )

    def show_article(
        request: Request, session: Session, article: sqlite3.Row, filters: Filters, **values: Any
    ) -> HTMLResponse:
        mentions = desk.store.read.execute(
            "SELECT * FROM mention WHERE article_id = ? ORDER BY start", (article["id"],)
        ).fetchall()
        row, span = values.get("row"), values.get("span")
        part = min(number_of(request.query_params, "part") or 0, len(article["text"]) // PART)
        view = make_view(article["text"], mentions, row, span, part)
        return desk.render(
            request,
            "mention.html",
            session=session,
            article=article,
            filters=filters,
            view=view,
            part=span.start // PART if span is not None else part,
            **values,
        )

    @app.get("/article/{article_id}")
    def article_page(
        request: Request, article_id: str, session: Annotated[Session, Depends(session_of)]
    ) -> Response:
        filters = Filters.read(dict(request.query_params))
        return show_article(
            request, session, _article(desk, article_id), filters,
            row=None, span=None, blind=False, shown_label="", text="", source_link=None,
        )  # fmt: skip

    @app.get("/article/{article_id}/source")
    def source(
        request: Request, article_id: str, session: Annotated[Session, Depends(session_of)], at: str = ""
    ) -> Response:
        article = _article(desk, article_id)
        found = read_source(desk.store.out, article)
        parts = [] if found is None else split_kept(found, article["kept"])
        place = _source_place(desk, article, at)
        return desk.render(
            request,
            "source.html",
            session=session,
            article=article,
            parts_kept=[
                (kept, start, pieces, place is not None and start <= place < start + sum(len(piece.text) for piece in pieces))
                for kept, start, pieces in parts
            ],
        )  # fmt: skip


def _source_place(desk: Desk, article: sqlite3.Row, mention_id: str) -> int | None:
    """Give about where a mention stands in the source: as far into the kept ranges as it is into the clean text."""
    row = desk.store.read.execute("SELECT start FROM mention WHERE id = ?", (mention_id,)).fetchone()
    if row is None:
        return None
    left = int(row["start"])
    for start, end in msgspec.json.decode(article["kept"]):
        if left < end - start:
            return int(start + left)
        left -= end - start
    return None


def _count_alike(connection: sqlite3.Connection, row: sqlite3.Row) -> int:
    found = connection.execute(
        "SELECT count(*) FROM mention WHERE group_id = ? AND status IN ('unreviewed', 'unsure') AND id != ?",
        (row["group_id"], row["id"]),
    ).fetchone()
    return int(found[0]) + 1


def _mention(desk: Desk, mention_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = desk.store.read.execute(
        "SELECT * FROM mention WHERE id = ?", (mention_id,)
    ).fetchone()
    if row is None:
        raise Refused(404, "mention.gone")
    return row


def _article(desk: Desk, article_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = desk.store.read.execute(
        "SELECT * FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    if row is None:
        raise Refused(404, "error.missing")
    return row


def go_on(desk: Desk, filters: Filters, session: Session, did: str = "", of: object = "") -> Response:
    """Lead to the next mention of the queue, or to the queue where nothing is left."""
    found = next_mention(desk.store.read, filters, session.user)
    query = "&".join(filter(None, (filters.to_query(), urlencode({"did": did, "of": of}) if did else "")))
    return RedirectResponse(f"/mention/{found}?{query}#here" if found else f"/?{query}", 303)


def _read_wanted(desk: Desk, row: sqlite3.Row, form: FormData) -> Wanted:
    """Give what a form wants a mention to be."""
    label = text_of(form, "label") or row["label"]
    verdict = text_of(form, "verdict") or "accept"
    if label not in LABELS or verdict not in ("accept", "reject", "unsure"):
        raise Refused(400, "error.bad", detail=f"{label}, {verdict}"[:100])
    same_label = label == row["label"]
    words = text_of(form, "entity", 200)
    entity_id = None
    if label in ("ORG", "PRODUCT") and (words or not same_label):
        unchanged = words == (row["entity_id"] or "")
        entity_id = words if unchanged else entity_desk.find_entity(desk.store.read, words, label)
    return Wanted(
        verdict=cast(Verdict, verdict),
        label=cast(Label, label),
        start=number_of(form, "start"),
        end=number_of(form, "end"),
        value=_read_value(label, form) if same_label else None,
        entity_id=entity_id,
        reason=text_of(form, "reason"),
    )


def _read_value(label: str, form: FormData) -> Values | None:
    kind = {"MONEY": MoneyValue, "DATE": DateValue}.get(label)
    if kind is None or not any(name.startswith("value_") for name in form):
        return None
    return {name: text_of(form, f"value_{name}", 60) or None for name in kind.__struct_fields__}


def _carry(form: FormData, *names: str) -> dict[str, str]:
    """Give the fields of a form that the next page sends on."""
    wanted = ("verdict", "label", "start", "end", "entity", "reason", *names)
    return {
        name: str(value)
        for name, value in form.items()
        if (name in wanted or name.startswith("value_")) and isinstance(value, str)
    }


def _add_decisions(app: FastAPI, desk: Desk) -> None:
    session_of, form_of = make_dependencies(desk)
    Asker = Annotated[Session, Depends(session_of)]  # noqa: N806
    Form = Annotated[FormData, Depends(form_of)]  # noqa: N806

    @app.post("/mention/{mention_id}/decide")
    def decide_one(request: Request, mention_id: str, session: Asker, form: Form) -> Response:
        row = _mention(desk, mention_id)
        filters = Filters.read(dict(request.query_params))
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
            carried = _carry(form, "settles") | {"known": str(conflict.step.id)}
            return desk.render(
                request,
                "conflict.html",
                status=409,
                session=session,
                row=row,
                theirs=conflict.step.decision,
                filters=filters,
                verdict=wanted.verdict,
                carried=carried,
                text=_article(desk, row["article_id"])["text"][wanted.start or 0 : wanted.end or 0]
                or row["text"],
            )
        return go_on(desk, filters, session)

    @app.post("/mention/{mention_id}/alike")
    def preview(request: Request, mention_id: str, session: Asker, form: Form) -> Response:
        row = _mention(desk, mention_id)
        wanted = _read_wanted(desk, row, form)
        example = make_decision(desk.store.read, row, wanted, session.user, "")
        rows = find_alike(desk.store.read, mention_id)
        return desk.render(
            request,
            "alike.html",
            session=session,
            row=row,
            rows=rows[:PREVIEW],
            total=len(rows),
            filters=Filters.read(dict(request.query_params)),
            verdict="save" if example.verdict == "correct" else wanted.verdict,
            changed=_describe_change(example) if example.verdict == "correct" else "",
            carried=_carry(form),
        )

    @app.post("/mention/{mention_id}/all")
    def decide_all(request: Request, mention_id: str, session: Asker, form: Form) -> Response:
        row = _mention(desk, mention_id)
        chosen = [str(one) for one in form.getlist("chosen")][:PREVIEW]
        _, number = decide_many(
            desk.store, session.user, mention_id, _read_wanted(desk, row, form), chosen=chosen
        )
        return go_on(desk, Filters.read(dict(request.query_params)), session, "many", number)


def _describe_change(example: Decision) -> str:
    decided = example.decided
    if decided is None:
        return ""
    parts = [decided.quote if decided.quote != example.quote else ""]
    parts.append(decided.label if decided.label != example.label else "")
    parts.append(decided.entity_id or "" if decided.entity_id != example.entity_id else "")
    return " ".join(filter(None, parts))


def _find_all(text: str, words: str) -> list[int]:
    places: list[int] = []
    at = text.find(words) if words else -1
    while at >= 0 and len(places) < 200:
        places.append(at)
        at = text.find(words, at + len(words))
    return places


def _add_marks(app: FastAPI, desk: Desk) -> None:
    session_of, form_of = make_dependencies(desk)
    Asker = Annotated[Session, Depends(session_of)]  # noqa: N806
    Form = Annotated[FormData, Depends(form_of)]  # noqa: N806

    @app.post("/article/{article_id}/mark")
    def mark_missed(request: Request, article_id: str, session: Asker, form: Form) -> Response:
        article = _article(desk, article_id)
        filters = Filters.read(dict(request.query_params))
        label = text_of(form, "label")
        if label not in LABELS:
            raise Refused(400, "error.bad", detail=label[:100])
        start, end = number_of(form, "start"), number_of(form, "end")
        if start is None or end is None:
            words = str(form.get("quote") or "")[:500].strip()
            places = _find_all(article["text"], words)
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
                        (at, at + len(words), article["text"][max(at - 60, 0) : at], article["text"][at + len(words) :][:60])
                        for at in places[:100]
                    ],
                )  # fmt: skip
            start, end = places[0], places[0] + len(words)
        words = article["text"][start:end].strip()
        entity_id = None
        if label in ("ORG", "PRODUCT"):
            entity_id = entity_desk.find_entity(desk.store.read, words, label)
        mention_id = mark(desk.store, session.user, article_id, start, end, label, entity_id=entity_id)
        # Back to what was being decided; the new mention is there, in its colour.
        back = text_of(form, "back")
        return RedirectResponse(
            f"/mention/{quote(back or mention_id, safe='')}?{filters.to_query()}#here", 303
        )

    @app.post("/undo")
    def take_back(session: Asker, form: Form) -> Response:
        back = local_path(form.get("back")).partition("?did=")[0]
        mark_of_query = "&" if "?" in back else "?"
        try:
            action = undo(desk.store, session.user, number_of(form, "action"))
        except NotThereError:
            return RedirectResponse(f"{back}{mark_of_query}did=nothing", 303)
        told = urlencode({"did": "undone", "of": action["note"]})
        step = desk.store.read.execute(
            "SELECT mention_id FROM step JOIN mention ON mention.id = mention_id WHERE action_id = ? LIMIT 1",
            (action["id"],),
        ).fetchone()
        if step is not None and (back == "/" or back.startswith(("/mention/", "/?"))):
            # The desk goes back to what was decided, so that it can be decided otherwise.
            query = back.partition("?")[2]
            return RedirectResponse(
                f"/mention/{step['mention_id']}?{query}{'&' if query else ''}{told}#here", 303
            )
        return RedirectResponse(f"{back}{mark_of_query}{told}", 303)


def _add_entities(app: FastAPI, desk: Desk) -> None:
    session_of, form_of = make_dependencies(desk)
    Asker = Annotated[Session, Depends(session_of)]  # noqa: N806
    Form = Annotated[FormData, Depends(form_of)]  # noqa: N806

    def path_of(entity_id: str, **query: str) -> str:
        return f"/entity/{quote(entity_id, safe='')}" + (f"?{urlencode(query)}" if query else "")

    @app.get("/entities")
    def entities_page(request: Request, session: Asker, q: str = "", label: str = "") -> Response:
        offset = min(number_of(request.query_params, "offset") or 0, 1_000_000)
        rows = entity_desk.list_entities(desk.store.read, q[:200], label, offset=offset)
        return desk.render(
            request, "entities.html", page="entities", session=session, rows=rows, query=q, label=label, offset=offset
        )  # fmt: skip

    @app.get("/entity/{entity_id}")
    def entity_page(request: Request, entity_id: str, session: Asker) -> Response:
        connection = desk.store.read
        entity = entity_desk.read_entity(connection, entity_id)
        return desk.render(
            request,
            "entity.html",
            page="entities",
            session=session,
            entity=entity,
            top=max((number for _, number in entity.months), default=1),
            twins=entity_desk.find_twins(connection, entity_id),
            history=entity_desk.read_history(connection, entity_id),
        )

    @app.post("/entity/{entity_id}/rename")
    def rename_entity(entity_id: str, session: Asker, form: Form) -> Response:
        names = [text_of(form, name, 200) or None for name in ("name_zh", "name_en")]
        entity_desk.rename(desk.store, session.user, entity_id, *names)
        return RedirectResponse(path_of(entity_id), 303)

    @app.get("/entity/{entity_id}/merge")
    def merge_preview(request: Request, entity_id: str, session: Asker, to: str = "") -> Response:
        connection = desk.store.read
        one = entity_desk.read_entity(connection, entity_id)
        found = entity_desk.find_entity(connection, to[:200], one.row["label"])
        other = entity_desk.read_entity(connection, found or "")
        if other.row["id"] == entity_id:
            raise NotThereError("an entity cannot be merged with itself")
        return desk.render(
            request,
            "merge.html",
            page="entities",
            session=session,
            one=one,
            other=other,
            evidence=entity_desk.find_evidence(connection, entity_id, other.row["id"]),
            alarms=entity_desk.find_alarms(connection, entity_id, other.row["id"]),
        )

    @app.post("/entity/{entity_id}/merge")
    def merge_entities(entity_id: str, session: Asker, form: Form) -> Response:
        to = str(form.get("to") or "")[:300]
        entity_desk.read_entity(desk.store.read, to)
        if entity_desk.find_alarms(desk.store.read, entity_id, to) and not form.get("sure"):
            return RedirectResponse(f"{path_of(entity_id)}/merge?{urlencode({'to': to})}", 303)
        entity_desk.merge(desk.store, session.user, entity_id, to)
        return RedirectResponse(path_of(to, did="merged"), 303)

    @app.post("/entity/{entity_id}/apart")
    def keep_apart(entity_id: str, session: Asker, form: Form) -> Response:
        entity_desk.keep_apart(desk.store, session.user, entity_id, str(form.get("to") or "")[:300])
        return RedirectResponse(path_of(entity_id), 303)

    @app.post("/entity/{entity_id}/split")
    def split_entity(entity_id: str, session: Asker, form: Form) -> Response:
        surfaces = [str(surface) for surface in form.getlist("surface")][:200]
        to = entity_desk.split(desk.store, session.user, entity_id, surfaces, text_of(form, "name", 200))
        return RedirectResponse(path_of(to), 303)


def _add_lists(app: FastAPI, desk: Desk) -> None:
    session_of, _ = make_dependencies(desk)
    Asker = Annotated[Session, Depends(session_of)]  # noqa: N806

    @app.get("/history")
    def history(request: Request, session: Asker) -> Response:
        before = number_of(request.query_params, "before")
        rows = desk.store.read.execute(
            "SELECT action.*, (SELECT mention.id FROM step JOIN mention ON mention.id = step.mention_id"
            " WHERE step.action_id = action.id LIMIT 1) AS mention_id FROM action"
            " WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT 100",
            (before, before),
        ).fetchall()
        return desk.render(request, "history.html", page="history", session=session, rows=rows)

    @app.get("/lost")
    def lost(request: Request, session: Asker) -> Response:
        states = {}
        for state in ("orphan", "moved", "absent"):
            rows = desk.store.read.execute(
                "SELECT step.mention_id, step.content FROM step JOIN action ON action.id = step.action_id"
                " WHERE step.kind = 'decision' AND state = ? AND undone_at IS NULL ORDER BY step.id DESC LIMIT 300",
                (state,),
            ).fetchall()
            states[state] = [
                {
                    "mention_id": row["mention_id"],
                    "decision": msgspec.json.decode(row["content"], type=Decision),
                }
                for row in rows
            ]
        return desk.render(request, "lost.html", page="lost", session=session, states=states)

    @app.get("/agreement")
    def agreement(request: Request, session: Asker) -> Response:
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


def make_token() -> str:
    """Give a token for the link of the local user."""
    return secrets.token_urlsafe(24)


def find_run_pipeline(out: Path) -> Pipeline:
    """Give the pipeline with the settings of the run that wrote a dataset, or the packaged ones where they are gone."""
    from medai_extract.errors import MedaiExtractError
    from medai_extract.settings import Settings

    try:
        return Pipeline(settings=Settings(**msgspec.json.decode((out / "run.json").read_bytes())["settings"]))
    except (OSError, KeyError, TypeError, ValueError, msgspec.DecodeError, MedaiExtractError):
        return Pipeline()
