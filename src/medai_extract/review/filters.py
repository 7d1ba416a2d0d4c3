"""What a reviewer wants to see: the filters of the queue, as they stand in an address and as conditions on mentions."""

from typing import Self
from urllib.parse import urlencode

import msgspec

FACETS = {
    "status": "mention.status", "label": "mention.label", "rule": "mention.rule_id", "lang": "mention.lang",
    "publisher": "mention.publisher", "month": "mention.month", "entity": "mention.entity_id",
}  # fmt: skip
SKIPPED = 20
"""Mentions passed over that are kept in mind."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer wants to see; what is empty filters nothing, an empty ``status`` means not yet decided.

    ``status`` may also be ``all``, ``disputed``, ``followed`` (decided by a decision for all alike that nobody saw it for), and
    ``second``: what others decided and this reviewer did not, for a blind second look. ``skip`` names the mentions passed over,
    newest last.
    """

    status: str = ""
    label: str = ""
    rule: str = ""
    lang: str = ""
    publisher: str = ""
    month: str = ""
    entity: str = ""
    article: str = ""
    q: str = ""
    skip: str = ""

    @classmethod
    def read(cls, query: dict[str, str]) -> Self:
        """Take from a query string what is a filter.

        >>> Filters.read({"label": "ORG", "page": "2"}).to_query(lang="zh")
        'label=ORG&lang=zh'
        """
        return cls(**{name: query[name][:400] for name in cls.__struct_fields__ if query.get(name)})

    def to_query(self, **changes: str) -> str:
        """Give the query string of these filters, some of them changed."""
        values = msgspec.structs.asdict(self) | changes
        return urlencode({name: value for name, value in values.items() if value})

    def passing(self, mention_id: str) -> "Filters":
        """Give the same filters without a mention; only the last twenty are kept in mind."""
        skipped = [one for one in self.skipped if one != mention_id]
        return msgspec.structs.replace(self, skip=".".join([*skipped, mention_id][-SKIPPED:]))

    @property
    def skipped(self) -> list[str]:
        """The mentions passed over."""
        return [one for one in self.skip.split(".") if one]

    @property
    def by_status(self) -> bool:
        """Whether nothing but a status that a mention can have is filtered."""
        rest = (
            self.label,
            self.rule,
            self.lang,
            self.publisher,
            self.month,
            self.entity,
            self.article,
            self.q,
        )
        return not any(rest) and self.status not in ("all", "disputed", "followed", "second")

    @property
    def by_group(self) -> bool:
        """Whether one row stands for all that are alike: what is to be decided, but for an article or a search."""
        return not (self.status or self.entity or self.article or self.q)


def make_condition(filters: Filters, user: str, *, without: str = "") -> tuple[str, list[object]]:
    """Give the condition on ``mention`` that filters make, but for the facet ``without``, and its values."""
    wanted: list[str] = []
    values: list[object] = []
    status = "all" if without == "status" else filters.status
    if status == "disputed":
        wanted.append("mention.disputed")
    elif status == "followed":
        wanted.append("mention.standing IS NOT NULL")
    elif status == "second":
        wanted.append("mention.reviewed_by IS NOT NULL AND NOT EXISTS"
                      " (SELECT 1 FROM in_force WHERE mention_id = mention.id AND in_force.user = ?)")  # fmt: skip
        values.append(user)
    elif status != "all":
        wanted.append("mention.status = ?")
        values.append(status or "unreviewed")
    for name, column in FACETS.items():
        value = getattr(filters, name)
        if value and name not in ("status", without):
            wanted.append(f"{column} = ?")
            values.append(value)
    if filters.article:
        wanted.append("mention.article_id = ?")
        values.append(filters.article)
    if filters.q:
        pattern = "".join(f"\\{char}" if char in "%_\\" else char for char in filters.q)
        wanted.append("(mention.text LIKE ? ESCAPE '\\' OR mention.sentence LIKE ? ESCAPE '\\')")
        values += [f"%{pattern}%", f"%{pattern}%"]
    return " AND ".join(wanted) or "1", values
