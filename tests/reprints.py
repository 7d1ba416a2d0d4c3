"""Generated news in both languages with planted reprints, and with articles that only look like reprints.

Words are made up anew for every seed. ``make_stories`` gives unrelated articles, among them what near-duplicate detection is
known to fall for: reports filled into one template, articles that share their boilerplate, background or quoted release, short
flashes of one form, and digests that hold other articles' first lines. ``reprint`` makes a copy of one as another site would print it.
"""

import random
import re
from collections.abc import Mapping
from typing import NamedTuple

COMMON_HAN = [
    bytes((lead, trail)).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF)
]
FUNCTION_ZH = list("的了在和与对将已为由于从向也并其这该等及以后中上新")
FUNCTION_EN = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "for",
    "on",
    "with",
    "by",
    "as",
    "its",
    "is",
    "was",
    "at",
    "that",
    "this",
]
SYLLABLES = [c + v + e for c in "bdfgklmnprstvz" for v in "aeiou" for e in ("", "n", "r", "x")]
FRAMES_ZH = [
    "{day}，{org}宣布完成{n}亿元{round}轮融资，由{org2}领投，{org3}跟投。",
    "本轮融资将用于{product}的研发、临床试验以及市场推广。",
    "{org}是一家专注于{topic}的医疗人工智能企业，成立于{year}年，总部位于{city}。",
    "{person}表示：“{free}，这将帮助医生更早发现{topic}。”",
    "据介绍，{product}已在全国{n}家医院落地，累计服务患者超过{n}万人次。",
    "国家药品监督管理局日前批准了{product}的三类医疗器械注册申请。",
    "研究团队在{n}例患者中验证了该模型，准确率达到{n}.{d}%，高于{topic}专家的平均水平。",
    "值得注意的是，{free}。",
    "业内人士认为，{free}，{free}。",
    "数据显示，{year}年我国{topic}市场规模约为{n}亿元，预计未来五年复合增长率为{n}.{d}%。",
    "{org}与{org2}签署战略合作协议，双方将在{topic}领域展开合作。",
    "{free}，{free}，{free}。",
    "{org3}首席执行官{person}在接受采访时说，{free}。",
    "在{city}举行的发布会上，{org}展示了{product}，{free}。",
]
FRAMES_EN = [
    "{org} said on {day} it had raised ${n} million in a Series {round} round led by {org2}, with {org3} joining.",
    "The company plans to use the money to develop {product} and to run clinical trials.",
    "{org}, founded in {year} and based in {city}, builds artificial intelligence for {topic}.",
    '"{free}," said {person}, chief executive of {org2}. "It will help doctors to find {topic} earlier."',
    "{product} is used in {n} hospitals and has served more than {n},000 patients, the company said.",
    "The Food and Drug Administration cleared {product} for use in {topic}.",
    "In a study of {n} patients the model reached an accuracy of {n}.{d}%, above that of specialists.",
    "Analysts noted that {free}.",
    "The market for {topic} was worth ${n} billion in {year} and is growing by {n}.{d}% a year.",
    "{org} and {org2} will work together on {topic}, according to a joint statement.",
    "{free}, while {free}.",
    "At a conference in {city}, {org3} showed {product}, and {free}.",
    "{free}.",
]
REPORT_ZH = (
    "{org}发布{year}年第{quarter}季度业绩报告。报告期内，公司实现营业收入{n}.{d}亿元，同比{moved}{n}.{d}%；归属于上市公司股东的净利润{n}.{d}亿元，"
    "同比{moved2}{n}.{d}%；扣除非经常性损益的净利润{n}.{d}亿元。其中，{product}业务收入{n}.{d}亿元，占比{n}.{d}%。经营活动产生的现金流量净额为{n}.{d}亿元。"
    "截至报告期末，公司总资产{n}.{d}亿元，较上年末{moved}{n}.{d}%；研发投入{n}.{d}亿元，占营业收入比例为{n}.{d}%。公司表示，{free}。"
    "公司毛利率为{n}.{d}%，销售费用{n}.{d}亿元，管理费用{n}.{d}亿元，财务费用{n}.{d}亿元。以上内容由系统根据公开信息整理，不构成投资建议。"
)
REPORT_EN = (
    "{org} reported results for the {quarter} quarter of {year}. Revenue came to ${n}.{d} million, {moved} {n}.{d}% from a year earlier. "
    "Net income was ${n}.{d} million, or ${d}.{n} a share, {moved2} {n}.{d}%. Sales of {product} were ${n}.{d} million, or {n}.{d}% of revenue. "
    "Research and development expenses were ${n}.{d} million, compared with ${n}.{d} million in the prior-year period. Gross margin was {n}.{d}%. "
    "The company ended the quarter with ${n}.{d} million in cash and cash equivalents. {free}. "
    "Full-year revenue is now expected between ${n} million and ${n} million. This story was generated from company filings and is not investment advice."
)
FLASH_ZH = "{org}获{n}.{d}亿元{round}轮融资。{day}消息，{topic}企业{org}完成{n}.{d}亿元{round}轮融资，{org2}领投，{org3}跟投，资金将用于{product}研发及商业化。{org}成立于{year}年，总部位于{city}，核心产品{product}可辅助医生筛查{topic}。"
FLASH_EN = "{org} raises ${n}.{d} million. {org}, a maker of {product} for {topic}, has raised ${n}.{d} million in a Series {round} round led by {org2} and {org3} to expand in {city}. {org} was founded in {year}; {product} helps doctors to screen for {topic}."


