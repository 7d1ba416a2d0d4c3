"""The places of a form in an article heard together: where one is surely a name, the others are likelier so, and of the same kind."""

from collections import defaultdict
from collections.abc import Sequence
from math import exp, log

from medai_extract.match.chinese.article import Guess

NAMED = 0.5
"""The chance from which a place speaks for the others."""
TRUST, KINSHIP = 0.2, 0.6
"""What the log-odds of the surest other place weigh, and what the difference between both kinds at all other places does."""
_MOST, _LEAST, _FAR = 3.0, 1e-9, 20.0
Chances = tuple[float, float]
"""How likely a place is the name of an organisation, and of a product."""


def agree(guesses: Sequence[Guess], chances: Sequence[Chances]) -> list[Chances]:
    """Give the chances of an article's guesses after the places of each form have heard each other.

    >>> from medai_extract.match.chinese.weights import Part
    >>> nothing = (Part(()), Part(()), Part(()))
    >>> guesses = [Guess(0, 2, form, nothing, (0.0,) * 4, 0.0, 0.0) for form in ("棹影", "棹影", "同棹")]
    >>> heard = agree(guesses, [(0.1, 0.85), (0.4, 0.3), (0.3, 0.1)])
    >>> [(round(org, 2), round(product, 2)) for org, product in heard]
    [(0.11, 0.84), (0.29, 0.53), (0.3, 0.1)]
    """
    heard = list(chances)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, guess in enumerate(guesses):
        places[guess.form].append(at)
    for same in places.values():
        if len(same) == 1:
            continue
        orgs, products = sum(chances[at][0] for at in same), sum(chances[at][1] for at in same)
        # The surest place hears the second surest.
        second, surest = sorted(sum(chances[at]) for at in same)[-2:]
        for at in same:
            org, product = chances[at]
            best, trust = second if org + product == surest else surest, 0.0
            _, left, right, *_ = guesses[at].parts
            if best > NAMED and not (left.cut or right.cut):
                trust = TRUST * min(log(best / max(1 - best, _LEAST)), _MOST)
            kin = KINSHIP * ((orgs - org) - (products - product))
            heard[at] = _moved(org, product, trust + kin, trust - kin)
    return heard


def _moved(org: float, product: float, for_org: float, for_product: float) -> Chances:
    """Give chances with log-odds added to both kinds."""
    neither = max(1 - org - product, _LEAST)
    odds_org, odds_product = (
        org / neither * exp(min(for_org, _FAR)),
        product / neither * exp(min(for_product, _FAR)),
    )
    total = odds_org + odds_product + 1.0
    return odds_org / total, odds_product / total
