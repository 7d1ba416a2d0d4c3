"""What the desk says, in Chinese and English."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")
Say = Callable[..., str]


@cache
def read_messages() -> dict[str, dict[str, str]]:
    """Give every text by ``section.name`` and language."""
    source = files("medai_extract.review").joinpath("messages.toml").read_text("utf-8")
    return {
        f"{section}.{name}": texts
        for section, messages in tomllib.loads(source).items()
        for name, texts in messages.items()
    }


def make_say(lang: str) -> Say:
    """Give the function by which pages speak one language.

    >>> make_say("zh")("app.progress", decided=3, total=10)
    '已定 3 / 10'
    """
    messages = read_messages()

    def say(name: str, **values: object) -> str:
        text = messages[name][lang]
        return text.format(**values) if values else text

    return say


def choose_language(cookie: str | None, accepted: str) -> str:
    """Give the interface language: the one chosen before, else the browser's first of ours, else English.

    >>> choose_language(None, "fr, zh-CN;q=0.9, en;q=0.8"), choose_language("en", "zh")
    ('zh', 'en')
    """
    if cookie in LANGUAGES:
        return cookie
    ranked: list[tuple[float, int, str]] = []
    for number, part in enumerate(accepted[:400].split(",")):
        tag, _, quality = part.partition(";q=")
        lang = tag.strip().lower().partition("-")[0]
        if lang in LANGUAGES:
            try:
                ranked.append((-float(quality or 1), number, lang))
            except ValueError:
                continue
    return min(ranked)[2] if ranked else "en"
