"""How much of an input is read; beyond it the input is refused with a reason, never cut in silence.

Together they keep one hostile file under 10 s and 1 GB, and lie far above what honest articles need.
"""

LARGEST_ARTICLE = 20_000_000
"""Bytes of one article: about ten long novels. Also of one row of a table, so that a table of any length needs little memory."""

LARGEST_DOCUMENT = 100_000_000
"""Bytes of a PDF, DOCX, EPUB or Excel file, which is held whole in memory: a prospectus of 1,000 pages with pictures has 30 MB."""

LARGEST_UNPACKED_DOCUMENT = 300_000_000
"""Bytes of all parts of a DOCX file, pictures included: they are held in memory together."""

LARGEST_XML = 30_000_000
"""Bytes of the XML of a DOCX file, which becomes trees about ten times as large; a novel has 5 MB."""

LARGEST_WORKBOOK_PART = 2_000_000
"""Bytes of an Excel part that becomes objects (styles, defined names), each about 500 times as large as its XML."""

LARGEST_SHEET = 500_000_000
"""Bytes of all sheets of an Excel file; they are read row by row."""

LARGEST_STRINGS = 60_000_000
"""Bytes of the cell texts of an Excel file, which are held in memory."""

LARGEST_FEED = 4_000_000
"""Bytes of a feed: the parser takes a second for each million; feeds of whole articles have one."""

LARGEST_JSON = 200_000_000
"""Bytes of a JSON file that is one value; JSON Lines may be of any length."""

FREE_UNPACKING = 100_000_000
"""Bytes that anything packed may give before its ratio is looked at."""

MOST_RATIO = 100
"""Unpacked bytes for each packed one: Chinese and English text packs 3 to 10 times, tables of near copies 50 times, bombs 1,000."""

MOST_LAYERS = 4
"""Archives in archives; ``crawl.zip`` of ``day.tar.gz`` of ``page.html.gz`` has four."""

MOST_MEMBERS = 20_000
"""Files in one archive; each costs about 0.2 ms even if it is empty."""

LARGEST_DIRECTORY = 10_000_000
"""Bytes of a zip archive's list of members, which becomes objects 15 times as large: 100 for each of 100,000."""

MOST_BAD_ROWS = 10_000
"""Rows of a table without one good among them, after which it is taken for something else."""

MOST_TAGS = 500_000
"""Tags of one piece of HTML, each of which costs 0.4 KB and 4 µs; the longest honest pages have 50,000."""

MOST_PAGES = 3_000
"""Pages of a PDF: a prospectus has up to 1,500."""

MOST_COLUMNS = 100
"""Columns of a sheet that are read; one cell far to the right makes every row 16,384 cells long."""

PDF_SECONDS, PDF_SECONDS_A_PAGE = 5, 0.04
"""Processor time for one PDF: a page of text takes 0.015 s, only hostile ones take more than all this."""

PDF_BYTES = 700_000_000
"""Memory of the process that reads one PDF; a thousand pages of text take a fifth of it."""
