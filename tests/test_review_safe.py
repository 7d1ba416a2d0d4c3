"""Every route as nobody, as one reviewer and as another; tokens, headers, hosts, limits; hostile articles and hostile input."""
# ruff: noqa: F811

import json
import re
import time
from html import escape, unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from desk import ids, out, row, store  # noqa: F401
from medai_extract.batch import run_batch
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.app import create_app
from medai_extract.review.log import read_steps
from medai_extract.review.store import Store
from medai_extract.review.users import GUESSES, Users
from medai_extract.settings import Settings

PASSWORD = "a password of some length"
OPEN = {("GET", "/open"), ("GET", "/login"), ("POST", "/login"), ("GET", "/language/{lang}")}
STREAM = "/live"


def routes(store: Store) -> list[tuple[str, str]]:
    """Every route of the desk; a new one is walked as soon as it is there."""
    paths = create_app(store, local_user="x", token=None).openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def fill(store: Store, path: str) -> str:
    mention = store.read.execute("SELECT * FROM mention WHERE entity_id IS NOT NULL LIMIT 1").fetchone()
    for name, value in {
        "mention_id": mention["id"], "article_id": mention["article_id"], "entity_id": mention["entity_id"], "lang": "zh",
    }.items():  # fmt: skip
        path = path.replace(f"{{{name}}}", value)
    return path


def test_nobody_gets_in_anywhere(out: Path, store: Store) -> None:
    walked = routes(store)
    assert len(walked) >= 27
    with desk.serve(out) as address:
        for with_users in (False, True):
            if with_users:
                Users(store).add("甲", PASSWORD)
            for method, path in walked:
                answer = httpx.request(
                    method, address + fill(store, path), data={"csrf": "x"} if method == "POST" else None
                )
                if (method, path) in OPEN:
                    assert answer.status_code in (200, 303, 403), (method, path)
                elif with_users and method == "GET":
                    assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path
                else:
                    assert answer.status_code == 403, (method, path)
                assert "推想医疗" not in answer.text
                assert "set-cookie" not in answer.headers or path == "/language/{lang}"
    assert store.read.execute("SELECT count(*) FROM action").fetchone()[0] == 0


def test_one_reviewer_and_another(out: Path, store: Store) -> None:
    users = Users(store)
    users.add("甲", PASSWORD)
    users.add("乙", PASSWORD)
    with desk.serve(out) as address:
        one, other = desk.Reviewer(address), desk.Reviewer(address)
        assert one.login("甲", PASSWORD).status_code == 200
        assert other.login("乙", PASSWORD).status_code == 200
        for method, path in routes(store):
            if method == "GET" and path not in ("/open", "/login", "/language/{lang}", STREAM):
                for reviewer in (one, other):
                    answer = reviewer.get(fill(store, path))
                    assert answer.status_code in (200, 404), (path, answer.status_code)
                    assert reviewer is not one or "乙" not in answer.text
        for method, path in routes(store):
            if method == "POST" and (method, path) not in OPEN and path != "/logout":
                stolen = one.http.post(fill(store, path), data={"csrf": other.csrf})
                assert stolen.status_code == 403, f"{path} took the token of another session"
                assert one.http.post(fill(store, path)).status_code == 403, f"{path} took no token"
        mention_id = store.read.execute("SELECT id FROM mention LIMIT 1").fetchone()["id"]
        one.get(f"/mention/{mention_id}")
        assert one.post(f"/mention/{mention_id}/decide", verdict="accept", known=0).status_code == 200
        action_id = store.read.execute("SELECT id FROM action").fetchone()["id"]
        other.get("/")
        other.post("/undo", action=action_id)
        assert store.read.execute("SELECT undone_at FROM action").fetchone()["undone_at"] is None
        # The other is shown the decision and asked, and may then decide all the same.
        other.get(f"/mention/{mention_id}")
        asked = other.post(f"/mention/{mention_id}/decide", verdict="reject", known=0)
        assert asked.status_code == 409
        assert "甲" in asked.text
        other.post(f"/mention/{mention_id}/decide", verdict="reject", known=other.field("known"))
        assert store.read.execute(
            "SELECT status, disputed FROM mention WHERE id = ?", (mention_id,)
        ).fetchone()[:] == ("rejected", 1)
        assert "disputed" in one.get(f"/mention/{mention_id}").text
        one.post("/logout")
        assert one.get("/").url.path == "/login"


