"""The package as a program calls it: what is wrong is one line, and nothing is left out silently."""

import logging
from pathlib import Path

import pytest

import medai_extract as mx
from medai_extract.errors import InputError, PatternError, SettingsError
from medai_extract.settings import load_settings

TEXT = "推想医疗宣布完成5亿美元D轮融资。"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ("gone.txt", "gone.txt: is not there"),
        (["a.txt", "gone.txt", "none/*.txt"], "gone.txt, none/.*txt: is not there"),
        ("empty", "empty: holds no files"),
        ([], "holds no files"),
    ],
)
def test_a_path_that_is_not_there_is_told_at_once(
    paths: str | list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("empty").mkdir()
    with pytest.raises(InputError, match=message) as raised:
        mx.run(paths)
    assert "\n" not in str(raised.value)


def test_what_cannot_be_read_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        extractions = list(mx.run(str(tmp_path)))
    assert [extraction.document.source for extraction in extractions] == [str(tmp_path / "a.txt")]
    assert [record.getMessage().partition(": ")[2][:5] for record in caplog.records] == ["empty"]


def test_a_pipeline_takes_a_folder_of_patterns(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="nowhere: is not a folder"):
        mx.Pipeline(patterns="nowhere")
    with pytest.raises(PatternError, match="is missing; copy it"):
        mx.Pipeline(tmp_path)
    patterns = Path(__file__).parents[1] / "patterns"
    assert mx.Pipeline(patterns)(TEXT).mentions == mx.Pipeline()(TEXT).mentions


@pytest.mark.parametrize("day", ["tomorrow", "2025-2-3", "2025-02-30", "20250316", ""])
def test_a_day_is_told_from_what_is_none(day: str) -> None:
    with pytest.raises(ValueError, match=r"is no day; write it YYYY-MM-DD, as in 2025-03-16$"):
        mx.Pipeline()(TEXT, published_at=day)


@pytest.mark.parametrize(
    ("toml", "environment", "message"),
    [
        ("published_at = 'x'", {}, "s.toml, published_at: 'x' is no day"),
        ("published_at = 5", {}, "s.toml, published_at: 5 will not do; give text in quotes"),
        ("names = 'x'", {}, "s.toml, names: 'x' will not do; give true or false"),
        ("colour = 1", {}, "s.toml, colour: is no setting; known are patterns, boilerplate"),
        ("", {"MEDAI_EXTRACT_NAMES": "x"}, "environment, MEDAI_EXTRACT_NAMES: 'x' will not do"),
        ("published_at = 2025-03-16", {}, ""),
    ],
)
def test_a_wrong_setting_says_where_what_and_what_to_do(
    toml: str, environment: dict[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "s.toml"
    path.write_text(toml, encoding="utf-8")
    if not message:
        assert load_settings(path, environment).published_at == "2025-03-16"
        return
    with pytest.raises(SettingsError, match=message) as raised:
        load_settings(path, environment)
    assert "\n" not in str(raised.value)
