"""The examples of the rules, run: each must be found by its rule, no counter-example may be.

An example marks in ``[brackets]`` what its rule finds, and may state the value. For rules of cleaning it is a line that goes.
"""

import re
from collections.abc import Iterator

from medai_extract.model import Article, Candidate
from medai_extract.normalise.values import format_value
from medai_extract.patterns import Example, Patterns, Rule
from medai_extract.patterns.check import Problem
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
PUBLISHED_AT = "2025-03-16"
"""Publication date of examples that state none."""


def check_examples(patterns: Patterns) -> list[Problem]:
    """Run the examples of every rule and give what does not come out as written."""
    pipeline = Pipeline(patterns)
    return [
        Problem(rule.where, f'rule "{rule.id}": {message}')
        for of_area in patterns.rules.values()
        for rule in of_area
        for message in _check_rule(pipeline, rule)
    ]


def _check_rule(pipeline: Pipeline, rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        if (failure := _check_example(pipeline, rule, example)) is not None:
            yield failure
    for text in rule.counter_examples:
        if (failure := _check_counter_example(pipeline, rule, text)) is not None:
            yield failure


def _check_example(pipeline: Pipeline, rule: Rule, example: Example) -> str | None:
    text = _BRACKETED.sub(r"\1", example.text)
    wanted = [match[1] for match in _BRACKETED.finditer(example.text)]
    if not wanted:
        return f"example {example.text!r} marks nothing in [brackets]"
    if rule.id.startswith("clean."):
        found = [
            text[drop.start : drop.end].strip()
            for drop in pipeline.cleaner.find_boilerplate(text)
            if drop.rule_id == rule.id
        ]
        return None if found == wanted else f"example {example.text!r} gives {found}"
    if rule.id.startswith("relate."):
        subjects = _related(pipeline, rule, text)
        return None if set(wanted) <= set(subjects) else f"example {example.text!r} relates {subjects}"
    candidates = _candidates(pipeline, rule, text, example.published_at or PUBLISHED_AT)
    found = [text[candidate.start : candidate.end] for candidate in candidates]
    if not set(wanted) <= set(found):
        return f"example {example.text!r} gives {found}"
    if example.value is not None:
        values = [
            format_value(candidate.value)
            for candidate in candidates
            if candidate.value is not None and text[candidate.start : candidate.end] in wanted
        ]
        if example.value not in values:
            return f"example {example.text!r} gives value {', '.join(values) or 'none'}, not {example.value}"
    return None


def _check_counter_example(pipeline: Pipeline, rule: Rule, text: str) -> str | None:
    if rule.id.startswith("clean."):
        found = [
            text[drop.start : drop.end]
            for drop in pipeline.cleaner.find_boilerplate(text)
            if drop.rule_id == rule.id
        ]
    elif rule.id.startswith("relate."):
        found = _related(pipeline, rule, text)
    else:
        found = [
            text[candidate.start : candidate.end]
            for candidate in _candidates(pipeline, rule, text, PUBLISHED_AT)
        ]
    return f"counter-example {text!r} gives {found}" if found else None


def _candidates(pipeline: Pipeline, rule: Rule, text: str, published_at: str) -> list[Candidate]:
    document = pipeline.cleaner.clean(Article(source="-", text=text, published_at=published_at))
    candidates = pipeline.find_candidates(SegmentedText(document.text), document)
    return [candidate for candidate in candidates if candidate.rule_id == rule.id]


def _related(pipeline: Pipeline, rule: Rule, text: str) -> list[str]:
    """Give the subjects of the relations that a rule finds."""
    result = pipeline(text, published_at=PUBLISHED_AT)
    by_id = {mention.id: mention.text for mention in result.mentions}
    return [by_id[relation.evidence[0]] for relation in result.relations if relation.rule_id == rule.id]
