"""Inputs and outputs in other storages: a server that speaks S3, started here."""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("s3fs", reason="the extra `remote` is not installed")

from medai_extract.batch.remote import LEASE, Lease, open_out
from medai_extract.batch.run import RunReport, run_batch
from medai_extract.batch.store import FOLDER
from medai_extract.errors import OutputError
from medai_extract.ingest import expand_paths
from medai_extract.ingest.remote import open_storage
from medai_extract.settings import Settings

ARTICLES = {
    "2025/a.txt": "推想医疗宣布完成5亿美元D轮融资。",
    "2025/b.txt": "OpenAI raised $6 billion on March 16, 2025.",
    "2025/.hidden.txt": "诺华发布财报。",
    "2026/c.jsonl": json.dumps({"id": "7", "text": "诺华发布财报。"}, ensure_ascii=False),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Give the address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a bucket with articles."""
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "reader",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    url = f"s3://news-{tmp_path.name.replace('_', '-').lower()[-40:]}"
    filesystem, root = open_storage(url)
    filesystem.clear_instance_cache()
    filesystem, root = open_storage(url)
    filesystem.mkdir(root)
    for name, text in ARTICLES.items():
        filesystem.pipe_file(f"{root}/in/{name}", text.encode())
    yield url
    filesystem.clear_instance_cache()


def run(paths: list[str], out: str) -> RunReport:
    with open_out(out, write=True) as folder:
        return run_batch(paths, folder, settings=Settings())


def read(url: str) -> bytes:
    filesystem, path = open_storage(url)
    filesystem.invalidate_cache()
    content: bytes = filesystem.cat_file(path)
    return content


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("in", ["in/2025/a.txt", "in/2025/b.txt", "in/2026/c.jsonl"]),
        ("in/2025/", ["in/2025/a.txt", "in/2025/b.txt"]),
        ("in/*/b.txt", ["in/2025/b.txt"]),
        ("in/2025/a.txt", ["in/2025/a.txt"]),
        ("in/nothing.txt", ["in/nothing.txt"]),
    ],
)
def test_paths(bucket: str, path: str, found: list[str]) -> None:
    assert expand_paths([f"{bucket}/{path}"]) == [f"{bucket}/{one}" for one in found]


def test_run(bucket: str, tmp_path: Path) -> None:
    out = f"{bucket}/out"
    report = run([f"{bucket}/in"], out)
    assert (report.articles, report.extracted, report.rejected) == (3, 3, 0), read(f"{out}/rejected.jsonl")
    # The same bytes as those of a run on this machine.
    run([f"{bucket}/in"], str(tmp_path / "here"))
    for name in ("articles.jsonl", "mentions.jsonl", "mentions.parquet", "entities.jsonl", "relations.jsonl"):
        assert read(f"{out}/{name}") == (tmp_path / "here" / name).read_bytes()
    # Nothing new: nothing is read. On another machine, without a copy: neither.
    assert (run([f"{bucket}/in"], out).read, read(f"{out}/{FOLDER}/HEAD.json")[:15]) == (
        0,
        b'{"generation":2',
    )
    with open_out(out, write=False) as folder:
        first_copy = folder
    for path in sorted(first_copy.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert run([f"{bucket}/in"], out).read == 0
    # One article changed: one is read.
    filesystem, root = open_storage(f"{bucket}/in/2025/b.txt")
    filesystem.pipe_file(root, b"Anthropic raised $4 billion.")
    report = run([f"{bucket}/in"], out)
    assert (report.read, report.extracted, report.articles) == (1, 1, 3)
    assert b"Anthropic" in read(f"{out}/mentions.jsonl")


def test_decisions_beside_a_dataset_are_brought_whenever_they_were_made(bucket: str, tmp_path: Path) -> None:
    pytest.importorskip("argon2", reason="the extra `review` is not installed")
    from medai_extract.review.actions.decide import Wanted, decide
    from medai_extract.review.store import Store

    out = f"{bucket}/out"
    run([f"{bucket}/in"], out)
    with open_out(out, write=False) as folder:
        shutil.copytree(folder, tmp_path / "desk", symlinks=True)
    store = Store(tmp_path / "desk")
    filesystem, root = open_storage(out)
    for verdict in ("reject", "accept"):
        mention = store.read.execute("SELECT id FROM mention WHERE text = 'OpenAI'").fetchone()["id"]
        decide(store, "reviewer", mention, Wanted(verdict=verdict))
        store.read.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        filesystem.put_file(str(tmp_path / "desk" / "review.sqlite"), f"{root}/review.sqlite")
        assert run([f"{bucket}/in"], out).extracted == 1
        told = [json.loads(line) for line in read(f"{out}/mentions.jsonl").splitlines()]
        assert [row["status"] for row in told if row["text"] == "OpenAI"] == [f"{verdict}ed"]
    store.close()


def test_missing_inputs_and_places_are_told(bucket: str, tmp_path: Path) -> None:
    report = run([f"{bucket}/in", f"{bucket}/no.txt", "nowhere://x/a.txt"], str(tmp_path / "out"))
    rows = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines()]
    assert (report.articles, [row["source"] for row in rows]) == (
        3,
        ["nowhere://x/a.txt", f"{bucket}/no.txt"],
    )
    with pytest.raises(
        OutputError, match=r"^s3://no-such-bucket/out: cannot be reached or written: .+; check its name"
    ):
        run([f"{bucket}/in"], "s3://no-such-bucket/out")


def test_one_run_at_a_time(bucket: str) -> None:
    out = f"{bucket}/out"
    with (
        open_out(out, write=True),
        pytest.raises(OutputError, match=r"process \d+ on .+ is writing it; wait for its end"),
    ):
        run([f"{bucket}/in"], out)
    # The lease of a run that died runs out.
    filesystem, root = open_storage(out)
    filesystem.pipe_file(
        f"{root}/{FOLDER}/{LEASE}", json.dumps({"holder": "process 1 on x", "until": 1.0}).encode()
    )
    assert Lease("x", 1.0).until < 2
    assert run([f"{bucket}/in"], out).articles == 3