def test_a_second_look_is_blind(out: Path, store: Store) -> None:
    """It tells nothing of what others made of a mention, and what is accepted in it is what the rules found."""
    for name in ("甲", "乙"):
        Users(store).add(name, PASSWORD)
    (money,), (idg,) = ids(store, "5亿美元"), ids(store, "IDG资本")
    found = row(store, idg)
    with desk.serve(out) as address:
        one, other = desk.Reviewer(address), desk.Reviewer(address)
        one.login("甲", PASSWORD)
        other.login("乙", PASSWORD)
        one.get(f"/mention/{idg}")
        fields = {
            "start": found["start"] + 1,
            "end": found["end"],
            "label": "PRODUCT",
            "entity": "geheim-entity",
        }
        one.post(f"/mention/{idg}/decide", known=0, verdict="accept", reason="geheim", **fields)
        one.post(f"/mention/{money}/decide", known=0, verdict="reject", reason="geheim")
        assert row(store, idg)["text"] == "DG资本"
        queue = other.get("/?status=second").text.partition("<main")[2]
        assert "IDG资本" in queue
        assert "geheim" not in queue
        for mention_id, words in ((idg, "IDG资本"), (money, "5亿美元")):
            page = other.get(f"/mention/{mention_id}?status=second").text.partition("<main")[2]
            assert f'<bdi class="surface">{words}</bdi>' in page
            for told in ("geheim", "rejected", "corrected", "甲", ">DG资本", "data-live"):
                assert told not in page, told
        other.get(f"/mention/{idg}?status=second")
        names = ("known", "start", "end", "shown", "entity")
        other.post(
            f"/mention/{idg}/decide?status=second",
            verdict="accept",
            **{name: other.field(name) for name in names},
        )
        last = read_steps(store.read, idg)[-1].decision
        assert (last.user, last.verdict, last.decided) == ("乙", "accept", last.seen)
        assert row(store, idg)["disputed"]
        assert "geheim" in other.get(f"/mention/{idg}?status=second").text, "who has decided too is told"


def test_guessing_is_slowed_and_needs_the_form(out: Path, store: Store) -> None:
    Users(store).add("甲", PASSWORD)
    with desk.serve(out) as address:
        guesser = desk.Reviewer(address)
        assert httpx.post(f"{address}/login", data={"name": "甲", "password": PASSWORD}).status_code == 403
        for _ in range(GUESSES):
            assert guesser.login("甲", "wrong").status_code == 403
        assert guesser.login("甲", PASSWORD).status_code == 429
        assert guesser.get(f"/open?token={desk.TOKEN}").url.path == "/login", (
            "with users the link opens nothing"
        )


