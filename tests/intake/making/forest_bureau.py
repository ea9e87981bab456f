"""forest-bureau.docx: a bureau's own plan for its divisions; the agency column first and merged, no serial numbers."""

from __future__ import annotations

from tests.intake.making.word import Writer, open_word

ROWS = [
    ("责任处室", "任务", "配合处室及单位", "时限"),
    ("防火办公室", "新建防火瞭望塔6座，视频监控覆盖率达到90%", "计划财务处、各林场", "2026年5月底前"),
    ("", "组织春季扑火演练不少于3次", "护林防火支队", "4月20日前"),
    ("", "修复防火公路75公里", "基建处、雪峰县交通运输局", "9月底前"),
    ("资源管理处", "完成国有林地确权发证1.8万公顷", "雪峰县自然资源局", "12月底前"),
    ("", "查处毁林案件，办结率不低于95%", "森林公安分局", "全年"),
    ("", "森林抚育4.5万亩", "各林场", "10月"),
    ("科技产业处", "建设红松果林基地9000亩", "种苗站", "6月15日前"),
    ("", "林下产业产值突破2亿元", "各林场、雪峰林产集团", "年底前"),
    ("野生动植物保护处", "巡护里程不少于3.6万公里", "各管护站", "每月"),
    ("", "救护收容野生动物成活率达到80%以上", "野生动物救护中心", "长期坚持"),
]
MERGED = ((1, 3), (4, 6), (7, 8), (9, 10))


def make() -> None:
    """Write the file."""
    document = open_word()
    writer = Writer(document)
    writer.write("! 雪峰林区管理局2026年春防秋防暨资源管护任务分工\n! （2026年2月10日局务会议通过）")
    table = document.add_table(rows=0, cols=4)
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    for first, last in MERGED:
        words = ROWS[first][0]
        table.cell(first, 0).merge(table.cell(last, 0)).text = words
    writer.line("说明：各处室要加强协作，局办公室每季度督查一次。")
    writer.save("forest-bureau.docx")
