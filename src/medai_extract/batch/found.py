"""What the rules alone found in the articles of a dataset, before any decision was applied: the store has kept it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.batch.history import open_history
from medai_extract.batch.pages import PageMember, give_rows
from medai_extract.batch.publish import RUN_FILE, last_run
from medai_extract.batch.store import Place, Store
from medai_extract.dataset import make_mention
from medai_extract.decisions import ArticleKey, Decisions, restore_mentions
from medai_extract.errors import InputError, OutputError
from medai_extract.model import Mention

FindMentions = Callable[[dict[str, Any], list[Mention]], list[Mention]]
"""Gives the mentions of an article as the rules found them, from its row and its mentions as they were written."""

_DECIDED = """
SELECT member.article, part.name, result.start, result.length, result.size
FROM member LEFT JOIN input USING (path)
LEFT JOIN item ON item.reading = input.reading AND item.place = member.place
LEFT JOIN latest ON latest.key = item.key LEFT JOIN result ON result.id = latest.result AND NOT result.failed
LEFT JOIN part ON part.id = result.part
WHERE member.until IS NULL AND member.own
"""


@contextmanager
def open_found(out: Path, log: Decisions) -> Iterator[FindMentions]:
    """Open what gives the mentions of every article of a dataset as the rules found them.

    Where the store is not there any more, what was written is read back by ``log``; what a decision displaced is then missing.

    Args:
        out: the output folder of a run.
        log: what the dataset may show, as ``read_log`` gives it.
    """
    with ExitStack() as opened:
        store = _open_store_of(out, opened) if log else None
        decided = {} if store is None else _list_decided(store)

        def find(article: dict[str, Any], written: list[Mention]) -> list[Mention]:
            if not log or (store is not None and article["id"] not in decided):
                return written
            place = decided.get(article["id"])
            kept = None if store is None or place is None else _read_kept(store, article, place)
            if kept is not None:
                return kept
            key = ArticleKey(article["id"], article["source"], article["source_id"])
            return restore_mentions(key, article["text"], written, log)

        yield find


def _open_store_of(out: Path, opened: ExitStack) -> Store | None:
    """Give the store, None where there is none, or another run than its last one wrote the tables."""
    try:
        store = opened.enter_context(open_history(out))
        described = msgspec.json.decode((out / RUN_FILE).read_bytes())
        return store if described["run"] == last_run(store) else None
    except (InputError, OutputError, OSError, KeyError, msgspec.DecodeError):
        return None


def _list_decided(store: Store) -> dict[str, Place | None]:
    """Give the articles whose rows are as reviewers decided them, and where that is what the rules alone found in them.

    A run that was cut short, or found nothing readable, may have read their inputs anew: then the store does not know it any more.
    """
    return {
        article: None if part is None else Place(part, *at)
        for article, part, *at in store.connection.execute(_DECIDED)
    }


def _read_kept(store: Store, article: dict[str, Any], place: Place) -> list[Mention] | None:
    """Give the mentions that the rules found in an article, None where the store holds those of another text, or no more."""
    try:
        (stored,) = store.read_results([place])
    except OSError:
        # A run that goes on beside has moved them.
        return None
    if stored.record is None or stored.record.text != article["text"]:
        return None
    member = PageMember(article["id"], None, article["source"], article["source_id"], True, False, "")
    rows = msgspec.json.Decoder().decode_lines(give_rows(member, stored)["mentions"])
    return [make_mention(row) for row in rows]
