"""Pattern files: what loads, what is refused and where the message points, what the check finds."""

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import medai_extract
from medai_extract.errors import PatternError
from medai_extract.evaluate.examples import check_examples
from medai_extract.patterns import Patterns, load_patterns
from medai_extract.patterns.check import check_patterns, find_slow_rules
from medai_extract.patterns.edit import add_name, canonical_csv, format_folder, import_spacy
from medai_extract.patterns.load import fill_references, read_rules
from medai_extract.patterns.schema import NAME_COLUMNS

HEADER = ",".join(NAME_COLUMNS)
RULE = '[[rule]]\nid = "money.test.rule"\npattern = "{p}"\nexamples = [{{ text = "[x]" }}]\n'


@pytest.fixture
def folder(tmp_path: Path, patterns: Patterns) -> Path:
    """A copy of the packaged patterns that a test may spoil."""
    return Path(shutil.copytree(patterns.root, tmp_path / "patterns"))


BROKEN = [
    ("org/x.csv", f"{HEADER}\na,名,zh,canonical,,,,,active\n", "x.csv:2: 9 columns instead of 10"),
    ("org/x.csv", f"{HEADER}\na,名,de,canonical,,,,,active,\n", "x.csv:2: lang 'de' is not one of"),
    ("org/x.csv", f"{HEADER}\na,名,zh,main,,,,,active,\n", "x.csv:2: role 'main' is not one of"),
    ("org/x.csv", f"{HEADER}\n,名,zh,short,,,,,active,\n", "x.csv:2: entity_id or name is empty"),
    ("org/x.csv", f"{HEADER}\na, 名,zh,short,,,,,active,\n", "padded"),
    (
        "org/x.csv",
        "id,name\na,b\n",
        f"x.csv:1: header must be {HEADER} (names) or word,value,note (words), not id,name",
    ),
    ("org/x.csv", HEADER.replace(",", ";"), "save it with commas between the columns"),
    ("money/x.csv", "word,value,note\n元,CNY,\n元,HKD,\n", "x.csv:3: '元' is there twice"),
    ("money/x.csv", "word,value,note\n,CNY,\n", "x.csv:2: word is empty"),
    ("money/x.toml", "[[rule]\n", "is every string closed?"),
    ("money/x.toml", '[[rule]]\nid = "money.a.b"\npattern = "a"\nexamples = []\n', "x.toml:1"),
    ("money/x.toml", '\n\n[[rule]]\nid = "Money"\npattern = "a"\nexamples = [{text="[a]"}]\n', "x.toml:3"),
    (
        "money/x.toml",
        '[[rule]]\nid = "money.a.b"\npatern = "a"\nexamples = [{text="[a]"}]\n',
        "did you mean 'pattern'?",
    ),
    ("money/x.toml", RULE.format(p="{amout}"), "reference {amout}: is unknown; known here: "),
    ("money/x.toml", RULE.format(p="("), "is no regular expression"),
    ("money/x.toml", RULE.format(p="a") + RULE.format(p="b"), "is also at"),
    ("money/x.toml", '[fragments]\na = "{b}"\nb = "{a}"\n' + RULE.format(p="{a}"), "round in a circle"),
]


@pytest.mark.parametrize(("name", "text", "message"), BROKEN)
def test_broken_file_is_refused_with_its_place(folder: Path, name: str, text: str, message: str) -> None:
    (folder / Path(name).parent).mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(PatternError) as caught:
        load_patterns(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_list_that_excel_saved_is_read_and_put_in_order(folder: Path) -> None:
    path = folder / "org" / "x.csv"
    rows = f"{HEADER}\r\nour-co,瞳心眼科,zh,canonical,,,,,active,".encode("utf-8-sig")
    path.write_bytes(rows)
    assert "瞳心眼科" in [row.name for row in load_patterns(folder).names]
    assert [problem.where for problem in check_patterns(load_patterns(folder), speed=False)] == [str(path)]
    assert add_name(folder, "org", "our-co", "Tongxin Eye") == path
    plain = (
        f"{HEADER}\nour-co,Tongxin Eye,en,canonical,,,,,active,\nour-co,瞳心眼科,zh,canonical,,,,,active,\n"
    )
    assert path.read_text(encoding="utf-8") == plain
    path.write_bytes(rows)
    assert format_folder(folder) == [path]
    assert check_patterns(load_patterns(folder), speed=False) == []


def test_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "org" / "x.csv").write_bytes("entity_id,平安".encode("gb18030"))
    with pytest.raises(PatternError, match="UTF-8"):
        load_patterns(folder)


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="is not a folder"):
        load_patterns(tmp_path / "nowhere")


