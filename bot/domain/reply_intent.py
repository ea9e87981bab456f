"""What a person wants with a message, judged beside what the message says of tasks."""

from __future__ import annotations

import re

from bot.domain.model import Intent

_EXTENSION = re.compile(
    r"晚[几一两三]?(?:天|点|些|日)(?:报|交|再|行|可|成)|"
    r"(?:申请|请求|恳请|希望|想|能不能|能否|可否|可不可以|可以|是否可以|麻烦|请|看能|需要?|要|"
    r"拟)[^。!?\n]{0,14}(?:延期|延长|延后|延迟|推迟|宽限|顺延|缓(?:一缓|几天|交|报)|晚(?:几天|一点|点|"
    r"两天|些)|延到|推到|延至|展期)"
    r"|(?:延期|宽限|展期)(?:申请|到|至|一下|几天|吗|\?|[一二两三半\d])|(?:再|多)(?:给|宽限)(?:我们?|点|"
    r"些)*[^。,]{0,3}(?:天|周|月|星期|时间|工作日)|(?:时间|期限)(?:上)?(?:能|可以|可否)?(?:再)?(?:宽|延|"
    r"推)"
    r"|\b(?:extension|more time|extend (?:the |our )?(?:deadline|due)|postpone|push (?:\w+ ){0,3}back|"
    r"move the deadline|later deadline|deadline (?:\w+ ){0,2}(?:moved|pushed|extended|changed)|(?:submit|"
    r"report|finish|deliver)\b[^?]{1,30}\blater|(?:give us|get|"
    r"have|grant us) (?:another|until|till|some more)|need another (?:\w+ )(?:days?|weeks?))\b"
)
_OURS = r"(?:我们?|咱们?|本)(?:单位|局|委|办|科室?|这边|部门|镇|乡|中心|街道|公司|院|所)*"
_DECLINE = re.compile(
    rf"(?:不是|不属于?|不归|非|不由|不该|不应该?由?){_OURS}(?:的|管|负责|职责|职能|牵头|任务|事|范围|承担|报|办|$|"
    rf"[,。!])|与{_OURS}无关"
    rf"|{_OURS}不是(?:责任|牵头|承办|主管|牵头责任)(?:单位|部门)"
    rf"|{_OURS}(?:没有|无|不)(?:这项|该项|此项|这个|承担|负责|牵头|管)(?:任务|职责|职能)?"
    r"|发错(?:人|单位|了[。!]?$)|搞错(?:单位|了?部门|人)|找错(?:人|单位|部门)|(?:职责|职能)(?:已经?)?(?:划转|"
    r"移交|划归)|已?(?:划转|移交)(?:给|到)"
    r"|\b(?:not (?:ours|our (?:task|responsibility|job|department|office|duty|bureau)|my (?:task|job|"
    r"department|unit))|"
    r"(?:isn't|is not|doesn't|does not) (?:ours|our|belong)|wrong (?:office|department|person|agency|unit|bureau)|"
    r"nothing to do with us|should (?:go|be sent) to the (?:\w+ )?(?:bureau|office|department)|"
    r"we (?:don't|do not) (?:handle|deal with|do|cover) (?:this|it|that)|"
    r"belongs to (?:the )?\w+|we (?:are not|aren't) (?:responsible|in charge))\b"
)
_PERSON = (
    r"(?:(?:小|老)[一-鿿]|[一-鿿]{1,3}(?:科长|主任|局长|股长|同志|主管|站长|老师|队长|工|姐|哥)|同事|他|她|"
    r"[一-鿿]{2,3}(?<![局委办室院站所中心镇乡县府门])(?=吧|就行|即可|了解|负责|[,。!]|$))"
)
_DELEGATE = re.compile(
    rf"(?:请|可以|直接|麻烦|就)?(?:找|联系|问|转(?:给|交|达)|交给|对接|问问|联络|@|催)(?!了|过|好)(?:一下|"
    rf"我们?|我局|的|县|局里|单位|办公室|科室|[一-鿿]{1, 3}股(?!长)|新来|负责)*(?:{_PERSON})(?!局|单位)"
    rf"|(?:{_PERSON})(?:来)?(?:负责|对接|跟进|在跟|在管|接手|接替|答复|回复|上报|填报|填|报)(?:此|这|该|了|"
    rf"的|$|[,。!])|(?:由|让|叫)(?:{_PERSON})(?:来|负责|对接|报|填|回|跟|代|答|办)"
    r"|(?:我|本人)(?:已经?|现在|这周|近期|马上)?(?:调离|调走|不负责|不管|休假|出差|请假|休产假|轮岗|退休|"
    r"换岗|借调)[^。]{0,12}(?:找|问|联系|由|请)"
    r"|\b(?:ask|contact|call|check with|talk to|speak to|forward (?:this|it) to|pass (?:this|"
    r"it) (?:on )?to|reach out to)\s+(?:mr\.?|ms\.?|mrs\.?|my (?:colleague|deputy)|"
    r"[a-z]+)\b(?:[^?]{0,30}\b(?:instead|please|handles?|is in charge|for this|now|about))?"
    r"|\b(?:is (?:now )?(?:handling|in charge of|responsible for)|handles|has taken over|took over|takes over)\b"
)


