"""What a section of a plan is for, told by its heading: goals, guiding ideas, phases, safeguards; the rest is tasks."""

from __future__ import annotations

import re

GOALS = re.compile(
    r"^(?:20\d\d年)?(?:全[省市州县区镇]|经济社会发展|总体|工作|年度|主要|发展|具体|行动|预期|任务|整治|攻坚|创建|建设|绩效)*(?:目标|指标)"
    r"(?:指标|要求|任务)?$|^(?:年度|工作|主要)?目标(?:指标|与|和)"
)
NO_TASKS = re.compile(
    r"^(?:指导思想|基本原则|总体要求|总体思路|工作思路|工作原则|基本思路|工作背景|工作目的|实施步骤|工作步骤|方法步骤|推进步骤|实施阶段"
    r"|步骤安排|阶段安排|阶段划分|时间安排|进度安排|时间步骤|时间节点|工作进度|联系方式|联系人|通讯录|名词解释|适用范围"
    r"|(?:成立|健全|建立|明确)?(?:组织机构|组织架构|组织体系|工作机构|领导机构|领导小组|工作专班)|编制依据|附则|总则)"
)
# What a plan says before its tasks, its aims among them.
IDEAS = re.compile(r"^(?:指导思想|总体要求|总体思路|总体安排|工作思路|基本思路|总体)")
PHASE = re.compile(r"阶段(?:[（(]|$)|步骤$")
_MORE = r"(?:强化|加强|完善|健全|落实|加大|做好|压实|狠抓|抓好|切实|全面|严格|提高|明确|建立|构建|细化)*"
_SAFEGUARDS = re.compile(
    rf"^{_MORE}(?:工作|组织|实施|推进|落实|综合|各项|有关|相关|几点|具体|纪律|政策)*"
    r"(?:保障措施|保障机制|保障工作|组织领导|组织保障|工作保障|实施保障|组织实施|组织推动|工作要求|要求|督导考核|督查考核|监督考核|考核评价|考核问责)"
    r"(?:$|[、和与及])|^(?:强化|加强|抓好)?保障$|^(?:狠抓|抓好|强化|加强)?(?:组织|工作|督促)?落实$|^附则"
)
_FIRST_CLAUSE = re.compile(r"[，,；;。：:！]")
# A paper that breaks an annual report down counts its goals among its tasks.
BREAKDOWN = re.compile(r"(?:责任|任务|目标|工作)(?:责任)?(?:分解|分工)")


def is_safeguard(title: str) -> bool:
    """组织领导, 保障措施, 工作要求: what makes the tasks succeed, and none of them."""
    return bool(_SAFEGUARDS.search(_FIRST_CLAUSE.split(title, maxsplit=1)[0]))
