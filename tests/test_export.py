"""Exports other tools read, with offsets in what each counts in, and round trips that lose nothing."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from medai_extract.batch import run_batch
from medai_extract.cli.main import app
from medai_extract.errors import InputError
from medai_extract.export import (
    FORMATS,
    Annotated,
    Annotation,
    export_dataset,
    read_annotated,
    read_annotations,
)
from medai_extract.export.tokens import cut_tokens, label_tokens
from medai_extract.review.actions.alike import decide_many
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.actions.importing import Given, import_annotations
from medai_extract.review.actions.mark import mark
from medai_extract.review.actions.regroup import merge
from medai_extract.review.actions.undo import undo
from medai_extract.review.store import Store
from medai_extract.settings import Settings

TEXT = "🩺👨🏻‍⚕️推想医疗完成5亿美元融资，\n由IDG资本领投。𠮷林医院 said Infervision raised $50 million.\n第二行：𪚥字科技。"
BACK = [name for name, (_, _, read) in FORMATS.items() if read is not None]


def annotated(text: str = TEXT) -> Annotated:
    words = {
        "推想医疗": "ORG",
        "5亿美元": "MONEY",
        "IDG资本": "ORG",
        "𠮷林医院": "ORG",
        "Infervision": "ORG",
        "𪚥字科技": "ORG",
    }
    spans = [
        Annotation(
            start=text.index(word), end=text.index(word) + len(word), label=label, id=word, rule_id="r"
        )  # type: ignore[arg-type]
        for word, label in words.items()
    ]
    return Annotated(
        id="a1", text=text, annotations=tuple(sorted(spans, key=lambda one: one.start)), complete=True
    )


def spans_of(article: Annotated) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.label) for one in article.annotations]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    run_batch([str(folder / "a.txt")], folder / "out", settings=Settings())
    return folder


@pytest.fixture
def out(made_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_once / "out", tmp_path / "out", symlinks=True)
    return tmp_path / "out"


@pytest.mark.parametrize("name", BACK)
def test_what_is_written_comes_back(name: str, tmp_path: Path) -> None:
    write, file, _ = FORMATS[name]
    other = Annotated(id="b2", text="无提及。\n", annotations=(), complete=True)
    write(tmp_path / file, [annotated(), other])
    known, articles = read_annotations(tmp_path / file)
    assert known == name, "the format is told by the contents"
    assert [(one.id, one.text, spans_of(one)) for one in articles] == [
        (one.id, one.text, spans_of(one)) for one in (annotated(), other)
    ]


@pytest.mark.parametrize("name", BACK)
@given(text=st.text(st.sampled_from('医AI5 \n。🩺𠮷\u200b\r\t"\\'), min_size=1, max_size=40), data=st.data())
def test_any_span_comes_back(
    name: str, tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    inked = [at for at, char in enumerate(text) if not char.isspace()]
    if not inked:
        return
    start = data.draw(st.sampled_from(inked))
    end = data.draw(st.sampled_from([at for at in inked if at >= start])) + 1
    write, file, read = FORMATS[name]
    folder = tmp_path_factory.mktemp("any")
    span = Annotation(start=start, end=end, label="ORG")
    one = Annotated(id="a", text=text, annotations=(span,), complete=True)
    write(folder / file, [one])
    assert read is not None
    assert [(back.text, spans_of(back)) for back in read(folder / file)] == [(text, [(start, end, "ORG")])]


@pytest.mark.parametrize("name", ["labelstudio", "doccano"])
def test_browser_tools_get_utf16_units(name: str, tmp_path: Path) -> None:
    write, file, _ = FORMATS[name]
    write(tmp_path / file, [annotated()])
    row = json.loads((tmp_path / file).read_text(encoding="utf-8"))
    units = TEXT.encode("utf-16-le")
    if name == "doccano":
        spans = [(start, end) for start, end, _ in row["label"]]
    else:
        spans = [(one["value"]["start"], one["value"]["end"]) for one in row[0]["annotations"][0]["result"]]
    words = [units[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]
    assert words == [TEXT[one.start : one.end] for one in annotated().annotations]


def test_label_studio_in_code_points_is_read_too(tmp_path: Path) -> None:
    regions = [
        {
            "type": "labels",
            "value": {
                "start": one.start,
                "end": one.end,
                "labels": [one.label],
                "text": TEXT[one.start : one.end],
            },
        }
        for one in annotated().annotations
    ]
    (tmp_path / "x.json").write_text(
        json.dumps([{"data": {"text": TEXT}, "annotations": [{"result": regions}]}])
    )
    _, articles = read_annotations(tmp_path / "x.json")
    assert spans_of(articles[0]) == spans_of(annotated())


def test_what_nobody_has_looked_at_in_the_other_tool_decides_nothing(tmp_path: Path) -> None:
    task = {"data": {"text": TEXT}, "predictions": [{"result": []}]}
    skipped = task | {"annotations": [{"result": [], "was_cancelled": True}]}
    done = task | {"annotations": [{"result": []}]}
    (tmp_path / "x.json").write_text(json.dumps([task, skipped, done]))
    assert len(read_annotations(tmp_path / "x.json")[1]) == 1
    rows = [{"text": TEXT, "spans": [], "answer": answer} for answer in ("reject", "ignore", "accept")]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert len(read_annotations(tmp_path / "x.jsonl")[1]) == 1


def test_docbin_keeps_every_mention_and_the_text(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    write, file, _ = FORMATS["docbin"]
    write(tmp_path / file, [annotated()])
    (doc,) = DocBin(store_user_data=True).from_disk(tmp_path / file).get_docs(spacy.blank("xx").vocab)
    assert doc.text == TEXT
    assert [(one.start_char, one.end_char, one.label_) for one in doc.ents] == spans_of(annotated())
    assert doc.user_data["article_id"] == "a1"


def test_web_annotations_quote_with_context(tmp_path: Path) -> None:
    write, file, _ = FORMATS["webannotation"]
    write(tmp_path / file, [annotated()])
    for line in (tmp_path / file).read_text(encoding="utf-8").splitlines():
        quote, position = json.loads(line)["target"]["selector"]
        assert TEXT[position["start"] : position["end"]] == quote["exact"]
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in TEXT


def test_brat_spans_never_cross_a_line(tmp_path: Path) -> None:
    text = "第一\n行医院"
    one = Annotated(id="a", text=text, annotations=(Annotation(start=0, end=5, label="ORG"),))
    FORMATS["brat"][0](tmp_path / "brat", [one])
    first = (tmp_path / "brat" / "a.ann").read_text(encoding="utf-8").split("\n")[0]
    assert first == "T1\tORG 0 2;3 5\t第一 行医"


def test_conll_tags_follow_their_tokens() -> None:
    tokens = cut_tokens(TEXT, annotated().annotations)
    tags = label_tokens(tokens, annotated().annotations)
    begun = [tokens[index].text for index, tag in enumerate(tags) if tag.startswith("B-")]
    assert begun == ["推", "5", "IDG", "𠮷", "Infervision", "𪚥"]


def test_the_dataset_is_exported_as_decided(out: Path) -> None:
    store = Store(out)
    ids = {row["text"]: row["id"] for row in store.read.execute("SELECT id, text FROM mention")}
    article_id = store.read.execute("SELECT id FROM article").fetchone()["id"]
    decide(store, "李娜", ids["IDG资本"], Wanted(verdict="reject"))
    text = store.read.execute("SELECT text FROM article").fetchone()["text"]
    start = text.index("𪚥字科技")
    if "𪚥字科技" not in ids:
        mark(store, "李娜", article_id, start, start + 4, "ORG")
    (article,) = read_annotated(out)
    words = [article.text[one.start : one.end] for one in article.annotations]
    assert "IDG资本" not in words
    assert "𪚥字科技" in words
    assert not article.complete
    for name in FORMATS:
        if name == "gold":
            with pytest.raises(InputError, match="no article is reviewed in full"):
                export_dataset(out, name)
            assert not (out / "export" / "gold.jsonl").exists()
        else:
            path, articles, mentions = export_dataset(out, name)
            assert path.exists()
            assert (articles, mentions) == (1, len(words))
    for mention_id in ids.values():
        decide(store, "李娜", mention_id, Wanted(verdict="accept"))
    assert export_dataset(out, "gold")[1] == 1
    store.close()


def words_of(out: Path) -> dict[str, tuple[str, str | None]]:
    (article,) = read_annotated(out)
    return {article.text[one.start : one.end]: (one.status, one.entity_id) for one in article.annotations}


def test_an_export_shows_what_is_decided_now_not_at_the_last_run(out: Path, made_once: Path) -> None:
    """Whatever was taken back since the run is taken back in the export, and nothing else."""
    store = Store(out)
    before = words_of(out)
    ids = {row["text"]: row["id"] for row in store.read.execute("SELECT id, text FROM mention")}
    entity = {text: known[1] for text, known in before.items()}
    start = store.read.execute("SELECT start FROM mention WHERE text = '推想医疗'").fetchone()["start"]
    decide(store, "李娜", ids["IDG资本"], Wanted(verdict="reject"))
    decide(store, "李娜", ids["推想医疗"], Wanted(verdict="accept", start=start, end=start + 2))
    mark(
        store,
        "李娜",
        store.read.execute("SELECT id FROM article").fetchone()["id"],
        start + 4,
        start + 6,
        "ORG",
    )
    merge(store, "李娜", str(entity["Infervision"]), str(entity["IDG资本"]))
    decided = words_of(out)
    assert (decided["推想"][0], decided["完成"][0]) == ("corrected", "added")
    assert decided["Infervision"][1] == entity["IDG资本"]
    assert "IDG资本" not in decided
    run_batch([str(made_once / "a.txt")], out, settings=Settings())
    assert words_of(out) == decided
    for _ in range(4):
        undo(store, "李娜")
    assert words_of(out) == before
    store.close()


def test_what_only_follows_a_decision_for_all_alike_is_no_gold(
    out: Path, made_once: Path, tmp_path: Path
) -> None:
    store = Store(out)
    for row in store.read.execute("SELECT id FROM mention").fetchall():
        decide_many(store, "李娜", row["id"], Wanted(verdict="accept"), chosen=[row["id"]], later=True)
    (tmp_path / "b.txt").write_text("更新。\n" + TEXT, encoding="utf-8")
    run_batch([str(made_once / "a.txt"), str(tmp_path / "b.txt")], out, settings=Settings())
    first, second = read_annotated(out)
    assert {one.status for one in second.annotations} == {"accepted"}
    assert (first.complete, second.complete) == (True, False)
    store.close()


@pytest.mark.parametrize(
    ("name", "path", "wanted"),
    [
        ("doccano", "there", "there/doccano.jsonl"),
        ("doccano", "there/mine.jsonl", "there/mine.jsonl"),
        ("doccano", "new/mine.jsonl", "new/mine.jsonl"),
        ("brat", "there", "there"),
    ],
)
def test_an_export_goes_where_it_is_wanted(
    name: str, path: str, wanted: str, out: Path, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    assert export_dataset(out, name, tmp_path / path)[0] == tmp_path / wanted
    assert any((tmp_path / wanted).iterdir()) if name == "brat" else (tmp_path / wanted).is_file()


def test_an_export_that_fails_leaves_the_one_before(out: Path) -> None:
    path, *_ = export_dataset(out, "prodigy")
    whole = path.read_bytes()
    (out / "articles.jsonl").write_bytes((out / "articles.jsonl").read_bytes() + b"{half a row")
    with pytest.raises(InputError, match="run the extraction again"):
        export_dataset(out, "prodigy")
    assert path.read_bytes() == whole
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", BACK)
def test_an_import_decides_what_changed(name: str, out: Path, tmp_path: Path) -> None:
    store = Store(out)
    (article,) = read_annotated(out)
    text = article.text
    kept = [one for one in article.annotations if text[one.start : one.end] != "IDG资本"]
    assert len(kept) == len(article.annotations) - 1
    changed = [
        Annotation(start=one.start, end=one.end - 1, label=one.label)
        if text[one.start : one.end] == "推想医疗"
        else one
        for one in kept
    ]
    added = Annotation(start=text.index("第二行"), end=text.index("第二行") + 3, label="PRODUCT")
    spans = tuple(sorted([*changed, added], key=lambda one: one.start))
    made = Annotated(id=article.id, text=text, annotations=spans, complete=True)
    write, file, _ = FORMATS[name]
    write(tmp_path / file, [made, Annotated(id="x", text="不在数据集中。", annotations=(), complete=True)])
    known, back = read_annotations(tmp_path / file, name)
    given = [
        Given(one.id, one.text, tuple((a.start, a.end, a.label) for a in one.annotations)) for one in back
    ]
    report = import_annotations(store, given, f"import {known}")
    assert (report.articles, report.unknown) == (1, 1)
    assert (report.rejected, report.corrected, report.added) == (1, 1, 1)
    status = {row["text"]: row["status"] for row in store.read.execute("SELECT text, status FROM mention")}
    assert (status["IDG资本"], status["推想医"], status["第二行"]) == ("rejected", "corrected", "added")
    assert "unreviewed" not in status.values()
    store.close()


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    for content in ("[1, 2]", '{"spans": 3}', "x\ty", '{"text": "a", "label": [[0, 9, "ORG"]]}'):
        path = tmp_path / "bad"
        path.write_text(content)
        if content == "x\ty":
            continue
        with pytest.raises(InputError):
            read_annotations(path)
    with pytest.raises(InputError, match="choose --from"):
        read_annotations(path, "docbin")


def test_the_commands_write_and_read(out: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["export", str(out), "--to", "prodigy"])
    assert done.exit_code == 0, done.output
    assert "prodigy.jsonl: 1 article, " in done.output
    done = runner.invoke(
        app, ["review", str(out), "--import", str(out / "export" / "prodigy.jsonl"), "--as", "李娜"]
    )
    assert done.exit_code == 0, done.output
    assert "1 article, " in done.output
    assert runner.invoke(app, ["export", str(out), "--to", "nonsense"]).exit_code == 2
    (out / "nobody.json").write_text('[{"data": {"text": "x"}, "predictions": []}]')
    done = runner.invoke(app, ["review", str(out), "--import", str(out / "nobody.json")])
    assert isinstance(done.exception, InputError)
    assert "nobody.json: holds no article that somebody has annotated" in str(done.exception)
