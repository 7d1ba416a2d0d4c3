"""Which names of an article are short for others of it: 桐岭一院 for 桐岭市第一人民医院, Riverton for Riverton General Hospital.

A name is short for another only in its own article, and only if it can be short for no third one: where two hospitals of a town have
a first name, nobody can say whose it is. What the article itself teaches (简称, a parenthesis) is not asked here; the matchers hear it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from medai_extract.match.chinese.lexicon import any_of
from medai_extract.match.marks import Marks
from medai_extract.model import Label
from medai_extract.patterns import Patterns

_FIELD_HEADS = ("trade", "legal", "hospital", "school")
_LEAST = 2
"""Characters that a name has of its own, at least."""
_PLACE = 3
"""Characters of the name of a place before a name, where nothing says that it is one: 杭州, 内蒙古."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BRACKETS = re.compile(r" ?[（(][^（）()]*[）)]")
_LEVEL = "省市县区州旗"
_DIVISION = re.compile(rf"(?:.{{2,6}}?[{_LEVEL}])+")
_COUNTED = re.compile(r"第([一二三四五六七八九十]+)")
_NUMBER = re.compile(r"[一二三四五六七八九十]")
_MODEL = re.compile(r"[a-z0-9][a-z0-9 .\-]*")


class ShortNames:
    """The rules, with the words of the field that tell no name from another.

    Args:
        patterns: ``words.zh_domain``, ``zh_short_ends``, ``zh_clipped`` and the heads of names.
        folding: the table of ``normalise.names.make_folding``.
    """

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        ends = Marks(patterns, "words.zh_short_ends")
        self._offshoots, self._bodies, owners = (
            tuple(word.translate(folding) for word in sorted(ends[mark]))
            for mark in ("offshoot", "body", "owner")
        )
        self._owner = re.compile(f".+(?:{any_of(frozenset(owners))})")
        clipped = patterns.table("words.zh_clipped").items()
        self._clipped = {short.translate(folding): full.translate(folding) for short, full in clipped}
        heads = patterns.table("org.zh_heads").items()
        words = {*patterns.table("words.zh_domain"), *(word for word, kind in heads if kind in _FIELD_HEADS)}
        folded = frozenset(word.translate(folding) for word in words if len(word) > 1)
        self._field = re.compile(f"(?:{any_of(folded)})+")
        products = {*folded, *(word.translate(folding) for word in patterns.table("product.zh_heads"))}
        self._kind = re.compile(f"(?:{any_of(frozenset(products))})+")

    def find(
        self, label: Label, names: Collection[str], listed: Collection[str], makers: Collection[str]
    ) -> Iterator[tuple[str, str]]:
        """Give each name that is short for another one, and that one.

        Args:
            label: what the names are names of.
            names: the folded names of an article, without legal forms.
            listed: those of them that the lists know; what they are short for stands there.
            makers: the folded names of its organisations.
        """
        for short in names:
            if short in listed:
                continue
            full = [
                other
                for other in _longer(label, short, names)
                if len(other) > len(short) and self._is_short_for(label, short, other, makers)
            ]
            if (
                full
                and (longest := max(full, key=lambda name: (len(name), name)))
                and all(
                    other == longest or self._is_short_for(label, other, longest, makers) for other in full
                )
            ):
                yield short, longest

    def _is_short_for(self, label: Label, short: str, full: str, makers: Collection[str]) -> bool:
        if not _HAN.match(short) or not _HAN.match(full):
            return self._is_latin_short(label, short, full, makers)
        if label == "PRODUCT":
            return self._is_product_short(short, full, makers)
        full = _BRACKETS.sub("", full)
        if short[0] not in full or self._field.fullmatch(short):
            return False
        return (
            self._is_core(short, full)
            or self._is_end(short, full)
            or (
                short[-1] in self._bodies
                and (_is_counted(short, full) or _is_body(short, full, self._bodies))
            )
            or _is_clipped(short, full, self._clipped)
        )

    def _is_end(self, short: str, full: str) -> bool:
        """Say whether what is left out is a place, or whom it belongs to: 杭州|小黛医疗, 浦阳医科大学附属|云杉医院."""
        before = full.removesuffix(short)
        return before != full and (len(short) > _LEAST + 1 or _DIVISION.fullmatch(before) is not None)

    def _is_core(self, short: str, full: str) -> bool:
        """Say whether both have a name of their own in common, and the rest is words of the field: 澜朔|医科, 杭州澜朔|医疗科技."""
        at = full.find(short[:_LEAST])
        while at >= 0:
            for size in range(_LEAST, len(short) + 1):
                if full[at : at + size] != short[:size] or self._field.fullmatch(short[:size]):
                    break
                rest = full[at + size :]
                if (not rest or self._field.fullmatch(rest)) and _is_thinned(short[size:], rest):
                    return (
                        at <= _PLACE
                        or _DIVISION.fullmatch(full[:at]) is not None
                        or self._owner.fullmatch(full[:at]) is not None
                    )
            at = full.find(short[:_LEAST], at + 1)
        return False

    def _is_product_short(self, short: str, full: str, makers: Collection[str]) -> bool:
        if len(short) < _LEAST or self._kind.fullmatch(short):
            return False
        if full.startswith(short):
            return not full.endswith(self._offshoots) and self._kind.fullmatch(full[len(short) :]) is not None
        return full.endswith(short) and _is_maker(full.removesuffix(short), makers)

    def _is_latin_short(self, label: Label, short: str, full: str, makers: Collection[str]) -> bool:
        """Say whether it is the first words of an organisation, or a product without its maker or the name of its line: 精针|A5."""
        if label == "ORG":
            return len(short) > _LEAST and full.startswith(f"{short} ")
        before = full.removesuffix(short)
        if before == full or not _MODEL.fullmatch(short):
            return False
        return _is_maker(before, makers) or (
            len(short) >= _LEAST
            and any(char.isdigit() for char in short)
            and _HAN.fullmatch(before) is not None
        )


