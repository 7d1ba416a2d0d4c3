"""The command line as a user meets it: exit codes, one-line errors, help with examples, output for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "medai_extract"]
TEXT = "推想医疗宣布完成5亿美元D轮融资。"


def call(
    *arguments: str, text: str | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        cwd=cwd,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "explain",
        "evaluate",
        "status",
        "log",
        "diff",
        "query",
        "blame",
        "review",
        "export",
        "patterns check",
        "patterns fmt",
        "patterns show",
        "patterns add",
        "patterns import",
        "patterns export",
        "patterns fit",
    ],
)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = call(*command.split(), "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"medai-extract {command}" in " ".join(done.stdout.split())


FAILURES = [
    (["run", "nowhere.txt", "--out", "{out}"], 5, "nowhere.txt: nothing readable (not there)"),
    (["run", "{empty}", "--out", "{out}"], 5, "nothing readable (no files)"),
    (["run", "{text}", "--out", "{text}/out"], 6, "cannot be written"),
    (["run", "{text}", "--out", "{out}", "--patterns", "nowhere"], 4, "is not a folder"),
    (["run", "{text}", "--out", "{out}", "--patterns", "{empty}"], 4, "traditional.csv: is missing"),
    (["run", "{text}", "--out", "{out}", "--settings", "nowhere.toml"], 3, "cannot be read"),
    (["run", "{text}", "--out", "{out}", "--published-at", "tomorrow"], 3, "published_at"),
    (["run", "{text}", "--out", "{out}", "--format", "xml"], 2, "choose from"),
    (["run", "{text}", "--workers", "0"], 2, "--workers"),
    (["explain"], 2, "TEXT or --article"),
    (["explain", "--article", "nowhere.html"], 5, "unreadable"),
    (["evaluate", "nowhere"], 5, "is not there"),
    (["evaluate", "--reviewed", "{empty}", "--floors", "floors.toml"], 2, "--floors"),
    (["evaluate", "{empty}"], 5, "holds no gold articles"),
    (["status", "{empty}"], 5, "holds no run; give the --out folder"),
    (["status", "{unfinished}"], 5, "its first run has not finished; run again"),
    (["export", "{out}", "--to", "brat"], 5, "has neither articles.jsonl nor articles.parquet"),
    (["explain", "x", "--published-at", "2025-2-3"], 3, "'2025-2-3' is no day; write it YYYY-MM-DD"),
    (["patterns", "add", "org", "our-co", "健康"], 4, "is also a common word"),
    (["patterns", "add", "org", "our-co", "Horizon"], 4, "is also a common word"),
    (["patterns", "add", "org", "our-co", "推想医疗"], 4, "is a name of infervision already"),
    (["patterns", "import", "nowhere.jsonl"], 5, "nowhere.jsonl: cannot be read"),
    (["patterns", "show", "no such thing"], 4, "no name, entity or rule"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), FAILURES)
def test_failure_is_one_line_and_the_code_of_its_class(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "unfinished" / ".store").mkdir(parents=True)
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    places = {name: tmp_path / name for name in ("out", "empty", "unfinished")} | {
        "text": tmp_path / "text.txt"
    }
    done = call(*(argument.format(**places) for argument in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    if code in (2, 3, 5):
        assert not (tmp_path / "out").exists()
    if code != 2:
        assert done.stderr.count("\n") == 1


def test_run_from_standard_input_speaks_to_programs(tmp_path: Path) -> None:
    done = call("run", "-", "--out", str(tmp_path / "out"), "--json", text=TEXT)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["articles"], report["rejected"]) == (1, 0)
    assert report["drift"]["dead"] > 100
    assert len(json.dumps(report)) < 1000
    again = json.loads(call("status", str(tmp_path / "out"), "--json").stdout)
    assert again["counts"]["articles"] == 1
    assert set(again["fingerprints"]) == {"settings", "patterns", "code"}


def test_a_run_names_what_it_rejected(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("" if number else TEXT, encoding="utf-8")
    shown = call("run", ".", "--out", "out", "--format", "jsonl", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [line for line in shown.stdout.splitlines() if line.startswith("rejected: ")] == [
        *(f"rejected: {number}.txt: empty: holds no bytes" for number in (1, 2, 3)),
        "rejected: … (status --articles names all)",
    ]


def test_explain_shows_what_stands_and_what_fell() -> None:
    shown = json.loads(call("explain", TEXT, "--json").stdout)
    assert "推想医疗" in [row["text"] for row in shown["mentions"]]
    assert all(row["reason"] for row in shown["fallen"])
    assert all(row["evidence"] for row in shown["mentions"])
    nothing = call("explain", "hello world").stdout.splitlines()
    assert nothing[1:] == ["hello world", "no mentions", "no candidate fell"]
    table = call("explain", TEXT).stdout
    assert "推想医疗" in table
    assert "org" in table


def test_an_explanation_in_a_file_has_readable_lines_and_only_evidence_that_says_something() -> None:
    text = "安宁智医近日宣布，“慧眼”肺结节AI系统已上线。"
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(
        [*COMMAND, "explain", text], capture_output=True, encoding="utf-8", env=environment, check=True
    )
    assert max(map(len, done.stdout.splitlines())) < 200
    rows = json.loads(call("explain", text, "--json").stdout)
    told = [piece for row in rows["mentions"] + rows["fallen"] for piece in row["evidence"]]
    assert all(piece in " ".join(done.stdout.replace("│", " ").split()) for piece in told if " " not in piece)
    assert len(told) > 20
    assert not [piece for piece in told if piece.endswith(("+0.0", "-0.0"))]


def test_a_long_article_is_explained_in_part_unless_all_is_asked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "\n".join(f"推想医疗于{month}月完成{month}亿美元融资。" for month in range(1, 13)) * 10,
        encoding="utf-8",
    )
    short, full = call("explain", "--article", str(page)), call("explain", "--article", str(page), "--all")
    assert "the first 25 of 3" in short.stdout
    assert "characters more" in short.stdout
    assert "the first" not in full.stdout
    found = len(json.loads(call("explain", "--article", str(page), "--json").stdout)["mentions"])
    assert full.stdout.count("│ 推想医疗") >= found // 3 > 100 > short.stdout.count("│ 推想医疗")


def test_ids_are_never_cut() -> None:
    text = "Bristol Myers Squibb said so."
    for width in (None, "60"):
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        environment |= {} if width is None else {"COLUMNS": width}
        done = subprocess.run(
            [*COMMAND, "explain", text], capture_output=True, encoding="utf-8", env=environment, check=True
        )
        assert "…" not in done.stdout
        cells = [line.split("│")[3].strip() for line in done.stdout.splitlines() if line.startswith("│")]
        assert "bristol-myers-squibb" in "".join(cells)
        assert width is not None or "bristol-myers-squibb" in cells


def test_explain_article_shows_what_cleaning_dropped(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(f"加载中\n{TEXT}\n© 2025 某某网\n", encoding="utf-8")
    shown = json.loads(call("explain", "--article", str(tmp_path / "page.txt"), "--json").stdout)
    assert [(drop["text"].strip(), drop["rule_id"]) for drop in shown["dropped_text"]] == [
        ("加载中", "clean.buttons"),
        ("© 2025 某某网", "clean.copyright"),
    ]


def test_evaluate_scores_and_keeps_floors(tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    front = '+++\nid = "a"\nlang = "zh"\npublished_at = "2024-03-16"\n+++\n'
    (gold / "a.md").write_text(
        f'{front}[推想医疗](ORG id="infervision")与[某某](ORG id="x")合作。\n', encoding="utf-8"
    )
    scores = json.loads(call("evaluate", str(gold), "--json").stdout)
    assert scores["ORG zh"]["recall"] == 0.5
    floors = tmp_path / "floors.toml"
    floors.write_text("[with_names.ORG.zh]\nf1 = 0.9\n[without_names.ORG.zh]\nf1 = 0.0\n", encoding="utf-8")
    done = call(
        "evaluate",
        str(gold),
        "--floors",
        str(floors),
        "--out",
        str(tmp_path / "scores"),
        "--errors",
        "5",
        "--rules",
    )
    assert done.returncode == 7
    assert "ORG zh f1" in done.stderr
    assert "某某" in done.stdout
    assert (tmp_path / "scores" / "findings.jsonl").read_text(encoding="utf-8").count("missed") == 1
    assert call("evaluate", str(gold), "--floors", str(floors), "--without-names").returncode == 0


def test_help_does_not_import_what_commands_need() -> None:
    code = "import sys; sys.argv = ['medai-extract', '--help']\nfrom medai_extract.cli.main import main\ntry:\n    main()\nexcept SystemExit:\n    pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {
        "pandas",
        "pyarrow",
        "spacy",
        "jieba",
        "rjieba",
        "daachorse",
        "trafilatura",
        "pydantic",
        "numpy",
    }


def test_a_chinese_run_does_not_import_spacy_or_pandas(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom medai_extract.batch import run_batch\nfrom medai_extract.settings import Settings\n"
        f"Path('a.txt').write_text({TEXT!r}, encoding='utf-8')\n"
        "run_batch(['a.txt'], Path('out'), settings=Settings())\nprint(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=tmp_path
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"spacy", "pandas", "trafilatura", "jieba"}
