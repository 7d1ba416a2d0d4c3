"""All decisions in force, found by what they are about."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from medai_extract.decisions.attach import concerns, hold_over
from medai_extract.decisions.records import ArticleKey, Decision, Move, Naming, Reading, Standing
from medai_extract.model import Entity, Label, Mention

Step = Decision | Standing | Move | Naming
KINDS: dict[str, type[Step]] = {
    "decision": Decision, "standing": Standing, "move": Move, "naming": Naming,
}  # fmt: skip


class Decisions:
    """All decisions in force, oldest first, found by article, by surface and by entity.

    >>> Decisions().of("d36e1718ef8be8c7", "a.txt", None)
    []
    """

    def __init__(
        self,
        decisions: Iterable[Decision] = (),
        moves: Iterable[Move] = (),
        namings: Iterable[Naming] = (),
        standing: Iterable[Standing] = (),
    ) -> None:
        self.all = tuple(decisions)
        self.moves = tuple(moves)
        self.namings = {naming.entity_id: naming for naming in namings}
        self.standing = tuple(standing)
        self._by_article: dict[str, list[int]] = defaultdict(list)
        self._by_source: dict[tuple[str, str | None], list[int]] = defaultdict(list)
        self._by_surface: dict[tuple[str, str, Label], list[Standing]] = defaultdict(list)
        self._moved: dict[tuple[str, str, str], str] = {}
        for number, decision in enumerate(self.all):
            self._by_article[decision.article_id].append(number)
            if decision.source != "-":
                self._by_source[decision.source, decision.source_id].append(number)
        for step in self.standing:
            example = step.example
            self._by_surface[example.quote, example.rule_id, example.label].insert(0, step)

    def __bool__(self) -> bool:
        return bool(self.all or self.moves or self.namings or self.standing)

    @property
    def digest(self) -> str:
        """Give a short hash of all that may change records; two equal digests give equal bytes."""
        return _hash([self.all, self.moves, list(self.namings.values()), self.standing])

    @property
    def one_by_one(self) -> "Decisions":
        """The same decisions without those for all alike: what people looked at themselves."""
        return Decisions(self.all, self.moves, self.namings.values())

    def of(self, article_id: str, source: str, source_id: str | None) -> list[Decision]:
        """Give the decisions on an article: on this very text, and on earlier texts of the same source."""
        numbers = {*self._by_article.get(article_id, ()), *self._by_source.get((source, source_id), ())}
        return [self.all[number] for number in sorted(numbers)]

    def concerning(
        self, article_id: str, source: str, source_id: str | None, found: Sequence[Mention]
    ) -> "Decisions":
        """Give those that may change the records of one article; where their digests are equal, the records are.

        Args:
            article_id: the article's id.
            source: where it came from.
            source_id: its id there.
            found: its mentions as the rules find them, before anything is decided.
        """
        key = ArticleKey(article_id, source, source_id)
        own = self.of(*key)
        surfaces = {(mention.text, mention.rule_id, mention.label) for mention in found}
        standing = [
            msgspec.structs.replace(
                one, excepted=tuple(quoted for quoted in one.excepted if concerns(quoted, key))
            )
            for one in self.standing
            if (one.example.quote, one.example.rule_id, one.example.label) in surfaces
        ]
        made = [one.decided for one in (*own, *(one.example for one in standing)) if one.decided is not None]
        words = {*(mention.text for mention in found), *(reading.quote for reading in made)}
        reached = {mention.entity_id for mention in found} | {reading.entity_id for reading in made}
        moves = []
        for move in self.moves:
            if move.entity_id in reached and (move.surface is None or move.surface in words):
                moves.append(move)
                reached.add(move.to)
        return Decisions(own, moves, standing=standing)

    def standing_on(self, surface: str, rule_id: str, label: Label) -> Sequence[Standing]:
        """Give the decisions for all alike on a surface form under a rule and label, newest first."""
        return self._by_surface.get((surface, rule_id, label), ())

    def follow(
        self, key: ArticleKey, text: str, seen: Reading, rule_id: str, score: float
    ) -> Decision | None:
        """Give the decision that the newest for all alike makes on a mention, None where none holds."""
        standing = self.standing_on(seen.quote, rule_id, seen.label)
        made = (hold_over(one, key, text, seen, score) for one in standing)
        return next((decision for decision in made if decision is not None), None)

    def entity_of(self, entity_id: str | None, surface: str, *, since: str = "") -> str | None:
        """Give the entity a mention belongs to after all merges and splits, in the order in which they were made.

        Args:
            entity_id: the entity that was found or chosen.
            surface: the words of the mention.
            since: when a reviewer chose the entity; only what was merged or split later counts.

        >>> merge = Move(entity_id="ant-health", to="ant-group")
        >>> Decisions(moves=[merge]).entity_of("ant-health", "蚂蚁健康")
        'ant-group'
        """
        if entity_id is None or not self.moves:
            return entity_id
        key = entity_id, surface, since
        if key not in self._moved:
            for move in self.moves:
                moves_it = move.entity_id == entity_id and move.surface in (None, surface)
                if moves_it and (not since or move.at > since):
                    entity_id = move.to
            self._moved[key] = entity_id
        return self._moved[key]

    def name_entities(self, entities: Iterable[Entity]) -> Iterator[Entity]:
        """Give the entities under the names that reviewers gave them."""
        for entity in entities:
            naming = self.namings.get(entity.id)
            yield msgspec.structs.replace(
                entity,
                parent_id=self.entity_of(entity.parent_id, ""),
                **({} if naming is None else {"name_zh": naming.name_zh, "name_en": naming.name_en}),
            )


def make_decisions(rows: Iterable[tuple[str, str]]) -> Decisions:
    """Give the decisions from rows of kind and JSON, oldest first."""
    steps = [msgspec.json.decode(content, type=KINDS[kind]) for kind, content in rows if kind in KINDS]
    return Decisions(
        [step for step in steps if isinstance(step, Decision)],
        [step for step in steps if isinstance(step, Move)],
        [step for step in steps if isinstance(step, Naming)],
        [step for step in steps if isinstance(step, Standing)],
    )


def _hash(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]
