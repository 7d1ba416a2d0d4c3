"""A real web server on loopback whose pages may behave as badly as they like."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from medai_extract.ingest.fetch_address import is_public
from medai_extract.ingest.fetch_settings import FetchSettings

LARGEST = 1_000_000


def allow_server(address: str) -> bool:
    """Take the server's address for a public one; all others of this machine stay private."""
    return address == "127.0.0.1" or is_public(address)


SETTINGS = FetchSettings(
    timeout=10.0,
    deadline=20.0,
    largest=LARGEST,
    tries=2,
    wait=0.01,
    longest_wait=1.0,
    delay=0.0,
    allow=allow_server,
)
BODY_ZH = (
    "<html><body><article>"
    + "<p>推想医疗宣布完成5亿元D轮融资，由某资本领投，资金用于肺部影像产品的研发。</p>" * 8
    + "</article></body></html>"
)
BODY_EN = (
    "<html><body><article>"
    + "<p>Owkin raised $50 million to develop its pathology software in Paris.</p>" * 8
    + "</article></body></html>"
)


class Asked(NamedTuple):
    """A request that the server has seen: path, header fields in lower case, and when it came."""

    path: str
    headers: Mapping[str, str]
    at: float


Page = Callable[[BaseHTTPRequestHandler], None]


class Website:
    """Pages by path, over TLS if ``tls`` is given; ``asked`` are the requests so far."""

    def __init__(
        self, pages: Mapping[str, Page], address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self.asked: list[Asked] = []
        website = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                website.answer(self, pages)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Clients go away in the middle of bad answers; that is what is tested."""

        self._server = Server((address, 0), Handler)
        self.port = self._server.server_address[1]
        self.root = f"http://{address}:{self.port}"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
            self.root = f"https://{address}:{self.port}"

    def answer(self, request: BaseHTTPRequestHandler, pages: Mapping[str, Page]) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.path, headers, time.monotonic()))
        request.close_connection = True
        pages.get(request.path.partition("?")[0], send(b"not here", status=404))(request)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    @contextmanager
    def serve(self) -> Iterator["Website"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def send(
    body: bytes, *, status: int = 200, kind: str = "text/html", length: int | None = None, **headers: str
) -> Page:
    """Give a page that answers with ``body``; ``length`` is what it says of its length."""

    def page(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return page


def redirect(location: str, status: int = 302) -> Page:
    return send(b"", status=status, Location=location)


def write_raw(*pieces: bytes, pause: float = 0.0, times: int = 1) -> Page:
    """Give a page that writes bytes as they are, the last piece ``times`` times, with a pause before each."""

    def page(request: BaseHTTPRequestHandler) -> None:
        for piece in (*pieces[:-1], *(pieces[-1:] * times)):
            request.wfile.write(piece)
            request.wfile.flush()
            time.sleep(pause)

    return page


def in_turn(*pages: Page) -> Page:
    """Give a page that behaves as one after the other, the last one for good."""
    left = list(pages)

    def page(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return page
