"""The persons of an interview, whose names label what they say."""

import re
from collections import Counter

_LABEL = re.compile(r"(?:^|\n)[ \u3000*]*([\u3400-\u9fff]{2,4})[ \u3000*]*[：:]")


def find_speakers(folded: str, surnames: frozenset[str]) -> set[str]:
    r"""Give what labels two lines or more and looks like the name of a person.

    >>> sorted(find_speakers("阮青：对。\n问：然后呢？\n阮青：明年去日本。\n价格：两元\n价格：三元", frozenset("阮")))
    ['阮青']
    """
    labels = Counter(_LABEL.findall(folded))
    return {
        label
        for label, count in labels.items()
        if count > 1 and ((label[0] in surnames and len(label) < 4) or label[:2] in surnames)
    }
