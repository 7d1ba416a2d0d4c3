"""How fast the desk answers with 100,000 mentions and four reviewers at once, on loopback, for a bounded time.

python benchmarks/review_load.py --mentions 100000 --decisions 150
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from medai_extract.review.store import Store
from medai_extract.review.users import Users

REVIEWERS = 4
PASSWORD = "a password for the load"
SERVER = """
import socket, sys
from pathlib import Path
import uvicorn
from medai_extract.review.app import create_app
from medai_extract.review.store import Store
from medai_extract.review.trace import find_run_pipeline
store = Store(Path(sys.argv[1]))
app = create_app(store, local_user="", token=None, make_pipeline=lambda: find_run_pipeline(store.out))
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(64)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off")).run(sockets=[listening])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--decisions", type=int, default=150, help="of each reviewer")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write_dataset(out, arguments.mentions)
        started = time.perf_counter()
        store = Store(out)
        print(f"{arguments.mentions:,} mentions read into the desk in {time.perf_counter() - started:.1f} s")
        users = Users(store)
        for number in range(REVIEWERS):
            users.add(f"reviewer {number}", PASSWORD)
        store.close()
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(out)], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            measure(f"http://127.0.0.1:{server.stdout.readline().strip()}", arguments.decisions, server.pid)
        finally:
            server.terminate()
            server.wait()


def write_dataset(out: Path, mentions: int) -> None:
    """Write a dataset of articles with twenty mentions each, names as uneven as in news."""
    rng = random.Random(7)
    names = [
        f"{a}{b}{c}"
        for a in "远启微康明岚安瑞华智"
        for b in "图医诊影源健脉循衡创"
        for c in ("科技", "医疗", "智能", "生物", "影像", "医院")
    ]
    rules = [f"org.rule{number}" for number in range(80)]
    with (
        (out / "articles.jsonl").open("w", encoding="utf-8") as articles,
        (out / "mentions.jsonl").open("w", encoding="utf-8") as rows,
    ):
        for number in range(mentions // 20):
            text, found = "", []
            article_id = f"{number:016x}"
            for _ in range(20):
                name = names[min(int(rng.paretovariate(0.7)) - 1, 10**6) % len(names)] + rng.choice(
                    ["", "", "集团"]
                )
                # Half of all names of a real corpus stand in it once.
                name += f"{rng.randrange(10**6)}号" if rng.random() < 0.4 else ""
                text += "据悉，"
                sentence = f"据悉，{name}宣布了新的进展。"
                found.append((len(text), name, sentence))
                text += f"{name}宣布了新的进展。" + ("\n" if rng.random() < 0.2 else "")
            month = f"2025-{number % 12 + 1:02}"
            article = {
                "id": article_id, "source": f"news/{number}.txt", "source_id": None, "url": None, "title": f"第{number}篇",
                "author": None, "publisher": f"媒体{number % 40}", "published_at": f"{month}-15", "published_from": "row",
                "lang": "zh" if number % 5 else "en", "text": text, "kept": [[0, len(text)]], "encoding": "utf-8",
                "duplicate_of": None, "warnings": [],
            }  # fmt: skip
            articles.write(json.dumps(article, ensure_ascii=False) + "\n")
            for start, name, sentence in found:
                mention = {
                    "id": f"{article_id}{start:05}", "article_id": article_id, "label": "ORG" if start % 4 else "PRODUCT",
                    "text": name, "start": start, "end": start + len(name), "source_start": start,
                    "source_end": start + len(name), "sentence": sentence, "value": None, "entity_id": name,
                    "rule_id": rules[sum(map(ord, name)) % 80 if start % 3 else 0], "score": 0.5 + (start % 50) / 100,
                    "status": "unreviewed", "reviewed_by": None,
                }  # fmt: skip
                rows.write(json.dumps(mention, ensure_ascii=False) + "\n")
    entities = [
        {
            "id": name + end, "label": "ORG", "name_zh": name + end, "name_en": None, "aliases": [name + end], "parent_id": None,
            "mentions": 0, "articles": 0, "first_published": None, "last_published": None,
        }
        for name in names for end in ("", "集团")
    ]  # fmt: skip
    (out / "entities.jsonl").write_text("".join(json.dumps(row) + "\n" for row in entities), encoding="utf-8")


def spent(pid: int) -> float:
    """Give the milliseconds of processor time that a process has had, which a busy machine does not stretch as it does waits."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(address: str, decisions: int, pid: int) -> None:
    """Let the reviewers work at once and print what they waited."""
    clients = [log_in(address, number) for number in range(REVIEWERS)]
    first = [timed(clients[0], "GET", "/")[0] for _ in range(10)]
    print(f"first page: median {statistics.median(first):.0f} ms, worst {max(first):.0f} ms")
    filtered = [timed(clients[0], "GET", "/?label=ORG&lang=zh&q=%E5%8C%BB&status=all")[0] for _ in range(5)]
    print(f"filtered and searched page: median {statistics.median(filtered):.0f} ms")
    waits: dict[str, list[float]] = {"decision": [], "page": []}
    threads = [threading.Thread(target=work, args=(client, decisions, waits)) for client in clients]
    started, spent_before = time.perf_counter(), spent(pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    for name, found in waits.items():
        cuts = statistics.quantiles(found, n=20)
        print(
            f"{name}, {REVIEWERS} at once: median {statistics.median(found):.0f} ms, 95th percentile {cuts[18]:.0f} ms, worst {max(found):.0f} ms"
        )
    made = len(waits["decision"])
    cost = (spent(pid) - spent_before) / made
    print(
        f"{made} decisions in {seconds:.1f} s; the server took {cost:.1f} ms of a processor for a decision and its next page"
    )


def log_in(address: str, number: int) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=60)
    token = re.search(r'name="csrf" value="([^"]*)"', client.get("/login").text)
    assert token
    client.post("/login", data={"csrf": token[1], "name": f"reviewer {number}", "password": PASSWORD}).read()
    return client


def timed(
    client: httpx.Client, method: str, path: str, data: dict[str, str] | None = None
) -> tuple[float, httpx.Response]:
    started = time.perf_counter()
    answer = client.request(method, path, data=data)
    milliseconds = (time.perf_counter() - started) * 1000
    assert answer.status_code in (200, 303, 409), (path, answer.status_code, answer.text[:300])
    return milliseconds, answer


def work(client: httpx.Client, decisions: int, waits: dict[str, list[float]]) -> None:
    """Decide what the queue gives, with the pause of a very fast reviewer."""
    path = timed(client, "GET", "/next")[1].headers["location"]
    for number in range(decisions):
        waited, page = timed(client, "GET", path)
        waits["page"].append(waited)
        fields = dict(re.findall(r'name="(csrf|known|start|end)" value="([^"]*)"', page.text))
        mention = path.partition("?")[0].partition("#")[0]
        fields["verdict"] = "reject" if number % 5 == 0 else "accept"
        waited, answer = timed(client, "POST", f"{mention}/decide", fields)
        waits["decision"].append(waited)
        path = answer.headers.get("location") or timed(client, "GET", "/next")[1].headers["location"]
        time.sleep(0.3)


if __name__ == "__main__":
    main()
