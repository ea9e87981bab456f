"""The words replies are made of, Chinese and English, as data: what says done, open, blocked, difficult, planned.

Patterns are written for plain text (`wording.plain`) in which dates are blanked out: "□" for a date ahead or unsaid,
"■" for one in the past.
"""

from __future__ import annotations

import re

TYPING_ERRORS = (
    (re.compile(r"[己巳以](?=经?(?:完成|办结|做完|完工|启动|开展|上报|报|排查|整改|竣工|落实|推进|全部))"), "已"),
    (re.compile(r"末(?=完成|启动|开始|开工|开展|动工|办结|到位)"), "未"),
    (re.compile(r"完城|完程|完诚|玩成"), "完成"),
    (re.compile(r"进渡|近度|进都"), "进度"),
    (re.compile(r"困滩|困南"), "困难"),
    (re.compile(r"推近|推进进"), "推进"),
)

SPEECH_FILLERS = (
    (re.compile(r"嗯+|呃+|啊+|哈+(?!尔)|就是说|那个啥"), ""),
    (re.compile(r"[呢吧嘛哦](?=已|还|目前|现在|是|就|大概|预计|路|都|也|没)"), ""),
)

# re.ASCII: Chinese is no word to \b, so that 没有not done holds the word not.
CLAUSE_END = re.compile(r"[,;。!?\n]|但是?|不过|可是|只是|然后|另外|\.\s|\bbut\b|\bhowever\b|\bthough\b", re.ASCII)
CORRECTION = re.compile(
    r"(?:不对|更正(?:一下|下)?|说错了|发错了|报错了|打错了|写错了|应该是|应为|纠正(?:一下)?|sorry|correction|i mean|"
    r"actually)[,:。!]?"
)
# 不是X是Y and Y不是X: what matches is taken out, so that only Y is read.
NOT_THIS_BUT_THAT = re.compile(
    r"(?:不是|并非|而非)[^,;。\n]{1,14}?[,]?(?:而是|应该?是|是)|\bnot [^,;\n]{1,20}(?:,? but |, it'?s )",
    re.ASCII,
)

THAT_NOT_THIS = re.compile(r"(?<=[\w%])[,]?(?:而)?(?:不是|并非)[^,;。\n是]{1,14}(?=[,;。\n]|$)")

# 完成情况, 完成时限 … name a field and claim nothing.
FIELD_NAMES = re.compile(
    r"完成(?:情况|时限|时间|时间节点|期限|日期|质量|标准|比例|状态)|进展情况|存在(?:的)?问题(?=[:：])|"
    r"问题整改|整改问题"
)
ALL_FINE = re.compile(
    r"(?:没有?|未|并未|没有?再?)(?:遇到|碰到|出现|发现|存在)(?:任何|什么|啥|大的)*(?:困难|问题|难点|障碍)|"
    r"(?:没有?|无|暂无|不存在)(?:任何|什么|啥|大的?|其他)*(?:困难|问题|难度|障碍)|问题不大|(?:困难|"
    r"问题)(?:都|已经?|均)*解决了?"
    r"|\bno (?:problems?|issues?|difficult(?:y|ies)|blockers?|obstacles?)\b|"
    r"\bwithout (?:any )?(?:problems?|issues?|difficulty)\b",
    re.ASCII,
)

