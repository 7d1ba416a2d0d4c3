"""What reviewers decided, and how it holds on whatever the rules find next.

A decision knows its mention by the article and by the quote with its context, never by a row number. It attaches again where
the same words stand in the same surroundings, in the same article or in a changed one from the same source; where they
do not, it is an orphan that changes nothing and is listed for a look. Nothing here writes; the review desk does.
"""

from medai_extract.decisions.apply import (
    Place,
    apply_decisions,
    apply_to_mentions,
    make_reading,
)
from medai_extract.decisions.attach import (
    CONTEXT,
    Located,
    carry_over,
    concerns,
    find_last,
    hold_over,
    locate,
    make_context,
    make_quote,
)
from medai_extract.decisions.inforce import Decisions, make_decisions
from medai_extract.decisions.read import FILE, WRITTEN, read_decisions, read_log, written_at
from medai_extract.decisions.records import (
    STATUS,
    ArticleKey,
    Decision,
    Move,
    Naming,
    Quote,
    Reading,
    Standing,
    Values,
    Verdict,
)
from medai_extract.decisions.restore import restore_mentions

__all__ = [
    "CONTEXT",
    "FILE",
    "STATUS",
    "WRITTEN",
    "ArticleKey",
    "Decision",
    "Decisions",
    "Located",
    "Move",
    "Naming",
    "Place",
    "Quote",
    "Reading",
    "Standing",
    "Values",
    "Verdict",
    "apply_decisions",
    "apply_to_mentions",
    "carry_over",
    "concerns",
    "find_last",
    "hold_over",
    "locate",
    "make_context",
    "make_decisions",
    "make_quote",
    "make_reading",
    "read_decisions",
    "read_log",
    "restore_mentions",
    "written_at",
]
