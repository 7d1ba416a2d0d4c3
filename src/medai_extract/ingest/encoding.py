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
    "ms936": "gb18030",
    "euc-cn": "gb18030",
    "big5-hkscs": "big5hkscs",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
_CHINESE = ("gb18030", "big5hkscs")
# Other names are not believed: UTF-16 would have shown its zeros, and some codecs (punycode, idna) never end on a long text.
_KNOWN = re.compile(
    r"gb18030|big5hkscs|cp125\d|windows-125\d|iso-?8859-\d{1,2}|koi8-[ru]|shift[_-]?jis|cp932|euc-?(?:jp|kr|tw)|ks_c_5601-1987|cp949"
    r"|iso-2022-(?:jp|kr)|tis-620|macintosh|hz(?:-gb-2312)?",
)
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
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE = re.compile(rb"[^\n]*\n?")
SAMPLE = 200_000
"""Bytes that are looked at to choose an encoding."""
_RUNNER_UP_SAMPLE = 2_000
_SURE_UTF8 = 3
"""Characters of several bytes, all valid as UTF-8, that no other encoding has by chance."""


class Decoded(NamedTuple):
    """A decoded text, the encoding it was decoded by, warnings, and the next encoding in which it could have been read."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()
    runner_up: str | None = None


def decode_bytes(content: bytes, *, declared: bool | str = False) -> Decoded | None:
    """Decode ``content``, or give None where it is not text.

    Args:
        content: all bytes of a text.
        declared: whether a ``charset=`` near the start is heard (HTML, XML), or the name that the outside gives (a header). Labels
            lie: one is believed only where its reading is no worse than the others.

    >>> decode_bytes("推想医疗完成融资".encode("gb18030"))
    Decoded(text='推想医疗完成融资', encoding='gb18030', warnings=(), runner_up='big5hkscs')
    >>> decode_bytes("平安好醫生宣布，與醫院合作的數據".encode("big5")).encoding
    'big5hkscs'
    >>> decode_bytes("Owkin’s model".encode("cp1252"))[:2]
    ('Owkin’s model', 'cp1252')
    >>> decode_bytes("推想医疗完成融资".encode(), declared="gb2312")[1:3]
    ('utf-8', ('wrong_charset',))

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
    name = _known_name(
        declared if isinstance(declared, str) else _declared_name(content) if declared else None
    )
    utf8 = _try(content, "utf-8")
    if name is not None and (text := _believe(content, name, utf8)) is not None:
        return Decoded(text, name, (), _runner_up(content, name))
    decoded = Decoded(utf8, "utf-8") if utf8 is not None else _decode_legacy(content)
    if decoded is None:
        return None
    lied = name is not None and name != decoded.encoding and not content.isascii()
    return decoded._replace(
        warnings=(*decoded.warnings, "wrong_charset") if lied else decoded.warnings,
        runner_up=_runner_up(content, decoded.encoding),
    )


def _declared_name(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4096])
    return match[1].decode() if match is not None else None


def _known_name(name: str | None) -> str | None:
    """Give the encoding that a label means, None where it says nothing that helps.

    >>> _known_name("GB2312"), _known_name("utf-8"), _known_name("punycode")
    ('gb18030', None, None)
    """
    lowered = (name or "").strip().lower()
    wider = _WIDER.get(lowered, lowered)
    return wider if _KNOWN.fullmatch(wider) else None


def _believe(content: bytes, name: str, utf8: str | None) -> str | None:
    """Give the reading that a label asks for, unless another is the better one."""
    if utf8 is not None and sum(map(len, _FOREIGN.findall(utf8[:SAMPLE]))) >= _SURE_UTF8:
        return None
    text = _try(content, name)
    if text is None:
        return None
    if name in _CHINESE:
        others = [(other, _try(content, other)) for other in _CHINESE if other != name]
        worse = [_plausibility(reading, other) for other, reading in others if reading is not None]
        return text if _plausibility(text, name) >= max(worse, default=0.0) - 0.1 else None
    # Anything can be read as a Western code page.
    if name.startswith(("cp125", "windows-", "iso")) and not content.isascii():
        legacy = _decode_legacy(content)
        return None if legacy is not None and legacy.encoding in _CHINESE else text
    return text


def _runner_up(content: bytes, chosen: str) -> str | None:
    """Give the first other encoding of the ladder in which the text could be read from its first foreign character on."""
    first = _HIGH.search(content)
    if first is None:
        return None
    sample = content[first.start() : first.start() + _RUNNER_UP_SAMPLE]
    for encoding in ("utf-8", *_CHINESE, "cp1252"):
        if encoding == chosen:
            continue
        try:
            codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


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
        for encoding in _CHINESE
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