DONE = re.compile(
    r"完成|办结|做完|干完|弄完|搞完|办完|建完|修完|完工|竣工|搞定|搞掂|办妥当?|弄妥当?|(?:圆满|顺利|全部|已经?|"
    r"都)结束(?=了|$)|收官|销号|(?:弄|办|搞|做|修|"
    r"建)好(?=了|啦|$)|完事|"
    r"验收(?:通过|合格)|通过(?:了)?(?:竣工)?验收|(?:^|都|全部?|已经?|也|均)(?:好|完|结束|ok|落实到位|"
    r"落实)(?:了|啦|$)|交付使用|投入使用|全部[^,;。]{0,4}到位|整改到位(?=了|$)|✅|☑|√|"
    r"\b(?:done|finished|completed|complete|wrapped up|closed out)\b",
    re.ASCII,
)
# Before a word for "finished": denied, only nearly so, or yet to come; and what makes it told after all.
NEGATION = re.compile(
    r"(?:没有?|未|尚未|还没|并未|不能|无法|没法|不可能|难以|不算|谈不上|不是|并没有?|难|不敢说|离|距离?)[^,;。]{0,7}$"
    r"|\b(?:not|never|isn't|aren't|wasn't|hasn't|haven't|isnt|hasnt|havent|cannot|can't|couldn't|didn't|"
    r"won't|yet to|far from|nothing|none|hardly|barely|scarcely)\b[^,;]{0,24}$",
    re.ASCII,
)
NEARLY = re.compile(
    r"(?:基本上?|大体上?|大致|差不多|快要?|马上|即将|接近|临近|初步|部分|阶段性|大部分|大多数?|多数|一半|"
    r"过半|主体|逐步|陆续|算是|勉强|几乎|将近|眼看|总体|整体上|总的来说)[^,;。]{0,5}$"
    r"|\b(?:nearly|almost|mostly|partly|partially|half|largely|basically|about|close to|practically|"
    r"virtually|some|most|part|(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:out )?of)\b[^,;]{0,30}$",
    re.ASCII,
)
PLANNED = re.compile(
    r"(?:预计|估计|预期|争取|力争|计划|打算|准备|(?<!临近)将(?!军)|拟|确保|保证|尽快|尽早|尽量|抓紧|能|"
    r"可以?|会|(?<!按)要(?!求)|(?<!按)需|待|(?<!同)等|如果|假如|要是|若|目标|希望|"
    r"想|何时|什么时候|才|再|(?<!时)(?<!年)限|务必|必须|应(?!急)|(?<!按)(?<!照)要求|加快|推动|有望|应该|"
    r"大概|可能|是否|有没有|为了|确定|一定|肯定|必|决心|力保|坚决|下一?步|接下来|后续|今后|申请|办理|"
    r"上报)[^,;。]{0,14}$"
    r"|□[^,;。已了]{0,6}$"
    r"|\b(?:will|would|should|to|expect(?:ed)?|plan(?:ned)?|hope|aim|going to|can|could|may|might|must|"
    r"shall|by|once|when|if|until|before|after|need|needs|target|get|be)\b[^,;]{0,30}$",
    re.ASCII,
)
ALREADY = re.compile(
    r"(?:已经?|早就|刚刚?|■|前就)[^,;。]{0,4}$|\b(?:already|have|has|just|all|was|were|been)\b[^,;]{0,8}$",
    re.ASCII,
)
# After a word for "finished": 完成后, 完成不了, 完成率 … tell of no finished task.
NOT_SAID_YET = re.compile(
    r"^(?:后|之后|以后|以前|之前|前|不了|不成|率|时|的话|吗|没$|没有$|没\?|了吗|了没|之时|进度|度|"
    r"任务的?[\d一二三四五六七八九]|"
    r"得(?:差不多|怎么样|不|还|比较|一般|如何)|的?可能|与否|不|到|至|(?:了)?(?:大概|大约)?(?:大部分|部分|"
    r"一部分|一半|大半|多半|过半|近|约)|(?:的)?只有|(?:了)?第[一二三四1-4]|"
    r"\s*(?:once|when|yet|rate|by)\b)",
    re.ASCII,
)
# Steps on the way: 招标已完成 finishes a step, not the task.
STAGE = (
    r"招标|招投标|投标|开标|比选|采购|设计|方案|前期|主体|初稿|草稿|征求意见|初步|阶段|一期|首期|首批|"
    r"第[一二]批|部分|图纸|可研|立项|摸排|排查|摸底|"
    r"培训|勘察|勘测|测绘|土建|基础|打桩|合同|签约|签订|宣传|调研|申报|审批|审查|评审|会议|台账|动员|部署|"
    r"征地|拆迁|清表|进场|选址|环评|报批|备案|"
    r"编制|起草|资金|拨付|投资|路基|路面|框架|自查|普查|登记|录入|统计|收集|清单|材料|走访|名单|公示|预算|"
    r"论证|分解|安装|管网|砌筑|浇筑|封顶|整地|平整|"
    r"调查|检查|抽查|巡查|整改方案|实施方案|工作方案|手续|用地|规划|清理|绿化"
)
STAGE_BEFORE = re.compile(
    rf"(?:{STAGE})(?:工作|环节|阶段|工程|任务|手续|编制|的)?(?:也|都|均|已经?|刚|■|全部|今天|昨天|基本)*$"
)
STAGE_AFTER = re.compile(rf"^(?:了)?(?:对|各|全部|全县|全镇|相关|所有|项目|工程|[^,;。]{{0,6}}的)?(?:{STAGE})")
AMOUNT_AFTER = re.compile(
    r"^(?:了|的|有|工程量|投资|任务量|总量|总工程量|任务|进度|率)*[:]?(?:大概|大约|约|近|超过?|过|将近|"
    r"接近|差不多|超|总量的|总任务的|目标的|全年任务的|任务的)*"
    r"(?:\d|[一二两三四五六七八九十百几]+(?:[家个户人名亩处座条栋项件份次场批台套成公米吨万千百十余多]|"
    r"分之)|百分之|过半|一半|半)"
)
EN_STAGE = (
    r"survey|design|tender(?:ing)?|bidding|draft|phase|stage|procurement|paperwork|foundation|groundwork|"
    r"inspection|training|plan(?:ning)?|"
    r"part|section|batch|review|application|contract|site visit|first|report|meeting|checklist|inventory|"
    r"preparation|step"
)
EN_STAGE_BEFORE = re.compile(rf"\b(?:{EN_STAGE})s?\b[^,;]{{0,18}}$", re.ASCII)
EN_OBJECT_AFTER = re.compile(
    rf"^\s+(?:with\s+)?(?:the\s+|a\s+|our\s+|its\s+)?(?:\w+\s+)?(?:{EN_STAGE})\b|^\s+(?:about\s+|around\s+|"
    rf"only\s+)?(?:\d|half|some|most|part)",
    re.ASCII,
)
OTHERS = re.compile(
    r"^(?:他们|对方|别的|别人|兄弟单位|其他单位|隔壁)|听说|据说|假装|号称|说是|有人说|(?:上级|领导|他|她|对方|他们)说"
)
# What may follow a word for "finished" that is meant: nothing, a particle, the task itself, a pointer to papers.
ONLY_THE_TASK_AFTER = re.compile(
    r"^(?:了|啦|哈|哦|呢|咯|喽|嘞|呀|的|吧)*(?:(?:全部|所有|该项|此项|本项|这项|全年|年度|各项|相关|既定|"
    r"预定|我们?|我局|这边|上述)*(?:的)?(?:目标|整改|建设)?(?:任务|工作|目标|整改|销号|"
    r"要求)?)(?:(?<=了)○)?"
    r"(?:了|啦|哈|的?有|(?:并|且)?(?:已经?)?(?:通过(?:了)?(?:竣工)?验收|验收(?:合格|通过)|销号|办结|"
    r"交付使用|投入使用|归档|报送|上报)|请查收|请审核|请领导审阅|附件[^,;。]*|详见[^,;。]*|见附件|谢谢|"
    r"[…~.\]) ])*$"
    r"|^了?[^,;。\d○]{0,16}(?:任务|工作)了?$"
)
IN_FULL_AFTER = re.compile(r"^(?:了|率|进度|任务|度|情况)*:?(?:已?达到?|为|是)?\s?(?:100(?:\.0+)?%|百分之百)")

