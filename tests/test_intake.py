"""``status --articles``: a line for every input, told from the dataset alone."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from medai_extract.cli.main import app
from medai_extract.cli.show_articles import Intake, read_intake

ZH = "推想医疗上周宣布完成五亿美元融资，由多家机构共同领投，资金将用于研发。"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("intake")
    news = folder / "news"
    news.mkdir()
    (news / "a.txt").write_bytes(
        f"首页 | 要闻 | 健康\n推想医疗融资\n发布时间：2024-03-16\n{ZH}".encode("gb18030")
    )
    (news / "b.txt").write_bytes(
        f"首页 | 要闻 | 健康\n推想医疗融资\n发布时间：2024-03-16\n{ZH}".encode("gb18030")
    )
    (news / "c.html").write_text(
        f'<meta property="article:published_time" content="2024-03-18"><h1>推想医疗再融资</h1><i>2024-03-20</i><div><p>{ZH}</p></div>',
        encoding="utf-8",
    )
    (news / "d.html").write_text("<p>We use cookies. Accept them to continue.</p>", encoding="utf-8")
    (news / "e.txt").write_text("  ", encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(news), "--out", str(folder / "out"), "--workers", "1"])
    assert result.exit_code == 0, result.output
    return folder / "out"


def test_every_input_is_told(out: Path) -> None:
    found = {Path(intake.source).name: intake for intake in read_intake(out)}
    assert set(found) == {"a.txt", "b.txt", "c.html", "d.html", "e.txt"}
    first, copy, page = found["a.txt"], found["b.txt"], found["c.html"]
    assert (first.format, first.encoding, first.published_at, first.published_from) == (
        "text",
        "gb18030",
        "2024-03-16",
        "text",
    )
    assert first.kept is not None
    assert 0.5 < first.kept < 0.95
    assert (copy.duplicate_of, first.duplicate_of) == (first.id, None)
    assert (page.format, page.published_at, page.published_from) == ("html", "2024-03-18", "metadata")
    assert page.warnings == ["date_disagrees: 2024-03-18 in the metadata, 2024-03-20 in the text"]
    assert (found["d.html"].rejected or "").startswith("cookie_wall: ")
    assert (found["e.txt"].rejected or "").startswith("empty")
    assert found["e.txt"].id is None


def test_the_table_is_one_line_for_each(out: Path) -> None:
    result = CliRunner().invoke(app, ["status", str(out), "--articles"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 6
    assert lines[0].split() == ["id", "source", "format", "encoding", "kept", "published", "notes"]
    for words in (
        "copy of ",
        "rejected: cookie_wall",
        "date_disagrees: 2024-03-18",
        "gb18030",
        "2024-03-16 text",
    ):
        assert any(words in line for line in lines), words


def test_programs_get_json_lines(out: Path) -> None:
    result = CliRunner().invoke(app, ["status", str(out), "--articles", "--json"])
    rows = [msgspec.json.decode(line, type=Intake) for line in result.stdout.splitlines()]
    assert rows == list(read_intake(out))


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["status", str(tmp_path), "--articles"])
    assert result.exit_code != 0
