"""Amounts of money in both languages: spans, values, ambiguous signs, and time on hostile text."""

import re
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.match.money import MoneyMatcher
from medai_extract.match.select import select_candidates
from medai_extract.model import Candidate, Document, MoneyValue
from medai_extract.normalise.money import format_amount
from medai_extract.normalise.numbers import format_chinese, format_digits, format_english
from medai_extract.normalise.values import format_value
from medai_extract.offsets import identity
from medai_extract.patterns import load_patterns
from medai_extract.segment import SegmentedText

MATCHER = MoneyMatcher(load_patterns())
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")

AMOUNTS = [
    ("公司宣布完成近[亿元]A+轮融资", ("~100000000 CNY",)),
    ("完成过[亿元]B轮融资，由红杉领投", (">100000000 CNY",)),
    ("超[10亿元]的订单", (">1000000000 CNY",)),
    ("[上亿元]的投入打了水漂", (">100000000 CNY",)),
    ("[几十万元]的设备", ("100000..1000000 CNY",)),
    ("[十几万元]一台", ("100000..200000 CNY",)),
    ("花了[三五百万元]", ("3000000..5000000 CNY",)),
    ("耗资[七八亿元]建成", ("700000000..800000000 CNY",)),
    ("总投资[120亿日元]", ("12000000000 JPY",)),
    ("总额[1.2万亿美元]", ("1200000000000 USD",)),
    ("营收[3亿5千万元]", ("350000000 CNY",)),
    ("罚款[5万元至20万元]", ("50000..200000 CNY",)),
    ("每次[200-300元]不等", ("200..300 CNY",)),
    ("客单价在[100~150元]之间", ("100..150 CNY",)),
    ("从[5000元]降到[800元]", ("5000 CNY", "800 CNY")),
    ("股价由[10元]上调至[16元]", ("10 CNY", "16 CNY")),
    ("约合[人民币7200万元]）", ("~72000000 CNY",)),
    ("预算[RMB 300万]", ("3000000 CNY",)),
    ("售价[¥1,999]起", (">=1999 CNY",)),
    (
        "高端套餐，一单[860万]。医院一年服务费[28万]，别家更便宜，[16万]。",
        ("8600000 CNY", "280000 CNY", "160000 CNY"),
    ),
    ("2024年8月A轮[1.2亿]，甲创投领投；算下来也要[50来万]。", ("120000000 CNY", "~500000 CNY")),
    ("机构称市场将超[1.2万亿]，用户市场将超10亿人", (">1200000000000 CNY",)),
    ("A轮3000万用户，一单5万份，一台3万片", ()),
    ("医院收不到一分钱，也没收过一毛钱，一分钱都不花；[9毛钱]一次", ("0.9 CNY",)),
    ("“[130块]差价够买半个月菜”", ("130 CNY",)),
    ("每股盈利[4.1分人民幣]", ("0.041 CNY",)),
    ("违约金以[500万元]为限，資助[300万元]（上限）", ("<=5000000 CNY", "<=3000000 CNY")),
    ("盘中最高[91.5元]，补贴最高[91元]", ("91.5 CNY", "<=91 CNY")),
    ("到手价[￥1999元]", ("1999 CNY",)),
    ("注册资本[5000万人民币]", ("50000000 CNY",)),
    ("[1.5亿美金]的估值", ("150000000 USD",)),
    ("他花[8块钱]挂号", ("8 CNY",)),
    ("挂号费[13块5]", ("13.5 CNY",)),
    ("一杯[9块9]的咖啡", ("9.9 CNY",)),
    ("分为三块、两块内容", ()),
    ("每度电[5毛钱]", ("0.5 CNY",)),
    ("得了五分，六分之一", ()),
    ("三元催化与二元分类，单元、公元、多元化", ()),
    ("每台[100万美元]，每年维护[8万英镑]", ("1000000 USD", "80000 GBP")),
    ("拥有5000万用户，日活300万，参数1000亿，覆盖2亿人", ()),
    ("投入300万人次，服务1.2亿患者，1.6万家医院", ()),
    ("训练了730亿参数的模型，使用15万亿token", ()),
    ("销量达300万台，产量突破100万辆", ()),
    ("同比增长35%，持股51%，换手率3.5%，上涨12个百分点", ()),
    ("以每股[12.5港元]回购300万股", ("12.5 HKD",)),
    ("发行1.2亿股，每股面值[1元]", ("1 CNY",)),
    ("万亿级市场、百亿级赛道、千万级用户", ()),
    ("百亿蓝海市场", ()),
    ("2917.HK，603917.SH，000001", ()),
    ("账上现金[20.3亿]，负债[8亿]", ("2030000000 CNY", "800000000 CNY")),
    ("市值跌破[百亿美元]", ("<10000000000 USD",)),
    ("捐赠[1000万]用于抗疫", ("10000000 CNY",)),
    ("被罚[182亿]", ("18200000000 CNY",)),
    ("以[47亿]的价格收购", ("4700000000 CNY",)),
    ("估值从[10亿]涨到[35亿美元]", ("1000000000 USD", "3500000000 USD")),
    ("营收分别为[2.1]/[3.4]/[5.6亿元]", ("210000000 CNY", "340000000 CNY", "560000000 CNY")),
    ("分别投入[3000万]、[5000万]和[8000万元]", ("30000000 CNY", "50000000 CNY", "80000000 CNY")),
    ("[15亿欧元]、[3亿瑞郎]和[2亿瑞典克朗]", ("1500000000 EUR", "300000000 CHF", "200000000 SEK")),
    ("缺口不足[500万元]", ("<5000000 CNY",)),
    ("融资不低于[2亿元]", (">=200000000 CNY",)),
    ("最高[50万元]奖励", ("<=500000 CNY",)),
    ("[100万元]以上的项目", (">=1000000 CNY",)),
    ("每台[30万元]左右", ("~300000 CNY",)),
    ("一年节省[4000多万元]", (">40000000 CNY",)),
    ("[300余万元]的经费", (">3000000 CNY",)),
    ("最近[5亿元]的订单", ("500000000 CNY",)),
    ("通过[5亿元]融资", ("500000000 CNY",)),
    ("全年收入[2.3 亿元]，利润[3,200 万元]", ("230000000 CNY", "32000000 CNY")),
    ("获[数千万元]天使轮融资", ("10000000..100000000 CNY",)),
    ("获[数千万]天使轮融资", ("10000000..100000000 CNY",)),
    ("奖金池[50万美元]", ("500000 USD",)),
    ("只要[一分钱]就能挂号", ("0.01 CNY",)),
    ("第5亿次调用，5亿条记录", ()),
    ("2025年元旦，3月元宵", ()),
    ("完成[5亿美元]D轮融资，投后估值[40亿美元]", ("500000000 USD", "4000000000 USD")),
    ("獲得[3,000萬港元]資助", ("30000000 HKD",)),
    ("[港幣3億元]的撥款", ("300000000 HKD",)),
    ("[新臺幣5億元]", ("500000000 TWD",)),
    ("合同价[人民币叁佰万元整]", ("3000000 CNY",)),
    ("中标金额：[3,268,000.00元]", ("3268000 CNY",)),
    ("费用为[US$ 5万]", ("50000 USD",)),
    ("The deal was worth [$1.2 billion].", ("1200000000 USD",)),
    ("It raised [$50M] Series B at a [$400M] valuation", ("50000000 USD", "400000000 USD")),
    ("a [$10-million] grant", ("10000000 USD",)),
    ("a [$2.5bn] takeover", ("2500000000 USD",)),
    ("between [$300 and $500] a month", ("300..500 USD",)),
    ("from [$300] in 2020 to [$500] in 2021", ("300 USD", "500 USD")),
    ("revenue rose from [$300 million] to [$500 million]", ("300000000 USD", "500000000 USD")),
    ("prices range from [$300 to $500]", ("300..500 USD",)),
    ("[$10–15 million] in milestones", ("10000000..15000000 USD",)),
    ("[$10 million-$15 million] in milestones", ("10000000..15000000 USD",)),
    ("[$500,000 to $1 million]", ("500000..1000000 USD",)),
    ("guidance of [$140 million to $143 million]", ("140000000..143000000 USD",)),
    ("as much as [$1.3 billion] in milestones", ("<=1300000000 USD",)),
    (
        "nearly [$300 million], over [€1 million], at least [£5m]",
        ("~300000000 USD", ">1000000 EUR", ">=5000000 GBP"),
    ),
    ("It costs no more than [$5]", ("<=5 USD",)),
    ("[$100M]+ in ARR", (">100000000 USD",)),
    ("[A$1.65m] ([US$1.1m])", ("1650000 AUD", "1100000 USD")),
    ("[C$310 million] and [NZ$5,000] and [S$17.3 million]", ("310000000 CAD", "5000 NZD", "17300000 SGD")),
    ("[RMB4,127mn] of revenue", ("4127000000 CNY",)),
    ("[CNY 7.614 billion] and [1.283 billion yuan]", ("7614000000 CNY", "1283000000 CNY")),
    ("[hundreds of millions of dollars] were lost", ("100000000..1000000000 USD",)),
    ("spent [several million dollars] on it", ("1000000..10000000 USD",)),
    ("[a million dollars] a year", ("1000000 USD",)),
    ("[half a billion dollars]", ("500000000 USD",)),
    ("[two and a half million euros]", ("2500000 EUR",)),
    ("costs about [20 cents] per query", ("~0.2 USD",)),
    ("shares fell to [25 pence]", ("0.25 GBP",)),
    ("73 billion parameters and 400 million users, 15 trillion tokens", ()),
    ("319 million records; 12,000 patients; 5% of sales", ()),
    ("lost 20 pounds, weighing 180 pounds", ()),
    ("It has won 5 awards; 3 won prizes", ()),
    ("GPT-4, 5G, 24/7, 2-for-1, $TSLA, US$, RMB appreciation", ()),
    ("the dollar rose against the yen and the yuan", ()),
    ("[Rs 300] a scan and [₹540 crore] in all", ("300 INR", "5400000000 INR")),
    ("[₩200 billion] and [130.5 billion won]", ("200000000000 KRW", "130500000000 KRW")),
    ("[¥30 billion] from Tokyo's SoftBank of Japan", ("30000000000 JPY",)),
    ("[$30 million CAD] round", ("30000000 CAD",)),
    ("[$5 million USD]", ("5000000 USD",)),
    ("[USD5m] and [EUR20,000]", ("5000000 USD", "20000 EUR")),
    ("a price tag of [€41.7M]", ("41700000 EUR",)),
    ("the [$29.00]-a-share offer", ("29 USD",)),
    ("[$0.09] per share, or [$.05]", ("0.09 USD", "0.05 USD")),
    ("raised [20 million] in Series A funding", ("20000000 USD",)),
    ("a market of [$5-6 billion]", ("5000000000..6000000000 USD",)),
    ("[ten million dollars], [fifty cents]", ("10000000 USD", "0.5 USD")),
    ("the 2019 dollar bill; in 2019 dollars; four quarters of growth", ()),
    ("[$3.5 million], [$4 million] and [$2 million]", ("3500000 USD", "4000000 USD", "2000000 USD")),
    ("sales of [$1.2], [$1.5] and [$2.0 billion]", ("1200000000 USD", "1500000000 USD", "2000000000 USD")),
    ("It raised [US$5 million]from Sequoia", ("5000000 USD",)),
    ("worth [€1,250,000.50]", ("1250000.5 EUR",)),
    ("[1.234.567,89 €]", ("1234567.89 EUR",)),
    ("[3 billion Swiss francs], [40 million Hong Kong dollars]", ("3000000000 CHF", "40000000 HKD")),
    ("[$1.5 trillion] by 2030", ("1500000000000 USD",)),
    ("[12bn yuan], [300m euros]", ("12000000000 CNY", "300000000 EUR")),
    ("a [50-million-yuan] fund, a [100,000-yen] fee", ("50000000 CNY", "100000 JPY")),
    ("more than [US$1.6 trillion], north of [$300 million]", (">1600000000000 USD", ">300000000 USD")),
    ("[20 quid]", ("20 GBP",)),
    ("paid [$4,500] a time for 15 to 20 tests", ("4500 USD",)),
    ("[$20] for 10 tests", ("20 USD",)),
    ("spent [$5 million] to 10 hospitals", ("5000000 USD",)),
    ("[百万元]级订单与[一两百元]的耗材", ("1000000..10000000 CNY", "100..200 CNY")),
    ("奖励最高可达[500万元人民币]", ("<=5000000 CNY",)),
    ("以[12亿美元]+里程碑付款，[1亿美元]+ 的订单", ("1200000000 USD", ">100000000 USD")),
    (
        "[3亿—5亿元]，[2-3万元]，[20万元]/年，[16.8元]/股",
        ("300000000..500000000 CNY", "20000..30000 CNY", "200000 CNY", "16.8 CNY"),
    ),
    ("一期投资[12亿]，年薪[百万]，估值已达[百亿]", ("1200000000 CNY", "1000000 CNY", "10000000000 CNY")),
    ("投资者5000万；投资3.2万平方米；投资方3家；融资3轮；花费3万小时；捐血300万毫升", ()),
    ("GHS 5, CAD 3.0, INR 2.5, AED 5, ESP32, CHF 3 and USD/CNY 7.18", ()),
    ("[$15] per million tokens, [$0.02]/1K tokens, [$20]/month", ("15 USD", "0.02 USD", "20 USD")),
    (
        "[£2.5-3m], [€10m to €12m], [$1.2M–$1.5M]",
        ("2500000..3000000 GBP", "10000000..12000000 EUR", "1200000..1500000 USD"),
    ),
    ("it cut the price from [$99] to [$49]", ("99 USD", "49 USD")),
    ("a [two-million-dollar] grant in a trillion-dollar industry", ("2000000 USD",)),
    ("[Rs. 1,25,000 crore] and [₹2.5 lakh]", ("1250000000000 INR", "250000 INR")),
    (
        "payment [$5 million], bonus [$3 million], public [$2 million]",
        ("5000000 USD", "3000000 USD", "2000000 USD"),
    ),
    ("It raised [20 million euros] and spent [61 million].", ("20000000 EUR", "61000000 EUR")),
    ("It is worth [half a million pounds].", ("500000 GBP",)),
    ("It will cost [$1.2bn-$1.5bn].", ("1200000000..1500000000 USD",)),
    ("It will cost [US$3 to 4 million].", ("3000000..4000000 USD",)),
    ("It has a [$0.0001] par value.", ("0.0001 USD",)),
    ("The deal is in the low nine figures.", ()),
    ("It raised [₩1.2 trillion].", ("1200000000000 KRW",)),
    ("It raised [₹3.5 lakh crore].", ("3500000000000 INR",)),
    ("It raised [4.5 million Brazilian reais].", ("4500000 BRL",)),
    ("It raised [4.5 million reais].", ("4500000 BRL",)),
    ("It raised [4.5 million Saudi riyals].", ("4500000 SAR",)),
    ("It raised [4.5 million dirhams].", ("4500000 ?",)),
    ("It raised [ZAR 4.5 million].", ("4500000 ZAR",)),
    ("It raised [₦4.5 billion].", ("4500000000 NGN",)),
    ("It raised [GH₵4.5 million].", ("4500000 GHS",)),
    ("It raised [₺4.5 million].", ("4500000 TRY",)),
    ("It raised [NIS 4.5 million].", ("4500000 ILS",)),
    ("It raised [₪4.5 million].", ("4500000 ILS",)),
    ("It raised [Rp 4.5 billion].", ("4500000000 IDR",)),
    ("It raised [4.5 billion dong].", ("4500000000 VND",)),
    ("It raised just under [$5 million].", ("<5000000 USD",)),
    ("It raised north of [$5 million].", (">5000000 USD",)),
    ("It raised in excess of [$5 million].", (">5000000 USD",)),
    ("It raised upwards of [$5 million].", (">5000000 USD",)),
    ("It raised [tens of millions of dollars].", ("10000000..100000000 USD",)),
    ("It lost [1.2 billion yuan] ([$165 million]).", ("1200000000 CNY", "165000000 USD")),
    ("It lost [RMB 1,200,000 yuan].", ("1200000 CNY",)),
    ("It charges [99 cents] a scan.", ("0.99 USD",)),
    ("完成[3,000多万元]融资。", (">30000000 CNY",)),
    ("完成[人民币3亿元]（约[4200万美元]）融资。", ("300000000 CNY", "~42000000 USD")),
    ("完成[新台币3亿元]融资。", ("300000000 TWD",)),
    ("完成[3亿雷亚尔]融资。", ("300000000 BRL",)),
    ("完成[两三亿元]融资。", ("200000000..300000000 CNY",)),
    ("完成[3亿5千万元]融资。", ("350000000 CNY",)),
    ("完成[1万2千元]融资。", ("12000 CNY",)),
    ("售价[两三百块]。", ("200..300 CNY",)),
    ("售价[一百来块]，加急收[300来元]。", ("~100 CNY", "~300 CNY")),
    ("今年目标是[2个亿]，去年做到[1.5个亿]。", ("200000000 CNY", "150000000 CNY")),
    ("覆盖3个亿的用户，播放量过2个亿。", ()),
    ("骗走[80多万]医保基金，医院欠着[300万]货款。", (">800000 CNY", "3000000 CNY")),
    ("这套系统值[300多万]，阈值3万，推出2万爆款。", (">3000000 CNY",)),
    ("The fund adds up to [$5 million]; a scan costs up to [$90].", ("5000000 USD", "<=90 USD")),
    (
        "基金领投了[tens of millions of dollars]的B轮，差的[一万块]是算法。",
        ("10000000..100000000 USD", "10000 CNY"),
    ),
    ("每例最多收[60元]，材料降到[9元]以下。", ("<=60 CNY", "<9 CNY")),
    ("营收[3.31]、[4.57]、[6.28亿元]。", ("331000000 CNY", "457000000 CNY", "628000000 CNY")),
    ("Profit rose in the year ending March 2024 to [290 billion yen].", ("290000000000 JPY",)),
    ("> [$119]: monthly price", ("119 USD",)),
    ("标准版[2,999元]起，被索赔[399元]起诉，[18万元]起步。", (">=2999 CNY", "399 CNY", ">=180000 CNY")),
    ("最高赔[52万]，一年最多退[36.5元]，至少要[3万元]。", ("<=520000 CNY", "<=36.5 CNY", ">=30000 CNY")),
    ("今年大概会到[9亿元]，折合[人民币410元]。", ("~900000000 CNY", "410 CNY")),
    ("保费退[一毛]，算盘珠拿[九毛]，三毛流浪记、五毛党。", ("0.1 CNY", "0.9 CNY")),
    ("机构称诊断空间可达[420亿]，存储空间达3万。", ("42000000000 CNY",)),
    ("It proposed [2 HK cents] a share, for a reported [$130 million].", ("0.02 HKD", "130000000 USD")),
    ("a net loss of [$(12.3) million], or [$(0.41)] per share", ("12300000 USD", "0.41 USD")),
    ("单价[12.8万元]/台，立减[300元]，包月[29元]，[0元]购", ("128000 CNY", "300 CNY", "29 CNY", "0 CNY")),
    (
        "拟回购不低于[5000万元]且不超过[1亿元]，不超过[32.5元]/股",
        (">=50000000 CNY", "<=100000000 CNY", "<=32.5 CNY"),
    ),
    ("大写：[叁佰贰拾陆万捌仟元整]，没收违法所得[3,456.78元]", ("3268000 CNY", "3456.78 CNY")),
    ("[日圓50億]、[歐元1,200萬]、[美金30萬]", ("5000000000 JPY", "12000000 EUR", "300000 USD")),
    (
        "a [two-billion-dollar] company, [$1bn]-plus, a six-figure salary, a billion-dollar bet",
        ("2000000000 USD", ">1000000000 USD"),
    ),
    ("欧元区、美元走强、人民币升值、万元户、十元店、千元机、千金", ()),
    ("软件[28万]一套，每天[3块5]", ("280000 CNY", "3.5 CNY")),
    ("2025年合同大约[4200万]，我把房子抵押了[300万]。", ("~42000000 CNY", "3000000 CNY")),
    ("A scan costs [3,500 Kenyan shillings]; a test costs [500 shillings].", ("3500 KES", "500 KES")),
    # "us" may be a pronoun; the currency is written in capitals
    ("The vendor quoted us [$220], then [US $300] for two.", ("220 USD", "300 USD")),
    (
        'A [Rs 1,000-1,200 crore] issue, "[several hundred million yuan]"',
        ("10000000000..12000000000 INR", "100000000..1000000000 CNY"),
    ),
    ("A quarter of yuan loans and three quarters of dollar bonds.", ()),
    ("It cost [three-quarters of a billion dollars], he said.", ("750000000 USD",)),
    ("It made [900 million Norwegian kroner] and [2.2bn zlotys].", ("900000000 NOK", "2200000000 PLN")),
]


