"""What every page of the desk goes through: who asks, in which language, and how a page is made."""

import hmac
import secrets
from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import FormData

from medai_extract.model import LABELS
from medai_extract.review.changes import compare
from medai_extract.review.facets import count_progress
from medai_extract.review.filters import Filters
from medai_extract.review.guard import same_origin
from medai_extract.review.messages import LANGUAGES, choose_language, make_say
from medai_extract.review.store import Store
from medai_extract.review.trace import Traces
from medai_extract.review.users import Session, Users
from medai_extract.review.view import describe_value

LANGUAGE_COOKIE = "medai_language"
MOST_FIELDS = 20_000
"""Fields of the largest form; the longest is a list of chosen mentions."""
SHOWN_STATUS = {
    "accept": "accepted", "reject": "rejected", "correct": "corrected", "add": "added", "unsure": "unsure",
}  # fmt: skip
NOTICES = {
    "undone": "app.undone", "many": "many.done", "merged": "entity.merged", "nothing": "app.nothing_to_undo",
}  # fmt: skip


class Refused(Exception):  # noqa: N818
    """A request that is answered with a page that says why; ``name`` is a message, ``status`` an HTTP status."""

    def __init__(self, status: int, name: str, **values: object) -> None:
        super().__init__(name)
        self.status, self.name, self.values = status, name, values


class Desk:
    """What the routes share: the store, its users, the templates.

    Args:
        store: the desk's file.
        local_user: the name under which the local user decides where there are no users.
        token: opens the desk for the local user.
        once: does so a single time.
        traces: explain mentions.
        ends: says whether the server is about to end, so that no stream keeps it.
    """

    def __init__(
        self,
        store: Store,
        *,
        local_user: str,
        token: str | None,
        once: str | None,
        traces: Traces,
        ends: Callable[[], bool],
    ) -> None:
        self.store = store
        self.users = Users(store)
        self.local_user = local_user
        self._tokens = {known: kind for known, kind in ((token, False), (once, True)) if known}
        self.traces = traces
        self.ends = ends
        self._templates = Environment(
            loader=PackageLoader("medai_extract.review"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.filters |= {"meaning": describe_value, "changes": compare}
        self._templates.globals |= {"labels": LABELS, "shown_status": SHOWN_STATUS}
        self._before_login = secrets.token_bytes(32)

    def admits(self, token: str) -> bool:
        """Say whether a link's token opens the desk; with users none does."""
        for known, is_once in list(self._tokens.items()):
            if hmac.compare_digest(token.encode(), known.encode()) and not self.with_users:
                if is_once:
                    # Of two that come at once only one finds it still there.
                    return self._tokens.pop(known, None) is not None
                return True
        return False

    @property
    def with_users(self) -> bool:
        """Whether people log in; asked anew each time, for a user may be added while the desk is open."""
        return self.users.any()

    def session(self, request: Request, *, renew: bool = True) -> Session | None:
        """Give who asks, or None; a session that was the local user's ends with the first user."""
        session = self.users.find_session(request.cookies.get(cookie_of(request)), renew=renew)
        if session is not None and self.with_users and not self.users.knows(session.user):
            return None
        return session

    def login_token(self, request: Request) -> str:
        """Give the token of the login form, which stands before any session: bound to this server and this browser."""
        agent = request.headers.get("user-agent", "").encode("utf-8", "replace")
        return hmac.new(self._before_login, agent, "sha256").hexdigest()

    def open_session(self, request: Request, user: str) -> Response:
        """Give a new session to a browser; it ends when the browser does, or when the store says so."""
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            cookie_of(request),
            self.users.open_session(user),
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
        **values: object,
    ) -> HTMLResponse:
        """Give a page."""
        lang = language_of(request)
        say = make_say(lang)

        def csrf() -> Markup:
            return Markup('<input type="hidden" name="csrf" value="{}">').format(
                session.csrf if session else ""
            )

        content = self._templates.get_template(template).render(
            lang=lang,
            say=say,
            session=session,
            csrf=csrf,
            page=page,
            notice=read_notice(request, say),
            stale=self.store.stale if session else "",
            progress=count_progress(self.store.read) if session else (0, 0),
            here=here(request),
            with_users=session is not None and self.with_users,
            **values,
        )
        return HTMLResponse(content.encode("utf-8", "replace"), status)


def cookie_of(request: Request) -> str:
    """Give the name of the session's cookie: cookies know no ports, and two desks on one machine are not to end each other."""
    return f"medai_desk_{request.url.port or request.url.scheme}"


def language_of(request: Request) -> str:
    """Give the language in which a request is answered."""
    return choose_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


def here(request: Request) -> str:
    """Give the address of the page itself, to come back to."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def read_notice(request: Request, say: Callable[..., str]) -> str:
    """Give what the last action has to say; the query names it, so that pages need no state."""
    name = NOTICES.get(request.query_params.get("did", ""))
    detail = request.query_params.get("of", "")[:200]
    return "" if name is None else say(name, note=detail, n=detail)


async def desk_of(request: Request) -> Desk:
    """Give the desk that serves a request."""
    return cast(Desk, request.app.state.desk)


TheDesk = Annotated[Desk, Depends(desk_of)]


def session_of(request: Request, desk: TheDesk) -> Session:
    """Give the session of whoever asks; the dataset is read again before if a run has replaced it."""
    session = desk.session(request)
    if session is None:
        raise Refused(403, "error.forbidden")
    desk.store.keep_fresh()
    return session


Asker = Annotated[Session, Depends(session_of)]


async def form_of(request: Request, session: Asker) -> FormData:
    """Give a form that this very session was given."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    sent = str(form.get("csrf", "")).encode()
    if not same_origin(request) or not hmac.compare_digest(sent, session.csrf.encode()):
        raise Refused(403, "error.csrf")
    return form


Form = Annotated[FormData, Depends(form_of)]


async def filters_of(request: Request) -> Filters:
    """Give the filters in the address."""
    return Filters.read(dict(request.query_params))


Wish = Annotated[Filters, Depends(filters_of)]

__all__ = ["LANGUAGES", "Asker", "Desk", "Form", "Refused", "TheDesk", "Wish"]
