"""Logging in, where there are users."""

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from medai_extract.review.guard import same_origin
from medai_extract.review.messages import make_say
from medai_extract.review.web import Desk, Refused, TheDesk, language_of

router = APIRouter()


@router.get("/login")
def login_page(request: Request, desk: TheDesk) -> Response:
    """Ask for name and password."""
    if not desk.with_users:
        raise Refused(403, "error.forbidden")
    return desk.render(request, "login.html", problem="", token=desk.login_token(request))


@router.post("/login")
async def log_in(request: Request, desk: TheDesk) -> Response:
    """Open a session for a right password; the slow hash runs beside the other requests."""
    form = await request.form(max_files=0, max_fields=10)
    return await run_in_threadpool(_log_in, request, desk, form)


def _log_in(request: Request, desk: Desk, form: FormData) -> Response:
    if not desk.with_users:
        raise Refused(403, "error.forbidden")
    sent = str(form.get("csrf", "")).encode()
    if not same_origin(request) or not hmac.compare_digest(sent, desk.login_token(request).encode()):
        raise Refused(403, "error.csrf")
    name, password = str(form.get("name", ""))[:60], str(form.get("password", ""))[:500]
    right = desk.users.check(name, password, request.client.host if request.client else "")
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