def find(text: str, **document: str) -> list[Candidate]:
    """Give the amounts that stand in a text."""
    fields = {"id": "x", "source": "-", "lang": "zh", **document}
    article = Document(text=text, offsets=identity(len(text)), kept=(), **fields)
    return select_candidates(MATCHER.find(SegmentedText(text), article))[0]


@pytest.mark.parametrize(("marked", "values"), AMOUNTS)
def test_amounts(marked: str, values: tuple[str, ...]) -> None:
    text = _BRACKETED.sub(r"\1", marked)
    found = find(text)
    assert [text[one.start : one.end] for one in found] == _BRACKETED.findall(marked)
    assert [format_value(one.value) for one in found if one.value] == list(values)


CURRENCIES = [
    ("The clinic charges $300.", {}, "USD", "money.dollar.default"),
    ("The clinic charges $300.", {"publisher": "Sydney Morning Herald"}, "AUD", "money.dollar.publisher"),
    ("The clinic charges $300.", {"url": "https://news.example.com.au/a"}, "AUD", "money.dollar.publisher"),
    ("The clinic charges $300, or A$450.", {"publisher": "The Australian"}, "USD", "money.dollar.default"),
    ("The clinic charges $300. All amounts are in Canadian dollars.", {}, "CAD", "money.dollar.note"),
    ("TORONTO (The Canadian Press) — The clinic charges $300.", {}, "CAD", "money.dollar.dateline"),
    ("HONG KONG, March 3, 2025 /PRNewswire/ -- It raised $30 million.", {}, "USD", "money.dollar.default"),
    ("The visit costs ¥9,000; it earned 3 billion yen.", {}, "JPY", "money.yen.amounts"),
    ("The visit costs ¥900; it earned 3 billion yuan.", {}, "CNY", "money.yen.amounts"),
    ("挂号费为¥50，可在线支付", {}, "CNY", "money.yen.script"),
    ("The visit costs ¥9,000.", {"publisher": "Nikkei Asia"}, "JPY", "money.yen.publisher"),
    ("TOKYO — The visit costs ¥9,000.", {}, "JPY", "money.yen.dateline"),
    ("Doctors in Osaka, Japan charge ¥9,000.", {}, "JPY", "money.yen.places"),
    ("Doctors in Nagoya charge ¥9,000.", {}, "JPY", "money.yen.places"),
    ("Doctors in Shanghai, China charge ¥900.", {}, "CNY", "money.yen.places"),
    ("The visit costs ¥900.", {}, "CNY", "money.yen.default"),
    ("该院投入3亿元建设新院区", {}, "CNY", "money.yuan.script"),
    ("仁泽机器人（02917.HK）早盘股价走高，报12.6元。", {}, "HKD", "money.yuan.price"),
    ("仁泽机器人（02917.HK）早盘股价走高，投入3亿元建厂。", {}, "CNY", "money.yuan.script"),
    ("明衡健康（300917.SZ）收报8.15元。", {}, "CNY", "money.yuan.price"),
    ("铜壶（2391）股价半日收报8.12元。", {}, "HKD", "money.yuan.price"),
    ("醫院投入3億元建置系統。", {"publisher": "自由時報"}, "TWD", "money.yuan.publisher"),
    ("醫院投入3億元建置系統。", {"publisher": "明報"}, "HKD", "money.yuan.publisher"),
    ("（記者林小青／高雄報導）醫院投入3億元建置系統。", {}, "TWD", "money.yuan.dateline"),
    ("【香港訊】醫院投入3億元建置系統。", {}, "HKD", "money.yuan.dateline"),
    ("集團獲新台幣5億元資金，另以3億元建置系統。", {}, "TWD", "money.yuan.amounts"),
    ("衛福部以3億元建置健保系統。", {}, "TWD", "money.yuan.places"),
    ("醫管局以3億元建置系統。", {}, "HKD", "money.yuan.places"),
    ("醫院以3億元建置系統。", {}, "CNY", "money.yuan.default"),
    ("The hospital in Manila spent 300 pesos.", {}, "PHP", "money.peso.places"),
    ("It earned AED 3 million; a test costs 500 dirhams.", {}, "AED", "money.dirham.amounts"),
]


