"""Dates: each rule finds its examples; values in context; what is no date; hostile texts."""

import datetime as dt
import time
from re import _parser as sre_parse  # type: ignore[attr-defined]

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai_extract.language import detect_language
from medai_extract.match.date import DateMatcher
from medai_extract.match.opening_words import find_words
from medai_extract.match.openings import Openings
from medai_extract.model import Candidate, DateValue, Document, Span
from medai_extract.offsets import identity
from medai_extract.patterns import Example, Rule, load_patterns
from medai_extract.segment import SegmentedText

PATTERNS = load_patterns()
MATCHER = DateMatcher(PATTERNS)
RULES = PATTERNS.rules["date"]


def find_dates(text: str, published_at: str | None = None, lang: str | None = None) -> list[Candidate]:
    document = Document(
        id="test",
        source="-",
        text=text,
        offsets=identity(len(text)),
        kept=(Span(0, len(text)),),
        lang=lang or detect_language(text),
        published_at=published_at,
    )
    return MATCHER.find(SegmentedText(text), document)


def short(candidate: Candidate) -> str:
    value = candidate.value
    assert isinstance(value, DateValue)
    if value.start is None and value.end is None:
        return value.timex or ""
    return (value.start or "") if value.start == value.end else f"{value.start or ''}..{value.end or ''}"


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule in RULES for example in rule.examples],
    ids=lambda part: getattr(part, "id", ""),
)
def test_rule_finds_its_example(rule: Rule, example: Example) -> None:
    start, end = example.text.index("["), example.text.index("]") - 1
    text = example.text.replace("[", "").replace("]", "")
    found = [one for one in find_dates(text, example.published_at) if (one.start, one.end) == (start, end)]
    assert [(one.rule_id, short(one)) for one in found] == [(rule.id, example.value or short(found[0]))]


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule in RULES for text in rule.counter_examples],
    ids=lambda part: getattr(part, "id", part),
)
def test_rule_leaves_its_counter_example(rule: Rule, text: str) -> None:
    assert [one for one in find_dates(text, "2025-03-01") if one.rule_id == rule.id] == []


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if not rule.id.startswith("date.ask.")], ids=lambda rule: rule.id
)
def test_rule_may_open_where_its_examples_begin(rule: Rule) -> None:
    openings = Openings([rule])
    for example in rule.examples:
        text = example.text.replace("[", "").replace("]", "")
        begins = {match.start() for match in rule.regex.finditer(text)}
        assert begins
        assert begins <= {at for at, _ in openings.places(text.lower())}


PUBLISHED = "2025-08-20"

