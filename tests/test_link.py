"""Names to entities, and sentences to relations."""

import pytest
from msgspec import structs

from medai_extract.link.short_names import ShortNames
from medai_extract.model import Label
from medai_extract.pipeline import Pipeline
from medai_extract.relate import Relator
from medai_extract.segment import SegmentedText

ONE_ENTITY = [
    (
        "深圳市鑫君特智能医疗器械有限公司（下称“鑫君特”）宣布完成融资，鑫君特表示将扩产。",
        ["深圳市鑫君特智能医疗器械有限公司", "鑫君特"],
    ),
    ("平安好医生宣布上线。平安好醫生股價上升。", ["平安好医生", "平安好醫生"]),
    ("蚂蚁阿福（Ant Afu）上线，阿福已有用户。", ["蚂蚁阿福", "Ant Afu", "阿福"]),
    (
        "Tempus AI, Inc. posted results. Shares of Tempus rose, and Tempus AI raised its outlook.",
        ["Tempus AI, Inc.", "Tempus", "Tempus AI"],
    ),
    (
        "The National Medical Products Administration (NMPA) approved it. NMPA said so.",
        ["National Medical Products Administration", "NMPA"],
    ),
    ("礼来（Eli Lilly）与英矽智能合作，Eli Lilly支付首付款。", ["礼来", "Eli Lilly"]),
    (
        "桐岭市第一人民医院近日引进推想医疗的系统。桐岭一院院长说，该系统已用于2024年的体检。",
        ["桐岭市第一人民医院", "桐岭一院"],
    ),
    ("科大讯飞（iFLYTEK）发布星火。IFLYTEK said so.", ["科大讯飞", "iFLYTEK", "IFLYTEK"]),
]

APART = [
    ("蚂蚁集团与阿里巴巴合作。", "蚂蚁集团", "阿里巴巴"),
    ("阿里健康是阿里巴巴的子公司。", "阿里健康", "阿里巴巴"),
    ("OpenAI released GPT-4o and later GPT-5.", "GPT-4o", "GPT-5"),
    ("Roche Diagnostics belongs to Siemens Healthineers' rival Roche.", "Siemens Healthineers", "Roche"),
]


# (label, short name, full name, others of the article, organisations of the article)
SHORT = [
    ("ORG", "小黛医疗", "杭州小黛医疗科技", "", ""),
    ("ORG", "小黛", "杭州小黛医疗科技", "小黛医疗", ""),
    ("ORG", "澜朔医科", "杭州澜朔医疗科技", "", ""),
    ("ORG", "和诺影像", "和诺医学影像（南通）", "", ""),
    ("ORG", "胶澜控股", "胶澜控股集团", "", ""),
    ("ORG", "云杉医院", "浦阳医科大学附属云杉医院", "", ""),
    ("ORG", "袁河医院", "宜春市袁河人民医院", "", ""),
    ("ORG", "桐岭一院", "桐岭市第一人民医院", "桐岭市第二人民医院", ""),
    ("ORG", "赣二附院", "赣江源医学院第二附属医院", "", ""),
    ("ORG", "江南医大一附院", "江南医科大学附属第一医院", "", ""),
    ("ORG", "江汉科大", "江汉科技大学", "", ""),
    ("ORG", "省财政厅", "江西省财政厅", "江西省教育厅", ""),
    ("ORG", "章贡区卫健委", "赣州市章贡区卫生健康委员会", "赣州市卫生健康委员会", ""),
    ("ORG", "riverton", "riverton general hospital", "merton general hospital", ""),
    ("PRODUCT", "小满", "小满戒指", "", ""),
    ("PRODUCT", "知渊", "知渊医疗大模型", "", ""),
    ("PRODUCT", "a5", "精针a5", "精针a3", ""),
    ("PRODUCT", "watch d2", "华为watch d2", "", "华为"),
    ("PRODUCT", "观微", "兰台观微", "", "兰台光学"),
]

