"""Source text to clean text: named steps whose every edit is recorded, boilerplate left out, metadata read.

Takes an ``Article`` as a reader gave it and gives a ``Document``. It never rewrites what is right:
punctuation, quotes and wording of the source stay as they are.
"""

from medai_extract.clean.boilerplate import Boilerplate, BoilerplateFinder
from medai_extract.clean.glue import Glue
from medai_extract.clean.metadata import Metadata, read_metadata
from medai_extract.clean.steps import (
    character_steps,
    fold_spaces,
    run_steps,
    strip_block_markdown,
    strip_inline_markdown,
)
from medai_extract.dedupe import make_article_id
from medai_extract.language import detect_language
from medai_extract.model import Article, Document, Span
from medai_extract.offsets import Edit, apply_edits, identity
from medai_extract.patterns import Patterns

__all__ = ["Boilerplate", "BoilerplateFinder", "Cleaner", "Glue", "Metadata", "read_metadata"]


class Cleaner:
    """The cleaning steps with their patterns compiled.

    Args:
        patterns: rules and word tables of the area ``clean``.
        boilerplate: whether boilerplate is left out.
        published_at: the date of articles that state none.

    """

    def __init__(
        self, patterns: Patterns, *, boilerplate: bool = True, published_at: str | None = None
    ) -> None:
        self._finder = BoilerplateFinder(patterns) if boilerplate else None
        self._glue = Glue(patterns)
        self._published_at = published_at

    def clean(self, article: Article) -> Document:
        r"""Give the clean document of an article.

        >>> from medai_extract.patterns import load_patterns
        >>> source = "广告\n推想医疗宣布完成融资\n2024-03-16 10:00\n来源：动脉网\n投资方为ＩＤＧ。"
        >>> document = Cleaner(load_patterns()).clean(Article(source="-", text=source))
        >>> document.text.splitlines()[-1], document.published_at, document.publisher, document.kept
        ('投资方为IDG。', '2024-03-16', '动脉网', (Span(start=3, end=46),))
        """
        markdown = article.markup == "markdown"
        text, offsets = apply_edits(article.text, [Edit(0, article.body_start, "")])
        steps = character_steps(text)
        steps = (strip_inline_markdown, *steps) if markdown else steps
        steps = (*steps, self._drop_and_split)
        steps = (*steps, strip_block_markdown, fold_spaces) if markdown else (*steps, fold_spaces)
        text, offsets = run_steps(text, offsets, steps)
        found = read_metadata(article, text, self._published_at)
        return Document(
            id=article.id or make_article_id(article.text),
            duplicate_of=article.duplicate_of,
            source=article.source,
            source_id=article.source_id,
            text=text,
            offsets=offsets,
            kept=tuple(Span(start, end) for start, end in offsets.kept(article.text)),
            lang=article.lang if article.lang in ("zh", "zh-Hant", "en", "mul") else detect_language(text),
            plain=article.plain,
            encoding=article.encoding,
            url=article.url,
            title=found.title,
            author=found.author,
            publisher=found.publisher,
            published_at=found.published_at,
            published_from=found.published_from,
            warnings=(*article.warnings, *found.warnings),
            format=article.format,
            encoding_runner_up=article.encoding_runner_up,
            source_length=article.source_length or len(article.text),
        )

    def _drop_and_split(self, text: str) -> list[Edit]:
        """Leave boilerplate out and split glued words; a seam inside a dropped line goes with it."""
        drops = self._finder.find(text) if self._finder is not None else ()
        return [*(Edit(drop.start, drop.end, "") for drop in drops), *self._glue.split(text)]

    def find_boilerplate(self, text: str) -> list[Boilerplate]:
        """Give what ``clean`` leaves out of a source text, with the rule that says so."""
        if self._finder is None:
            return []
        right, offsets = run_steps(text, identity(len(text)), character_steps(text))
        drops = self._finder.find(right)
        if right is text:
            return drops
        places = [offsets.to_source(drop.start, drop.end) for drop in drops]
        return [drop._replace(start=start, end=end) for drop, (start, end) in zip(drops, places, strict=True)]
