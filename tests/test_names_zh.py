"""Names in Chinese text that no list holds: what is found, as what, and what is left alone."""

import re
import shutil
import time
import tomllib
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai_extract.evaluate.fit import Trainer, fit, fit_chinese
from medai_extract.evaluate.gold import parse_markup
from medai_extract.match.chinese import ChineseNames
from medai_extract.match.chinese.agree import agree
from medai_extract.match.chinese.article import Guess
from medai_extract.match.chinese.kinds import RANKS
from medai_extract.match.chinese.weights import BIAS, Part, chances
from medai_extract.model import Candidate, Mention
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import load_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings

PATTERNS = load_patterns()
PIPELINE = Pipeline(PATTERNS, Settings(names=False))
NAMES = tuple(f"zh_{table}{of}.csv" for table in ("evidence", "wording") for of in ("", "_article"))
CHINESE = ChineseNames(PATTERNS, make_folding(PATTERNS.table("script.traditional")))
OTHER_TOPICS = tomllib.loads(
    (Path(__file__).parent / "cases" / "other_topics_zh.toml").read_text(encoding="utf-8")
)
ANNOTATED = """+++
id = "t"
lang = "zh"
+++
[砚禾医疗](ORG id="x")宣布完成融资，发布系统“[灵枢镜](PRODUCT id="y")”。
"""
MARK = re.compile(r"\[([^\]]+)\]([OP])")


def names_of(text: str) -> list[Mention]:
    return [mention for mention in PIPELINE(text).mentions if mention.label in ("ORG", "PRODUCT")]


def find(text: str, known: tuple[Candidate, ...] = (), names: ChineseNames = CHINESE) -> list[Candidate]:
    return names.find(SegmentedText(text), known)


# [name]O is an organisation, [name]P a product; nothing else in the row is a name of either kind.
FOUND = [
    # legal forms, institutions, the left edge
    "骨科手术机器人创新企业[宁波市睿骨特智能医疗器械有限公司]O（下称“[睿骨特]O”）宣布完成数亿元B轮融资。",
    "该系统已在[云溪市第二人民医院]O和[江岭医科大学附属儿童医院]O上线。",
    "[云溪市市场监督管理局]O对[云溪康宁健康科技有限公司]O处以罚款。",
    "[海棠（北京）科技有限公司]O与[禾木生物]O签署协议。",
    "[云溪市规划和自然资源委员会滨江分局]O公示了规划方案。",
    # words that end names elsewhere, inside one
    "该公司由[七海风投]O、[青麓创投]O投资。",
    "[36氪]O获悉，[云砚医疗]O完成A轮融资。\n创始人告诉[36氪]O，公司今年将获批。",
    "该公司昨日向[港交所]O递交招股书，[上交所]O未予置评。",
    # money and roles
    "本轮融资由[澜舟资本]O领投，[青麓创投]O、[鹿角基金]O跟投。",
    "[砚禾医疗]O董事长周明远表示，公司今年将继续亏损。",
    "[墨禾智能]O（688999.SH）股价大涨，[澄观科技]O涨停。",
    "据[晨屿证券]O研报，[泊云健康]O收入增长两成。",
    "老股东[青麓创投]O继续加注，[谙合资本]O担任独家财务顾问。",
    # versions and Latin tails on Chinese stems
    "手环[霜序S2]P获批上市，搭载自研芯片，上市首月销量破万。",
    "手术机器人公司推出的[鲸尾一号]P获批上市，[鲸尾二号]P进入临床。",
    "公司将推出[微光3 Pro]P，起售价699元。",
    # verbs between names, dates before them, abbreviations, lines of rank
    "岚州的[云麓咨询]O联合[岚州市人工智能行业协会]O发布报告。",
    "[北塬省数据局]O组织了医疗大模型试点申报评审。",
    "昨日，上周二[美国商务部]O的新规影响了多家医疗AI公司的融资。",
    "[砚山基督教醫院]O宣布與[禾康生醫]O合作，[砚基]O自行開發的平台已上線，[砚基]O院長表示滿意。",
    "[知衡]O发布医疗大模型企业TOP30榜单，部分公司完成融资。",
    "比如北美的AI医疗独角兽[Quorivex]O，其目标是压缩医学文献，官方称已有四分之一的医生在用。",
    # seams that the segmenter drew wrongly, and words of names that end others
    "医院近日接入[砚麓医疗]O的大模型，[开砚医疗]O、[不二资本]O等企业参与。",
    "[叁柒基因]O宣布完成近3亿元B轮融资。",
    "[砚山大学]O毕业的周明远创办了[墨禾智能]O。",
    "推出[云砚医疗大模型V2.1]P，参数量720亿。",
    "医院还上线了病理AI“[织砚]P”随访系统，医生反馈良好。",
    # lists
    "[砚禾医疗]O、[禾木生物]O、[澄观科技]O等企业宣布接入大模型。",
    # products
    "[砚禾医疗]O发布医疗大模型“[灵枢镜]P”，面向基层医院。",
    "[墨禾智能]O推出AI助手“[小墨大夫]P”，用户超过100万。",
    "医院部署了[Lingshu-M2]P大模型，医生使用后反馈良好。",
    "公司的核心产品[ORTHOVEX]P获得注册证。",
    # what links the parts of a name, editions in small letters, quoted words of everyday language
    "[窗火实验室]O开源了大模型[拾光-14B]P，权重可免费下载。",
    "[半岛超声]O发布掌上超声[SonoLeaf mini]P，售价9,800元。",
    "记者试用了[镜台科技]O的App“[看得见]P”，它在本地完成判读。",
    # versions behind phrases, roles of AI in quotation marks, bars of digests, what a thing is called
    "[砚禾医疗]O今年3月上线的[慢一拍3.0]P改由大模型读取病历。",
    "国内首位“[AI影像护士]P”在[云溪市第二人民医院]O上岗，基于大模型研发。",
    "6丨[罾砚智能]O完成A轮融资，由[青麓创投]O领投。",
    "志愿者在一家名为[砚外]O的公益组织里帮助患者，公司今年上线了医疗大模型。",
    # traditional script
    "[慧睿智醫]O宣布，旗下影像系統「[胸睿衛士]P」已在[東寧醫院]O上線。",
]  # fmt: skip

