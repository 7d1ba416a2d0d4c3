"""A signature of an article: what of its text survives retitling, cutting, other script and changed digits, in a fixed size.

Two MinHash sketches over character shingles, one of the whole text and one of its beginning (a copy cut short shares the
beginning, however much was cut), and a bitmap of its figures: reports made from one template have their words in common and
not their figures, a reprint has both.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

WHOLE_HASHES = 128
HEAD_HASHES = 64
HEAD_SHINGLES = 96
FIGURE_BITS = 512
HAN_SHINGLE = 5
LATIN_SHINGLE = 12
"""Characters of a shingle, by the script it begins with: about two words and a half in both."""
SIGNATURE = np.dtype(
    [
        ("text", "<u8"),  # hash of the text itself: equal for exact copies
        ("whole", "<u2", (WHOLE_HASHES,)),
        ("head", "<u2", (HEAD_HASHES,)),
        ("shingles", "<u4"),  # different shingles of the whole
        ("figures", "<u8", (FIGURE_BITS // 64,)),  # a bit for every figure
    ]
)
SIGNATURE_BYTES = SIGNATURE.itemsize
SIGNATURE_VERSION = f"1.{RMinHash.ALGORITHM_VERSION}"
"""Signatures of different versions must not be compared."""

_DIGIT, _NINE, _HAN = ord("0"), ord("9"), 0x3400
_FIGURE = re.compile(r"([0-9]+(?:[.,][0-9]+)*) *([^\W0-9]|%|)")
_SENTENCE_ENDS = tuple('。．！？!?.；;…”」"')
_LEAD_LINES, _LEAD_LINE = 4, 150
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class Signer:
    """Makes signatures; holds the table that folds every character (256 KB)."""

    def __init__(self, traditional: Mapping[str, str]) -> None:
        """Take the simplified forms of traditional characters (``Patterns.table("script.traditional")``)."""
        self._folded = _make_folding(traditional)

    def sign(self, text: str) -> bytes:
        """Give the signature of a clean text, ``SIGNATURE_BYTES`` long.

        >>> signer = Signer({"醫": "医", "聯": "联", "資": "资", "億": "亿"})
        >>> texts = ("醫聯 完成融資　５億元", "医联完成融资6亿元。", "医联完成收购，金额未披露。")
        >>> one, digits, other = (np.frombuffer(signer.sign(text), SIGNATURE)["whole"] for text in texts)
        >>> np.array_equal(one, digits), np.array_equal(one, other)
        (True, False)
        """
        body = text[_find_body(text) :]
        codes = np.frombuffer(body.encode("utf-32-le", "surrogatepass"), "<u4")
        folded = self._folded[np.minimum(codes, len(self._folded) - 1)]
        letters = folded[folded >= _DIGIT]
        hashes = _hash_shingles(np.where(letters <= _NINE, _DIGIT, letters).astype("<u8"))
        signature = np.zeros((), SIGNATURE)
        signature["text"] = int.from_bytes(
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
        )
        signature["figures"] = _mark_figures(folded.astype("<u4").tobytes().decode("utf-32-le"))
        if len(hashes):
            # What ``np.unique`` gives, without the masked arrays that it imports.
            ordered = np.sort(hashes)
            whole = ordered[np.append(True, ordered[1:] != ordered[:-1])]
            signature["shingles"] = len(whole)
            signature["whole"] = _sketch(whole, WHOLE_HASHES, seed=1)
            signature["head"] = _sketch(hashes[:HEAD_SHINGLES], HEAD_HASHES, seed=2)
        return signature.tobytes()


def _find_body(text: str) -> int:
    r"""Say where title, byline and source line end: after the first lines that do not end as a sentence does.

    >>> "阿福上线\n来源：某网\n今天上线了。用的人很多。\n更多"[_find_body("阿福上线\n来源：某网\n今天上线了。用的人很多。\n更多") :]
    '今天上线了。用的人很多。\n更多'
    """
    start = 0
    for line in text[: _LEAD_LINES * _LEAD_LINE].split("\n", _LEAD_LINES)[:-1]:
        end = start + len(line) + 1
        if len(line) > _LEAD_LINE or line.rstrip().endswith(_SENTENCE_ENDS) or end > len(text) / 2:
            break
        start = end
    return start


def _make_folding(traditional: Mapping[str, str]) -> NDArray[np.uint16]:
    """Give for every code point of the basic plane the folded letter or digit, a sign of figures, or a space.

    The last place stands for all rarer characters, which count as one letter.
    """
    folded = np.full(0x10000, ord(" "), "<u2")
    for code in range(0xFFFF):
        char = chr(code)
        if 0xD800 <= code < 0xE000:
            continue
        form = unicodedata.normalize("NFKC", char).casefold()[:1]
        if form.isalnum() or form in ".,%":
            folded[code] = min(ord(traditional.get(form, form)), 0xFFFF)
    folded[0xFFFF] = 0xFFFF
    return folded


def _hash_shingles(letters: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash the shingle that begins at every letter; a shingle that the end of the text cuts off is left out."""
    count = len(letters) - HAN_SHINGLE + 1
    if count < 1:
        return letters[:0]
    short, long = np.zeros(count, "<u8"), np.zeros(count, "<u8")
    for place in range(LATIN_SHINGLE):
        rest = letters[place : place + count]
        if place < HAN_SHINGLE:
            short = short * _FACTOR + rest
        long *= _FACTOR
        long[: len(rest)] += rest
    latin = (letters[:count] > _NINE) & (letters[:count] < _HAN)
    latin_end = len(letters) - LATIN_SHINGLE + 1
    hashes = np.where(latin, long, short)
    keep = ~latin
    keep[: max(latin_end, 0)] = True
    mixed = hashes[keep]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(32)
    return mixed


_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def _sketch(hashes: NDArray[np.uint64], size: int, *, seed: int) -> NDArray[np.uint16]:
    """Give a MinHash sketch; 16 bits of each value are enough to tell two apart."""
    rows = RMinHash.digest_matrix_from_flat_token_hashes(hashes, [0, len(hashes)], size, seed).to_rows()
    return np.array(rows[0], "<u4").astype("<u2")


def _mark_figures(folded: str) -> NDArray[np.uint64]:
    """Give a bitmap of the figures of a folded text with the sign after each; years and bare digits tell too little."""
    bitmap = 0
    for number, unit in _FIGURE.findall(folded):
        if (unit or len(number) > 1) and not _YEAR.fullmatch(number):
            figure = f"{number.replace(',', '')}{unit}".encode()
            bitmap |= 1 << zlib.crc32(figure) % FIGURE_BITS
    return np.frombuffer(bitmap.to_bytes(FIGURE_BITS // 8, "little"), "<u8")
