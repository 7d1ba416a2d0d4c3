"""A review desk for tests: a dataset of a few articles, its store, and the desk served on loopback by a thread of this process."""

import atexit
import re
import threading
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import Any

import httpx
import pytest
import uvicorn

from medai_extract.batch import run_batch
from medai_extract.review.app import create_app
from medai_extract.review.store import Store
from medai_extract.review.trace import find_run_pipeline
from medai_extract.settings import Settings

TOKEN = "the-token-of-the-link"
browsers: list[httpx.Client] = []
"""Clients that are closed when the desk is."""
ZH = (
    "推想医疗完成新一轮融资\n\n2025年3月16日，推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。推想医疗的肺部筛查产品已在北京协和医院上线。\n"
    "推想医疗表示，资金将用于海外市场。微岚智诊的影像平台也在同一天发布。🩺𠮷林的一家医院参与了试用。\n"
)
ZH_2 = "推想医疗进入日本市场\n\n推想医疗与北京协和医院合作。蚂蚁阿福于2025年5月上线，累计用户超过1亿。推想医疗称，投入为3000万元。\n"
EN = (
    "Infervision raises money\n\nInfervision (推想医疗) raised $50 million on January 7, 2026. OpenAI unveiled ChatGPT Health in San Francisco.\n"
    "Infervision said that Peking Union Medical College Hospital uses its product.\n"
)


def write_news(folder: Path) -> Path:
    """Write the articles; give their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"a.txt": ZH, "b.txt": ZH_2, "c.txt": EN}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@cache
def made_once() -> Path:
    """Extract from the articles, once for all tests: their folder, with the dataset beside them."""
    folder = Path(mkdtemp(prefix="desk-"))
    atexit.register(rmtree, folder)
    with chdir(folder):
        run_batch([str(write_news(Path("news")))], Path("out"), settings=Settings())
    return folder


def make_dataset(folder: Path) -> Path:
    """Put the articles and what a run found in them into a folder; give the output folder."""
    copytree(made_once(), folder, symlinks=True, dirs_exist_ok=True)
    return folder / "out"


def rerun() -> None:
    """Run the extraction again on the articles of this folder."""
    run_batch(["news"], Path("out"), settings=Settings())


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset, in the folder of the test."""
    monkeypatch.chdir(tmp_path)
    return make_dataset(Path())


@pytest.fixture
def store(out: Path) -> Iterator[Store]:
    """The desk's file beside the dataset."""
    store = Store(out)
    yield store
    store.close()


def ids(store: Store, text: str) -> list[str]:
    """The mentions of a surface form, in the order of the corpus."""
    rows = store.read.execute("SELECT id FROM mention WHERE text = ? ORDER BY position", (text,))
    return [row["id"] for row in rows]


def row(store: Store, mention_id: str) -> dict[str, Any]:
    """All that the desk knows of a mention."""
    return dict(store.read.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone())


def snapshot(store: Store) -> list[tuple[Any, ...]]:
    """What every mention is now."""
    names = "id, label, text, start, value, status, entity_id, reviewed_by, standing, disputed"
    return [tuple(row) for row in store.read.execute(f"SELECT {names} FROM mention ORDER BY id")]


@contextmanager
def serve(out: Path, *, traces: bool = False) -> Iterator[str]:
    """Serve the desk of a dataset; give its address."""
    store = Store(out)
    app = create_app(
        store,
        local_user="李娜",
        token=TOKEN,
        make_pipeline=(lambda: find_run_pipeline(out)) if traces else None,
        ends=lambda: server.should_exit,
    )
    config = uvicorn.Config(app, port=0, log_level="error", access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        while browsers:
            browsers.pop().close()
        server.should_exit = True
        thread.join(10)
        store.close()


class Reviewer:
    """A browser without script: follows links, sends forms with the token of the last page."""

    def __init__(self, address: str, lang: str = "en") -> None:
        self.http = httpx.Client(
            base_url=address, follow_redirects=True, headers={"accept-language": lang}, timeout=30
        )
        browsers.append(self.http)
        self.page = ""

    def open(self, token: str = TOKEN) -> httpx.Response:
        return self.get(f"/open?token={token}")

    def get(self, path: str) -> httpx.Response:
        answer = self.http.get(path)
        self.page = answer.text
        return answer

    def post(self, path: str, **fields: object) -> httpx.Response:
        answer = self.http.post(path, data={"csrf": self.csrf, **fields})
        if 'name="csrf"' in answer.text:
            self.page = answer.text
        return answer

    def login(self, name: str, password: str) -> httpx.Response:
        self.get("/login")
        return self.post("/login", name=name, password=password)

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.page)
        return found[1] if found else ""

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name}"
        return found[1]
