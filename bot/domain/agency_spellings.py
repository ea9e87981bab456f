"""One form for the many ways of writing an agency's name, and what everyday names of offices there are.

Sources: names of county offices as the institutional reform of 2018 left them, and the short forms used in papers.
"""

from __future__ import annotations

import re
import unicodedata

from bot.domain.agency_names import place_end, written_level

# Names of whole bodies whose short form has other characters or another end.
_SHORT_FORMS = (
    (r"纪律检查委员会", "纪委"),
    (r"监察委员会", "监委"),
    (r"(?:中国人民)?政治协商会议.*?委员会|^政协.{1,6}?[县市区旗](?:委员会|委(?=办)|$)", "政协"),
    (r"(?:中国)?(?:共产主义青年团|共青团).*?委(?:员会)?$|^团委$|^团[县市区旗]委$", "团委"),
    (r"人民代表大会常务委员会", "人大常委会"),
    (r"机构编制委员会办公室|编委办$", "编办"),
    (r"妇女联合会", "妇联"),
    (r"残疾人联合会", "残联"),
    (r"文学艺术(?:界|工作者)联合会", "文联"),
    (r"归国华侨联合会", "侨联"),
    (r"社会科学界联合会", "社科联"),
    (r"科学技术协会", "科协"),
    (r"计划生育协会", "计生协"),
    (r"工商业联合会", "工商联"),
    (r"总工会", "工会"),
    (r"供销合作(?:社联合社|联社|总社|社)", "供销社"),
    (r"人民法院", "法院"),
    (r"人民检察院", "检察院"),
    (r"人民武装部|^武装部$", "人武部"),
    (r"人民政府", "政府"),
    (r"街道办事处|街道办(?:公室)?$", "街道"),
    (r"(?<=[镇乡])政府$", ""),
    (r"管理委员会|管委会", "管委"),
    (r"委员会", "委"),
    (r"办公室", "办"),
    (r"交通警察", "交警"),
    (r"城市管理(?:和)?(?:综合)?(?:行政)?执法局|城管(?:综合)?执法局", "城市管理局"),
    (r"市场监管", "市场监督管理"),
)
_COUNTRY_WIDE = re.compile(r"^(?:国网|国家税务总局|中国共产党|中共)")
_OPEN_END = re.compile(r"等(?:(?:有关|相关|县直|市直)?(?:部门|单位))?$")
_BRACKETS = re.compile(r"[(〔\[【].*?[)〕\]】]")
_TRADITIONAL = str.maketrans(
    "縣財農業環發應衛國審計稅務產規劃資源設鄉鎮會辦", "县财农业环发应卫国审计税务产规划资源设乡镇会办"
)
_ABOVE_TOWNS = "省市州盟县区旗"

# What an office does, by the end of its name: offices of different kinds are different offices.
_KIND = re.compile(
    r"(?:局|厅|部|院|馆|校|所|站|社|会|联|协|股|科|室|中心|街道|镇|乡|村|队|公司|银行|支行|医院|管委|园区|政府|政协|办|委|厂|场|团)$"
)
# Bodies that were called 委 or are 局, of which a county has one.
_COMMITTEE_OR_BUREAU = re.compile(r"发改|发展|卫健|卫计|卫生|住建|住房|交通|城管|城市管理|教育")


def plain_name(name: str) -> str:
    """A name for comparing: compatibility forms folded, blanks and closing stops gone, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).strip("。.,，、;；:：").lower()


def folded(name: str) -> str:
    """The one form of a name: no brackets, no level or place above the towns, short forms of whole bodies."""
    text = _OPEN_END.sub("", _without_brackets(plain_name(name).translate(_TRADITIONAL)))
    text = _COUNTRY_WIDE.sub("", text)
    for pattern, short in _SHORT_FORMS[:4]:
        text = re.sub(pattern, short, text)
    text = _without_level(text)
    for pattern, short in _SHORT_FORMS:
        text = re.sub(pattern, short, text)
    return text


def unjoined(name: str) -> str:
    """A folded bureau's name without its 和: 教育和体育局 is 教育体育局."""
    return re.sub("[和与及]", "", name) if kind_of(name) in ("局", "委") else name


def _without_brackets(text: str) -> str:
    """（县）审计局 is 县审计局; what stands in brackets behind a name explains it."""
    opened = re.match(r"[(〔\[【]([^)〕\]】]{1,3})[)〕\]】](?=.)", text)
    if opened:
        text = opened[1] + text[opened.end() :]
    return _BRACKETS.sub("", text) or text