@pytest.mark.parametrize(("text", "document", "currency", "rule_id"), CURRENCIES)
def test_ambiguous_currency(text: str, document: dict[str, str], currency: str, rule_id: str) -> None:
    found = find(text, **document)
    decided = [one for one in found if one.rule_id == rule_id]
    assert [one.value.currency for one in decided if isinstance(one.value, MoneyValue)] == [currency]
    assert any(word.startswith(f"{currency} ") for word in decided[0].evidence)


CELLS = [
    ("三百万", "3000000 CNY"), ("20k上下", "~20000 CNY"), ("不到40w", "<400000 CNY"), ("八毛", "0.8 CNY"),
    ("个半", "1.5 CNY"), ("ten dimes", "1 USD"), ("a nickel", "0.05 USD"), ("8 c", "0.08 USD"),
    ("a pound", "1 GBP"), ("15 grand", "15000 USD"), ("12 AED", "12 AED"), ("不到1.2块。", "<1.2 CNY"),
    ("no more than $5", "<=5 USD"), ("a US$4.7 billion", "4700000000 USD"), ("30万元左右", "~300000 CNY"),
    ("from 8 dollars to 9 dollars", "8..9 USD"), ("between 3€ and 7€.", "3..7 EUR"), ("介于5元和10元之间", "5..10 CNY"),
    ("between five and ten million dollars", "5000000..10000000 USD"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CELLS)
def test_cells(text: str, value: str) -> None:
    (found,) = find(text)
    assert found.value
    assert format_value(found.value) == value
    assert text[found.start : found.end] == text.rstrip(".。")


@pytest.mark.parametrize(
    "text", ["grand", "8 all", "三块", "五分", "五個", "third quarter", "12万人", "40%", "", "元", "$"]
)
def test_cells_that_are_no_money(text: str) -> None:
    assert find(text) == []


@given(st.integers(1, 10**12), st.sampled_from(["US${}", "{} euros", "共{}美元", "RMB{}"]))
def test_reading_digits_inverts_writing(number: int, frame: str) -> None:
    (found,) = find(frame.format(format_digits(Decimal(number))))
    assert isinstance(found.value, MoneyValue)
    assert found.value.amount == str(number)


@given(st.integers(2, 10**12))
def test_reading_chinese_words_inverts_writing(number: int) -> None:
    (found,) = find(f"共计{format_chinese(number)}美元，")
    assert isinstance(found.value, MoneyValue)
    assert found.value.amount == str(number)


@given(st.integers(2, 10**6))
def test_reading_english_words_inverts_writing(number: int) -> None:
    found = find(f"It cost {format_english(number)} euros in all")
    assert [one.value.amount for one in found if isinstance(one.value, MoneyValue)] == [str(number)]


@given(st.text("$¥元万亿一百0123456789.,、/-至到约 RMBUSDmillion和块角分", max_size=60))
def test_any_text_gives_valid_amounts(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
        assert isinstance(one.value, MoneyValue)
        for amount in (one.value.amount, one.value.amount_min, one.value.amount_max):
            assert amount is None or format_amount(Decimal(amount)) == amount


HOSTILE = [
    "1",
    "$",
    "$1 ",
    "1元",
    "1元至",
    "1、",
    "亿",
    "5亿元和",
    "one ",
    "one hundred dollars and ",
    "$1,",
    "1,000,",
    "块",
    "投资",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        started = time.process_time()
        find_all(text)
        return time.process_time() - started

    def find_all(text: str) -> None:
        article = Document(id="x", source="-", lang="zh", text=text, offsets=identity(len(text)), kept=())
        MATCHER.find(SegmentedText(text), article)

    seconds(1_000)
    short, long = (min(seconds(length) for _ in range(2)) for length in (2_500, 10_000))
    assert long < 0.2 or long < 10 * short