REFUSED = [
    # counts and everyday words that come again
    "电子病历平均级别分别达到3级和4级，智慧服务平均级别力争达到2级和3级，智慧管理达到1级和2级。",
    "AI产品可以整合病例，系统还能覆盖基层，平台可以随访，模型还能将数据反哺。",
    "三百家医院接入了大模型，近百家三甲医院正在采购系统。",
    "项目编号：BLHZC-2025-G-0317，帧率稳定在60fps。",
    "健康管理、辅助诊断和目前公司的业务都在增长。",
    "董事长姜明远、记者赵天宇和院长樊嘉文出席了会议。",
    "三甲医院、互联网大厂和基层医疗机构都在布局AI医疗。",
    "上证指数上涨，恒生指数下跌，创业板指翻红。",
    "肺癌、糖尿病和高血压患者参加了临床试验。",
    "该研究发表于《Nature Medicine》，样本来自美国和日本。",
    "根据《医师法》《数据安全法》，人工智能不能替代医生。",
    "CT、MRI、PACS和CDSS都是医院常用的技术。",
    "公司2024年实现营业收入10亿元，净利润同比增长两成。",
    "大厂要在“商业盈利”和“社会责任”之间平衡，G端则充当基础设施的角色。",
    "骨科手术机器人是手术机器人的重要部分，市场规模达到百亿元。",
    # eponyms and scores, persons whose family names the segmenter cuts off, plans and prizes
    "术后Gleason评分为4+3，Budd-Chiari综合征患者的医院随访由医生完成，模型的Kappa值为0.83。",
    "**问：花了多少钱？**\n洪予墨：不多，医院按例付费。\n**问：医生放心吗？**\n洪予墨：放心，模型只做初筛。",
    "医院睡眠科的邵医生认为，AI模型的结果只供参考。邵医生说，医院还要复核。",
    "“昆仑英才”专项拨款420万元，“金胶片”奖杯归影像科，“红蓝擂台”大赛由医院承办，AI模型没有参赛。",
]


@pytest.mark.parametrize("row", FOUND, ids=lambda row: row[:20])
def test_finds(row: str) -> None:
    expected = [(name, "ORG" if kind == "O" else "PRODUCT") for name, kind in MARK.findall(row)]
    assert [(m.text, m.label) for m in names_of(MARK.sub(r"\1", row))] == expected


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_refuses(text: str) -> None:
    assert [mention.text for mention in names_of(text)] == []