def test_shipped_patterns_have_no_problem(patterns: Patterns) -> None:
    assert check_patterns(patterns) == []


def test_every_example_comes_out_as_written(patterns: Patterns) -> None:
    assert check_examples(patterns) == []


def test_rules_without_right_examples_are_reported(folder: Path) -> None:
    (folder / "clean" / "x.toml").write_text(
        '[[rule]]\nid = "clean.test"\nkind = "nav"\npattern = "qqq.*"\n'
        'examples = [{ text = "[qqq 1]" }, { text = "[rrr]" }, { text = "qqq" }]\ncounter_examples = ["qqq 2", "sss"]\n',
        encoding="utf-8",
    )
    problems = [
        problem.message
        for problem in check_examples(load_patterns(folder))
        if "clean.test" in problem.message
    ]
    assert len(problems) == 3
    assert [("marks nothing" in text, "counter-example" in text) for text in problems] == [
        (False, False),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["a,奇名医疗,zh,canonical,,,,,active,", "a,奇名医疗,zh,alias,,,,,active,"],
            "is already a name of a",
        ),
        (
            ["a,奇名医疗,zh,canonical,,,,,active,", "b,奇名医疗,zh,canonical,,,,,active,"],
            "names several entities (a, b)",
        ),
        (["a,奇名医疗,zh,canonical,,,nobody,,active,"], "parent_id 'nobody' is no entity"),
        (
            ["a,奇名医疗,zh,canonical,,,,,active,", "a,奇名科技,zh,canonical,,,,,active,"],
            "has a canonical zh name",
        ),
        (
            ["b,奇名乙,zh,canonical,word,,,,active,", "a,奇名甲,zh,canonical,word,,,,active,"],
            "not in canonical form",
        ),
    ],
)
def test_check_finds(folder: Path, rows: list[str], message: str) -> None:
    (folder / "org" / "x.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    problems = check_patterns(load_patterns(folder), speed=False)
    assert any(message in problem.message for problem in problems)
    assert all(problem.where.startswith(str(folder)) for problem in problems)


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"(?P<n>\\d+[.,]?\\d*)年", True),
        (r"(?<!\\d)\\d++[.,]?\\d*+年", False),
        (r"(?:\\d+,?)+元", True),
        ("推想", False),
    ],
)
def test_slow_regex_is_found(tmp_path: Path, pattern: str, slow: bool) -> None:
    [rule] = read_rules(tmp_path / "x.toml", RULE.format(p=pattern), "money", {})
    problems = find_slow_rules([rule])
    assert bool(problems) == slow
    assert all("money.test.rule" in problem.message for problem in problems)


def test_unused_fragment_is_reported(folder: Path) -> None:
    (folder / "clean" / "x.toml").write_text('[fragments]\nnever = "a"\n', encoding="utf-8")
    problems = check_patterns(load_patterns(folder), speed=False)
    [where] = [problem.where for problem in problems if "'never' is used by no rule" in problem.message]
    assert where.endswith("x.toml:2")


def test_references_are_filled_longest_word_first() -> None:
    tables = {"money.unit": {"亿": "", "亿元": "", "$": ""}, "words.sign": {"+": ""}}
    filled = fill_references(r"\d{2,4}{unit}{words.sign}", "f", "money", {}, tables)
    assert filled == r"\d{2,4}(?:(?:亿元?|\$))(?:\+)"
    assert re.match(filled, "123亿元+")


def test_fingerprint_follows_every_byte(folder: Path, patterns: Patterns) -> None:
    assert load_patterns(folder).fingerprint == patterns.fingerprint
    with (folder / "clean" / "glue.csv").open("a", encoding="utf-8") as stream:
        stream.write("zzz,after,\n")
    assert load_patterns(folder).fingerprint != patterns.fingerprint


