"""The whole story of a reviewer in Chromium, in both languages, by keys; axe looks at every page on the way.

``UPDATE_SCREENSHOTS=1`` writes what it sees to ``docs/images``.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medai_extract.batch import run_batch
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.log import read_steps
from medai_extract.review.store import Store
from medai_extract.settings import Settings

pytest.importorskip("fastapi", reason="the extra `review` is not installed: no review desk to walk through")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: no browser walks the desk"
)
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

import desk  # noqa: E402

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium here (apt-get install chromium): no browser walks the desk"
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SHOWN = (
    "queue-en", "edge-zh", "alike-en", "entity-zh", "moved-zh", "phone-article", "desk-en",
)  # fmt: skip
IMAGES = Path(__file__).parents[1] / "docs" / "images"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def open_page(browser: Any, address: str, lang: str = "en-US", **options: Any) -> Any:
    options.setdefault("viewport", {"width": 1280, "height": 860})
    context = browser.new_context(locale=lang, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.problems = problems
    page.goto(f"{address}/open?token={desk.TOKEN}")
    return page


def shot(page: Any, name: str) -> None:
    if os.environ.get("UPDATE_SCREENSHOTS") and name in SHOWN:
        IMAGES.mkdir(exist_ok=True)
        page.screenshot(path=IMAGES / f"{name}.png")


def check(page: Any, *, axe: bool = True) -> None:
    """Axe finds nothing, nothing is wider than the window, and the page logged no error."""
    if axe:
        found = axe_module.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.problems == []


def press(page: Any, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def statuses(store: Store) -> dict[str, str]:
    rows = store.read.execute(
        "SELECT text, status FROM mention WHERE status != 'unreviewed' ORDER BY position"
    )
    return {row["text"]: row["status"] for row in rows}


def go_to(page: Any, store: Store, address: str, text: str, nth: int = 0) -> str:
    rows = store.read.execute("SELECT id FROM mention WHERE text = ? ORDER BY position", (text,)).fetchall()
    page.goto(f"{address}/mention/{rows[nth]['id']}")
    return str(rows[nth]["id"])


SELECT = """(words) => {
  const walker = document.createTreeWalker(document.getElementById("article"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
}"""


@pytest.mark.parametrize("lang", ["en-US", "zh-CN"])
def test_the_whole_story(browser: Any, tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = desk.make_dataset(Path())
    store = Store(out)
    # Axe looks at every page in one language, in the other at those with the most words of the interface.
    thorough = lang == "en-US"
    with desk.serve(out) as address:
        page = open_page(browser, address, lang)
        assert page.title().startswith("队列" if lang == "zh-CN" else "Queue")
        check(page)
        shot(page, f"queue-{lang[:2]}")

        # Open the first of the queue and decide by keys.
        press(page, "Enter")
        check(page)
        assert page.locator("mark.focus").inner_text() == "推想医疗"
        go_to(page, store, address, "北京协和医院")
        press(page, "a")
        assert statuses(store) == {"北京协和医院": "accepted"}

        # Undo leads back to what was decided; then reject it.
        press(page, "z")
        assert statuses(store) == {}
        assert page.locator("mark.focus").inner_text() == "北京协和医院"
        press(page, "x")
        assert statuses(store) == {"北京协和医院": "rejected"}
        press(page, "z")

        # Correct an edge: one character to the right, saved; what was typed before is not lost.
        mention_id = go_to(page, store, address, "IDG资本")
        page.keyboard.press("r")
        page.keyboard.type("edge")
        page.keyboard.press("Escape")
        press(page, "j")
        assert page.locator("mark.focus").inner_text() == "IDG资"
        press(page, "l")
        assert page.locator("mark.focus").inner_text() == "DG资"
        check(page, axe=thorough)
        shot(page, f"edge-{lang[:2]}")
        press(page, "s")
        assert statuses(store) == {"DG资": "corrected"}
        assert read_steps(store.read, mention_id)[-1].decision.reason == "edge"

        # Mark a missed mention by selecting text behind an emoji and a Han character beyond the basic plane.
        page.goto(f"{address}/mention/{mention_id}")
        page.evaluate(SELECT, "𠮷林的一家医院")
        press(page, "1")
        page.wait_for_selector("a.mention.added")
        assert statuses(store)["𠮷林的一家医院"] == "added"
        row = store.read.execute("SELECT * FROM mention WHERE status = 'added'").fetchone()
        article = store.read.execute("SELECT text FROM article WHERE id = ?", (row["article_id"],)).fetchone()
        assert article["text"][row["start"] : row["end"]] == "𠮷林的一家医院"

        # Decide once for many, with an exception, and for those that are still to come.
        go_to(page, store, address, "推想医疗")
        press(page, "A")
        check(page, axe=thorough)
        shot(page, f"alike-{lang[:2]}")
        boxes = page.locator("input[name=chosen]")
        chosen = boxes.count()
        assert chosen > 3
        boxes.nth(1).uncheck()
        assert page.locator("input[name=later]").is_checked()
        press(page, "Enter")
        alike = "SELECT status, count(*) AS n FROM mention WHERE text = '推想医疗' GROUP BY status"
        assert dict(store.read.execute(alike).fetchall()) == {"accepted": chosen - 1, "unreviewed": 1}

        # Merge two entities after a look at the evidence.
        page.goto(f"{address}/entities")
        check(page, axe=thorough)
        entity = {
            row["text"]: row["entity_id"] for row in store.read.execute("SELECT text, entity_id FROM mention")
        }
        one, other = entity["微岚智诊"], entity["推想医疗"]
        page.goto(f"{address}/entity/{other}")
        check(page)
        shot(page, f"entity-{lang[:2]}")
        page.goto(f"{address}/entity/{one}")
        page.keyboard.press("m")
        page.keyboard.type(other)
        press(page, "Enter")
        check(page, axe=thorough)
        shot(page, f"merge-{lang[:2]}")
        if page.locator("input[name=sure]").count():
            page.locator("input[name=sure]").check()
        page.locator("main button.save").click()
        page.wait_for_url("**did=merged**")
        merged = store.read.execute("SELECT count(*) FROM mention WHERE entity_id = ?", (one,)).fetchone()[0]
        assert merged == 0

        # Run again with one article changed and a new one: every decision is kept, and what is alike follows.
        before = statuses(store)
        changed = tmp_path / "news" / "a.txt"
        changed.write_text("更正：本文有改动。\n" + desk.ZH.replace("D轮", "C轮"), encoding="utf-8")
        (tmp_path / "news" / "d.txt").write_text("推想医疗今日回应。", encoding="utf-8")
        desk.rerun()
        page.goto(f"{address}/history")
        check(page, axe=thorough)
        assert statuses(store) == before
        assert dict(store.read.execute(alike).fetchall()) == {"accepted": chosen, "unreviewed": 1}
        page.goto(f"{address}/lost")
        check(page, axe=thorough)
        assert page.locator("#orphan .count").inner_text() == "0"
        assert int(page.locator("#moved .count").inner_text()) > 0
        assert page.locator("#followed .count").inner_text() == "1"
        shot(page, f"moved-{lang[:2]}")
        for path in ("/agreement", "/keys", "/?status=all"):
            page.goto(address + path)
            check(page, axe=thorough)
    store.close()


def test_a_mention_says_why_it_was_found(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    out = tmp_path / "out"
    run_batch(["corpora/news/zh-005.txt"], out, settings=Settings())
    store = Store(out)
    mention = store.read.execute(
        "SELECT id FROM mention WHERE rule_id LIKE 'org.zh%' ORDER BY position LIMIT 1"
    ).fetchone()
    with desk.serve(out, traces=True) as address:
        page = open_page(browser, address, viewport={"width": 1280, "height": 1180})
        for _ in range(100):
            page.goto(f"{address}/mention/{mention['id']}")
            if page.locator(".trace li").count():
                break
            page.wait_for_timeout(200)
        assert "org.zh" in page.locator(".trace").inner_text()
        check(page)
        shot(page, "desk-en")
        words = page.locator("mark.focus").inner_text()
        page.get_by_role("link", name="Source text").click()
        assert page.locator("mark.focus").inner_text() == words
        check(page)
    store.close()


def test_a_phone_is_wide_enough(browser: Any, tmp_path: Path) -> None:
    out = desk.make_dataset(tmp_path)
    store = Store(out)
    with desk.serve(out) as address:
        page = open_page(
            browser, address, "zh-CN", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
        )
        check(page)
        mention_id = go_to(page, store, address, "推想医疗")
        check(page)
        page.goto(f"{address}/mention/{mention_id}#here")
        shot(page, "phone-article")
        # The buttons are in reach although the page is at the words.
        assert page.locator("mark.focus").bounding_box()["y"] < 740
        button = page.get_by_role("button", name="拒绝").first
        assert button.bounding_box()["y"] + button.bounding_box()["height"] <= 740
        button.tap()
        page.wait_for_url(lambda url: mention_id not in url)
        assert statuses(store) == {"推想医疗": "rejected"}
        for path in ("/entities", "/history", "/lost", "/keys", f"/mention/{mention_id}"):
            page.goto(address + path)
            check(page, axe=False)
    store.close()


def test_others_at_work_are_seen(browser: Any, tmp_path: Path) -> None:
    out = desk.make_dataset(tmp_path)
    store = Store(out)
    with desk.serve(out) as address:
        page = open_page(browser, address)
        mention_id = go_to(page, store, address, "IDG资本")
        decide(store, "别人", mention_id, Wanted(verdict="reject"))
        page.wait_for_selector("#news:not([hidden])")
        assert page.locator("#news").inner_text() == "别人 has just decided this: rejected."
        assert page.locator("#progress-text").inner_text().startswith("1 of")
        press(page, "a")
        assert "Somebody was faster" in page.locator("h1").inner_text()
        page.problems.clear()  # the browser logs the answer 409 itself
        check(page)
        press(page, "y")
        assert statuses(store) == {"IDG资本": "accepted"}
    store.close()


def test_edges_follow_fast_keys(browser: Any, tmp_path: Path) -> None:
    out = desk.make_dataset(tmp_path)
    store = Store(out)
    with desk.serve(out) as address:
        page = open_page(browser, address)
        # Each press comes before the page that the one before it asked for; no other key reads the old page.
        for keys, text in (
            ("ll", "G资本"),
            ("ljh", "IDG资"),
            ("lhla", "DG资本"),
            ("jjjjjjj", "I"),
            ("hlhl", "IDG资本"),
        ):
            mention_id = go_to(page, store, address, "IDG资本")
            page.evaluate(
                "keys => { for (const key of keys)"
                " document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})); }",
                keys,
            )
            page.wait_for_function(
                "text => document.querySelector('mark.focus').innerText === text", arg=text
            )
        assert read_steps(store.read, mention_id) == []
        assert page.problems == []


def test_forms_work_without_script(browser: Any, tmp_path: Path) -> None:
    out = desk.make_dataset(tmp_path)
    store = Store(out)
    with desk.serve(out) as address:
        page = open_page(browser, address, "en-US", java_script_enabled=False)
        go_to(page, store, address, "IDG资本")
        page.get_by_role("button", name="Reject", exact=False).first.click()
        assert statuses(store) == {"IDG资本": "rejected"}
        page.get_by_role("button", name="Undo", exact=False).first.click()
        assert statuses(store) == {}
        page.get_by_label("Words in the article").fill("海外市场")
        page.get_by_role("button", name="Mark as organisation").click()
        assert statuses(store) == {"海外市场": "added"}
    store.close()


def test_hostile_text_stays_text(browser: Any, tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    hostile = (
        "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">推想医疗\u202e完成\u200b融资\u2066，"
        "由IDG资本领投。{{ 7*7 }} &lt;b&gt; javascript:alert(1)\n"
    )
    (news / "a.txt").write_text(hostile, encoding="utf-8")
    out = tmp_path / "out"
    run_batch([str(news)], out, settings=Settings())
    store = Store(out)
    with desk.serve(out) as address:
        page = open_page(browser, address)
        go_to(page, store, address, "推想医疗")
        shown = page.locator("#article").inner_text()
        assert "<script>document.title='owned'</script>" in shown
        assert "{{ 7*7 }}" in shown
        assert "owned" not in page.title()
        codes = page.locator(".unseen-char").evaluate_all("all => all.map(one => one.dataset.code)")
        article = store.read.execute("SELECT text FROM article").fetchone()["text"]
        assert codes == [f"U+{ord(char):04X}" for char in article if char in "\u202e\u200b\u2066"]
        check(page)
    store.close()
