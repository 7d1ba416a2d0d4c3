"""Where the names of Chinese bodies begin and end: rows mark the names that the grammar finds."""

import re

import pytest

from medai_extract.match.chinese.bodies import Bodies
from medai_extract.match.chinese.borders import Borders
from medai_extract.match.chinese.cutter import WordCutter
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import load_patterns
from medai_extract.segment import SegmentedText

PATTERNS = load_patterns()
FOLDING = make_folding(PATTERNS.table("script.traditional"))
LEXICON = Lexicon(PATTERNS, FOLDING)
CUTTER, BODIES = WordCutter(LEXICON), Bodies(LEXICON)

ROWS = [
    # marks and labels
    "3月2日，[砚山市第二人民医院]开诊。",
    "供应商：[禾木智联（砚州）科技有限公司]。",
    "采购人：[云溪县财政局]、[云溪县中医医院]。",
    # words that govern a name, also those glued to it
    "该案由[砚山市中级人民法院]审理。",
    "企业向[云溪县财政局]提出质疑。",
    "平台中标[禾东省医疗保障事业管理中心]的项目。",
    "院方把[禾州中医院]的病案整理成库。",
    "设备已经卖进了德国[夏洛蒂医院集团]。",
    # conjunctions between two names, and within one
    "[砚山大学第一附属医院]和[禾木医学院]签约。",
    "[砚东省经济和信息化厅]发布通知。",
    "[砚山市数据和政务服务管理局]上线平台。",
    "[国家卫生健康委]和[国家中医药局]启动建设。",
    # a body within a stretch is no beginning of the next one
    "[砚山市云溪区人民法院]最终判医院担责。",
    # verbs within a name
    "器械卖给[砚山市双桉医疗器械销售有限公司]。",
    "债权人[顺禾融资租赁（砚州）有限公司]提出申请。",
    "[西北消费者维权中心]致函保险公司。",
    "[江南方言保护协会]参与录音。",
    # names that run on, brackets inside and behind
    "[国家卫健委统计信息中心]发布数据。",
    "[砚山大学附属第一医院]上线系统。",
    "投资方为[宁波知砚创业投资合伙企业（有限合伙）]。",
    "[九号砚台（深圳）医疗机器人有限公司]获批。",
    # phrases as names of firms: small words stand in them
    "平台由[苏州慢慢来健康服务有限公司]运营。",
    "双方合资设立[上海无声处科技有限公司]。",
    "它的开发者[成都有话说信息技术有限公司]回应。",
    "设备由[青苇有声（广州）科技有限公司]生产。",
    "院方试用[重庆侏罗纪病理技术有限公司]的软件。",
    # words of the field and counts alone
    "两家公司与三甲医院合作。",
    "这家公司的母公司已经上市。",
]


def borders(text: str) -> Borders:
    segmented = SegmentedText(text)
    return BODIES.of(CUTTER.words(segmented, segmented.folded(FOLDING)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[:20])
def test_finds_the_edges_of_bodies(row: str) -> None:
    text = re.sub(r"[\[\]]", "", row)
    found = borders(text)
    # Of names that begin at one place the longest counts.
    longest = {edge.start: end for end, edge in sorted(found.edges.items()) if edge.named}
    assert [text[start:end] for start, end in sorted(longest.items())] == re.findall(r"\[(.+?)\]", row)


@pytest.mark.parametrize(
    ("span", "evidence"),
    [
        ("砚山大学第一附属医院", "body.sure"),
        ("砚山大学", "body.inner"),
        ("大学第一附属医院", "body.under"),
        ("与砚山大学第一附属医院", "body.over"),
        ("砚山大学第一附属医院心内科", "body.past"),
        ("第一附属", "body.within"),
        ("校准", ""),
    ],
    ids=str,
)
def test_says_how_a_span_meets_the_edges(span: str, evidence: str) -> None:
    text = "公司与砚山大学第一附属医院心内科联合校准。"
    start = text.index(span)
    assert "".join(borders(text).say(start, start + len(span))[:1]) == evidence
