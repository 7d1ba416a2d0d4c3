"""What the members of a list say of each other, and where such a list ends."""

from collections.abc import Iterator, Mapping, Sequence

from medai_extract.match.english.context import Reading
from medai_extract.match.english.gaps import Gap, find_lists
from medai_extract.match.english.weights import CERTAIN, Weights, bits_of
from medai_extract.model import Label

DECIDED = 1.0
"""By how much the label of a form must be the likelier one for it to speak for the members of its list."""
SHARED = 0.7
"""What the words before and behind a list are worth for each of its members."""


class ListReader:
    """The reader of lists."""

    def __init__(self, weights: Weights) -> None:
        mask, self._any_org, self._any_not = weights.mask, weights.begun("org."), weights.begun("not.")
        self._person = mask("not.person", "not.person_rare")
        self._roles, self._with_person = mask("not.person_role", "not.who"), mask("not.with_person")
        self._in_place = mask("not.in_place")
        self._is_a, self._article = mask("org.is_a", "product.is_a"), mask("org.article")
        self._clause, self._possessive = (
            mask("org.said", "org.raised", "product.works"),
            mask("org.possessive"),
        )
        self._things = mask("product.noun_before", "product.is_a", "product.launched", "product.used")
        self._listed_with: Mapping[Label, int] = {
            "ORG": mask("org.listed_with"), "PRODUCT": mask("product.listed_with"),
        }  # fmt: skip

    def find(self, reading: Reading, gaps: Sequence[Gap]) -> Iterator[list[int]]:
        """Give the lists, as numbers of runs, without a last member that begins a clause or explains the first.

        So it is in … and Vanrafia, Travere sells; …, and Sysmex's; Jensen Huang, Nvidia's chief; Forge, Sanctum's engine.
        """
        companions = {gap.right for gap in gaps if gap.kind == "companion"}
        for group, joint in find_lists(gaps):
            first, last = group[0], group[-1]
            if first in companions and last + 1 in companions:
                continue  # Infinitus with FastTrack, Assort Health with Synthesize
            begin, after, end = reading.contexts[first], reading.contexts[last].after, reading.runs[last].end
            if (
                joint == "; "
                and (len(group) == 2 or begin.before & self._article)
                and not begin.before & self._roles
            ):
                continue  # lends the hospital a Potaro; Kawasaki, with Sysmex, …
            comma, joined = joint.startswith(","), "and" in joint
            own_verb = comma and (len(group) == 2 if joined else after & self._clause)
            owns = comma and (joined or len(group) == 2) and after & self._possessive
            if reading.text[end : end + 1] == "-" or own_verb or owns:
                group.pop()
            if len(group) > 1:
                yield group

    def relate(self, group: Sequence[int], reading: Reading) -> None:
        """Let the members of a list, and the words around it, speak for each member."""
        around = reading.contexts[group[0]].before | reading.contexts[group[-1]].after
        shared = around & ~self._any_not
        if len(group) == 2:
            shared |= around & self._roles
        members = [reading.forms[index] for index in group]
        donors: dict[Label, set[str]] = {"ORG": set(), "PRODUCT": set()}
        for form in members:
            if form.verdict.value >= CERTAIN and form.verdict.margin >= DECIDED:
                donors[form.verdict.label].add(form.text)
        if shared & self._things and not shared & self._any_org:
            donors["ORG"].clear()  # products such as …
        persons = {form.text for form in members if form.inside & self._person and not donors["PRODUCT"]}
        for index, form in zip(group, members, strict=True):
            if form.facts.place or reading.contexts[index].after & self._in_place:
                continue
            if (
                persons - {form.text}
                and len(form.words) == 2
                and not (form.inside & self._any_org or form.facts.common)
            ):
                form.relate(self._with_person)
            for evidence in bits_of(shared):
                form.relate(evidence, SHARED * (0.4 + 0.6 * reading.genre))
            for label, texts in donors.items():
                if len(texts) > 1 or (texts and form.text not in texts):
                    form.relate(self._listed_with[label])