NOT_SHORT = [
    ("ORG", "省卫健委", "江西省卫生健康委员会", "湖南省卫生健康委员会", ""),  # whose
    ("ORG", "桐岭一院", "桐岭市第一人民医院", "桐岭市第一中医院", ""),
    ("ORG", "中医院", "江苏省中医院", "", ""),  # words of the field only
    ("ORG", "腾讯医疗", "腾讯健康科技", "", ""),
    ("ORG", "渝江省药品监督管理局", "渝江省药品监督管理局第三检查分局", "", ""),
    ("ORG", "市医保局", "江西省医疗保障局", "", ""),
    ("ORG", "co", "co operative bank", "", ""),
    ("PRODUCT", "红笔", "红笔质控智能体", "", ""),
    ("PRODUCT", "阿福", "蚂蚁阿福", "", "平安健康"),
    ("PRODUCT", "pillar", "pillar go", "", ""),  # a version is a product of its own
    ("PRODUCT", "镜台", "镜台3.0", "", ""),
]


@pytest.mark.parametrize(
    ("label", "short", "full", "others", "makers", "wanted"),
    [(*row, True) for row in SHORT] + [(*row, False) for row in NOT_SHORT],
)
def test_short_names(
    pipeline: Pipeline, label: Label, short: str, full: str, others: str, makers: str, wanted: bool
) -> None:
    rules = ShortNames(pipeline.patterns, pipeline.folding)
    names = {short, full, *others.split()}
    found = dict(rules.find(label, names, (), makers.split()))
    assert (found.get(short) == full) == wanted, found
    assert dict(rules.find(label, names, {short}, makers.split())).get(short) is None, "the lists know better"


@pytest.mark.parametrize(("text", "names"), ONE_ENTITY)
def test_names_of_one_entity(pipeline: Pipeline, text: str, names: list[str]) -> None:
    ids = {mention.text: mention.entity_id for mention in pipeline(text).mentions}
    assert set(names) <= set(ids)
    assert len({ids[name] for name in names}) == 1


@pytest.mark.parametrize(("text", "one", "other"), APART)
def test_names_of_two_entities(pipeline: Pipeline, text: str, one: str, other: str) -> None:
    ids = {mention.text: mention.entity_id for mention in pipeline(text).mentions}
    assert ids[one] != ids[other]


def test_every_name_has_an_entity_and_no_value_has_one(pipeline: Pipeline) -> None:
    result = pipeline("推想医疗于2024年3月完成5亿美元融资，鑫瑞康达科技有限公司跟投。")
    assert {mention.label for mention in result.mentions} == {"ORG", "MONEY", "DATE"}
    for mention in result.mentions:
        assert (mention.entity_id is None) == (mention.label in ("MONEY", "DATE"))
        assert (mention.value is None) == (mention.label in ("ORG", "PRODUCT"))


RELATIONS = [
    ("OpenAI launched ChatGPT Health on January 7, 2026.", ("developed_by", "chatgpt-health", "openai")),
    ("蚂蚁集团近日推出AI健康应用“蚂蚁阿福”。", ("developed_by", "ant-afu", "ant-group")),
    (
        "推想医疗宣布完成5亿美元D轮融资，由启明创投和红杉中国共同领投。",
        ("invested_in", "qiming-venture-partners", "infervision"),
    ),
    ("推想医疗宣布完成5亿美元D轮融资。", ("raised", "infervision", None)),
    ("Infervision raised $50 million from Sequoia Capital.", ("raised", "infervision", None)),
    ("蚂蚁集团全资收购好大夫在线。", ("acquired", "ant-group", "haodf")),
    ("Paige, acquired by Tempus AI, built Virchow.", ("developed_by", "virchow", "paige")),
    ("Paige, acquired by Tempus AI, built Virchow.", ("acquired", "tempus-ai", "paige")),
    ("Paige was bought in August 2025 by Tempus AI.", ("acquired", "tempus-ai", "paige")),
    ("Tempus AI completed its acquisition of Paige.", ("acquired", "tempus-ai", "paige")),
]