def _without_level(text: str) -> str:
    for _ in range(4):
        cut = len(written_level(text)) or place_end(text)
        if not cut or text[cut - 1] not in _ABOVE_TOWNS or len(text) - cut < 2:
            break
        text = text[cut:]
    return re.sub(r"^(?:委(?=..)(?!员|办公)|直属(?=机关)|直(?=机关))", "", text)


def place_of(name: str) -> str:
    """The lowest place above the towns that a name is written with: 永州市云溪县财政局 → 云溪县, 县财政局 → ""."""
    text, place = _COUNTRY_WIDE.sub("", _without_brackets(plain_name(name))), ""
    for _ in range(4):
        cut = place_end(text)
        if not cut or text[cut - 1] not in _ABOVE_TOWNS or len(text) - cut < 1:
            break
        place, text = text[:cut], text[cut:]
    return place


def kind_of(name: str) -> str:
    """The end of a folded name that tells what sort of office it is; "" for a bare subject (住建, 财政)."""
    found = _KIND.search(name)
    return found[0] if found else ""


def stem_of(name: str) -> str:
    """A folded name less its kind."""
    return name[: len(name) - len(kind_of(name))]


def kinds_fit(typed: str, name: str) -> bool:
    """Whether two folded names may be of one office by their ends: 发改委 and 发改局 may, 市监委 and 市监局 not."""
    one, other = kind_of(typed), kind_of(name)
    if not one or one == other:
        return True
    return {one, other} == {"委", "局"} and bool(_COMMITTEE_OR_BUREAU.match(typed))


# Offices that the reform of 2018 took over whole and everywhere into one: today's name begins with the words.
SUCCESSORS = {
    "环保": "生态环境",
    "环境保护": "生态环境",
    "国土": "自然资源",
    "国土资源": "自然资源",
    "工商": "市场监督",
    "工商行政管理": "市场监督",
    "质监": "市场监督",
    "质量技术监督": "市场监督",
    "食药监": "市场监督",
    "食品药品监督管理": "市场监督",
    "安监": "应急管理",
    "安全生产监督管理": "应急管理",
    "卫计": "卫生健康",
    "卫生和计划生育": "卫生健康",
}
# What another office may be called elsewhere or was called at a time: asked about, never taken for granted.
PERHAPS = {
    "水务": "水利",
    "水利": "水务",
    "农委": "农业农村",
    "农办": "农业农村",
    "扶贫": "乡村振兴",
    "政务服务": "行政审批",
    "行政审批": "政务服务",
    "计划": "发展和改革",
    "经贸": "工贸",
    "经信": "信息化",
    "工信": "信息化",
    "城管": "行政执法",
    "综合执法": "城市管理",
    "商务": "工贸",
    "城建": "住房和城乡建设",
    "建设": "住房和城乡建设",
    "文体": "文化",
    "劳动": "人力资源",
    "人事": "人力资源",
    "社保": "人力资源",
    "档案": "县委办",
    "开发区": "经开区",
    "畜牧": "农业农村",
    "农机": "农业农村",
    "粮食": "发展和改革",
    "物价": "发展和改革",
}
# Short forms whose words stand in that order in today's names, wherever the name begins.
READ_AS = {
    "工信": r"工.*信息",
    "经信": r"经.*信息",
    "文旅": r"文化.*旅游",
    "文广旅": r"文化.*广.*旅游",
    "文体": r"文化.*体育",
    "教体": r"教育.*体育",
    "旅游": r"[和与]旅游",
    "规划": r"[和与]规划",
    "科技": r"^科学技术|^科技",
    "审批": r"行政审批",
    "城管": r"城市管理",
}
# Everyday names that are an office's own: another office's name that merely contains their characters is not it.
_OWN = """
财政 税务 国税 地税 水务 水利 水产 林业 农业 农机 农垦 农经 畜牧 民政 司法 公安 国安 安全 审计 统计 信访 档案
粮食 物价 教育 体育 科技 文化 文物 旅游 广电 卫生 社保 人事 劳动 工商 质监 商务 招商 外事 侨务 台办 气象 地震
烟草 邮政 盐务 电力 供电 交通 公路 海事 港航 铁路 民航 规划 建设 房产 房管 园林 市政 环卫 城建 移民 老龄 扶贫
供销 金融 法制 机要 保密 党史 史志 编办 法院 检察 武装 消防 交警 移动 联通 电信 执法 计划 经贸 外贸 矿产 测绘
煤炭 能源 渔业 盐业 残联 妇联 文联
"""
OWN_NAMES = frozenset(_OWN.split())
