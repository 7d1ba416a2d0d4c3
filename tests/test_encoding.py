"""Bytes to text: the ladder of marks, declarations, UTF-8, Chinese encodings and Western ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.ingest.encoding import decode_bytes

ZH = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。公司表示，资金将用于研发。"
HANT = "平安好醫生宣布，已與多間醫院完成部署，並將數據用於臨床研究。"
HK = "醫務衞生局表示，系統已在屯門醫院試用，冇收費。"
EN = "Owkin’s model – “the best” – costs £4 or €5 in Zürich and São Paulo."
ASCII = "Tempus AI raised $200 million in 2024. It listed on Nasdaq under TEM.\n"
GBK_IN_ENGLISH = ASCII * 20 + "The firm (推想医疗) is based in Beijing.\n" + ASCII * 20
BIG5_IN_ENGLISH = ASCII * 20 + "The firm (平安好醫生) is based in Hong Kong with 醫院.\n" + ASCII * 20

# text, encoding of the bytes, encoding by which they are read
LADDER = [
    (ZH, "utf-8", "utf-8"),
    (ZH, "utf-8-sig", "utf-8-sig"),
    (ZH, "utf-16", "utf-16"),
    (ZH + ASCII, "utf-16-le", "utf-16-le"),
    (ZH + ASCII, "utf-16-be", "utf-16-be"),
    (ASCII, "utf-16-le", "utf-16-le"),
    (ASCII, "utf-16-be", "utf-16-be"),
    (ZH, "utf-32", "utf-32"),
    (ZH, "gb18030", "gb18030"),
    (ZH, "gbk", "gb18030"),
    (ZH, "gb2312", "gb18030"),
    (ZH[:8], "gb18030", "gb18030"),
    ("医疗", "gb18030", "gb18030"),
    (ZH + "𠮷", "gb18030", "gb18030"),
    (ZH + "€", "gb18030", "gb18030"),
    (GBK_IN_ENGLISH, "gb18030", "gb18030"),
    (HANT, "big5", "big5hkscs"),
    (HK, "big5hkscs", "big5hkscs"),
    (HANT[:6], "big5", "big5hkscs"),
    (BIG5_IN_ENGLISH, "big5", "big5hkscs"),
    (HANT, "gb18030", "gb18030"),
    (HANT, "utf-8", "utf-8"),
    (ASCII, "ascii", "utf-8"),
    (EN, "cp1252", "cp1252"),
    (EN, "utf-8", "utf-8"),
    ("Siège: Besançon. Chiffre d’affaires: 5 M€.", "cp1252", "cp1252"),
    ("Müller & Söhne", "latin-1", "cp1252"),
    ("ＡＩ医疗「智能」", "utf-8", "utf-8"),
    ("🩺 AI医生", "utf-8", "utf-8"),
    ("", "utf-8", "utf-8"),
]


@pytest.mark.parametrize(("text", "encoding", "read_as"), LADDER)
def test_ladder(text: str, encoding: str, read_as: str) -> None:
    decoded = decode_bytes(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, read_as, ())


@pytest.mark.parametrize(
    ("name", "encoding", "read_as", "believed"),
    [
        ("gb2312", "gb18030", "gb18030", True),
        ("GBK", "gb18030", "gb18030", True),
        ("big5", "big5hkscs", "big5hkscs", True),
        ("utf-8", "utf-8", "utf-8", True),
        ("utf-8", "gb18030", "gb18030", True),
        ("shift_jis", "utf-8", "utf-8", True),
        ("x-unknown", "gb18030", "gb18030", True),
        ("iso-8859-1", "utf-8", "utf-8", False),
    ],
)
def test_declared_encodings(name: str, encoding: str, read_as: str, believed: bool) -> None:
    text = HANT if encoding == "big5hkscs" else ZH
    page = f'<html><head><meta charset="{name}"></head><body>{text}</body></html>'
    decoded = decode_bytes(page.encode(encoding), declared=believed)
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (page, read_as)


@pytest.mark.parametrize(
    ("label", "encoding", "read_as", "lied"),
    [
        # A label that is right, or names a part of what is used.
        ("gb2312", "gb18030", "gb18030", False),
        ("big5", "big5hkscs", "big5hkscs", False),
        ("utf-8", "utf-8", "utf-8", False),
        ("koi8-r", "koi8-r", "koi8-r", False),
        # A label that is wrong.
        ("gb2312", "utf-8", "utf-8", True),
        ("big5", "utf-8", "utf-8", True),
        ("iso-8859-1", "utf-8", "utf-8", True),
        ("windows-1252", "gb18030", "gb18030", True),
        ("iso-8859-1", "big5hkscs", "big5hkscs", True),
        ("big5", "gb18030", "gb18030", True),
        ("gb2312", "big5hkscs", "big5hkscs", True),
        # A label that cannot be one of this text, or of any.
        ("utf-16", "utf-8", "utf-8", False),
        ("punycode", "gb18030", "gb18030", False),
        ("", "gb18030", "gb18030", False),
    ],
)
def test_labels_from_outside_are_believed_where_they_fit(
    label: str, encoding: str, read_as: str, lied: bool
) -> None:
    text = {"big5hkscs": HANT, "koi8-r": "Компания объявила о новом продукте"}.get(encoding, ZH)
    decoded = decode_bytes(text.encode(encoding), declared=label)
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, read_as)
    assert decoded.warnings == (("wrong_charset",) if lied else ())


@pytest.mark.parametrize(
    ("text", "encoding", "runner_up"),
    [
        (ZH, "gb18030", "big5hkscs"),
        ("推想医疗完成融资", "gb18030", "big5hkscs"),
        (HANT, "big5", "gb18030"),
        (EN, "cp1252", None),
        ("Müller & Söhne", "utf-8", "gb18030"),
        (ZH, "utf-8", None),
        (ASCII, "utf-8", None),
        (ZH, "utf-16", None),
    ],
)
def test_the_next_encoding_is_told(text: str, encoding: str, runner_up: str | None) -> None:
    decoded = decode_bytes(text.encode(encoding))
    assert decoded is not None
    assert decoded.runner_up == runner_up


@pytest.mark.parametrize(
    ("content", "text", "warning"),
    [
        (f"{ZH}\n".encode() + ZH.encode("gb18030"), f"{ZH}\n{ZH}", "mixed_encodings"),
        (f"{ZH}\n".encode() + EN.encode("cp1252"), f"{ZH}\n{EN}", "mixed_encodings"),
        (ZH.encode() + b"\xff" + ZH.encode(), f"{ZH}\ufffd{ZH}", "mixed_encodings"),
        (f"{ZH}\0{ZH}".encode() * 9, f"{ZH} {ZH}" * 9, "nul_bytes"),
        (b"\xff\xfe" + ZH.encode("utf-16-le") + b"\x00", ZH + "\ufffd", "bad_bytes"),
    ],
)
def test_damaged_text_is_read_with_a_warning(content: bytes, text: str, warning: str) -> None:
    decoded = decode_bytes(content)
    assert decoded is not None
    assert (decoded.text, decoded.warnings) == (text, (warning,))


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, b"\0" * 99, b"\x00\x01\x02\x03" * 50])
def test_binary_is_not_text(content: bytes) -> None:
    assert decode_bytes(content) is None


@given(st.binary(max_size=200))
def test_no_bytes_crash(content: bytes) -> None:
    for declared in (True, False):
        decoded = decode_bytes(content, declared=declared)
        assert decoded is None or isinstance(decoded.text, str)


@given(
    st.text(alphabet=st.characters(exclude_characters="\0\ufeff", exclude_categories=("Cs",)), max_size=60)
)
def test_utf8_is_read_as_it_is(text: str) -> None:
    decoded = decode_bytes(text.encode())
    assert decoded is not None
    assert (decoded.text, decoded.warnings) == (text, ())