ROUNDS = [
    (
        "Infervision closed a $50 million round led by IVP and Tencent with participation from Lightspeed and Google.",
        {"ivp", "tencent", "lightspeed-venture-partners", "google"},
    ),
    (
        "Infervision raised $50 million. The round was led by IVP, with participation from existing investor Tencent.",
        {"ivp", "tencent"},
    ),
    ("Infervision's $50 million round, led by IVP, closed. PathAI was not involved.", {"ivp"}),
    ("IVP led a $50 million round in Infervision. Its rounds are led by others, said Tencent.", {"ivp"}),
    (
        "推想医疗完成5亿元D轮融资，启明创投领投，红杉中国与老股东高瓴创投参投，腾讯继续跟投，华兴资本任财务顾问。",
        {"qiming-venture-partners", "hongshan", "hillhouse", "tencent"},
    ),
    (
        "推想医疗宣布完成5亿元D轮融资。本轮融资由启明创投领投，红杉中国等跟投，老股东腾讯追投。",
        {"qiming-venture-partners", "hongshan", "tencent"},
    ),
    ("推想医疗获启明创投领投、红杉中国跟投的5亿元融资。", {"qiming-venture-partners", "hongshan"}),
    ("启明创投领投了推想医疗。", {"qiming-venture-partners"}),
    ("本轮融资由启明创投领投。推想医疗完成5亿元融资。推想医疗的融资由来已久，腾讯未投资。", set[str]()),
]


@pytest.mark.parametrize(("text", "statement"), RELATIONS)
def test_relations(pipeline: Pipeline, text: str, statement: tuple[str, str, str | None]) -> None:
    result = pipeline(text, published_at="2026-02-01")
    stated = {(relation.type, relation.subject_id, relation.object_id) for relation in result.relations}
    assert statement in stated
    ids = {mention.id for mention in result.mentions}
    for relation in result.relations:
        assert set(relation.evidence) <= ids
        assert relation.sentence in text


@pytest.mark.parametrize(("text", "investors"), ROUNDS)
def test_investors_of_a_round(pipeline: Pipeline, text: str, investors: set[str]) -> None:
    stated = {
        (relation.subject_id, relation.object_id)
        for relation in pipeline(text).relations
        if relation.type == "invested_in"
    }
    assert stated == {(investor, "infervision") for investor in investors}


def test_a_firm_that_was_bought_is_no_buyer(pipeline: Pipeline) -> None:
    relations = pipeline("Paige, acquired by Tempus AI, built Virchow.").relations
    assert {(one.type, one.subject_id, one.object_id) for one in relations} == {
        ("developed_by", "virchow", "paige"),
        ("acquired", "tempus-ai", "paige"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "OpenAI said nothing about ChatGPT Health.",
        "推想医疗表示看好行业。联影医疗收购传闻不实。",
        "天气很好。",
    ],
)
def test_no_relation_without_a_statement(pipeline: Pipeline, text: str) -> None:
    result = pipeline(text)
    assert [relation for relation in result.relations if not relation.rule_id.startswith("relate.list")] == []


def test_a_rule_for_any_case_needs_no_word(pipeline: Pipeline) -> None:
    [rule] = [rule for rule in pipeline.patterns.rules["relate"] if rule.id == "relate.en.launched"]
    shouting = structs.replace(
        rule, id="relate.en.shouted", pattern="(?i:(?P<object>Ⓞ) HAS LAUNCHED (?P<subject>Ⓟ))"
    )
    text = "OpenAI has launched ChatGPT Health."
    result = pipeline(text)
    relator = Relator(structs.replace(pipeline.patterns, names=(), rules={"relate": (shouting,)}))
    [relation] = relator.relate(result.document, SegmentedText(text), result.mentions)
    assert (relation.rule_id, relation.object_id) == ("relate.en.shouted", "openai")


def test_signs_in_the_text_are_no_mentions(pipeline: Pipeline) -> None:
    result = pipeline("Ⓞ launched Ⓟ, and OpenAI's Ⓞ launched ChatGPT Health for doctors.")
    stated = {(relation.type, relation.subject_id, relation.object_id) for relation in result.relations}
    assert stated == {("developed_by", "chatgpt-health", "openai")}


def test_money_and_date_of_a_round(pipeline: Pipeline) -> None:
    result = pipeline("On March 3, 2025, Infervision raised $50 million.", published_at="2025-03-05")
    [relation] = [relation for relation in result.relations if relation.type == "raised"]
    assert relation.money is not None
    assert relation.date is not None
    assert (relation.money.currency, relation.money.amount, relation.date.start) == (
        "USD",
        "50000000",
        "2025-03-03",
    )
