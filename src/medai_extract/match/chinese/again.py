"""What the other places of a form in an article say of one place: whether they are names, of what, how often."""

from collections.abc import Sequence

CERTAIN, LIKELY = 0.85, 0.5
MANY = 50
"""A form that stands in more places than these is judged by the first of them."""
_MEANS = tuple([f"again.mean.{fifths}" for fifths in range(6)])
Place = tuple[int, float, float]
"""Where a form begins, and how likely it is there the name of an organisation and of a product."""


def of_others(places: Sequence[Place], start: int) -> list[str]:
    """Give what the places of a form that do not begin at ``start`` say.

    >>> places = [(0, 0.9, 0.0), (9, 0.01, 0.0), (20, 0.3, 0.1)]
    >>> of_others(places, 9)
    ['again.org.certain', 'again.mean.3', 'again.lean.org', 'again.often']
    >>> of_others(places, 0), of_others(places[:1], 0)
    (['again.mean.1', 'again.often'], ['again.none'])
    """
    count = 0
    org = product = best_org = best_product = 0.0
    for at, place_org, place_product in places[:MANY]:
        if at != start:
            count += 1
            org += place_org
            product += place_product
            if place_org > best_org:
                best_org = place_org
            if place_product > best_product:
                best_product = place_product
    if not count:
        return ["again.none"]
    found = []
    if best_org >= LIKELY:
        found.append("again.org.certain" if best_org >= CERTAIN else "again.org.likely")
    if best_product >= LIKELY:
        found.append("again.product.certain" if best_product >= CERTAIN else "again.product.likely")
    found.append(_MEANS[int((org + product) / count * 5)])
    lean = org - product
    if lean >= 0.3:
        found.append("again.lean.org.much" if lean > 1.5 else "again.lean.org")
    elif lean <= -0.3:
        found.append("again.lean.product.much" if lean < -1.5 else "again.lean.product")
    if count >= 2:
        found.append("again.often")
    return found
