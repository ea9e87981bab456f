"""province-forestry.docx: one task table: two-line header, cells merged both ways, section rows, auto-numbered 序号."""

from __future__ import annotations

from typing import Any

from tests.intake.making.word import Writer, add_list, number_it, open_word

HEAD = """
! 江岳省绿化委员会办公室
! 关于下达2024年全省国土绿化重点任务的通知
各市（州）人民政府，省绿化委员会各成员单位：
为推动全省国土绿化高质量发展，现将2024年重点任务下达如下，请认真组织实施。
! 江岳省2024年国土绿化重点任务分解表
"""
# A section, then its groups (重点任务) with rows of (measure, lead, others, limit).
ROWS: list[tuple[str, str, str, str, str]] = [
    ("一、科学推进大规模绿化行动", "", "", "", ""),
    ("人工造林", "完成人工造林120万亩。优先安排困难立地。", "省林业局", "省自然资源厅、财政厅", "2024年11月底前"),
    ("", "实施封山育林80万亩，管护责任落实到人。", "省林业局", "各市（州）人民政府", "2024年12月底前"),
    ("", "退化林修复面积不少于65万亩。", "省林业局", "省财政厅", "2024年12月底前"),
    ("身边增绿", "新增城市公园绿地900公顷，建成口袋公园300个。", "省住房城乡建设厅", "省自然资源厅", "2024年10月"),
    ("", "绿化国省干线公路1600公里。", "省交通运输厅", "省公路局、各市（州）人民政府", "2024年4月底前"),
    ("", "河渠两岸宜绿化率达到92%以上。", "省水利厅", "省林业局", "2024年12月"),
    (
        "义务植树",
        "全民义务植树尽责率达到88%，植树5500万株。",
        "省绿化委员会办公室",
        "团省委、省总工会、省妇联，省军区有关部门",
        "3月底前",
    ),
    ("", "建设“互联网+义务植树”基地40个。", "省绿化委员会办公室", "省教育厅、省直机关工委", "2024年9月底前"),
    ("二、加强资源保护管理", "", "", "", ""),
    ("森林防火", "森林火灾受害率控制在0.8‰以内。", "省应急管理厅", "省林业局、公安厅、气象局", "全年"),
    (
        "",
        "新建防火道路700公里，国庆节前完成重点林区隔离带建设。",
        "省林业局",
        "省发展改革委、交通运输厅",
        "2024年12月底前",
    ),
    ("", "每月开展一次火险会商，及时发布预警。", "省应急管理厅\n省气象局", "省林业局", "每月"),
    ("有害生物防治", "松材线虫病疫点数量较上年减少10个以上。", "省林业局", "各市（州）人民政府", "2024年12月31日前"),
    ("", "林业有害生物成灾率控制在8.2‰以下。", "省林业有害生物防治检疫总站", "省林业局、昆仑海关", "2024年底"),
    ("", "开展秋季普查，10月20日前报送普查结果。", "省林业局", "各市（州）林业局", "2024年10月20日前"),
    ("林地林木管理", "查处破坏森林资源案件，结案率不低于95%。", "省林业局", "省公安厅、省检察院、省法院", "长期坚持"),
    ("", "林地定额使用执行率保持在合理区间，上半年完成省级抽查。", "省林业局", "省自然资源厅", "2024年6月底前"),
    ("湿地与野生动植物", "湿地保护率稳定在58%以上。", "省林业局", "省生态环境厅、水利厅", "2024年12月底前"),
    ("", "建立鸟类监测站点25处，覆盖主要迁徙通道。", "省林业局", "省科技厅、江岳林业大学", "2024年8月底前"),
    (
        "",
        "完成古树名木挂牌3.6万株。",
        "省绿化委员会办公室",
        "省住房城乡建设厅（省城市园林事务中心）",
        "2024年7月15日前",
    ),
    ("三、壮大绿色富民产业", "", "", "", ""),
    (
        "木本油料",
        "新造油茶林40万亩，改造低产林30万亩。",
        "省林业局",
        "省财政厅、农业农村厅、粮食和储备局",
        "2024年12月底前",
    ),
    ("", "油茶综合产值达到180亿元。", "省林业局\n省工业和信息化厅", "省商务厅", "2024年12月"),
    ("竹木加工", "培育年产值5亿元以上的龙头企业6家。", "省工业和信息化厅", "省林业局、国资委", "2024年12月底前"),
    ("", "竹产业总产值增长12%左右。", "省林业局", "省发展改革委、省工业和信息化厅等", "2024年底前"),
    ("林下经济", "发展林下中药材种植25万亩。", "省林业局", "省中医药局、省农业农村厅", "2024年11月30日前"),
    ("", "认定省级林下经济示范基地50个以上。", "省林业局", "省供销合作社", "三季度末"),
    ("森林旅游", "新建森林康养基地20处，接待游客突破1亿人次。", "省林业局", "省文化和旅游厅、省民政厅", "2024年12月"),
    ("四、夯实支撑保障", "", "", "", ""),
    ("林长制", "各级林长每季度巡林不少于1次。", "省林长制办公室", "各市（州）人民政府", "每季度"),
    (
        "",
        "年内对14个市（州）开展考核，12月20日前通报结果。",
        "省林长制办公室",
        "省委组织部、审计厅",
        "2024年12月20日前",
    ),
    ("科技与种苗", "良种使用率达到75%，建设保障性苗圃18个。", "省林业科学研究院", "省林业局、省科技厅", "2024年9月"),
    ("", "认定林草乡土专家200名。", "省林业局", "省人力资源社会保障厅", "2024年5月底前"),
]


def make() -> None:
    """Write the file."""
    document = open_word()
    add_list(document, 1, (("decimal", "%1"),))
    writer = Writer(document)
    writer.write(HEAD)
    table = document.add_table(rows=2, cols=6)
    _header(table)
    for group, measure, lead, others, limit in ROWS:
        cells = table.add_row().cells
        if not measure:
            cells[0].merge(cells[5]).text = group
            continue
        number_it(cells[0].paragraphs[0], 1, 0)
        for cell, words in zip(cells[1:], (group, measure, lead, others, limit), strict=True):
            cell.text = words
    _merge_groups(table)
    writer.line("注：牵头单位有两个的，排在前面的负责汇总。")
    writer.save("province-forestry.docx")


def _header(table: Any) -> None:
    first, second = (row.cells for row in table.rows)
    for column, words in ((0, "序号"), (1, "重点\n任务"), (2, "工作举措"), (5, "完成\n时限")):
        first[column].merge(second[column]).text = words
    first[3].merge(first[4]).text = "责任单位"
    second[3].text, second[4].text = "牵头单位", "配合单位"


def _merge_groups(table: Any) -> None:
    """One merged cell for the rows of a group: an empty group goes on from the row above."""
    rows = [row.cells for row in table.rows]
    first = 0
    for place, (group, measure, *_) in enumerate(ROWS, start=2):
        if group or not measure:
            first = place
        elif place + 1 == len(rows) or ROWS[place - 1][0]:
            words = rows[first][1].text
            rows[first][1].merge(rows[place][1]).text = words