IN_CONTEXT = [
    # years inferred: nearest not after publication, unless the sentence looks ahead
    ("On December 3 it opened a clinic.", ["2024-12-03"]),
    ("The trial will start on December 3.", ["2025-12-03"]),
    ("The firm said in March it will open a clinic.", ["2025-03-01..2025-03-31"]),
    ("公司将于12月3日举行股东大会，审议年报。", ["2025-12-03"]),
    # 虚拟 and 将近 hold words that look ahead, and do not
    ("12月把所有虚拟人的白大褂换成了蓝马甲。", ["2024-12-01..2024-12-31"]),
    ("12月的费用少了将近一半。", ["2024-12-01..2024-12-31"]),
    ("12月3日，公司宣布完成融资，投资方未披露。", ["2024-12-03"]),
    ("公司预计今年二季度出货4万枚，下半年翻番。", ["2025-04-01..2025-06-30", "2025-07-01..2025-12-31"]),
    # close behind letters and numbers
    ("首款听涛S12024年11月拿到二类证，V27月才上市", ["2024-11-01..2024-11-30", "2025-07-01..2025-07-31"]),
    ("FDA2025年曾征求意见，P2去年5月上市", ["2025-01-01..2025-12-31", "2024-05-01..2024-05-31"]),
    ("自家的ORS-4417去年夏天失败，编号A2024030799年", ["2024-06-01..2024-08-31"]),
    ("24Q1-Q3收入增长，25H1出货310台", ["2024-01-01..2024-09-30", "2025-01-01..2025-06-30"]),
    ("直播定于25/8/22举行，9/18（周四）再播", ["2025-08-22", "2025-09-18"]),
    # figures beside those of a year earlier; years of India
    (
        "Profit was $5m in the second quarter, $4m a year earlier.",
        ["2025-04-01..2025-06-30", "2024-04-01..2024-06-30"],
    ),
    (
        "Sales rose in Q2 2025 from Q2 2024; the loss was $4m, against $7m a year earlier.",
        ["2025-04-01..2025-06-30", "2024-04-01..2024-06-30", "2024-04-01..2024-06-30"],
    ),
    (
        "It lost ₹4 crore in 2023-24; it lost ₹3 crore a year earlier.",
        ["2023-04-01..2024-03-31", "2022-01-01..2022-12-31"],
    ),
    ("It lost $4m in 2023-24.", ["2023-01-01..2024-12-31"]),
    # words of what is to come
    ("It'll open in December. The app goes dark on October 30.", ["2025-12-01..2025-12-31", "2025-10-30"]),
    # nothing is said: what comes soon, within the year, is to come
    ("本届展会8月29日在洛阳举行，门票免费。", ["2025-08-29"]),
    ("洛阳展会12月29日举行，门票免费。", ["2024-12-29"]),
    ("医院1月引进系统。", ["2025-01-01..2025-01-31"]),
    ("若在四季度落地，公司还会扩产；公示期至9月26日。", ["2025-10-01..2025-12-31", "2025-09-26"]),
    ("首批订单四季度开始交付。", ["2025-10-01..2025-12-31"]),
    # counted from the dates before
    ("服务将于12月31日24时终止，请导出记录", ["2025-12-31"]),
    ("2020年6月1日试用。但一年半后收费。", ["2020-06-01", "2021-12-01..2021-12-31"]),
    ("2023-2024学年查了三个学年的数据", ["2023-09-01..2024-08-31"]),
    ("2024年前十个月批了57个，比上年同期多", ["2024-01-01..2024-10-31", "2023-01-01..2023-10-31"]),
    ("2019年，公司成立。两年后，产品获批。", ["2019-01-01..2019-12-31", "2021-01-01..2021-12-31"]),
    ("2025年7月，甲公司融资。同月，乙公司也融资。", ["2025-07-01..2025-07-31", "2025-07-01..2025-07-31"]),
    (
        "Sales rose in 2023 after a fall the previous year.",
        ["2023-01-01..2023-12-31", "2022-01-01..2022-12-31"],
    ),
    (
        "Revenue for the six months ended June 30, 2025 rose from the same period last year.",
        ["2025-06-30", "2024-01-01..2024-06-30"],
    ),
    ("2024年3月、6月，公司两次增资，合计5亿元。", ["2024-03-01..2024-03-31", "2024-06-01..2024-06-30"]),
    # ranges
    ("He led it from November 2021 to March 2023, then left.", ["2021-11-01..2023-03-31"]),
    ("公司预计2025年下半年至2026年上半年完成交付。", ["2025-07-01..2026-06-30"]),
    ("Between April 1, 2021 and June 9, 2022 a team read scans.", ["2021-04-01", "2022-06-09"]),
    # weekdays and weeks
    ("The stock fell on Wednesday, analysts said.", ["2025-08-20"]),
    ("上周五，药监局批准了该产品。", ["2025-08-15"]),
    ("Sunday the exhibit halls open.", ["2025-08-24"]),
    ("Sunday the clinic, open for a year, closed.", ["2025-08-17"]),
    ("It has a new owner and, from Thursday, a new president.", ["2025-08-21"]),
    ("Its shares fell from Thursday, traders said.", ["2025-08-14"]),
    (
        "The roll-out reaches Leicester this month and Melton in September.",
        ["2025-08-01..2025-08-31", "2025-09-01..2025-09-30"],
    ),
    # fiscal years
    ("Doximity said revenue for the first quarter of fiscal 2026 rose.", ["2025-04-01..2025-06-30"]),
    ("By fiscal 2024 the Tokyo firm had recovered.", ["2024-04-01..2025-03-31"]),
    ("Microsoft reported results for its fiscal 2025.", ["2024-07-01..2025-06-30"]),
    # months, quarters and halves beside each other
    (
        "Sales of January-March beat those of November to February.",
        ["2025-01-01..2025-03-31", "2024-11-01..2025-02-28"],
    ),
    ("The January-to-March quarter was bad.", ["2025-01-01..2025-03-31"]),
    (
        "Revenue in Q1 and Q2 2024 rose, and fell in Q1-Q3 2023.",
        ["2024-01-01..2024-03-31", "2024-04-01..2024-06-30", "2023-01-01..2023-09-30"],
    ),
    (
        "It closed in the first half of June and opened in mid-to-late July.",
        ["2025-06-01..2025-06-15", "2025-07-11..2025-07-31"],
    ),
    ("4月上中旬开展，预计10月中下旬发布。", ["2025-04-01..2025-04-20", "2025-10-11..2025-10-31"]),
    ("2月28日、3月5、6日和9日，公司开会。", ["2025-02-28", "2025-03-05", "2025-03-06", "2025-03-09"]),
    (
        "2022、2023及2024年，公司亏损。",
        ["2022-01-01..2022-12-31", "2023-01-01..2023-12-31", "2024-01-01..2024-12-31"],
    ),
    (
        "前7月营收增长，与2月相比翻番；首季亏损。",
        ["2025-01-01..2025-07-31", "2025-02-01..2025-02-28", "2025-01-01..2025-03-31"],
    ),
    # counts
    (
        "Twenty-five years ago it was a dream; a year and a half ago, a plan.",
        ["2000-01-01..2000-12-31", "2024-02-01..2024-02-29"],
    ),
    ("三年多前成立，一个多月前上市。", ["PAST_REF", "PAST_REF"]),
    (
        "It closed the week before last and opens this coming Friday.",
        ["2025-08-04..2025-08-10", "2025-08-22"],
    ),
    (
        "The rule takes effect January 1; the trial may end as early as October.",
        ["2026-01-01", "2025-10-01..2025-10-31"],
    ),
    ("四季度，公司将上市。", ["2025-10-01..2025-12-31"]),
    (
        "Sales in the first quarter beat those of the year-ago quarter.",
        ["2025-01-01..2025-03-31", "2024-01-01..2024-03-31"],
    ),
    # the day in brackets says which one is meant
    (
        "系统在次日（8月1日）恢复，上周五（8月15日）再次停机。",
        ["2025-08-01", "2025-08-01", "2025-08-15", "2025-08-15"],
    ),
    (
        "It closed on Friday (Aug. 8) and opened the next day (Aug. 9).",
        ["2025-08-08"] * 2 + ["2025-08-09"] * 2,
    ),
    # a fiscal year by its quarters
    (
        "Results for its second fiscal quarter, which ended June 30, 2025, beat those of fiscal 2024.",
        ["2025-04-01..2025-06-30", "2025-06-30", "2024-01-01..2024-12-31"],
    ),
    (
        "Results for its first fiscal quarter, which ended June 30, 2025, beat those of fiscal 2025.",
        ["2025-04-01..2025-06-30", "2025-06-30", "2024-04-01..2025-03-31"],
    ),
    (
        "2025财年上半年（截至2024年12月31日）亏损，2024财年盈利。",
        ["2024-07-01..2024-12-31", "2024-12-31", "2023-07-01..2024-06-30"],
    ),
    ("公司第三财季（截至3月31日）增长。", ["2025-01-01..2025-03-31", "2025-03-31"]),
    ("It lost money in its fiscal 2025, which ended June 30.", ["2024-07-01..2025-06-30", "2025-06-30"]),
    # days are counted from a day, not from the year named last
    (
        "8月12日，研报发布，2023年市场为3.7亿元。两天后，公司回应。",
        ["2025-08-12", "2023-01-01..2023-12-31", "2025-08-14"],
    ),
    ("截至6月30日止六个月盈利，去年同期亏损。", ["2025-06-30", "2024-01-01..2024-06-30"]),
    # cues
    ("大会12月推出新品；12月会推出新品。", ["2024-12-01..2024-12-31", "2025-12-01..2025-12-31"]),
    ("四季度，他们会出新款。股东会定在10月18日。", ["2025-10-01..2025-12-31", "2025-10-18"]),
    ("建議投資者留意周五的業務簡報會，結果於第四季公布。", ["2025-08-22", "2025-10-01..2025-12-31"]),
    (
        "Nominations close on September 12; what comes after October is unclear.",
        ["2025-09-12", "2025-10-01..2025-10-31"],
    ),
    ("Investors will hear about the delayed launch on Thursday’s call.", ["2025-08-21"]),
    (
        "The quarter ending Sept. 30 looks good. Applications close November 30; the drug will be sold from January.",
        ["2025-09-30", "2025-11-30", "2026-01-01..2026-01-31"],
    ),
    (
        "It opened on August 1 and closed the next morning; sales rose in 2023 after a fall the year before.",
        ["2025-08-01", "2025-08-02", "2023-01-01..2023-12-31", "2022-01-01..2022-12-31"],
    ),
    (
        "记者3日从医院了解到，2023、2024两年亏损。",
        ["2025-08-03", "2023-01-01..2023-12-31", "2024-01-01..2024-12-31"],
    ),
    ("公司8月底至9月初开发布会，展期延至9月15日。", ["2025-08-21..2025-09-10", "2025-09-15"]),
    ("公示期为8月20日至8月26日；即日起至9月10日。", ["2025-08-20..2025-08-26", "2025-09-10"]),
    ("今年暑假上线，去年秋末试用。", ["2025-06-01..2025-08-31", "2024-11-01..2024-11-30"]),
    ("2024年第一至三季度；2023年Q3至2024年Q2。", ["2024-01-01..2024-09-30", "2023-07-01..2024-06-30"]),
    ("二零二五年首季，截至二零二五年六月三十日止六個月。", ["2025-01-01..2025-03-31", "2025-06-30"]),
    ("2025/26财年第一财季，FY25Q4净利。", ["2025-04-01..2025-06-30", "2025-10-01..2025-12-31"]),
    ("上世纪八十年代末建院，00年代扩建。", ["1987-01-01..1989-12-31", "2000-01-01..2009-12-31"]),
    ("该系统今晚停机，明早九点恢复，后天验收。", ["2025-08-20", "2025-08-21", "2025-08-22"]),
    (
        "In the late '80s, in the winter of 2023-24, in 2H25.",
        ["1987-01-01..1989-12-31", "2023-12-01..2024-02-29", "2025-07-01..2025-12-31"],
    ),
    (
        "Readout in 2H26, launch in Q1'27, end-June, end-2026.",
        [
            "2026-07-01..2026-12-31",
            "2027-01-01..2027-03-31",
            "2025-06-21..2025-06-30",
            "2026-09-01..2026-12-31",
        ],
    ),
    # vague
    ("In the years ahead, over the last 18 months, some months ago.", ["FUTURE_REF", "PAST_REF", "PAST_REF"]),
    ("近年来，过去十年，未来五年，行业都在变。", ["PAST_REF", "PAST_REF", "FUTURE_REF"]),
]
NOT_DATES = [
    'The "Robotics 2030" framework names twenty suppliers.',
    "He reads of mid-year funding.",
    "输液泵批号20260311、20260402报警延迟，热线：20240307",
    "The lots 20260311 and 20260402 were recalled",
    "任期前六个月误报率高于2%，过去半天看了35个号",
    "It may help; they march on. A 24/7 service for 65-year-olds.",
    "GPT-5 and DeepSeek V3.2 scored 4/5, ratio 3:1, version 10.15.7.",
    "随访12个月，患者65岁，7×24小时值守，14天无理由退货。",
    "At RSNA 2024 and HIMSS25, booth 2031, Agenda 2030.",
    "2,000 patients, 2025 beds and $2025 per seat at 2576.HK.",
    "合同签订后15日内支付，每年5月评选，每周一例会。",
    "公司拥有近十年经验，成立三年后盈利。",
    "每月25日前报送，每年的6月1日公布；他爸当年也是这个数。",
    "Q1：换了模型，算不算变更？\nA：算。",
    "It meets each Tuesday and every other Friday, in The Friday Brief and on Monday evenings.",
    "医保费每季度缴，术后第3天、入院24小时内、用药6周后复查，D28访视。",
    "9·11事件，3·15晚会，6·18大促，京卫医〔2024〕3号。",
    "Open Monday through Friday, for 12 weeks; iOS 18, ISO 13485:2016, H.R. 1234, No. 2024-118.",
    "February 30 is no day, nor is 2025-13-01.",
]


