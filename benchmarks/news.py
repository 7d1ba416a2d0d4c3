"""Any number of articles to measure with: sentences of our own annotated articles with fresh names and figures in them, in both languages.

The same number and seed give the same articles.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from medai_extract.evaluate import read_gold
from medai_extract.segment import split_sentences

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
MEAN_BYTES = 6_000
MENTION_BYTES = 75
"""Bytes to a mention: real articles about medical AI have one every 160 (the five seeds) to every 55 (those for development)."""
ROWS = 250
"""Articles in a JSON Lines file; every fourth article is a file of its own."""
_FIRST = {"zh": "安博采达恩飞谷汉嘉康岚美诺普启瑞森泰唯祥言智卓", "en": ["Al", "Bri", "Cor", "Den", "Evo", "Fen", "Gal", "Hel", "Ju", "Kar", "Lum", "Mer", "Nor", "Ori", "Pra", "Qu", "Ser", "Tal", "Vel", "Zan"]}  # fmt: skip
_LAST = {"zh": "贝辰德尔菲歌弘杰科朗麦宁鹏奇润思特维欣宜远章", "en": ["antis", "bria", "clara", "dex", "ella", "fora", "gene", "ium", "jax", "kora", "lytics", "mira", "nova", "pex", "quent", "ra", "sys", "tera", "via", "xis"]}  # fmt: skip
_KIND = {
    "zh": {"ORG": ["医疗", "科技", "生物", "智能", "健康", "医院", "资本"], "PRODUCT": ["助手", "大模型", "系统", "平台"]},
    "en": {"ORG": [" Health", " Medical", " Therapeutics", " Ventures", " Hospital", " Inc."], "PRODUCT": ["AI", "-2", " Assistant", "GPT", " Cloud"]},
}  # fmt: skip


class Sentence(NamedTuple):
    """A sentence cut at the names and figures in it: ``slots[i]`` is the label of ``pieces[2 * i + 1]``."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]


def read_sentences() -> dict[str, list[Sentence]]:
    """Give the sentences of the annotated articles by language."""
    found: dict[str, list[Sentence]] = {"zh": [], "en": []}
    for gold in read_gold(GOLD):
        text = gold.article.text
        lang = "zh" if (gold.article.lang or "").startswith("zh") else "en"
        for sentence in split_sentences(text):
            inside = [
                span for span in gold.spans if sentence.start <= span.start and span.end <= sentence.end
            ]
            pieces, at = [], sentence.start
            for span in inside:
                pieces += [text[at : span.start], text[span.start : span.end]]
                at = span.end
            pieces.append(text[at : sentence.end])
            if sentence.end - sentence.start > 20:
                found[lang].append(Sentence(tuple(pieces), tuple(span.label for span in inside)))
    return found


class Writer:
    """Writes articles; each has a small vocabulary of its own, so that names come back within it."""

    def __init__(self, seed: int = 6) -> None:
        sentences = read_sentences()
        self._sentences = {
            (lang, named): [sentence for sentence in of_lang if bool(sentence.slots) is named]
            for lang, of_lang in sentences.items()
            for named in (True, False)
        }
        self._named = {lang: self._share(lang) for lang in sentences}
        self._seed = seed

    def _share(self, lang: str) -> float:
        """Give the share of sentences with mentions that makes one mention of so many bytes."""
        named, plain = (self._sentences[lang, has] for has in (True, False))
        each = [sum(len("".join(one.pieces).encode()) for one in some) / len(some) for some in (named, plain)]
        mentions = sum(len(one.slots) for one in named) / len(named)
        # share * mentions * MENTION_BYTES = share * each[0] + (1 - share) * each[1]
        return min(each[1] / (mentions * MENTION_BYTES - each[0] + each[1]), 1.0)

    def write(self, number: int) -> dict[str, str]:
        """Give the row of an article."""
        chance = random.Random(f"{self._seed} {number}")
        lang = chance.choice(("zh", "en"))
        names = {label: [_make_name(chance, lang, label) for _ in range(4)] for label in ("ORG", "PRODUCT")}
        wanted = max(chance.lognormvariate(0, 0.5) * MEAN_BYTES * 0.88, 600)
        lines, size, named = [], 0, self._named[lang]
        while size < wanted:
            paragraph = "".join(
                self._fill(chance, chance.choice(self._sentences[lang, chance.random() < named]), names)
                for _ in range(chance.randint(2, 5))
            )
            lines.append(paragraph)
            size += len(paragraph.encode())
        day = f"{chance.randint(2019, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return {"id": f"n{number:07}", "published_at": day, "text": "\n\n".join(lines) + f"\n\n{number}\n"}

    @staticmethod
    def _fill(chance: random.Random, sentence: Sentence, names: dict[str, list[str]]) -> str:
        told = [sentence.pieces[0]]
        for place, label in enumerate(sentence.slots):
            old = sentence.pieces[2 * place + 1]
            if label in names:
                told.append(old if chance.random() < 0.4 else chance.choice(names[label]))
            else:
                told.append(
                    old if label == "DATE" else re.sub(r"\d", lambda _: str(chance.randint(1, 9)), old)
                )
            told.append(sentence.pieces[2 * place + 2])
        text = "".join(told)
        return text if text.endswith("\n") else f"{text} "


def _make_name(chance: random.Random, lang: str, label: str) -> str:
    return chance.choice(_FIRST[lang]) + chance.choice(_LAST[lang]) + chance.choice(_KIND[lang][label])


def write_news(folder: Path, numbers: range, seed: int = 6) -> int:
    """Write articles into a folder, some as tables and some as files of their own; give their bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(seed)
    size = 0
    rows: list[bytes] = []
    for number in numbers:
        row = writer.write(number)
        size += len(row["text"].encode())
        if number % 4 == 0:
            # Their names are spread over all others, as those of a crawl are.
            name = f"{number * 7919 % 1000:03}-{number}.txt"
            (folder / name).write_text(f"{row['published_at']}\n\n{row['text']}", encoding="utf-8")
        else:
            rows.append(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        if len(rows) == ROWS or number == numbers[-1]:
            (folder / f"rows-{number:07}.jsonl").write_bytes(b"".join(rows))
            rows.clear()
    return size


def iterate(count: int, seed: int = 6) -> Iterator[dict[str, str]]:
    """Give articles one by one."""
    writer = Writer(seed)
    return (writer.write(number) for number in range(count))
