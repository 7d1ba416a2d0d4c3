"""Links: fetched from a real server on loopback that stalls, lies, redirects and overflows."""

import gzip
import ssl
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from medai_extract.errors import OutputError
from medai_extract.ingest.fetch import Fetched, fetch_links
from medai_extract.ingest.fetch_address import is_public
from medai_extract.ingest.fetch_settings import FetchSettings, allow_all
from medai_extract.ingest.links import fetch_pages, read_page
from medai_extract.model import Article, Rejected
from website import BODY_EN, LARGEST, SETTINGS, Page, Website, in_turn, redirect, send, write_raw

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
IMPATIENT = msgspec.structs.replace(SETTINGS, timeout=0.3, deadline=0.8, tries=1)


def fetch(link: str, folder: Path, settings: FetchSettings = SETTINGS) -> Fetched | Rejected:
    return next(fetch_links([link], folder, settings))


def give_reason(found: Fetched | Rejected) -> str:
    return found.reason if isinstance(found, Rejected) else "fetched"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("93.184.216.34", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("127.255.255.254", False), ("0.0.0.0", False), ("0.1.2.3", False), ("10.0.0.1", False),
        ("172.16.0.1", False), ("172.31.255.255", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("100.127.255.255", False), ("192.0.0.1", False), ("192.0.2.1", False), ("198.18.0.1", False), ("198.51.100.1", False),
        ("203.0.113.1", False), ("224.0.0.1", False), ("239.255.255.250", False), ("240.0.0.1", False), ("255.255.255.255", False),
        ("::", False), ("::1", False), ("::7f00:1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("::ffff:169.254.169.254", False), ("64:ff9b::7f00:1", False), ("64:ff9b::a9fe:a9fe", False), ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False), ("2001::1", False), ("2001:db8::1", False), ("3fff::1", False), ("fe80::1", False),
        ("fe80::1%eth0", False), ("fec0::1", False), ("fc00::1", False), ("fd12:3456::1", False), ("ff02::1", False), ("ff0e::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "private_address"),
        ("127.1", "private_address"),
        ("2130706433", "private_address"),
        ("0x7f000001", "private_address"),
        ("0177.0.0.1", "bad_url"),
        ("0.0.0.0", "private_address"),
        ("0", "private_address"),
        ("localhost", "private_address"),
        ("LOCALHOST", "private_address"),
        ("[::1]", "private_address"),
        ("[::]", "private_address"),
        ("[::ffff:127.0.0.1]", "private_address"),
        ("[::ffff:7f00:1]", "private_address"),
        ("１２７.0.0.1", "bad_url"),
        ("169.254.169.254", "private_address"),
        ("100.100.100.200", "private_address"),
        ("user:word@127.0.0.1", "private_address"),
    ],
)
def test_no_spelling_of_a_private_address_passes(host: str, reason: str, tmp_path: Path) -> None:
    with Website({"/": send(b"secret")}).serve() as site:
        settings = msgspec.structs.replace(SETTINGS, allow=is_public, tries=1)
        assert give_reason(fetch(f"http://{host}:{site.port}/", tmp_path, settings)) == reason
        assert site.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "ftp://example.com/a",
        "gopher://127.0.0.1/",
        "data:text/html,hi",
        "/etc/passwd",
        "javascript:1",
    ],
)
def test_other_schemes_are_refused(link: str, tmp_path: Path) -> None:
    assert give_reason(fetch(link, tmp_path)) == "bad_scheme"


@pytest.mark.parametrize(
    "link",
    [
        "http://",
        "http://[::1",
        "http://a b/",
        "http://example.com:99999999/",
        "https://" + "a" * 300 + ".com/",
        "http://\0/",
    ],
)
def test_bad_addresses_are_refused(link: str, tmp_path: Path) -> None:
    assert give_reason(fetch(link, tmp_path, msgspec.structs.replace(SETTINGS, tries=1))) in (
        "bad_url",
        "unreachable",
    )


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    """A name server that answers with a public address first and a private one later reaches nothing."""
    answers = iter(["192.0.2.7", "127.0.0.1", "127.0.0.1", "127.0.0.1"])
    asked: list[str] = []

    def rebind(host: str, *_: int) -> list[str]:
        asked.append(host)
        return [next(answers)]

    settings = msgspec.structs.replace(
        IMPATIENT, allow=lambda address: address == "192.0.2.7", resolve=rebind
    )
    with Website({"/": send(b"secret")}).serve() as site:
        assert give_reason(fetch(f"http://news.example:{site.port}/", tmp_path, settings)) in (
            "timeout",
            "unreachable",
        )
        assert site.asked == []
    assert asked == ["news.example"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, resolve=lambda *_: ["127.0.0.1", "127.0.0.2"])
    with Website({"/": send(b"secret")}).serve() as site:
        assert (
            give_reason(fetch(f"http://news.example:{site.port}/", tmp_path, settings)) == "private_address"
        )
        assert site.asked == []


