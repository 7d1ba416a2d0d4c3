"""The review desk as a web application; every page works without script, every change is a form answered by a redirect."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import cast

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from medai_extract.pipeline import Pipeline
from medai_extract.review.guard import Guard
from medai_extract.review.messages import make_say
from medai_extract.review.problems import NotThereError
from medai_extract.review.routes import article, decide, doors, entities, lists, live, login, mark, queue
from medai_extract.review.store import Store
from medai_extract.review.trace import Traces
from medai_extract.review.web import Desk, Refused, language_of

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def create_app(
    store: Store,
    *,
    local_user: str,
    token: str | None,
    once: str | None = None,
    make_pipeline: Callable[[], Pipeline] | None = None,
    hosts: frozenset[str] | None = LOCAL_HOSTS,
    ends: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """Give the desk as an ASGI application.

    Args:
        store: the desk's file.
        local_user: the name under which the local user decides where there are no users.
        token: what the link holds that opens the desk for the local user; without users nothing else does.
        once: the same, for a single use.
        make_pipeline: builds the pipeline that explains mentions, in the background; None for no traces.
        hosts: names under which the desk may be asked for; None for any.
        ends: says whether the server is about to end, so that no stream keeps it.
    """

    @asynccontextmanager
    async def close_at_the_end(_: FastAPI) -> AsyncIterator[None]:
        yield
        # Only then is the desk's file whole by itself: SQLite keeps the last changes beside it until nobody has it open.
        store.close()

    app = FastAPI(
        title="medai-extract review",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=close_at_the_end,
    )
    app.add_middleware(Guard, hosts=hosts)
    app.mount("/static", StaticFiles(directory=str(files("medai_extract.review") / "static")), "static")
    app.state.desk = Desk(
        store, local_user=local_user, token=token, once=once, traces=Traces(make_pipeline), ends=ends
    )
    for subject in (doors, login, queue, article, decide, mark, entities, lists, live):
        app.include_router(subject.router)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NotThereError, _not_there)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(sqlite3.Error, _not_kept)
    return app


def _refused(request: Request, error: Exception) -> Response:
    problem = cast(Refused, error)
    return _answer(request, problem.status, problem.name, **problem.values)


def _not_there(request: Request, error: Exception) -> Response:
    return _answer(request, 404, cast(NotThereError, error).name)


def _http_error(request: Request, error: Exception) -> Response:
    return _answer(request, cast(HTTPException, error).status_code, "error.missing")


def _not_kept(request: Request, error: Exception) -> Response:
    """Nothing was written: the transaction has been rolled back whole."""
    return _answer(request, 503, "error.not_kept", detail=str(error))


def _answer(request: Request, status: int, name: str, **values: object) -> Response:
    desk: Desk = request.app.state.desk
    session = desk.session(request, renew=False)
    if session is None and desk.with_users and request.method == "GET" and name == "error.forbidden":
        return RedirectResponse("/login", 303)
    say = make_say(language_of(request))
    return desk.render(request, "error.html", status=status, session=session, problem=say(name, **values))