def test_added_name_is_found_and_kept_in_order(folder: Path) -> None:
    format_folder(folder)
    path = add_name(folder, "org", "anning-zhiyi", "安宁智医")
    assert path.name == "local.csv"
    assert add_name(folder, "org", "anning-zhiyi", "Anning AI") == path
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[1:]
    assert [row[:4] for row in rows] == [
        ["anning-zhiyi", "Anning AI", "en", "canonical"],
        ["anning-zhiyi", "安宁智医", "zh", "canonical"],
    ]
    assert format_folder(folder) == []


@pytest.mark.parametrize(
    ("area", "entity_id", "name", "message"),
    [
        ("place", "a", "b", "is not org or product"),
        ("org", "A b", "b", "lower-case letters"),
        ("org", "a", " ", "is empty"),
        ("product", "ant-afu", "蚂蚁阿福", "is a name of ant-afu already"),
    ],
)
def test_wrong_name_is_not_added(folder: Path, area: str, entity_id: str, name: str, message: str) -> None:
    with pytest.raises(PatternError, match=message):
        add_name(folder, area, entity_id, name)
    assert not (folder / "org" / "local.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("org", "our-co", "推想医疗"), {}, "is a name of infervision already .*--context"),
        (("product", "our-gpt", "chatgpt"), {}, "is a name of chatgpt already"),
        (("org", "our-co", "推想医疗"), {"context": "融资"}, "give both a context"),
        (("org", "our-co", "平安"), {"context": "融资"}, ""),
        (("org", "our-co", "推想医疗"), {"force": True}, ""),
        (("org", "our-co", "健康"), {}, "is also a common word.*--context"),
        (("org", "our-co", "健康"), {"context": "融资"}, ""),
        (("org", "our-co", "健康"), {"force": True}, ""),
        (("org", "our-co", "Horizon"), {}, "is also a common word"),
        (("org", "our-co", "a\u200bb"), {}, "cannot be seen"),
        (
            ("org", "our-co", "瞳心"),
            {"role": "nickname"},
            "--role 'nickname' is unknown; choose from canonical",
        ),
        (("org", "our-co", "瞳心"), {"lang": "fr"}, "--lang 'fr' is unknown; choose from zh, en"),
        (("product", "our-ai", "瞳心"), {"maker_id": "nobody-at-all"}, "is no organisation"),
        (("product", "our-ai", "瞳心"), {"maker_id": "infervision"}, ""),
    ],
)
def test_a_name_that_would_be_found_elsewhere_needs_a_context(
    folder: Path, arguments: tuple[str, str, str], options: dict[str, Any], message: str
) -> None:
    def add() -> Path:
        return add_name(folder, *arguments, is_word={"健康", "Horizon"}.__contains__, **options)

    if message:
        with pytest.raises(PatternError, match=message):
            add()
        assert not (folder / arguments[0] / "local.csv").exists()
    else:
        assert arguments[2] in add().read_text(encoding="utf-8")
        load_patterns(folder)


def test_names_go_to_spacy_and_back(folder: Path) -> None:
    lines = [
        '{"label": "ORG", "pattern": "安宁智医", "id": "anning-zhiyi"}',
        '{"label": "PRODUCT", "pattern": [{"LOWER": "x"}]}',
        '{"label": "ORG", "pattern": "安宁智医", "id": "anning-zhiyi"}',
        "",
    ]
    assert import_spacy(folder, lines) == (1, 2)
    assert any(
        row.name == "安宁智医" and row.entity_id == "anning-zhiyi" for row in load_patterns(folder).names
    )


def test_canonical_form_is_stable(patterns: Patterns) -> None:
    for path in sorted(patterns.root.glob("*/*.csv")):
        text = path.read_text(encoding="utf-8")
        assert canonical_csv(canonical_csv(text)) == canonical_csv(text)


def test_every_mark_is_asked_for() -> None:
    package = Path(medai_extract.__file__).parent
    source = "".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    asked = set(re.findall(r"""["'](\w+)["']""", source))
    names = set(re.findall(r'Marks\((?:patterns|load_patterns\(\)), "([\w.]+)"\)', source))
    assert {"words.en_marks", "date.past", "money.doubtful"} <= names
    for name in names:
        marks = {mark for marks in load_patterns().table(name).values() for mark in marks.split(" ")}
        assert marks <= asked, f"{name}: nobody asks for {', '.join(sorted(marks - asked))}"