@pytest.fixture(scope="module")
def private_site() -> Iterator[Website]:
    with Website({"/": send(b"secret")}, "127.0.0.2").serve() as site:
        yield site


BAD_PAGES: dict[str, tuple[Page, str]] = {
    "/missing": (send(b"", status=404), "status_404"),
    "/gone": (send(b"", status=410), "status_410"),
    "/forbidden": (send(b"", status=403), "status_403"),
    "/unasked-304": (send(b"", status=304), "status_304"),
    "/redirect-to-nowhere": (send(b"", status=302), "status_302"),
    "/down": (send(b"", status=503), "status_503"),
    "/breaks-off": (send(b"ten bytes.", length=1000), "broken_answer"),
    "/says-2gb": (send(b"x", length=2 << 30), "too_large"),
    "/says-more-than-a-number": (send(b"x", length=10**40), "broken_answer"),
    "/bomb": (send(gzip.compress(bytes(50 * LARGEST)), Content_Encoding="gzip"), "too_large"),
    "/not-gzip": (send(b"plain text", Content_Encoding="gzip"), "bad_answer"),
    "/half-gzip": (send(gzip.compress(b"text" * 1000)[:-12], Content_Encoding="gzip"), "broken_answer"),
    "/packed-otherwise": (send(b"text", Content_Encoding="br"), "bad_answer"),
    "/garbage": (write_raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), "broken_answer"),
    "/nothing": (write_raw(b""), "broken_answer"),
    "/endless-header": (write_raw(OK, b"X-Filler: " + b"y" * 1000 + b"\r\n", times=500), "broken_answer"),
    "/to-file": (redirect("file:///etc/passwd"), "bad_scheme"),
    "/to-ftp": (redirect("ftp://example.com/"), "bad_scheme"),
    "/to-10": (redirect("http://10.0.0.1/"), "private_address"),
    "/to-metadata": (redirect("http://169.254.169.254/latest/"), "private_address"),
    "/to-decimal": (redirect("http://2130706434/"), "private_address"),
    "/to-mapped": (redirect("http://[::ffff:127.0.0.2]/"), "private_address"),
    "/to-nonsense": (redirect("http://example.com:port/"), "bad_answer"),
    "/loop": (redirect("/loop2"), "redirect_loop"),
    "/loop2": (redirect("/loop"), "redirect_loop"),
    "/itself": (redirect(""), "redirect_loop"),
    "/secret/page": (send(b"not for you"), "robots"),
    "/to-secret": (redirect("/secret/page"), "robots"),
}


@pytest.fixture(scope="module")
def bad_site() -> Iterator[Website]:
    robots = send(b"User-agent: *\nDisallow: /secret/\n", kind="text/plain")
    with Website(
        {"/robots.txt": robots} | {path: page for path, (page, _) in BAD_PAGES.items()}
    ).serve() as site:
        yield site


@pytest.mark.parametrize("path", BAD_PAGES)
def test_bad_answers(path: str, bad_site: Website, tmp_path: Path) -> None:
    found = fetch(bad_site.root + path, tmp_path)
    assert isinstance(found, Rejected)
    assert (found.stage, found.reason) == ("fetch", BAD_PAGES[path][1])
    assert found.detail
    assert not any(file.is_file() for file in tmp_path.rglob("*"))