# Words that speak against done wherever they stand in the stretch.
UNDONE = re.compile(
    r"就差|只差|还差|尚差|^差|差(?=一?点|个|[^不]*?(?:验收|盖章|签字|批复|公示|没))|只剩|还剩|剩下|剩余|尚有|"
    r"[没未](?:有|全部?|完全|都|能)*(?:做|弄|搞|干|办|建|修|写)?(?:完|结束|好(?!转))(?!成)|(?:还有|"
    r"有)[^,;。]{1,16}(?:没|未|待|尚)|待(?:验收|审批|审核|批复|盖章|签字|公示|完善|整改)|"
    r"(?:等|等待|等着|准备|正在|进行)[^,;。]{0,6}验收|[未没](?:有)?(?:盖章|签字|验收|公示|备案|批复|审核|"
    r"审批|归档|通过)|未通过|没通过|收尾|扫尾|尾声|差不多|正在|还在|仍在|尚在|在办|进行中|推进中|办理中|"
    r"基本(?:上)?(?:结束|到位|落实|搞定|好了)|快(?:好|完|结束)了?|马上(?:好|完)|"
    r"\b(?:remaining|remains|left|outstanding|pending|awaiting|still|almost|nearly|mostly|in progress|"
    r"under ?way|ongoing|waiting|except|not yet)\b",
    re.ASCII,
)
GOING_ON = re.compile(
    r"推进|进行|正在|正(?=[^常式])|在办|在做|在建|在弄|在搞|在推|在抓|在干|办理中|施工|着手|落实|开展|"
    r"启动|动工|开工|按计划|按序时|序时|有序|稳步|持续|抓紧|加快|继续|"
    r"跟进|对接|进展|进度|有进展|建设中|实施|编制中|整改中|已经?(?:排查|整改|建成|发放|培训|安装|种植|"
    r"走访|签订|投入|到位|拨付|报|签|建|修|发|收|查|招|组织|召开|制定|印发|出台|摸排|报送|上报|提交|开)|"
    r"整改|排查了|走访了|发放了|修了|建了|种了|报上去|交上去|送审|组织了|召开了|开了|做了|干了|弄了|一半|"
    r"过半|大部分|大半|再有|还要|还得|还需|没变化|无变化|同上|[跟和同与]上(?:次|个?月|季度?|"
    r"期)[^,;。]{0,4}(?:一样|相同|一致)|"
    r"不[到足][^,;。]{0,3}[成%]|开始|批下来了|无进展|没进展|没有进展|没什么进展|"
    r"\b(?:in progress|under ?way|ongoing|working on|work(?:ing)? continues|on track|on schedule|"
    r"progress(?:ing)?|started|begun|proceeding|moving|"
    r"carrying|implementing|doing|going|we(?:'re| are) \w+ing|so far|continues?|halfway|half)\b",
    re.ASCII,
)
NOT_STARTED = re.compile(
    r"(?<!个)(?:还没有?|没有?|尚未|未|仍未|暂未|还未|并未|暂时没有?|一直没有?)(?:正式|真正|怎么|能|来得及|"
    r"顾上|去|有)?(?:启动|开始|开工|动工|动手|着手|开展|动(?!静|[力态])|动静|做(?!完|好|[了到])|弄(?!完|"
    r"好)|搞(?!完|好|定)|办(?!完|好|结|理完)|干(?!完)|安排|实施|进场)|"
    r"(?:一点|丝毫|完全|根本|压根)[都也]?(?:没有?|未)动|纹丝[未没]动|原地踏步|零进度|没顾上|没来得及|"
    r"没腾出手|八字[^,]{0,2}没一?撇|没影|待启动|待开工|"
    r"\b(?:not (?:yet )?(?:been )?(?:started|begun|commenced)|(?:hasn't|haven't|have not|has not|didn't|"
    r"did not)(?: yet)? (?:been )?(?:started?|begun|begin|touched)|"
    r"yet to (?:start|begin)|nothing (?:has been )?(?:done|started)(?: yet)?|not even started|no start)\b",
    re.ASCII,
)
STOPPED = re.compile(
    r"卡住|卡死|卡壳|停工|停摆|停滞|停了|停下|停着|暂停|搁置|中止|中断|叫停|僵住|(?:无法|没法|不能|没办法|"
    r"难以|没有办法)(?:继续|再)?(?:往下|向前)?(?:推进|开展|施工|实施|继续|进行|进场|动|干|开工|启动|办理|往下)|"
    r"(?:推进|开展|进行|施工|继续|干|动|做|推|办|走|往下走|往下推)不(?:了|动|下去|成)|才能(?:继续|开工|"
    r"动工|推进|启动|施工|往下|进场|开展|下一步|(?:动|办|做|干)(?![完好]))|[进开动]不了(?:场|工)|"
    r"不具备(?:开工|施工|实施)?条件|"
    r"停在|"
    r"\b(?:blocked|stuck|on hold|halted|suspended|stalled|paused|at a standstill|nothing can (?:move|"
    r"start|happen|proceed|be done)|(?:can't|cannot|can not|"
    r"unable to|couldn't) (?:go on|proceed|continue|move|start|work|do anything|go any further|go ahead|"
    r"begin))\b",
    re.ASCII,
)
# Waiting for someone: blocked only when nothing else goes on.
HELD_UP = re.compile(
    r"卡在|卡着|被卡|(?:在等|等着|等待|还等|得等|要等|只能等|需等|等)[^,;。]{0,12}(?:批复|批文|审批|资金|"
    r"拨款|指标|文件|批准|答复|下达|回复|意见|到位|批下来|下来)|批不下来|"
    r"\b(?:waiting (?:for|on)|awaiting|held up|pending approval)\b",
    re.ASCII,
)
DIFFICULTY = re.compile(
    r"困难|受阻|遇阻|难度|难点|难题|难推|太难|很难|比较难|有点难|瓶颈|阻力|阻碍|阻挠|障碍|矛盾|纠纷|(?:有|"
    r"遇到|存在|出了|出现|碰到|遇上)(?:了|些|一些|点|个|几个|不少|较多|的)*问题|问题(?:是|在于)|主要问题|"
    r"(?:资金|经费|钱|款|拨款|指标|用地|土地|手续|设备|材料|人员|批复|批文|配套)[^,;。]{0,8}(?:不足|紧张|"
    r"缺口|没到|未到|不到|没下|未下|没批|未批|没落实|未落实|不够|短缺|没有着落|跟不上|没拨|未拨|迟迟|"
    r"到不了|没来|不齐|没办|缺)|"
    r"缺(?:人|钱|资金|经费|少|设备|技术|专业|材料|口|乏)|没钱|没人(?!反|投)|没经费|没资金|人手|"
    r"人员(?:不够|不足|紧)|不(?:太|怎么|大|够)?配合|不愿意?|不同意|"
    r"不支持|不肯|扯皮|协调不|协调难|难以|滞后|拖延|拖了|延误|耽误|"
    r"(?:受|因)[^,;。]{1,12}(?:影响|制约|限制)|[没未](?:能)?(?:批下来|到位|下来|落实资金|拨付|拨下来)|"
    r"批不下来|不到位|不足|不够|短缺|缺口|"
    r"(?:请|希望|恳请|建议|需要?|盼)(?:县里?|领导|上级|牵头|政府|督查|督办|市里|[^,;。]{0,6})(?:帮忙|协调|"
    r"支持|解决|出面|帮助)|请求(?:支持|协调)|"
    r"完不成|完成不了|赶不上|赶不出|来不及|(?:进度|进展)(?:[^,;。]{0,3})(?:慢|缓慢|滞后|落后|不理想)|缓慢|"
    r"卡|停工|停滞|停摆|暂停|搁置|"
    r"\b(?:problems?|issues?|difficult(?:y|ies)?|shortage|short of|short-staffed|understaffed|lack(?:s|"
    r"ing)?|behind schedule|delay(?:ed|s)?|not (?:yet )?(?:been )?approved|"
    r"no (?:funding|funds|money|budget|staff|approval)|fund(?:s|ing)? (?:has|have|is|are) ?n[o']t|"
    r"hasn't (?:arrived|come|been (?:approved|released|allocated))|haven't (?:arrived|come|"
    r"been (?:approved|released|allocated))|"
    r"need (?:help|support|coordination)|obstacles?|bottleneck|trouble|refus(?:e|es|ed|ing)|blocked|stuck|"
    r"on hold|halted|stalled|suspended|waiting (?:for|on)|awaiting|held up|objections?)\b",
    re.ASCII,
)
