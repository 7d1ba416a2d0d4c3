"""The layer around the desk: known hosts only, bounded forms, strict headers on every answer, forms from the desk's own pages."""

from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Guard:
    """An ASGI layer that refuses what no browser of a reviewer sends.

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

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
                if not scope["path"].startswith("/static/"):
                    answer["Cache-Control"] = "no-store"
            await send(message)

        refusal = self._refuse(scope["method"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refuse(self, method: str, headers: Headers) -> Response | None:
        if self._hosts is not None and host_of(f"//{headers.get('host', '')}") not in self._hosts:
            return Response("unknown host", 421)
        length = headers.get("content-length", "")
        counted = length.isascii() and length.isdigit() and "transfer-encoding" not in headers
        if method == "POST" and not counted:
            return Response("length required", 411)
        if counted and int(length[:12]) > LARGEST_FORM:
            return Response("too large", 413)
        return None


def host_of(address: str) -> str:
    """Give the host of an address without its port, empty where the address is none.

    >>> host_of("//127.0.0.1:8765"), host_of("//[::1]:8765"), host_of("//[::1")
    ('127.0.0.1', '::1', '')
    """
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def same_origin(request: Request) -> bool:
    """Say whether a browser sent a form from a page of the desk; old browsers that do not tell are left to the token."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")
