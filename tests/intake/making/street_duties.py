"""street-duties.xlsx: no serial numbers, 牵头：…配合：… inside one cell, agencies of a sub-district without prefix."""

from __future__ import annotations

from openpyxl import Workbook

from tests.intake.making.sheets import Value, merge_down, put, save

ROWS: list[list[Value]] = [
    ["项目", "具体任务及要求", "目标值", "责任分工", "时间要求"],
    [
        "党的建设",
        "举办街道党校培训班。全年覆盖全体社区党组织书记。",
        "培训班6期",
        "牵头：党建工作办公室\n配合：各社区党委",
        "11月底",
    ],
    [None, "选树“五星”党支部。", "创建12个", "牵头：党建工作办公室", "7月1日前"],
    [None, "发展年轻党员。", "35岁以下占比不低于60%", "牵头：党建工作办公室\n配合：团工委、各社区党委", "全年"],
    [
        "城市管理",
        "拆除存量违建。",
        "拆除面积不少于2.3万平方米",
        "牵头：综合行政执法队\n配合：城市管理办公室、市自然资源局海棠所",
        "9月",
    ],
    [
        None,
        "治理垃圾分类。居民参与率提升。",
        "参与率达到92%",
        "牵头：城市管理办公室\n配合：各社区居委会、各物业企业",
        "每月",
    ],
    [None, "更新破损路灯。", "更换160盏", "牵头：城市管理办公室", "上半年"],
    ["平安法治", "排查矛盾纠纷。", "化解率不低于97%", "牵头：平安建设办公室\n配合：派出所、司法所", "长期"],
    [None, "防范电信诈骗。", "发案数下降15%以上", "牵头：派出所\n配合：平安建设办公室、各社区居委会", "12月"],
    [None, "检查“九小”场所。", "检查2600家次", "牵头：应急管理站、消防工作站", "每季度"],
    [
        "民生服务",
        "发展居家养老。",
        "新建助餐点5个，服务老人1200人次以上",
        "牵头：社会事务办公室\n配合：各社区居委会",
        "10月底前",
    ],
    [None, "促进就业创业。", "新增就业900人", "牵头：社会事务办公室（退役军人服务站）", "2025.12.20"],
    [None, "救助困难群众。", "动态管理，应保尽保", "牵头：社会事务办公室", "按月"],
    ["小计", None, None, "12项", None],
]


def make() -> None:
    """Write the file."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "海棠街道2025年度重点工作任务书"
    sheet.merge_cells("A1:E1")
    sheet["A2"], sheet["E2"] = "单位（盖章）：海棠街道办事处", "2025年2月"
    put(sheet, 3, ROWS)
    merge_down(sheet, 1, 4, 2 + len(ROWS) - 1)
    save(book, "street-duties.xlsx")