@pytest.mark.parametrize(("text", "values"), IN_CONTEXT, ids=[text[:24] for text, _ in IN_CONTEXT])
def test_value_in_context(text: str, values: list[str]) -> None:
    assert [short(one) for one in find_dates(text, PUBLISHED)] == values


@pytest.mark.parametrize("text", NOT_DATES, ids=[text[:24] for text in NOT_DATES])
def test_no_date(text: str) -> None:
    assert [text[one.start : one.end] for one in find_dates(text, PUBLISHED)] == []


@pytest.mark.parametrize(
    ("text", "timex"),
    [
        ("The firm raised money in February, it said.", "XXXX-02"),
        ("The firm raised money last year, it said.", "PAST_REF"),
        ("2月19日，该中心宣布启用新系统，已接诊。", "XXXX-02-19"),
        ("该公司昨日宣布完成融资，投资方未披露。", "PAST_REF"),
    ],
)
def test_without_publication_nothing_is_guessed(text: str, timex: str) -> None:
    assert [short(one) for one in find_dates(text)] == [timex]


def test_evidence_names_the_parts_and_the_reference() -> None:
    (found,) = find_dates("公司将于12月3日举行股东大会，审议年报。", PUBLISHED)
    assert found.evidence == ("month:12", "day:3", "ahead:将于", f"resolved against {PUBLISHED}")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "$",
        "2025-",
        "年",
        "1月",
        "（",
        "May ",
        "1/2/",
        "2025年1月至",
        "2020 to ",
        "前",
        "2025-01-01 ",
        "last ",
    ],
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        find_dates(text, PUBLISHED)
        return time.process_time() - started

    seconds(2_000)
    # The least of three: a busy machine must not make it slow.
    assert min(seconds(40_000) for _ in range(3)) < 10 * max(min(seconds(10_000) for _ in range(3)), 0.005)


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_full_dates_mean_themselves_in_every_notation(day: dt.date) -> None:
    for notation in ("%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%B %d, %Y", "%d %B %Y", "%b. %d, %Y"):
        text = f"Seen: {day:{notation}}, it said."
        assert [short(one) for one in find_dates(text)] == [str(day)], text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_opens_with_more_than_a_letter(rule: Rule) -> None:
    # A rule that may open with any letter, as (?=[a-z]) says, has all rules tried at every word of a text.
    words = find_words(sre_parse.parse(rule.pattern))
    assert not [word for word in words if len(word) == 1 and word.isascii() and word.isalpha()]