SLOW_PAGES: dict[str, Page] = {
    "/silent": write_raw(b"", pause=1.0),
    "/stalls": write_raw(OK + b"Content-Length: 100\r\n\r\nhalf", pause=1.0),
    "/drips": write_raw(OK + b"\r\n", b"x", pause=0.1, times=15),
    "/drips-header": write_raw(OK, b"X-A: b\r\n", pause=0.1, times=15),
}


@pytest.mark.parametrize("path", SLOW_PAGES)
def test_slow_answers_are_given_up(path: str, tmp_path: Path) -> None:
    with Website(SLOW_PAGES).serve() as site:
        started = time.monotonic()
        assert give_reason(fetch(site.root + path, tmp_path, IMPATIENT)) == "timeout"
        assert time.monotonic() - started < 3


def test_two_gigabytes_are_given_up_at_the_limit(tmp_path: Path) -> None:
    chunk, sent = bytes(1 << 16), 0

    def overflow(request: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        request.wfile.write(OK + b"\r\n")
        while sent < 2 << 30:
            request.wfile.write(chunk)
            sent += len(chunk)

    with Website({"/": overflow}).serve() as site:
        assert give_reason(fetch(site.root + "/", tmp_path)) == "too_large"
    assert LARGEST <= sent < LARGEST + 20_000_000


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
def test_a_body_is_not_held_in_memory(headers: dict[str, str], tmp_path: Path) -> None:
    body = bytes(20_000_000)
    page = send(gzip.compress(body) if headers else body, **headers)
    settings = msgspec.structs.replace(SETTINGS, largest=len(body))
    with Website({"/": page}).serve() as site:
        fetch(site.root + "/robots.txt", tmp_path, settings)
        tracemalloc.start()
        found = fetch(site.root + "/", tmp_path, settings)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(found, Fetched)
    assert found.path.stat().st_size == len(body)
    assert peak < 3_000_000


REDIRECTS = {
    "/301": 301, "/302": 302, "/303": 303, "/307": 307, "/308": 308,
}  # fmt: skip


@pytest.mark.parametrize("path", REDIRECTS)
def test_redirects_are_followed(path: str, tmp_path: Path) -> None:
    with Website({path: redirect("/news?id=1#top", REDIRECTS[path]), "/news": send(b"text")}).serve() as site:
        found = fetch(site.root + path, tmp_path)
        assert isinstance(found, Fetched)
        assert (found.link, found.url) == (site.root + path, site.root + "/news?id=1")
        assert found.path.read_bytes() == b"text"


@pytest.mark.parametrize(("redirects", "reason"), [(10, "fetched"), (11, "too_many_redirects")])
def test_redirects_have_a_limit(redirects: int, reason: str, tmp_path: Path) -> None:
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(redirects)}
    with Website(pages | {f"/{redirects}": send(b"text")}).serve() as site:
        assert give_reason(fetch(site.root + "/0", tmp_path)) == reason


def test_a_redirect_to_a_private_address_reaches_nothing(private_site: Website, tmp_path: Path) -> None:
    port = private_site.port
    hosts = ("127.0.0.2", "2130706434", "[::ffff:127.0.0.2]", "localhost.localdomain")
    with Website(
        {f"/{number}": redirect(f"http://{host}:{port}/") for number, host in enumerate(hosts)}
    ).serve() as site:
        settings = msgspec.structs.replace(SETTINGS, tries=1)
        for number in range(3):
            assert give_reason(fetch(f"{site.root}/{number}", tmp_path, settings)) == "private_address"
        assert private_site.asked == []
        allowing = msgspec.structs.replace(SETTINGS, allow=allow_all)
        assert give_reason(fetch(f"{site.root}/0", tmp_path, allowing)) == "fetched"
        assert private_site.paths() == ["/"]


BUSY = send(b"later", status=429, Retry_After="0")