class Story(NamedTuple):
    """A generated article: title and paragraphs, and its language."""

    title: str
    paragraphs: tuple[str, ...]
    lang: str

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


class Newsroom:
    """Writes stories in words of its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words_zh = [
            "".join(self.random.choices(COMMON_HAN, k=self.random.choice((2, 2, 2, 3, 4))))
            for _ in range(4000)
        ]
        self.words_en = [
            "".join(self.random.choices(SYLLABLES, k=self.random.choice((1, 2, 2, 3)))) for _ in range(4000)
        ]
        self.weights = [1 / (rank + 20) for rank in range(4000)]

    def words(self, lang: str, count: int) -> list[str]:
        vocabulary, function = (self.words_zh, FUNCTION_ZH) if lang == "zh" else (self.words_en, FUNCTION_EN)
        chosen = self.random.choices(vocabulary, self.weights, k=count)
        return [self.random.choice(function) if self.random.random() < 0.35 else word for word in chosen]

    def slots(self, lang: str) -> dict[str, str]:
        """Give what an article is about; the same names come again in its sentences."""
        choose, zh = self.random.choice, lang == "zh"

        def name(count: int = 2) -> str:
            words = self.random.choices(self.words_zh if zh else self.words_en, k=count)
            return "".join(words)[:4] if zh else " ".join(words).title()

        return {
            **{
                key: name()
                + choose(("医疗", "科技", "生物", "智能") if zh else (" Health", " AI", " Bio", ""))
                for key in ("org", "org2", "org3")
            },
            "product": name(1) + choose(("系统", "平台", "-GPT") if zh else (" One", " Assist", "-GPT")),
            "topic": "".join(self.words("zh", 2)) if zh else " ".join(self.words("en", 2)),
            "person": name(1)[:3],
            "city": name(1)[:2] + "市" if zh else name(1),
            "round": choose("ABCD"),
            "year": str(self.random.randint(2015, 2026)),
            "day": f"{self.random.randint(1, 12)}月{self.random.randint(1, 28)}日"
            if zh
            else choose(("Monday", "Tuesday", "Thursday")),
            "quarter": choose("一二三四" if zh else ("first", "second", "third", "fourth")),
            "moved": choose(("增长", "下降") if zh else ("up", "down")),
            "moved2": choose(("增长", "下降") if zh else ("up", "down")),
        }

    def fill(self, frame: str, slots: Mapping[str, str], lang: str) -> str:
        def value(match: re.Match[str]) -> str:
            if match[1] == "n":
                return str(self.random.randint(2, 999))
            if match[1] == "d":
                return str(self.random.randint(1, 99))
            if match[1] == "free":
                return self.free(lang)
            return slots[match[1]]

        return re.sub(r"\{(\w+)\}", value, frame)

    def free(self, lang: str) -> str:
        return ("" if lang == "zh" else " ").join(self.words(lang, self.random.randint(7, 14)))

    def paragraph(self, slots: Mapping[str, str], lang: str) -> str:
        frames = self.random.sample(FRAMES_ZH if lang == "zh" else FRAMES_EN, self.random.randint(2, 4))
        return ("" if lang == "zh" else " ").join(self.fill(frame, slots, lang) for frame in frames)

    def title(self, slots: Mapping[str, str], lang: str) -> str:
        return self.fill("{org}{free}" if lang == "zh" else "{org} {free}", slots, lang)

    def story(self, lang: str, paragraphs: int | None = None) -> Story:
        slots = self.slots(lang)
        count = paragraphs or self.random.randint(3, 12)
        return Story(self.title(slots, lang), tuple(self.paragraph(slots, lang) for _ in range(count)), lang)

    def from_template(self, template: str, lang: str, slots: Mapping[str, str] | None = None) -> Story:
        slots = slots or self.slots(lang)
        return Story(self.title(slots, lang), (self.fill(template, slots, lang),), lang)


def make_stories(newsroom: Newsroom, count: int) -> list[Story]:
    """Give at least ``count`` stories of which none is a copy of another: half plain, half made to be mistaken."""
    choice = newsroom.random
    stories: list[Story] = []
    boilerplate = {
        lang: [newsroom.paragraph(newsroom.slots(lang), lang) for _ in range(5)] for lang in ("zh", "en")
    }
    while len(stories) < count:
        lang = choice.choice(("zh", "zh", "en"))
        zh = lang == "zh"
        kind = choice.randrange(10)
        if kind < 5:
            stories.append(newsroom.story(lang))
        elif kind == 5:  # one company, quarter after quarter
            slots = newsroom.slots(lang)
            for quarter in "一二三" if zh else ("first", "second", "third"):
                later = {**slots, "quarter": quarter, "moved": newsroom.slots(lang)["moved"]}
                stories.append(newsroom.from_template(REPORT_ZH if zh else REPORT_EN, lang, later))
        elif kind == 6:  # every company in the words of one template
            stories.append(newsroom.from_template(REPORT_ZH if zh else REPORT_EN, lang))
            stories += [newsroom.from_template(FLASH_ZH if zh else FLASH_EN, lang) for _ in range(2)]
        elif kind == 7:  # the same lines at the end of whatever a site prints
            story = newsroom.story(lang, choice.randint(3, 6))
            stories.append(
                story._replace(paragraphs=(*story.paragraphs, *choice.sample(boilerplate[lang], 2)))
            )
        elif kind == 8:  # two reports that quote one release, and a follow-up with the old background
            first, second, third = (newsroom.story(lang, choice.randint(4, 8)) for _ in range(3))
            quoted = first.paragraphs[1:3]
            stories += [
                first,
                second._replace(paragraphs=(*second.paragraphs[:2], *quoted, *second.paragraphs[2:])),
            ]
            stories.append(third._replace(paragraphs=(*third.paragraphs, first.paragraphs[-1])))
        else:  # a digest and what it digests
            parts = [newsroom.story(lang, choice.randint(2, 4)) for _ in range(6)]
            lines = tuple(f"{part.title}\n{part.paragraphs[0]}" for part in parts)
            stories += [*parts, Story(newsroom.title(newsroom.slots(lang), lang), lines, lang)]
    return stories


KINDS = ("title", "tail", "digits", "script", "source", "mixed")


def reprint(newsroom: Newsroom, story: Story, kind: str, traditional: Mapping[str, str]) -> Story:
    """Give a copy of a story as another site prints it; ``traditional`` maps simplified characters.

    ``script`` is for Chinese only; an English story gets its signs changed instead (curly quotes, wide letters, capitals).
    """
    choice = newsroom.random
    if kind == "mixed":
        for part in choice.sample(KINDS[:-1], choice.randint(2, 3)):
            story = reprint(newsroom, story, part, traditional)
        return story
    zh = story.lang == "zh"
    if kind == "title":
        title = newsroom.title(newsroom.slots(story.lang), story.lang)
        return story._replace(
            title=choice.choice((title, story.title[: len(story.title) // 2] + newsroom.free(story.lang)))
        )
    if kind == "tail":
        body = "\n".join(story.paragraphs)
        return story._replace(paragraphs=tuple(body[: int(len(body) * choice.uniform(0.4, 0.9))].split("\n")))
    if kind == "digits":
        return story._replace(paragraphs=tuple(_change_digits(choice, text) for text in story.paragraphs))
    if kind == "script":
        changed = [_change_script(text, zh, traditional) for text in (story.title, *story.paragraphs)]
        return story._replace(title=changed[0], paragraphs=tuple(changed[1:]))
    name = newsroom.free(story.lang)[:8]
    above = (
        f"来源：{name}网 2025-0{choice.randint(1, 9)}-11 09:{choice.randint(10, 59)} 编辑：{name[:3]}"
        if zh
        else f"By {name} Staff, {name} Newswire"
    )
    below = (
        f"（本文转载自{name}，版权归原作者所有，如有侵权请联系删除。）"
        if zh
        else f"This article first appeared on {name}. All rights reserved."
    )
    return story._replace(paragraphs=(above, *story.paragraphs, below))


def _change_digits(choice: random.Random, text: str) -> str:
    """Change one figure in five, as corrections and misreadings do."""
    return re.sub(
        r"\d+(?:\.\d+)?",
        lambda match: str(choice.randint(1, 9999)) if choice.random() < 0.2 else match[0],
        text,
    )


def _change_script(text: str, zh: bool, traditional: Mapping[str, str]) -> str:
    if zh:
        return "".join(traditional.get(char, char) for char in text).translate(str.maketrans("“”", "「」"))
    return (
        text.replace('"', "”")
        .replace("-", "‑")
        .replace("AI", "ＡＩ")
        .replace("Series", "SERIES")
        .replace(". ", ".  ")
    )