def asks_for_time(words: str) -> bool:
    """Whether the plain words ask for a later day."""
    return _EXTENSION.search(words) is not None


_QUESTION = re.compile(
    r"[?]\s*$|(?:吗|么|了没有?)[?!。]*$|请问|为什么|为啥|啥意思|什么意思|什么时候|啥时候|何时|怎么(?:填|"
    r"报|写|弄|算|办|回|操作|交|"
    r"上传|改|报送)|如何(?:填|报|写|操作)|哪(?:个|些|天|里|一|儿)|[找问给]谁|谁(?:负责|管|来|报|填)|"
    r"是不是要|需不需要|要不要|多少(?:天|号|家)|几号(?:前|截止|交|报)|"
    r"^(?:what|when|which|where|who|how|do|does|is|are|can|could|should|may)\b|\?"
)
_COURTESY = re.compile(
    r"(?:你好|您好|大家好|各位好|领导好|早上好|上午好|下午好|晚上好|早安|早|在吗|在不在|(?:谢谢|感谢|"
    r"多谢)(?:您|你|们|的|提醒|支持|领导|督办|关心|指导|理解|帮助|啦|了)*|辛苦(?:了|您了|你了|啦)?|收到|"
    r"好的|好滴|好嘞|好|嗯+|哦+|明白(?:了)?|知道了|了解|没问题|行|ok|okay|okk|1|"
    r"新年快乐|节日快乐|周末愉快|再见|拜拜|👍|🙏|😊|👌|🌹|"
    r"hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?(?: (?:so|very) much|"
    r" a lot)?(?: for (?:the |your )?(?:reminder|reminding|help|message|patience))?|thx|got it|noted|"
    r"understood|received|will do|sure|roger|there|all|everyone|with|many|领导|同志|老师|cheers|much appreciated|bye)"
)
_MARKS = re.compile(r"[\s,.;:!?。、~…()\-]+")


def intent_of(words: str, reports: bool, claims: bool) -> Intent:
    """The intent of the plain words; `reports` says that they tell how some task stands, `claims` that they do so
    by more than one word of going on (对接, 跟进), which naming a person also needs."""
    if not words or _only_courtesy(words):
        return Intent.GREETING if words else Intent.OTHER
    if asks_for_time(words):
        return Intent.EXTENSION_REQUEST
    if _DECLINE.search(words):
        return Intent.DECLINE
    if _DELEGATE.search(words) and not claims:
        return Intent.DELEGATE
    if _QUESTION.search(words) and (not reports or _asks(words)):
        return Intent.QUESTION
    return Intent.REPORT if reports else Intent.OTHER


def _asks(words: str) -> bool:
    """Whether the whole message is one question, so that its words claim nothing."""
    return words.rstrip("!。").endswith(("?", "吗", "么", "了没", "了没有")) and not re.search(
        r"[,;。!\n].*[,;。!\n]", words[:-1]
    )


def _only_courtesy(words: str) -> bool:
    rest = _COURTESY.sub("", _MARKS.sub(" ", words))
    return not rest.strip()
