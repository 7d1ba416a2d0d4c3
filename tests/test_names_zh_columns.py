"""What the other rows of a column say of a Chinese name."""

from medai_extract.match.chinese.columns import Columns, column_of


def test_column_needs_other_rows() -> None:
    text = "1｜同棹（南通）\n2｜微基因（深圳）\n3｜因你（杭州）"
    columns = Columns()
    for name in ("同棹", "微基因"):
        start = text.index(name)
        column = column_of(text, start, start + len(name))
        assert column is not None
        columns.enter(column, start, "org")
    start = text.index("因你")
    column = column_of(text, start, start + 2)
    assert column is not None
    assert columns.tell(column, start) == ["column.org.two"]
    assert columns.tell(column, text.index("同棹")) == ["column.org.one"]