@pytest.mark.parametrize("page", OTHER_TOPICS["page"], ids=lambda page: page["topic"])
def test_other_topics(page: dict[str, str]) -> None:
    assert [mention.text for mention in names_of(page["text"])] == []


# One word, cut whole in one text and with a glued character in another: its parts of speech differ.
GLUED = [
    "丁香园是一款产品，丁香园将用于临床。",
    "患者由丁香园转诊，丁香园则负责随访。",
    "他把丁香园卖给医院，丁香园让模型读片。",
]


@pytest.mark.parametrize(("before", "text"), list(permutations(GLUED, 2)))
def test_how_a_word_was_cut_before_changes_nothing(before: str, text: str) -> None:
    names = ChineseNames(PATTERNS, make_folding(PATTERNS.table("script.traditional")))
    alone = find(text, names=names)
    fresh = ChineseNames(PATTERNS, make_folding(PATTERNS.table("script.traditional")))
    find(before, names=fresh)
    assert find(text, names=fresh) == alone


def test_what_was_read_before_changes_nothing() -> None:
    texts = [MARK.sub(r"\1", row) for row in FOUND] + REFUSED
    used = [find(text) for text in reversed(texts)]
    folding = make_folding(PATTERNS.table("script.traditional"))
    for text, candidates in zip(reversed(texts), used, strict=True):
        assert find(text, names=ChineseNames(PATTERNS, folding)) == candidates


@pytest.mark.parametrize(
    "english", ["It raised money. Investors said so.\n", "\n\n", "OK!\n \u3000"], ids=repr
)
def test_what_is_not_chinese_only_moves_the_names(english: str) -> None:
    text = "砚禾医疗宣布完成5亿元融资，本轮由澜舟资本领投。"
    alone = [(c.start, c.end, c.rule_id, c.score) for c in find(text)]
    assert len(alone) >= 2
    size = len(english)
    assert [(c.start - size, c.end - size, c.rule_id, c.score) for c in find(english + text)] == alone
    assert [(c.start, c.end, c.rule_id, c.score) for c in find(f"{text}\n{english}")] == alone


def test_bracket_teaches_the_alias() -> None:
    text = "宁波市睿骨特智能医疗器械有限公司（下称“睿骨特”）宣布完成融资。睿骨特成立于2015年。"
    taught = {c.same_as for c in find(text) if text[c.start : c.end] == "睿骨特" and c.score >= 0.5}
    assert taught == {"宁波市睿骨特智能医疗器械有限公司"}


def test_short_form_of_two_names_names_neither() -> None:
    text = "澜洲健康宣布完成融资。澜洲智能宣布完成融资。澜洲表示，收入增长。"
    assert {c.same_as for c in find(text) if text[c.start : c.end] == "澜洲"} <= {None}


def test_certain_name_is_known_everywhere() -> None:
    text = "砚禾医疗（688999.SH）宣布完成5亿元融资。昨天，有患者说起砚禾医疗时笑了。"
    assert [m.text for m in names_of(text)] == ["砚禾医疗", "砚禾医疗"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("澜思宣布完成5亿元融资，澜思创始人周明远表示，公司将上市。", "ORG"),
        ("医院接入澜思大模型后，医生通过澜思查看报告，部署澜思只用了三天。", "PRODUCT"),
    ],
)
def test_sentence_decides_for_listed_names(text: str, label: str) -> None:
    known = tuple(
        Candidate(
            start=m.start(), end=m.end(), label=kind, rule_id="list", score=0.95, entity_id=f"{kind}/lansi"
        )
        for m in re.finditer("澜思", text)
        for kind in ("ORG", "PRODUCT")
    )
    chosen = [c for c in find(text, known) if c.score > 0.95]
    assert {(c.label, c.entity_id) for c in chosen} == {(label, f"{label}/lansi")}
    assert len(chosen) == len(known) / 2


def test_guess_neither_cuts_nor_pads_a_listed_name() -> None:
    text = "包括方舟禾客、澄观科技等企业宣布接入。"
    start = text.index("方舟禾客")
    known = Candidate(start=start, end=start + 4, label="ORG", rule_id="list", score=0.95, entity_id="org/x")
    for candidate in find(text, (known,)):
        assert candidate.end <= start or candidate.start >= start + 4 or candidate.score < 0.5