@pytest.mark.parametrize(
    ("pages", "tries", "reason", "asked"),
    [
        ((BUSY, send(b"text")), 3, "fetched", 2),
        ((send(b"", status=503), send(b"", status=502), send(b"text")), 3, "fetched", 3),
        ((write_raw(b""), send(b"text")), 3, "fetched", 2),
        ((BUSY,), 3, "status_429", 3),
        # A failure that will not pass is not tried again.
        ((send(b"", status=404), send(b"text")), 3, "status_404", 1),
        # Nor one that the server wants to be left alone for longer than we wait.
        ((send(b"", status=503, Retry_After="3600"), send(b"text")), 3, "status_503", 1),
        (
            (send(b"", status=429, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"), send(b"text")),
            3,
            "status_429",
            1,
        ),
        (
            (send(b"", status=429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), send(b"text")),
            3,
            "fetched",
            2,
        ),
        ((send(b"", status=429, Retry_After="when it suits"), send(b"text")), 3, "fetched", 2),
    ],
)
def test_tries(pages: tuple[Page, ...], tries: int, reason: str, asked: int, tmp_path: Path) -> None:
    with Website({"/": in_turn(*pages)}).serve() as site:
        assert (
            give_reason(fetch(site.root + "/", tmp_path, msgspec.structs.replace(SETTINGS, tries=tries)))
            == reason
        )
        assert len(site.paths()) == asked


def test_retry_after_is_waited_for(tmp_path: Path) -> None:
    with Website({"/": in_turn(send(b"", status=429, Retry_After="1"), send(b"text"))}).serve() as site:
        started = time.monotonic()
        assert give_reason(fetch(site.root + "/", tmp_path)) == "fetched"
        assert time.monotonic() - started >= 1


ALLOWED, FORBIDDEN = "fetched", "robots"


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (send(b"", status=404), ALLOWED),
        (send(b"", status=403), ALLOWED),
        (send(b""), ALLOWED),
        (send(bytes(range(256)) * 100), ALLOWED),
        (send(b"User-agent: *\nDisallow:\n"), ALLOWED),
        (send(b"User-agent: *\nDisallow: /\n"), FORBIDDEN),
        (send(b"User-agent: *\nDisallow: /\nAllow: /a\n"), ALLOWED),
        (send(b"User-agent: medai-extract\nDisallow: /a\n\nUser-agent: *\nAllow: /\n"), FORBIDDEN),
        (send(b"User-agent: medai-extract\nAllow: /a\n\nUser-agent: *\nDisallow: /\n"), ALLOWED),
        (send(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /*?\r\n"), FORBIDDEN),
        (redirect("/other.txt"), FORBIDDEN),
        # A list without end counts as far as it is read.
        (write_raw(OK + b"\r\nUser-agent: *\nDisallow: /a\n", b"Disallow: /b\n" * 5000, times=20), FORBIDDEN),
        # A server that cannot say what it allows is not asked for more.
        (send(b"", status=500), "robots_unreachable"),
        (send(b"", status=429), "robots_unreachable"),
        (redirect("file:///etc/passwd"), "bad_scheme"),
        (redirect("http://10.0.0.1/robots.txt"), "private_address"),
    ],
)
def test_robots(robots: Page, reason: str, tmp_path: Path) -> None:
    pages = {"/robots.txt": robots, "/other.txt": send(b"User-agent: *\nDisallow: /\n"), "/a": send(b"text")}
    with Website(pages).serve() as site:
        assert (
            give_reason(fetch(site.root + "/a?b=1", tmp_path, msgspec.structs.replace(SETTINGS, tries=1)))
            == reason
        )
        assert site.paths().count("/a?b=1") == (reason == ALLOWED)


def test_a_host_is_asked_one_request_at_a_time_with_a_pause(tmp_path: Path) -> None:
    busy, most = Counter[int](), Counter[int]()

    def page(request: BaseHTTPRequestHandler) -> None:
        port = request.server.server_address[1]
        busy[port] += 1
        most[port] = max(most[port], busy[port])
        time.sleep(0.02)
        busy[port] -= 1
        send(b"text")(request)

    pages = {f"/{number}": page for number in range(6)}
    with Website(pages).serve() as site, Website(pages).serve() as other:
        hosts = f"http://a.example:{site.port}", f"http://b.example:{other.port}"
        links = [f"{host}/{number}" for host in hosts for number in range(6)]
        settings = msgspec.structs.replace(SETTINGS, delay=0.05, resolve=lambda *_: ["127.0.0.1"])
        found = list(fetch_links(links, tmp_path, settings))
    assert [page.link for page in found if isinstance(page, Fetched)] == links
    assert set(most.values()) == {1}
    for server in (site, other):
        times = [asked.at for asked in server.asked if asked.path != "/robots.txt"]
        assert [asked.path for asked in server.asked].count("/robots.txt") == 1
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.05
    # The two hosts were asked at the same time.
    assert max(site.asked[0].at, other.asked[0].at) < min(site.asked[-1].at, other.asked[-1].at)


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    robots = send(b"User-agent: *\nCrawl-delay: 0.2\n")
    with Website({"/robots.txt": robots, "/1": send(b"text"), "/2": send(b"text")}).serve() as site:
        list(fetch_links([f"{site.root}/1", f"{site.root}/2"], tmp_path, SETTINGS))
        _, first, second = site.asked
        assert second.at - first.at >= 0.2


@pytest.mark.parametrize(
    ("header", "asked_with"),
    [
        ({"ETag": '"v1"'}, "if-none-match"),
        ({"Last_Modified": "Thu, 13 Feb 2025 09:00:00 GMT"}, "if-modified-since"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(
    header: dict[str, str], asked_with: str, tmp_path: Path
) -> None:
    page = in_turn(send(b"first", **header), send(b"", status=304), send(b"second", **header))
    with Website({"/": page}).serve() as site:
        found = [fetch(site.root + "/", tmp_path) for _ in range(3)]
        conditions = [asked.headers.get(asked_with) for asked in site.asked if asked.path == "/"]
    bodies = [page.path.read_bytes() for page in found if isinstance(page, Fetched) and page.path.exists()]
    assert conditions == [None, *header.values(), *header.values()]
    assert found[0] == found[1] != found[2]
    assert bodies == [b"second"]
    assert sorted(path.suffix for path in tmp_path.rglob("*.*")) == sorted(
        [".json", f".{found[2].sha256[:16]}"]
    )  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (send(b"", status=503), "stale"),
        (write_raw(b""), "stale"),
        (send(b"ten bytes.", length=100), "stale"),
        (send(b"", status=404), "status_404"),
        (redirect("file:///etc/passwd"), "bad_scheme"),
    ],
)
def test_an_earlier_answer_stands_in_while_the_server_cannot_be_asked(
    later: Page, reason: str, tmp_path: Path
) -> None:
    with Website({"/": in_turn(send(BODY_EN.encode()), later)}).serve() as site:
        fetch(site.root + "/", tmp_path)
        (found,) = fetch_pages([site.root + "/"], tmp_path, SETTINGS)
    if isinstance(found, Rejected):
        assert found.reason == reason
    else:
        assert (found.fetched.stale, reason) == (True, "stale")
        assert [article.warnings for article in read_page(found) if isinstance(article, Article)] == [
            ("stale_copy",)
        ]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe not json"])
def test_a_damaged_cache_is_fetched_anew(damage: bytes, tmp_path: Path) -> None:
    with Website({"/": send(b"text", ETag='"v1"')}).serve() as site:
        fetch(site.root + "/", tmp_path)
        for path in tmp_path.rglob("*.json"):
            path.write_bytes(damage)
        found = fetch(site.root + "/", tmp_path)
        assert isinstance(found, Fetched)
        assert found.path.read_bytes() == b"text"
        assert all("if-none-match" not in asked.headers for asked in site.asked)


def test_a_folder_that_cannot_be_written_is_a_known_failure(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with (
        Website({"/": send(b"text")}).serve() as site,
        pytest.raises(OutputError, match="cache: cannot keep"),
    ):
        fetch(site.root + "/", tmp_path / "cache")


def make_certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Give a certificate's file that holds for ``host`` alone, signed by itself, and a server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path, secret = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context


@pytest.mark.parametrize(
    ("host", "trusted", "reason"),
    [
        ("127.0.0.1", True, "fetched"),
        ("127.0.0.1", False, "bad_certificate"),
        ("127.0.0.2", True, "bad_certificate"),
    ],
)
def test_a_certificate_must_be_trusted_and_hold_for_the_host(
    host: str, trusted: bool, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = make_certificate(tmp_path, host)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with Website({"/a": send(BODY_EN.encode())}, tls=context).serve() as website:
        assert give_reason(fetch(f"{website.root}/a", tmp_path / "cache")) == reason
        assert website.paths() == (["/a"] if reason == "fetched" else [])
