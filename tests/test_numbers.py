"""Numbers: what is written in words and digits, and that parsing inverts formatting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.normalise.numbers import (
    NumberParser,
    format_chinese,
    format_digits,
    format_english,
    read_digits,
)
from medai_extract.patterns import load_patterns

NUMBERS = NumberParser(load_patterns())

VALUES = [
    ("二十三亿五千万", "2350000000"),
    ("壹佰万", "1000000"),
    ("廿三", "23"),
    ("二〇二五", "2025"),
    ("两千", "2000"),
    ("一亿半", "150000000"),
    ("半个亿", "50000000"),
    ("3个亿", "300000000"),
    ("零点五", "0.5"),
    ("两点五亿", "250000000"),
    ("一万五千亿", "1500000000000"),
    ("三千五", "3500"),
    ("三千零五", "3005"),
    ("1万5", "15000"),
    ("3亿5千万", "350000000"),
    ("1.2万亿", "1200000000000"),
    ("１，２００万", "12000000"),
    ("百分之五十", "0.5"),
    ("二又二分之一", "2.5"),
    ("第三", "3"),
    ("负五", "-5"),
    ("3,5", "3.5"),
    ("1.234.567,89", "1234567.89"),
    ("12,34,567", "1234567"),
    ("3½", "3.5"),
    ("two and a half million", "2500000"),
    ("a million and a half", "1500000"),
    ("half a billion", "500000000"),
    ("a quarter of a million", "250000"),
    ("one hundred and twenty-three thousand four hundred and five", "123405"),
    ("one point five billion", "1500000000"),
    ("a couple of hundred", "200"),
    ("twenty-first", "21"),
    ("12th", "12"),
    ("a dozen", "12"),
    ("10k", "10000"),
    ("1.5bn", "1500000000"),
    ("2.5 crore", "25000000"),
    ("ten lakh", "1000000"),
    ("minus five", "-5"),
]
NOT_NUMBERS = [
    "",
    "hello",
    "and",
    "two twenty",
    "1,23,4",
    "数亿",
    "hundreds of millions",
    "9" * 10_000,
    "一" * 10_000,
]
BOUNDS = [
    ("数千万", "10000000", "100000000"),
    ("几十万", "100000", "1000000"),
    ("三十几万", "300000", "400000"),
    ("tens of millions", "10000000", "100000000"),
    ("a few thousand", "1000", "10000"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value_of_written_number(text: str, value: str) -> None:
    assert NUMBERS.parse(text) == Decimal(value)


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_no_number(text: str) -> None:
    assert NUMBERS.parse(text) is None


@pytest.mark.parametrize(("text", "low", "high"), BOUNDS)
def test_bounds_of_vague_number(text: str, low: str, high: str) -> None:
    assert NUMBERS.bounds(text) == (Decimal(low), Decimal(high))


@given(st.integers(0, 10**15 - 1))
def test_parsing_inverts_formatting_in_words(number: int) -> None:
    assert NUMBERS.parse(format_chinese(number)) == number
    assert NUMBERS.parse(format_english(number)) == number


@given(st.decimals(0, 10**12, places=2))
def test_parsing_inverts_formatting_in_digits(number: Decimal) -> None:
    assert read_digits(format_digits(number)) == number
