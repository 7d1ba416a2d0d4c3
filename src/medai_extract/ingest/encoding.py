"""Bytes to text by a ladder: mark, declaration, UTF-8, Chinese encodings by what they would say, a detector.

Every detector tried reads mostly-English GBK as a Western code page (28 cases: the ladder 24 right, detectors
21 to 25, none of them on those); and a Big5 page nearly always decodes as GB18030 too, so the two are told
apart by how common the resulting characters are.
"""

import codecs
import re
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
# gb2312 and gbk name subsets of gb18030, and pages that declare them use the rest all the same.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5-hkscs": "big5hkscs",
    "big5": "big5hkscs",
}
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样"
    "這為個國時來們對會發動過說產種後學經進著電裡現實體當點從業應開還關於長無與將數據醫療藥務"
    "，。、；：？！“”（）《》「」年月日公司医院融资智能健康"
)  # fmt: skip
_FOREIGN = re.compile("[^\x00-\x7f]+")
# Lead bytes of punctuation and of the frequent characters, by standard.
_FIRST_LEVEL = {
    "gb18030": ("gb2312", bytes((*range(0xA1, 0xA4), *range(0xB0, 0xD8)))),
    "big5hkscs": ("big5", bytes((0xA1, *range(0xA4, 0xC7)))),
}
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE = re.compile(rb"[^\n]*\n?")
SAMPLE = 200_000
"""Bytes that are looked at to choose an encoding."""


class Decoded(NamedTuple):
    """A decoded text, the encoding it was decoded by, and warnings."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode_bytes(content: bytes, *, declared: bool = False) -> Decoded | None:
    """Decode ``content``, or give None where it is not text.

    Args:
        content: all bytes of a text.
        declared: whether a ``charset=`` near the start may be believed (HTML, XML).

    >>> decode_bytes("推想医疗完成融资".encode("gb18030"))
    Decoded(text='推想医疗完成融资', encoding='gb18030', warnings=())
    >>> decode_bytes("平安好醫生宣布，與醫院合作的數據".encode("big5")).encoding
    'big5hkscs'
    >>> decode_bytes("Owkin’s model".encode("cp1252"))
    Decoded(text='Owkin’s model', encoding='cp1252', warnings=())

    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = _try(content, encoding)
            return (
                Decoded(text, encoding)
                if text is not None
                else Decoded(content.decode(encoding, "replace"), encoding, ("bad_bytes",))
            )
    if b"\0" in content[:SAMPLE]:
        return _decode_unmarked_utf16(content)
    if declared and (match := _DECLARED.search(content[:4096])):
        name = match[1].decode().lower()
        text = _try(content, _WIDER.get(name, name))
        if text is not None and name not in ("utf-8", "utf8"):
            return Decoded(text, _WIDER.get(name, name))
    text = _try(content, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    return _decode_legacy(content)


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode_unmarked_utf16(content: bytes) -> Decoded | None:
    """Decode UTF-16 without a mark, which has a zero in every second byte of its ASCII, or dirty UTF-8."""
    sample = content[:SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > 0.2 * len(sample) / 2 and min(even, odd) < 0.05 * max(even, odd):
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        text = _try(content[: len(content) // 2 * 2], encoding)
        if text is not None and len(_CONTROLS.findall(text)) <= 0.02 * len(text):
            return Decoded(text, encoding)
    if sample.count(0) > 0.01 * len(sample):
        return None
    cleaned = decode_bytes(content.replace(b"\0", b" "))
    return cleaned._replace(warnings=(*cleaned.warnings, "nul_bytes")) if cleaned is not None else None


def _decode_legacy(content: bytes) -> Decoded | None:
    sample = content[:SAMPLE]
    high = [match.end() - match.start() for match in re.finditer(rb"[\x80-\xff]+", sample)]
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample))
    if controls > 0.02 * len(sample):
        return None
    # Western text has its accents and quotes one by one, Chinese characters take two bytes of which at least
    # one is high.
    if (
        high
        and sum(length == 1 for length in high) > 0.9 * len(high)
        and max(high) < 4
        and (text := _try(content, "cp1252"))
    ):
        return Decoded(text, "cp1252")
    readings = [
        (_plausibility(text, encoding), encoding, text)
        for encoding in ("gb18030", "big5hkscs")
        if (text := _try(content, encoding)) is not None
    ]
    if readings:
        score, encoding, text = max(readings, key=lambda reading: reading[0])
        if score > 0.9:
            return Decoded(text, encoding)
    return _decode_mixed(content) or _detect(content)


def _plausibility(text: str, encoding: str) -> float:
    """Say, up to 2, how much a reading looks like Chinese.

    The share of frequent characters, and of those in the first level of the standard of ``encoding``: a wrong
    reading falls all over the code page. Either alone fails on a line of a few characters.
    """
    foreign = "".join(_FOREIGN.findall(text[:SAMPLE]))
    if not foreign:
        return 0.0
    standard, first_level = _FIRST_LEVEL[encoding]
    leads = foreign.encode(standard, "ignore")[::2]
    return (sum(map(foreign.count, _COMMON)) + len(leads) - len(leads.translate(None, first_level))) / len(
        foreign
    )


def _decode_mixed(content: bytes) -> Decoded | None:
    """Decode line by line a file of UTF-8 and other parts, or UTF-8 of which some bytes are wrong."""
    lines: list[str] = []
    wrong = multibyte = 0
    for line in _LINE.findall(content):
        text = _try(line, "utf-8")
        if text is None:
            wrong += 1
            text, is_utf8 = _decode_odd_line(line)
            multibyte += is_utf8
        elif not text.isascii():
            multibyte += 1
        lines.append(text)
    return Decoded("".join(lines), "utf-8", ("mixed_encodings",)) if multibyte and wrong else None


def _decode_odd_line(line: bytes) -> tuple[str, bool]:
    """Decode a line that is no UTF-8, and say whether it nearly is: one in ten of its signs may be wrong."""
    chinese = _try(line, "gb18030")
    if chinese is not None and _plausibility(chinese, "gb18030") > 0.9:
        return chinese, False
    nearly = line.decode("utf-8", "replace")
    if nearly.count("\ufffd") <= 0.1 * sum(char > "\x7f" for char in nearly):
        return nearly, True
    return line.decode("cp1252", "replace"), False


def _detect(content: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:SAMPLE]).best()
    if best is None:
        return None
    return Decoded(content.decode(best.encoding, "replace"), best.encoding, ("detected_encoding",))
