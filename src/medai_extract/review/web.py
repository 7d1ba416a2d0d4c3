"""What every page of the desk goes through: who asks, from where, with which headers it is answered, and in which language."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medai_extract.model import LABELS
from medai_extract.review.messages import choose_language, make_say
from medai_extract.review.queue import count_progress
from medai_extract.review.store import Store
from medai_extract.review.users import EXPIRES, Session, Users

COOKIE = "medai_desk"
LANGUAGE_COOKIE = "medai_language"
LARGEST_FORM = 1 << 20
"""Bytes of the largest form; the longest is a list of chosen mentions."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses of the desk name mentions and hold the queue's filters; other sites learn none of it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


class Refused(Exception):  # noqa: N818
    """A request that is answered with a page that says why; ``name`` is a message, ``status`` an HTTP status."""

    def __init__(self, status: int, name: str, **values: object) -> None:
        super().__init__(name)
        self.status, self.name, self.values = status, name, values


class Guard:
    """The ASGI layer around the desk: known hosts only, bounded forms, strict headers on every answer.

    A page of another site must not reach the desk under a name of its own that leads to 127.0.0.1; hence the check of hosts.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
                if not scope["path"].startswith("/static/"):
                    answer["Cache-Control"] = "no-store"
            await send(message)

        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        length = headers.get("content-length", "0")
        if self._hosts is not None and host not in self._hosts:
            await Response("unknown host", 421)(scope, receive, send_guarded)
        elif scope["method"] == "POST" and (not length.isdigit() or "transfer-encoding" in headers):
            await Response("length required", 411)(scope, receive, send_guarded)
        elif int(length) > LARGEST_FORM:
            await Response("too large", 413)(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


class Desk:
    """What the routes share: the store, its users, the templates; ``token`` opens the desk for the local user."""

    def __init__(self, store: Store, users: Users, *, local_user: str, token: str | None) -> None:
        self.store = store
        self.users = users
        self.local_user = local_user
        self.token = token
        self.templates = Environment(
            loader=PackageLoader("medai_extract.review"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=False,
        )
        self._before_login = secrets.token_bytes(32)

    @property
    def with_users(self) -> bool:
        """Whether people log in; asked anew each time, for a user may be added while the desk is open."""
        return self.users.any()

    def session(self, request: Request) -> Session | None:
        """Give who asks, or None."""
        session = self.users.find_session(request.cookies.get(COOKIE))
        if session is not None and self.with_users:
            row = self.store.read.execute("SELECT 1 FROM user WHERE name = ?", (session.user,)).fetchone()
            return session if row is not None else None
        return session

    def login_token(self, request: Request) -> str:
        """Give the token of the login form, which stands before any session: bound to this server and this browser."""
        agent = request.headers.get("user-agent", "").encode("utf-8", "replace")
        return hmac.new(self._before_login, agent, "sha256").hexdigest()

    def open_session(self, request: Request, user: str, to: str = "/") -> Response:
        """Give a new session to a browser."""
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            COOKIE,
            self.users.open_session(user),
            max_age=EXPIRES,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        page: str = "",
        session: Session | None = None,
        notice: str = "",
        **values: object,
    ) -> HTMLResponse:
        """Give a page."""
        lang = language_of(request)
        say = make_say(lang)

        def csrf() -> Markup:
            return Markup('<input type="hidden" name="csrf" value="{}">').format(
                session.csrf if session else ""
            )

        progress = count_progress(self.store.read) if session else (0, 0)
        content = self.templates.get_template(template).render(
            request=request,
            lang=lang,
            say=say,
            session=session,
            csrf=csrf,
            page=page,
            notice=notice or read_notice(request, say),
            progress=progress,
            here=here(request),
            labels=LABELS,
            with_users=session is not None and self.with_users,
            **values,
        )
        return HTMLResponse(content.encode("utf-8", "replace"), status)


def language_of(request: Request) -> str:
    """Give the language in which a request is answered."""
    return choose_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


def here(request: Request) -> str:
    """Give the address of the page itself, to come back to."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def local_path(back: object) -> str:
    """Give an address of the desk itself; anything else leads to the queue.

    >>> local_path("/history?before=3"), local_path("//evil.example/x"), local_path("https://evil.example")
    ('/history?before=3', '/', '/')
    """
    text = str(back or "")
    unsafe = not text.startswith("/") or text[1:2] in ("/", "\\") or any(ord(char) < 33 for char in text)
    return "/" if unsafe else text


def read_notice(request: Request, say: Callable[..., str]) -> str:
    """Give what the last action has to say; the query names it, so that pages need no state."""
    known = {"undone": "app.undone", "many": "many.done", "merged": "entity.merged"}
    name = request.query_params.get("did", "")
    detail = request.query_params.get("of", "")[:200]
    if name == "nothing":
        return say("app.nothing_to_undo")
    return say(known[name], note=detail, n=detail) if name in known else ""


def make_dependencies(desk: Desk) -> tuple[Any, Any]:
    """Give the two things routes depend on: the session of whoever asks, and a form that this session was given."""

    def session_of(request: Request) -> Session:
        desk.store.refresh()
        session = desk.session(request)
        if session is None:
            raise Refused(403, "error.forbidden")
        return session

    async def form_of(request: Request, session: Annotated[Session, Depends(session_of)]) -> FormData:
        form = await request.form(max_files=0, max_fields=20_000)
        if not same_origin(request) or not hmac.compare_digest(
            str(form.get("csrf", "")).encode(), session.csrf.encode()
        ):
            raise Refused(403, "error.csrf")
        return form

    return session_of, form_of


def same_origin(request: Request) -> bool:
    """Say whether a browser sent a form from a page of the desk; old browsers that do not tell are left to the token."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def text_of(form: Mapping[str, Any], name: str, longest: int = 500) -> str:
    """Give a text field of a form, without the characters that only mislead."""
    value = form.get(name)
    text = value if isinstance(value, str) else ""
    return "".join(char for char in text[:longest] if char.isprintable()).strip()


def number_of(form: Mapping[str, Any], name: str) -> int | None:
    """Give a number of a form or query, None where there is none."""
    value = form.get(name)
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16
        else None
    )
