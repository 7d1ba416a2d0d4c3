"""Articles that are copies of one another: the same text, or a reprint of it.

``mark_copies`` gives articles their ids and knows exact copies as they are read. Reprints are found when the dataset is put
together: ``Signer`` makes a signature of every article (in the worker; ``SIGNATURE_BYTES`` long, to be stored), and
``find_copies`` tells from all signatures which article is a copy of which.

>>> signer = Signer({"醫": "医"})
>>> signatures = [signer.sign("平安好醫生上線。"), signer.sign("平安好醫生上線。")]
>>> find_copies([("b", "2025-03-02", 0, signatures[0]), ("a", "2025-03-01", 1, signatures[1])])
{'b': 'a'}
"""

from medai_extract.dedupe.exact import make_article_id, mark_copies
from medai_extract.dedupe.near import Entry, find_copies
from medai_extract.dedupe.signature import SIGNATURE_BYTES, SIGNATURE_VERSION, Signer

__all__ = [
    "SIGNATURE_BYTES",
    "SIGNATURE_VERSION",
    "Entry",
    "Signer",
    "find_copies",
    "make_article_id",
    "mark_copies",
]
