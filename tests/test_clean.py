"""Cleaning: each step, glued words, boilerplate that goes and body that stays, metadata, and the laws of it all."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medai_extract.clean import Cleaner, Glue
from medai_extract.clean.steps import (
    drop_controls,
    fix_mojibake,
    fold_spaces,
    narrow_widths,
    strip_block_markdown,
    strip_inline_markdown,
    unify_line_ends,
)
from medai_extract.evaluate.gold import read_gold
from medai_extract.model import Article, Document
from medai_extract.offsets import apply_edits
from medai_extract.patterns import Patterns, load_patterns

ROOT = Path(__file__).parents[1]
ZH = "推想医疗上周宣布完成五亿美元融资，由多家机构共同领投，资金将用于研发。"
EN = "Acme Health said on Monday that it had raised $40 million from investors in three countries."
STEPS = {
    step.__name__: step
    for step in (
        drop_controls,
        fix_mojibake,
        fold_spaces,
        narrow_widths,
        strip_block_markdown,
        strip_inline_markdown,
        unify_line_ends,
    )
}


@pytest.fixture(scope="module")
def cleaner(patterns: Patterns) -> Cleaner:
    return Cleaner(patterns)


def clean(cleaner: Cleaner, text: str, **fields: object) -> Document:
    return cleaner.clean(Article(source="-", text=text, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("fix_mojibake", "èš‚èšé›†å›¢", "èš‚èšé›†å›¢"),
        ("fix_mojibake", "Owkinâ€™s model", "Owkin’s model"),
        ("fix_mojibake", "SÃ£o Paulo\n医疗", "São Paulo\n医疗"),
        ("fix_mojibake", "Ünal Çetin, Ångström", "Ünal Çetin, Ångström"),
        ("drop_controls", "医\u200b疗\ufeff\x00A\u00adI", "医疗AI"),
        ("drop_controls", "\u202aAI\u202c\ud83d\x7f", "AI"),
        ("drop_controls", "a\tb\nc", "a\tb\nc"),
        ("unify_line_ends", "a\r\nb\rc\u2028d\x0be\x85f", "a\nb\nc\nd\ne\nf"),
        ("narrow_widths", "ＡＩ２０２５年，（ａ）％", "AI2025年，（a）％"),
        ("fold_spaces", "a  b\u3000c\xa0d\te", "a b c d e"),
        ("fold_spaces", "  a \n\u3000b\n\n\n\nc  ", "a\nb\n\nc"),
        ("fold_spaces", " a b ", "a b"),
        ("strip_inline_markdown", "**粗** *斜* `码` __重__", "粗 斜 码 重"),
        ("strip_block_markdown", "# 标题\n> 引用\n---\n***\n- 项", "标题\n引用\n\n\n- 项"),
        ("fold_spaces", " \n医疗 AI\n ", "医疗 AI"),
        ("strip_inline_markdown", "[阿福](https://e.example/a_(b)c) ![图](x.png)后", "阿福c) 后"),
        ("strip_inline_markdown", "2*3=6 a_b_c", "2*3=6 a_b_c"),
        ("strip_inline_markdown", r"\[1\] a\_b", "[1] a_b"),
        ("strip_block_markdown", "#AI医疗# 话题", "#AI医疗# 话题"),
    ],
)
def test_steps(step: str, before: str, after: str) -> None:
    assert apply_edits(before, STEPS[step](before))[0] == after


@pytest.mark.parametrize(
    ("glued", "split"),
    [
        ("It releasedWiseDiag-Z1The large model", "It released WiseDiag-Z1 The large model"),
        ("says OpenAI.In2025年", "says OpenAI. In 2025年"),
        ("in2025, since2019", "in 2025, since 2019"),
        ("Ruijin HospitalWisePathology", "Ruijin Hospital WisePathology"),
        ("such asLenovo and byBaidu", "such as Lenovo and by Baidu"),
        ("on the B-sideAchieve growth", "on the B-side Achieve growth"),
        ("scanners, robots,etc.", "scanners, robots,etc."),
        ("robotsetc. followed", "robots etc. followed"),
        ("he left.”She stayed", "he left.” She stayed"),
        ("OpenAI, DeepMind and iFlytek", "OpenAI, DeepMind and iFlytek"),
        ("BioNTech, McKinsey, MacBook", "BioNTech, McKinsey, MacBook"),
        ("HarmonyOS NEXT, ChatGPT-4o", "HarmonyOS NEXT, ChatGPT-4o"),
        ("U.S.-made, N.Y. and e.g. this", "U.S.-made, N.Y. and e.g. this"),
        ("GPT-4Turbo", "GPT-4 Turbo"),
        ("www.Example.com/News", "www.Example.com/News"),
        ("iPhone15, M2023", "iPhone15, M2023"),
        ("eICU and mRNA", "eICU and mRNA"),
    ],
)
def test_glue(glued: str, split: str, patterns: Patterns) -> None:
    assert apply_edits(glued, Glue(patterns).split(glued))[0] == split


def lines(name: str) -> list[str]:
    return (ROOT / "tests" / "data" / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", lines("lines_dropped.txt"))
def test_boilerplate_goes(line: str, cleaner: Cleaner) -> None:
    body = EN if line.isascii() else ZH
    text = f"{body}\n{line}\n{body}\n"
    drops = cleaner.find_boilerplate(text)
    assert [text[drop.start : drop.end] for drop in drops] == [line + "\n"]
    assert clean(cleaner, text).text == f"{body}\n{body}"


@pytest.mark.parametrize("line", lines("lines_kept.txt"))
def test_body_stays(line: str, cleaner: Cleaner) -> None:
    body = EN if line.isascii() else ZH
    assert cleaner.find_boilerplate(f"{body}\n{line}\n{body}\n") == []
    assert cleaner.find_boilerplate(line) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("首页\n要闻\n健康\n{zh}", "{zh}"),
        ("健康\n{zh}\n科技\n{zh}", "健康\n{zh}\n科技\n{zh}"),
        ("{zh}\n相关阅读\n甲公司的十年\n乙公司谁在买单", "{zh}"),
        ("{zh}\n相关阅读\n甲公司的十年\n{zh}", "{zh}\n{zh}"),
        ("Related stories\nOne thing\nAnother thing\n{en}", "{en}"),
        ("相关阅读\n" + "表格的一行\n" * 200, "表格的一行\n" * 200),
        ("智能摘要\n{zh}\n以上内容由AI生成，仅供参考\n{zh}", "{zh}"),
        ("智能摘要\n{zh}\n{zh}", "{zh}\n{zh}"),
        ("核心要点：\n1. 甲\n2. 乙\n{zh}", "{zh}"),
        ("## AI 摘要\n\n{zh}\n\n## 原文\n\n{zh}", "## 原文\n\n{zh}"),
        ("{zh}\n## 元数据\n- 来源: 微博", "{zh}"),
        ("Quick Summary\n{en}\nThis summary was generated by AI\n{en}", "{en}"),
        ("{en}\n© 2025 Example Media\nTerms | Privacy | Contact", "{en}"),
        ("平安好醫生宣布，已完成部署。\n延伸閱讀\n偏鄉的聽診器", "平安好醫生宣布，已完成部署。"),
    ],
)
def test_sections(text: str, kept: str, cleaner: Cleaner) -> None:
    assert clean(cleaner, text.format(zh=ZH, en=EN)).text == kept.format(zh=ZH, en=EN).strip()


def test_boilerplate_of_our_gold_is_told(cleaner: Cleaner) -> None:
    """Over the characters of all articles: nearly nothing of the body goes, most of the boilerplate does."""
    right = wrong = missed = 0
    for article in read_gold(ROOT / "corpora" / "gold"):
        text = article.article.text
        gold = {
            at for start, end in article.boilerplate for at in range(start, end) if not text[at].isspace()
        }
        found = {
            at
            for drop in cleaner.find_boilerplate(text)
            for at in range(drop.start, drop.end)
            if not text[at].isspace()
        }
        right, wrong, missed = (
            right + len(gold & found),
            wrong + len(found - gold),
            missed + len(gold - found),
        )
    assert right / (right + wrong) >= 0.99
    assert right / (right + missed) >= 0.9


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            "发布时间：2025年9月3日　来源：某某市公共资源交易中心　阅读次数：317",
            "发布时间：2025年9月3日 来源：某某市公共资源交易中心",
        ),
        ("2026-02-26 10:02　来源：科技频道　打开App阅读全文", "2026-02-26 10:02 来源：科技频道"),
        ("2025年03月12日 15:37　证券时报网　评论(46)　收藏", "2025年03月12日 15:37 证券时报网"),
        ("September 25, 2025 18:40 | Markets | Share  Tweet  Email", "September 25, 2025 18:40 | Markets"),
        ("By Ann Lee | June 15, 2022 | 2 min read", "By Ann Lee | June 15, 2022 | 2 min read"),
        ("试点医院　床位　评论", "试点医院 床位 评论"),
    ],
)
def test_buttons_behind_date_and_source_go(line: str, kept: str, cleaner: Cleaner) -> None:
    assert clean(cleaner, f"{line}\n\n{ZH}").text == f"{kept}\n\n{ZH}"


def test_boilerplate_may_be_kept(patterns: Patterns) -> None:
    text = f"首页 | 要闻 | 健康\n{ZH}"
    assert clean(Cleaner(patterns, boilerplate=False), text).text == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("推想医疗完成融资\n2024-03-16 10:00 来源：动脉网\n{zh}", ("推想医疗完成融资", None, "动脉网", "2024-03-16")),
        ("推想医疗完成融资\n来源：36氪  作者：王芳  2024年3月16日\n{zh}", ("推想医疗完成融资", "王芳", "36氪", "2024-03-16")),
        ("推想医疗完成融资\n文｜陆十三　编辑｜阿福\n来源｜时代周报\n{zh}", ("推想医疗完成融资", "陆十三", "时代周报", None)),
        ("推想医疗完成融资\n本报讯（记者 何筱雨）{zh}", ("推想医疗完成融资", "何筱雨", None, None)),
        ("推想医疗完成融资\n【杭州，2024年3月16日】{zh}", ("推想医疗完成融资", None, None, "2024-03-16")),
        ("推想医疗完成融资\n（香港，2024年3月16日）{zh}", ("推想医疗完成融资", None, None, "2024-03-16")),
        ("推想医疗完成融资\n（截至2024年3月16日）{zh}", ("推想医疗完成融资", None, None, None)),
        ("推想医疗完成融资\n（2024年3月16日，北京）{zh}", ("推想医疗完成融资", None, None, "2024-03-16")),
        ("推想医疗完成融资\n{zh}\n发布时间：2024-03-16", ("推想医疗完成融资", None, None, "2024-03-16")),
        ("关于签订合同的公告\n{zh}\n董事会\n二〇二四年三月十六日", ("关于签订合同的公告", None, None, "2024-03-16")),
        ("推想医疗完成融资\n成立时间：2016年1月5日\n{zh}", ("推想医疗完成融资", None, None, None)),
        ("第六届大会议程公布\n时间：2025年10月24日至26日\n{zh}", ("第六届大会议程公布", None, None, None)),
        ("推想医疗完成融资\n保存时间：2024-03-16\n{zh}", ("推想医疗完成融资", None, None, None)),
        ("推想医疗完成融资\n公司2024年3月16日宣布了结果。\n{zh}", ("推想医疗完成融资", None, None, None)),
        ("Owkin signs\nBy Ann Lee | June 15, 2022 | 2 min read\n{en}", ("Owkin signs", "Ann Lee", None, "2022-06-15")),
        ("Owkin signs\nBy Hannah de Vries and Jo Li\n15 June 2022\n{en}", ("Owkin signs", "Hannah de Vries and Jo Li", None, "2022-06-15")),
        ("Owkin signs\nPARIS, June 15, 2022 /PRNewswire/ -- {en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nGHENT, Belgium, 15 June 2022 - {en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nBoston, Mass. – June 15, 2022 – {en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nNashua, N.H. — June 15, 2022 (BUSINESS WIRE) -- {en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nSan Diego, California, June 15, 2022 - {en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nOn June 15, 2022 - a day to remember - {en}", ("Owkin signs", None, None, None)),
        ("Owkin signs\nIn Paris, France, June 15, 2022, it said: {en}", ("Owkin signs", None, None, None)),
        ("Owkin signs\nPosted by the Communications Office, 15 June 2022\n{en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nSource: Example Health News\n{en}", ("Owkin signs", None, "Example Health News", None)),
        ("Owkin signs\nBy the numbers: four\n{en}", ("Owkin signs", None, None, None)),
        ("Owkin signs\nIt was founded on June 15, 2022 in Paris.\n{en}", ("Owkin signs", None, None, None)),
        ("推想医疗完成融资\n来源：动脉网 | 2024-03-16\n{zh}", ("推想医疗完成融资", None, "动脉网", "2024-03-16")),
        ("推想医疗完成融资\n医疗 | 融资\n动脉网 | 2024-03-16\n{zh}", ("推想医疗完成融资", None, None, "2024-03-16")),
        ("推想医疗完成融资\n来源 | 动脉网\n作者 | 王芳\n日期 | 2024-03-16\n{zh}", ("推想医疗完成融资", "王芳", "动脉网", "2024-03-16")),
        ("推想医疗三款产品获批\n产品 | 来源 | 获批日期\n肺结节AI | 自研 | 2024-03-01\n骨折AI | 收购 | 2024-02-11\n{zh}", ("推想医疗三款产品获批", None, None, None)),
        ("推想医疗三款产品获批\n| 产品 | 获批日期 |\n| --- | --- |\n| 肺结节AI | 2024-03-01 |\n\n{zh}", ("推想医疗三款产品获批", None, None, None)),
        ("推想医疗三款产品获批\n日期 | 产品\n2024-03-01 | 肺结节AI\n2024-02-11 | 骨折AI\n发布时间：2024-03-16\n{zh}", ("推想医疗三款产品获批", None, None, "2024-03-16")),
        ("推想医疗两款产品获批\n{zh}\n骨折AI | 三类 | 2024-02-11\n肺结节AI | 三类 | 2024-03-01", ("推想医疗两款产品获批", None, None, None)),
        ("产品 | 公司 | 获批日期\n肺结节AI | 推想医疗 | 2024-03-01\n{zh}", (None, None, None, None)),
        ("Owkin signs\nReuters | March 1, 2026\n{en}", ("Owkin signs", None, None, "2026-03-01")),
        ("Owkin signs\nHealth | AI | Deals\nBy Ann Lee | June 15, 2022 | 2 min read\n{en}", ("Owkin signs", "Ann Lee", None, "2022-06-15")),
        ("Owkin signs\nTracker | Updated June 15, 2022\nEvent | Date\nFiled | May 1, 2022\n{en}", ("Owkin signs", None, None, "2022-06-15")),
        ("Owkin signs\nDrug | Partner | Approved\nAlpha | Sanofi | June 15, 2022\n{en}", ("Owkin signs", None, None, None)),
        ("{zh}", (None, None, None, None)),
        ("", (None, None, None, None)),
    ],
)  # fmt: skip
def test_metadata_of_the_text(text: str, wanted: tuple[str | None, ...], cleaner: Cleaner) -> None:
    document = clean(cleaner, text.format(zh=ZH, en=EN))
    found = (document.title, document.author, document.publisher, document.published_at)
    assert found == wanted
    assert document.published_from == ("text" if wanted[3] else None)


@pytest.mark.parametrize(
    ("fields", "text", "published_at", "published_from", "warnings"),
    [
        ({"published_at": "2024-03-16", "published_from": "row"}, "标题在此\n2024-03-16", "2024-03-16", "row", ()),
        ({"published_at": "2024-03-16", "published_from": "metadata"}, "标题在此\n2024-03-18\n正文", "2024-03-16", "metadata", ("date_disagrees",)),
        ({}, "Title here\n05/04/2024\nBody", "2024-05-04", "text", ("ambiguous_date",)),
        ({}, "Title here\n05/04/2024 09:00 GMT\nBody", "2024-04-05", "text", ("ambiguous_date",)),
        ({}, "Title here\n25/04/2024\nBody", "2024-04-25", "text", ()),
        ({"url": "https://e.example/2024/03/16/a"}, "正文", "2024-03-16", "url", ()),
        ({"url": "https://e.example/20240316-a"}, "标题在此\n2024-03-18\n正文", "2024-03-18", "text", ()),
        ({"url": "https://e.example/2024/a"}, "正文", "2020-01-01", "option", ()),
        ({"url": "https://e.example/2024/13/45/a"}, "正文", "2020-01-01", "option", ()),
        ({"published_at": "2024-03-16", "published_from": "row"}, "Title\n05/04/2024\nBody", "2024-03-16", "row", ()),
    ],
)  # fmt: skip
def test_where_the_date_comes_from(
    fields: dict[str, str],
    text: str,
    published_at: str,
    published_from: str,
    warnings: tuple[str, ...],
    patterns: Patterns,
) -> None:
    document = clean(Cleaner(patterns, published_at="2020-01-01"), text, **fields)
    assert (document.published_at, document.published_from) == (published_at, published_from)
    assert tuple(warning.split(":")[0] for warning in document.warnings) == warnings


def test_what_the_input_states_goes_first(cleaner: Cleaner) -> None:
    document = clean(
        cleaner, f"别的标题\n来源：动脉网\n{ZH}", title="标题", author="陆十三 编辑", publisher="甲网"
    )
    assert (document.title, document.author, document.publisher) == ("标题", "陆十三", "甲网")


PIECES = st.sampled_from(
    [ZH, EN, "首页 | 要闻", "相关阅读", "广告", "© 2025 甲网", "AI", "ＡＩ", "\u200b", "\r\n", "\n", "\n\n\n", "  ", "\u3000", "2024-03-16", "releasedWiseDiag-Z1The", "in2025年", "SÃ£o", "**", "[a](b)", "# ", "\ud83d", "。", "“", "## AI 摘要", "快读：甲。由AI生成"]
)  # fmt: skip
NOISY = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=14).map("".join)


_cleaner = Cleaner(load_patterns())


@settings(deadline=None)
@given(NOISY, st.sampled_from([None, "markdown"]))
def test_every_character_of_clean_text_comes_from_a_kept_range(text: str, markup: str | None) -> None:
    document = clean(_cleaner, text, markup=markup)
    kept = [position for start, end in document.kept for position in range(start, end)]
    assert kept == sorted(set(kept))
    inside = set(kept)
    for position, char in enumerate(document.text):
        start, end = document.offsets.to_source(position, position + 1)
        assert 0 <= start <= end <= len(text)
        if not char.isspace() and end - start == 1 and text[start].isascii() and char.isascii():
            assert char in (text[start], "'")
        if end > start and not text[start:end].isspace():
            assert inside & set(range(start, end))


@settings(deadline=None)
@given(NOISY)
@example("首页 | 要闻@  SÃ£o")
@example("Â\x08¡")
@example("ð  \x80\x82â\x91")
@example(f"{ZH}\r\n  \n\n\n{ZH}")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(_cleaner, text).text
    assert once == once.strip()
    assert "\n\n\n" not in once
    assert clean(_cleaner, once).text == once


@pytest.mark.parametrize(
    "article", sorted((ROOT / "corpora" / "gold").glob("*.md")), ids=lambda path: path.stem
)
def test_cleaning_our_articles_twice_is_cleaning_once(article: Path, cleaner: Cleaner) -> None:
    [gold] = read_gold(article)
    once = clean(cleaner, gold.article.text).text
    assert clean(cleaner, once).text == once