def test_headers_hosts_and_origins(out: Path) -> None:
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        answer = reviewer.open()
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        cookie = httpx.get(f"{address}/open?token={desk.TOKEN}").headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        for page in ("/", "/entities", "/history", "/keys"):
            text = reviewer.get(page).text
            assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=|<style", text)
        for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "[", "[::1", "", "a b"):
            assert reviewer.http.get("/", headers={"host": host}).status_code in (400, 421), host
        for headers in (
            {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://["},
            {"origin": address + "0"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        ):  # fmt: skip
            answer = reviewer.http.post("/undo", data={"csrf": reviewer.csrf}, headers=headers)
            assert answer.status_code == 403, headers
        assert reviewer.http.post("/undo", content=b"x" * (1 << 20) + b"x").status_code == 413
        assert reviewer.http.post("/undo", content=iter([b"csrf=1"])).status_code == 411
        files = {"csrf": (None, reviewer.csrf), "x": ("x.txt", b"x")}
        assert reviewer.http.post("/undo", files=files).status_code == 400, "the desk takes no files"
        for back in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"):
            elsewhere = reviewer.http.get("/language/zh", params={"back": back}, follow_redirects=False)
            assert elsewhere.headers["location"] == "/", back


def test_the_link_of_the_browser_opens_once(store: Store) -> None:
    app = create_app(store, local_user="李娜", token="of the terminal", once="of the browser")
    admits = app.state.desk.admits
    assert [admits(token) for token in ("", "of", "of the browser", "of the browser")] == [
        False,
        False,
        True,
        False,
    ]
    assert [admits("of the terminal")] * 2 == [True, True]
    Users(store).add("甲", PASSWORD)
    assert not admits("of the terminal")


def test_two_desks_on_one_machine_do_not_end_each_other(out: Path, tmp_path: Path) -> None:
    with desk.serve(out) as one, desk.serve(desk.make_dataset(tmp_path / "other")) as other:
        reviewer = desk.Reviewer(one)
        reviewer.open()
        assert reviewer.http.get(f"{other}/open?token={desk.TOKEN}").status_code == 200
        assert reviewer.http.get(f"{one}/").status_code == 200
        assert reviewer.http.get(f"{other}/").status_code == 200


def test_live_parts_tell_what_others_do_and_end_with_the_session(out: Path, store: Store) -> None:
    for name in ("甲", "乙"):
        Users(store).add(name, PASSWORD)
    mention_id = store.read.execute("SELECT id FROM mention LIMIT 1").fetchone()["id"]
    with desk.serve(out) as address:
        one, other = desk.Reviewer(address), desk.Reviewer(address)
        one.login("甲", PASSWORD)
        other.login("乙", PASSWORD)
        assert httpx.get(f"{address}{STREAM}", follow_redirects=False).status_code == 303
        with one.http.stream("GET", f"{STREAM}?mention={mention_id}&known=0") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = (
                line.removeprefix("data: ")
                for line in stream.iter_lines()
                if line.startswith(("data", "event"))
            )
            first = json.loads(next(lines))
            assert (first["decided"], first["news"]) == (0, "")
            other.get(f"/mention/{mention_id}")
            other.post(f"/mention/{mention_id}/decide", verdict="reject", known=0)
            second = json.loads(next(lines))
            assert second["decided"] == 1
            assert "乙" in second["news"]
            with store.write() as connection:
                connection.execute("DELETE FROM session WHERE user = '甲'")
            assert next(lines) == "event: end"


def test_what_cannot_be_kept_is_said(out: Path, store: Store) -> None:
    mention_id = store.read.execute("SELECT id FROM mention LIMIT 1").fetchone()["id"]
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        # Like a full disk: the statement fails in the middle of the transaction.
        store.read.execute(
            "CREATE TRIGGER full BEFORE INSERT ON step BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        answer = reviewer.post(f"/mention/{mention_id}/decide", verdict="accept", known=0)
        assert (answer.status_code, "disk is full" in answer.text) == (503, True)
        assert store.read.execute("SELECT count(*) FROM action").fetchone()[0] == 0
        store.read.execute("DROP TRIGGER full")
        assert reviewer.post(f"/mention/{mention_id}/decide", verdict="accept", known=0).status_code == 200


def test_hostile_input_is_refused_or_harmless(out: Path, store: Store) -> None:
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        mention_id = store.read.execute("SELECT id FROM mention LIMIT 1").fetchone()["id"]
        article_id = store.read.execute("SELECT id FROM article LIMIT 1").fetchone()["id"]
        evil = "'; DROP TABLE mention; -- <script>alert(1)</script> {{7*7}} \u202e"
        for name in (
            "q",
            "label",
            "rule",
            "status",
            "month",
            "entity",
            "article",
            "skip",
            "offset",
            "full",
            "did",
            "of",
        ):
            answer = reviewer.http.get("/", params={name: evil})
            assert answer.status_code == 200, name
            assert "<script>alert" not in answer.text
        for fields in (
            {"verdict": evil}, {"label": evil}, {"start": "9", "end": "1", "verdict": "accept"},
            {"start": "99999999", "end": "999999999"}, {"start": "-1", "end": "٣"},
        ):  # fmt: skip
            answer = reviewer.post(f"/mention/{mention_id}/decide", known="0", **fields)
            assert answer.status_code in (200, 400, 404), fields
            if answer.status_code == 200:
                reviewer.post("/undo")
        assert (
            reviewer.post(f"/mention/{mention_id}/decide", known="0", entity=evil, reason=evil).status_code
            == 200
        )
        assert "<script>alert" not in reviewer.get(f"/mention/{mention_id}").text
        for quote in (evil, "", "\n"):
            assert reviewer.post(f"/article/{article_id}/mark", quote=quote, label="ORG").status_code == 404
        assert reviewer.get("/mention/nothing").status_code == 404
        assert reviewer.get("/entity/%2e%2e%2f..%2fetc").status_code == 404
        assert reviewer.get("/static/..%2fapp.py").status_code == 404
        assert store.read.execute("SELECT count(*) FROM mention").fetchone()[0] > 0


@pytest.mark.parametrize("entity_id", ["a/b", "a?b#c", "100%", "a b+c", "某/实体", "<b>", "a&b=c"])
def test_any_id_of_an_entity_has_its_page(out: Path, store: Store, entity_id: str) -> None:
    (one,) = ids(store, "IDG资本")
    decide(store, "李娜", one, Wanted(verdict="accept", entity_id=entity_id))
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        page = reviewer.get(f"/mention/{one}").text
        link = re.search(r'href="(/entity/[^"]*)"', page)
        assert link is not None
        assert f"<code>{escape(entity_id)}</code>" in reviewer.get(unescape(link[1])).text
        renamed = reviewer.post(f"{unescape(link[1])}/rename", name_zh="改名")
        assert "改名" in renamed.text
        assert len(ids(store, "IDG资本")) == 1


def test_the_source_is_read_from_the_inputs_of_the_run_alone(out: Path, store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim: 推想医疗\n", encoding="utf-8")
    article = store.read.execute("SELECT * FROM article WHERE source LIKE '%a.txt'").fetchone()
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        mention = store.read.execute("SELECT id FROM mention WHERE text = 'IDG资本'").fetchone()
        shown = reviewer.get(f"/article/{article['id']}/source?at={mention['id']}").text
        assert "𠮷林" in shown
        assert re.search(r'<mark[^>]*id="here"><span data-at="\d+">IDG资本</span></mark>', shown)
        with Path("news/a.txt").open("a", encoding="utf-8") as file:
            file.write("改动。")
        assert "gone or has changed" in reviewer.get(f"/article/{article['id']}/source").text
        with store.write() as connection:
            connection.execute("UPDATE article SET source = ? WHERE id = ?", (str(secret), article["id"]))
        text = reviewer.get(f"/article/{article['id']}/source").text
        assert "geheim" not in text


def test_five_megabytes_in_one_paragraph(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("推想医疗完成5亿美元融资。", encoding="utf-8")
    out = tmp_path / "out"
    run_batch([str(tmp_path / "a.txt")], out, settings=Settings())
    # The extraction has tests of its own for such an article; this one is about the page.
    filler = "<b>没有停顿的文字\u200b" * (5_000_000 // 33)
    for table in ("articles", "mentions"):
        lines = (out / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]
        for one in records:
            if table == "articles":
                one["text"] = filler + one["text"]
            else:
                one |= {name: one[name] + len(filler) for name in ("start", "end")}
                one["sentence"] = filler[-1000:] + one["sentence"]
        (out / f"{table}.jsonl").write_text(
            "".join(json.dumps(one) + "\n" for one in records), encoding="utf-8"
        )
    store = Store(out)
    found = store.read.execute("SELECT id FROM mention WHERE text = '5亿美元'").fetchone()
    assert found is not None
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        started = time.perf_counter()
        answer = reviewer.get(f"/mention/{found['id']}")
        assert time.perf_counter() - started < 3
        assert answer.status_code == 200
        assert "<b>" not in answer.text
        assert 'id="here"' in answer.text
        assert len(answer.text) < 5_000_000
    store.close()


def test_text_on_the_page_is_the_text_of_the_article(out: Path, store: Store) -> None:
    """The offsets of a selection are right only if the page holds every character of the article, in order."""
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        for article in store.read.execute("SELECT id, text FROM article").fetchall():
            page = reviewer.get(f"/article/{article['id']}").text
            shown = re.search(r'id="article"[^>]*>(.*?)</div>', page, re.S)
            assert shown is not None
            pieces = re.findall(r'<span[^>]*data-at="(\d+)"[^>]*>(.*?)</span>', shown[1], re.S)
            at = 0
            for start, text in pieces:
                assert int(start) == at
                at += len(unescape(text))
            assert "".join(unescape(text) for _, text in pieces) == article["text"]


def test_both_languages_by_preference_and_by_switch(out: Path) -> None:
    with desk.serve(out) as address:
        chinese = desk.Reviewer(address, lang="zh-CN,zh;q=0.9,en;q=0.5")
        assert ">队列</h1>" in chinese.open().text
        assert ">Entities</h1>" in chinese.get("/language/en?back=/entities").text
        assert ">Queue</h1>" in chinese.get("/").text


def test_a_words_place_is_asked_for_where_it_stands_twice(out: Path, store: Store) -> None:
    article = store.read.execute("SELECT * FROM article WHERE source LIKE '%a.txt'").fetchone()
    with desk.serve(out) as address:
        reviewer: Any = desk.Reviewer(address)
        reviewer.open()
        answer = reviewer.post(f"/article/{article['id']}/mark", quote="融资", label="PRODUCT")
        assert "several places" in answer.text
        start, end = re.findall(r'name="(?:start|end)" value="(\d+)"', answer.text)[:2]
        reviewer.post(f"/article/{article['id']}/mark", start=start, end=end, label="PRODUCT")
        marked = store.read.execute("SELECT text, start FROM mention WHERE status = 'added'").fetchall()
        assert [(row["text"], row["start"]) for row in marked] == [("融资", int(start))]
