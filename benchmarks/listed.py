"""Name lists of any length: ours first, then generated names in both scripts, whose beginnings the texts hold."""

import random
from collections.abc import Sequence

from medai_extract.patterns import NameRow


def make_names(rows: Sequence[NameRow], size: int, seed: int = 7) -> tuple[NameRow, ...]:
    """Give ``size`` names."""
    chance = random.Random(seed)
    names = list(rows)
    chance.shuffle(names)
    han = [row.name for row in rows if row.lang == "zh" and len(row.name) > 3]
    latin = [row.name for row in rows if row.lang == "en"]
    while len(names) < size:
        made = (
            chance.choice(han)[:2] + chance.choice(han)[-3:]
            if len(names) % 2
            else f"{chance.choice(latin).split()[0]} {chance.choice(latin)[::-1].title()}"
        )
        names.append(
            rows[0]._replace(
                entity_id=f"made-{len(names)}", name=made, context=(), boundary="", role="canonical"
            )
        )
    return tuple(names[:size])
