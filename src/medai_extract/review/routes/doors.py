"""In and out of the desk: the link of the local user, logging out, the language, the keys."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from medai_extract.review.forms import local_path
from medai_extract.review.messages import LANGUAGES
from medai_extract.review.web import LANGUAGE_COOKIE, Asker, Form, Refused, TheDesk, cookie_of

router = APIRouter()
YEAR = 365 * 86400
"""Seconds for which a browser keeps the language."""


@router.get("/open")
def open_link(request: Request, desk: TheDesk, token: str = "") -> Response:
    """Open the desk for the local user, who alone knows the token of the link."""
    if not desk.admits(token):
        raise Refused(403, "error.forbidden")
    return desk.open_session(request, desk.local_user)


@router.post("/logout")
def log_out(request: Request, desk: TheDesk, _form: Form) -> Response:
    """End the session."""
    desk.users.close_session(request.cookies.get(cookie_of(request)))
    answer = RedirectResponse("/login" if desk.with_users else "/", 303)
    answer.delete_cookie(cookie_of(request))
    return answer


@router.get("/language/{lang}")
def choose_language(lang: str, back: str = "/") -> Response:
    """Keep the language a reviewer wants."""
    answer = RedirectResponse(local_path(back), 303)
    if lang in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR, httponly=True, samesite="lax")
    return answer


@router.get("/keys")
def keys_page(request: Request, desk: TheDesk, session: Asker) -> Response:
    """Show what each key does."""
    return desk.render(request, "keys.html", page="keys", session=session)