def test_evidence_explains_the_rule() -> None:
    best = max(find("本轮融资由澜舟资本领投。"), key=lambda c: c.score)
    assert best.rule_id.startswith("org.zh.")
    assert any(line.startswith(best.rule_id.removeprefix("org.zh.")) for line in best.evidence)


def test_fit_learns_what_the_rows_say_and_keeps_the_prior_where_they_are_silent() -> None:
    rows = [(("bank",), 1), (("app",), 2), (("verb",), 0)] * 20
    weights = fit(rows, {BIAS: (-1.0, -1.0), "unseen": (4.0, -4.0)})
    learned = {
        item: chances(*map(sum, zip(weights[BIAS], weights[item], strict=True)))
        for item in ("bank", "app", "verb")
    }
    assert learned["bank"][0] > 0.8
    assert learned["app"][1] > 0.8
    assert sum(learned["verb"]) < 0.2
    assert weights["unseen"] == pytest.approx((4.0, -4.0), abs=0.01)


def test_fit_depends_on_gold_and_prior_alone(tmp_path: Path) -> None:
    root = tmp_path / "patterns"
    shutil.copytree(PATTERNS.root, root)
    gold = [tmp_path / "1.md", tmp_path / "2.md"]
    for number, path in enumerate(gold):
        path.write_text(ANNOTATED.replace('"t"', f'"{number}"'), encoding="utf-8")
    tables = [root / "words" / name for name in NAMES]
    written = []
    for _ in range(2):
        fit_chinese(gold, root)
        written.append([table.read_bytes() for table in tables])
    assert (
        written[0] == written[1] != [(PATTERNS.root / "words" / table.name).read_bytes() for table in tables]
    )


def test_trainer_reads_annotated_articles() -> None:
    trainer = Trainer(CHINESE, [parse_markup(ANNOTATED, "t.md")], {"bias": (-2.0, -2.0)})
    assert sorted(kind for _, kind in trainer.first_rows(trainer.gold[0]) if kind) == [1, 2]


@given(st.text(alphabet="砚禾医疗公司的由和（）“”《》、，。AB12-. \n", max_size=80))
@settings(max_examples=150, deadline=None)
def test_spans_lie_in_the_text_and_scores_between_0_and_1(text: str) -> None:
    for candidate in find(text):
        assert 0 <= candidate.start < candidate.end <= len(text)
        assert 0 < candidate.score < 1


@pytest.mark.parametrize(
    "text",
    ["医" * 10_000, "（" * 10_000, "A1-" * 5_000, "“砚禾" * 4_000, "、砚禾医疗" * 3_000],
    ids=str.__len__,
)
def test_hostile_input_takes_time_in_proportion(text: str) -> None:
    started = time.process_time()
    find(text)
    assert time.process_time() - started < 10


@given(
    places=st.lists(
        st.tuples(st.sampled_from(["棹影", "同棹"]), st.floats(0, 0.5), st.floats(0, 0.5)), max_size=6
    )
)
def test_places_of_a_form_hear_only_each_other(places: list[tuple[str, float, float]]) -> None:
    nothing = (Part(()), Part(()), Part(()))
    guesses = [
        Guess(at, at + 2, form, nothing, (0.0,) * 4, 0.0, 0.0) for at, (form, _, _) in enumerate(places)
    ]
    alone = [(org, product) for _, org, product in places]
    heard = agree(guesses, alone)
    for (form, *_), before, after in zip(places, alone, heard, strict=True):
        assert all(0 <= chance <= 1 for chance in after)
        assert sum(after) <= 1 + 1e-9
        if [other for other, *_ in places].count(form) == 1:
            assert after == before


def test_kinds_are_of_evidence_that_there_is() -> None:
    tables = ("words.zh_evidence", "words.zh_evidence_article", "words.zh_prior")
    known = {item for table in tables for item in PATTERNS.table(table)}
    # Spans seldom stand behind or before words of these letters, so that no weight was fitted.
    assert {item for item in set(RANKS) - known if not item.startswith(("left.cut.", "right.cut."))} == set()
