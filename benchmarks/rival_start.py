"""A program that reads one article as one would with spaCy and dateparser; its start is what is measured: ``python rival_start.py FILE``."""

import sys
from pathlib import Path

from medai_extract.model import Article
from medai_extract.patterns import load_patterns
from rivals import make_plain_spacy

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    make_plain_spacy(load_patterns())([Article(source="-", text=text)])