def _longer(label: Label, short: str, names: Collection[str]) -> list[str]:
    """Give the names that have what each must have that one is short for; nearly all pairs end here.

    >>> _longer("ORG", "riverton", ["riverton clinic", "trivertons"]), _longer("PRODUCT", "a5", ["精针a5", "a5x", "b5"])
    (['riverton clinic'], ['精针a5', 'a5x'])
    """
    if label == "PRODUCT":
        return [name for name in names if name.startswith(short) or name.endswith(short)]
    if _HAN.match(short):
        return [name for name in names if short[0] in name]
    first_words = f"{short} "
    return [name for name in names if name.startswith(first_words)]


def _is_maker(before: str, makers: Iterable[str]) -> bool:
    """Say whether what stands before a product's name is the name of an organisation of the article, or the beginning of one."""
    before = before.rstrip(" ·-")
    return len(before) >= _LEAST and any(maker.startswith(before) for maker in makers)


def _is_counted(short: str, full: str) -> bool:
    """Say whether a short name of a hospital has its number and its place: 桐岭一院, 赣二附院, 江南医大一附院.

    >>> _is_counted("江南医大一附院", "江南医科大学附属第一医院"), _is_counted("桐岭二院", "桐岭市第一人民医院")
    (True, False)
    """
    numbers = _NUMBER.findall(short)
    counted = _COUNTED.findall(full)
    if numbers != counted or not numbers or not full.endswith("院") or short[0] != full[0]:
        return False
    return _is_thinned(_NUMBER.sub("", short), _COUNTED.sub("", full))


def _is_body(short: str, full: str, bodies: Collection[str]) -> bool:
    """Say whether a short name of a public body has its level and the characters of its field: 省财政厅, 章贡区卫健委.

    >>> pairs = ("省卫健委", "江西省卫生健康委员会"), ("省财政厅", "江西省教育厅"), ("省医保局", "赣州市医疗保障局")
    >>> tuple(_is_body(short, full, "委会厅局") for short, full in pairs)
    (True, False, False)
    """
    if full[-1] not in bodies or len(short) <= _LEAST + 1 or full.startswith(short):
        return False  # 渝江省药监局第三监察分局 is a part of what it begins with
    if not (short[0] in _LEVEL or short[:_LEAST] in full):
        return False
    return _is_thinned(short, full[full.find(short[0]) :])


def _is_clipped(short: str, full: str, clipped: Mapping[str, str]) -> bool:
    """Say whether a short name of a school, its hospital or an institute has its beginning and its end: 江汉科大, 中国附医, 北脑所.

    >>> pairs = ("江汉科大", "江汉科技大学"), ("北脑所", "北京脑科学与类脑研究所"), ("北京所", "北脑研究所")
    >>> tuple(_is_clipped(short, full, {"大": "大学"}) for short, full in pairs)
    (True, True, False)
    """
    if short[-1] == "所" == full[-1]:
        return short[0] == full[0] and len(full) >= 2 * len(short) and _is_thinned(short, full)
    ends = (end for of_short, end in clipped.items() if short.endswith(of_short))
    return short[:_LEAST] == full[:_LEAST] and full.endswith(next(ends, "-")) and _is_thinned(short, full)


def _is_thinned(short: str, full: str) -> bool:
    """Say whether all characters of one stand in the other in their order."""
    rest = iter(full)
    return all(char in rest for char in short)
