"""A small pack in Arabic, Chinese and English: from right to left, without spaces, and what both are compared with."""

from __future__ import annotations

LANGUAGES = ("ar", "zh-Hans", "en")


def each(ar: str, zh: str, en: str) -> str:
    """A text in the three languages, as YAML."""
    quoted = (text.replace("'", "''") for text in (ar, zh, en))
    return "{" + ", ".join(f"{code}: '{text}'" for code, text in zip(LANGUAGES, quoted, strict=True)) + "}"


CAMPAIGN = f"""slug: trees
languages: [ar, zh-Hans, en]
statement: plea
countries-at-risk: []
name: {each("أشجار الساحة 2020", "广场的树木2020", "Trees of the Square 2020")}
accent: {each("2020", "2020", "2020")}
kicker: {each("مدريد · ساحة البلدية · 2020", "马德里 · 市政广场 · 2020年", "Madrid · The square · 2020")}
headline: {each("بعد عام، لا تزال الأشجار مهددة.", "一年过去了，树木仍面临砍伐。", "A year on, the trees are still at risk.")}
lead:
  ar: في الساحة {{{{ fact.trees }}}}، وقّع من أجلها {{{{ fact.neighbours }}}}. اكتبوا إلى من يستطيع حمايتها.
  zh-Hans: 广场上有{{{{ fact.trees }}}}，{{{{ fact.neighbours }}}}为它们签了名。请写信给能够保护它们的人。
  en: The square has {{{{ fact.trees }}}}, and {{{{ fact.neighbours }}}} have signed for them. Write to those who can protect them.
picture: [trees, old-trees]
picture-note: {each("علامة لكل شجرة؛ والعلامات الفاتحة للأشجار القديمة.", "每棵树一个标记，浅色标记为古树。", "One mark for each tree; the lighter ones are old.")}
key-figures: [trees, neighbours, old-trees]
runner:
  name: {each("أصدقاء الأشجار", "树木之友", "Friends")}
  relation: one-of-them
  address: [Plaza 1, 28014 Madrid]
  email: friends@example.org
  complaint: {each("هيئة حماية البيانات", "数据保护机构", "The data protection authority")}
demands:
- key: keep-them
  facts: [trees, old-trees]
  states:
  - {{state: not-met, date: 2020-05-02, source: plea, reason: {each("لم يصدر قرار بعد", "尚未作出决定", "No decision yet")}}}
- key: plan
  facts: [neighbours]
  states:
  - {{state: partly-met, date: 2020-06-02, source: report, reason: {each("نُشر جزء من الخطة (12 صفحة)", "公布了部分计划（12页）", "Part of the plan is published (12 pages)")}}}
"""

ORGANISATIONS = f"""organisations:
- {{key: friends, asks: yes, acronym: {each("أصدقاء الأشجار", "树木之友", "Friends")}, name: {each("جمعية أصدقاء الأشجار", "树木之友协会", "Friends of the trees")}, role: {each("تطالب بحماية الأشجار", "要求保护树木", "They ask for protection")}, website: 'https://example.org'}}
- {{key: iut, asks: yes, acronym: {each("IUT", "IUT", "IUT")}, name: {each("International Union of Trees (IUT)", "International Union of Trees (IUT)", "International Union of Trees (IUT)")}, role: {each("تدعم الطلب", "支持这一诉求", "It supports the plea")}, website: 'https://example.org/iut/'}}
voices:
- {{key: a, name: {each("A. Nobody (Madrid)", "A. Nobody (Madrid)", "A. Nobody (Madrid)")}, title: {each("عضو", "成员", "Member")}, says: {each("نريد ظلًا في الصيف.", "我们夏天需要树荫。", "We want shade in summer.")}}}
"""

SOURCES = f"""sources:
- {{key: plea, publisher: {each("أصدقاء الأشجار", "树木之友", "Friends")}, title: {each("نداء", "呼吁书", "Plea")}, date: 2020-05-01, url: 'https://example.org/plea'}}
- {{key: report, publisher: IUT, title: 'Trees of the World: Report 2019 (2nd ed.)', date: 2020-04-11, url: 'https://example.org/report-2019/'}}
"""

_PEOPLE = "{{zero: شخص, one: شخص واحد, two: {}, few: أشخاص, many: شخصًا, other: شخص}}".format
_TREES = "{{zero: شجرة, one: شجرة واحدة, two: {}, few: أشجار, many: شجرة, other: شجرة}}".format

FACTS = f"""topics:
- {{key: square, title: {each("الساحة", "广场", "The square")}}}
comparisons:
- {{key: how-many, title: {each("كم شجرة في الساحة؟", "广场上有多少棵树？", "How many trees are there?")}, note: {each("لا تُجمع الأرقام.", "数字不相加。", "The figures are not added up.")}}}
units:
- {{key: tree, ar: {_TREES("شجرتان")}, ar-genitive: {_TREES("شجرتين")}, zh-Hans: {{other: 棵树}}, en: {{one: tree, other: trees}}}}
- {{key: person, ar: {_PEOPLE("شخصان")}, ar-genitive: {_PEOPLE("شخصين")}, zh-Hans: {{other: 人}}, en: {{one: person, other: people}}}}
speakers:
- {{key: friends, name: {each("أصدقاء الأشجار", "树木之友", "Friends")}}}
- {{key: iut, name: IUT}}
facts:
- {{key: trees, topic: square, said-by: friends, source: plea, as-of: 2020-05-01, value: 241, unit: tree, compare: how-many, label: {each("أشجار", "树木", "Trees")}, claim: {each("في الساحة {phrase}.", "广场上有{phrase}。", "There are {phrase}.")}}}
- {{key: old-trees, topic: square, said-by: friends, source: plea, as-of: 2020-05-01, value: 19, unit: tree, label: {each("أشجار قديمة", "古树", "Old trees")}, claim: {each("منها {phrase} قديمة.", "其中{phrase}是古树。", "Of them {phrase} are old.")}}}
- {{key: neighbours, topic: square, said-by: iut, source: report, as-of: 2020-04, value: 25000, qualifier: at-least, unit: person, label: {each("موقّعون", "签名者", "Signatories")}, claim: {each("وقّع {phrase} في Madrid.", "{phrase}在马德里签了名。", "In Madrid {phrase} signed.")}}}
- {{key: counted, topic: square, said-by: iut, source: report, as-of: 2019, value: 260, qualifier: around, unit: tree, compare: how-many, label: {each("تقدير سابق", "早先的估计", "An earlier estimate")}, claim: {each("قُدّر العدد بـ{phrase}.", "当时估计为{phrase}。", "It was put at {phrase}.")}}}
"""

_DAYS = (
    "2020-03-02",
    "2020-03-05",
    "2020-03-09",
    "2020-03-09",
    "2020-03-20",
    "2020-05-01",
    "2021-02-11",
    "2022-08",
)

TIMELINE = "timeline:\n" + "".join(
    f"- {{key: moment-{n}, date: {day}, stated: {'yes' if n % 3 and n < 7 else 'no'}, source: {'plea' if n % 3 and n < 7 else 'report'}, "
    f"text: {each(f'الحدث {n} في الساحة', f'广场上的第{n}件事', f'Event {n} in the square')}}}\n"
    for n, day in enumerate(_DAYS, 1)
)

ADDRESSEES = f"""kinds:
- {{key: town, title: {each("البلديات", "市政府", "Town halls")}}}
closings:
- {{key: plain, words: {each("وتفضلوا بقبول فائق الاحترام،", "此致敬礼！", "Yours faithfully,")}}}
addressees:
- key: mayor
  kind: town
  title: {each("رئيس البلدية", "市长", "Mayor")}
  letter: mayor
  salutation: {each("السيد رئيس البلدية المحترم،", "尊敬的市长：", "Dear Mayor,")}
  closing: plain
  address: {{lines: [Town Hall, 'Plaza 1 (2º)', 28014 Madrid]}}
  country: ES
  email: mayor@example.org
  reads: [en]
- key: governor
  kind: town
  title: {each("المحافظ", "省长", "Governor")}
  letter: mayor
  salutation: {each("السيد المحافظ المحترم،", "尊敬的省长：", "Dear Governor,")}
  closing: plain
  address:
    lines: [Governorate, 12 Square Street, 11511 Cairo]
    local:
      ar: [ديوان المحافظة, شارع الساحة 12, القاهرة 11511]
  country: EG
  reads: [ar]
"""


def _demand(title: str, summary: str, asked: str) -> str:
    return f"---\ntitle: {title}\nsummary: {summary}\n---\n\n## asked\n\n{asked}\n"


def _letter(name: str, subject: str, **parts: str) -> str:
    head = f"---\nname: {name}\nsubject: {subject}\n---\n"
    keys = {"opening2": "opening", "keep": "ask keep-them", "plan": "ask plan", "together": "open-letter"}
    return head + "".join(f"\n## {keys.get(key, key)}\n\n{text}\n" for key, text in parts.items())


def _page(title: str, summary: str, body: str) -> str:
    return f"---\ntitle: {title}\nsummary: {summary}\n---\n\n{body}\n"


DEMANDS = {
    "demands/keep-them.ar.md": _demand("إبقاء الأشجار", "ألا تُقطع أي شجرة.", "نطالب بإبقاء {{ fact.trees }}.{{ fact.neighbours.note }} وهذا *عاجل*."),
    "demands/keep-them.zh-Hans.md": _demand("保留树木", "一棵树也不砍。", "我们要求保留{{ fact.trees }}。{{ fact.neighbours.note }}这*很紧急*。"),
    "demands/keep-them.en.md": _demand("Keep the trees", "None is felled.", "We ask to keep {{ fact.trees }}.{{ fact.neighbours.note }} It is *urgent*."),
    "demands/plan.ar.md": _demand("نشر الخطة", "أن تُنشر الخطة كاملة.", "نطالب بنشر الخطة على الموقع [example.org](https://example.org/plan/)."),
    "demands/plan.zh-Hans.md": _demand("公布计划", "公布完整计划。", "我们要求在网站[example.org](https://example.org/plan/)公布计划。"),
    "demands/plan.en.md": _demand("Publish the plan", "All of it.", "We ask to publish the plan at [example.org](https://example.org/plan/)."),
}  # fmt: skip

LETTERS = {
    "letters/mayor.ar.md": _letter(
        "إلى البلدية", "أشجار الساحة",
        opening="أكتب إليكم لأن في الساحة {{ fact.trees }}، وقد وقّع من أجلها {{ fact.neighbours }}.",
        opening2="أعرف هذه الساحة منذ طفولتي.",
        facts="تقول منظمة IUT إن عدد الأشجار كان {{ fact.counted }}، ومنها {{ fact.old-trees }} قديمة.",
        ask="ولذلك أطلب منكم:", keep="ألا تُقطع أي شجرة؛", plan="أن تُنشر الخطة كاملة.",
        reply="أكون شاكرًا لردكم.",
        postcard="في الساحة {{ fact.trees }}. أرجو ألا تُقطع أي شجرة.",
        together="نحن الموقّعين أدناه نكتب إليكم معًا: في الساحة {{ fact.trees }}.\n\nنطلب منكم:",
        prompts="- ما الذي يربطك بالساحة؟",
    ),
    "letters/mayor.zh-Hans.md": _letter(
        "致市政府", "广场的树木",
        opening="我写信给您，因为广场上有{{ fact.trees }}，{{ fact.neighbours }}已经为它们签名。",
        opening2="我从小就认识这个广场。",
        facts="IUT说树木曾有{{ fact.counted }}，其中{{ fact.old-trees }}是“古树”——它们比我们都年长……。",
        ask="因此，我请求您：", keep="一棵树也不砍；", plan="公布完整计划。",
        reply="盼望您的答复。",
        postcard="广场上有{{ fact.trees }}。请一棵树也不要砍。",
        together="我们这些签名者一起写信给您：广场上有{{ fact.trees }}。\n\n我们请求您：",
        prompts="- 您与这个广场有什么联系？",
    ),
    "letters/mayor.en.md": _letter(
        "To the town hall", "The trees of the square",
        opening="I write because the square has {{ fact.trees }}, and {{ fact.neighbours }} have signed for them.",
        opening2="I have known this square since I was a child.",
        facts="IUT says that there were {{ fact.counted }}, of which {{ fact.old-trees }} are old.",
        ask="I therefore ask you:", keep="to fell no tree;", plan="to publish the whole plan.",
        reply="I would be grateful for an answer.",
        postcard="The square has {{ fact.trees }}. Please fell none.",
        together="We, the undersigned, write to you together: the square has {{ fact.trees }}.\n\nWe ask you:",
        prompts="- What is the square to you?",
    ),
}  # fmt: skip

PETITIONS = {
    "petition.ar.md": _page("احموا أشجار الساحة", "عريضة إلى رئيس البلدية.", "نحن الموقّعين أدناه نخاطب رئيس البلدية. في الساحة {{ fact.trees }}.{{ fact.neighbours.note }}\n\nنطالب:\n\n1. ألا تُقطع أي شجرة؛\n2. أن تُنشر الخطة كاملة."),
    "petition.zh-Hans.md": _page("保护广场的树木", "致市长的请愿书。", "我们，下列签名者，致函市长。广场上有{{ fact.trees }}。{{ fact.neighbours.note }}\n\n我们要求：\n\n1. 一棵树也不砍；\n2. 公布完整计划。"),
    "petition.en.md": _page("Protect the trees of the square", "A petition to the mayor.", "We, the undersigned, address the mayor. The square has {{ fact.trees }}.{{ fact.neighbours.note }}\n\nWe ask:\n\n1. that no tree is felled;\n2. that the whole plan is published."),
    "petition.yaml": f"""closes: 2027-06-30
erase-on: 2027-12-31
names: yes
neutral-mail: no
legal-basis: {each("موافقتكم الصريحة", "您的明确同意", "Your explicit consent")}
milestones:
- {{key: hundred, count: 100}}
events: []
""",
}  # fmt: skip

_TITLES = {
    "about": ("عن الموقع", "关于本网站", "About"), "privacy": ("الخصوصية", "隐私", "Privacy"),
    "sending": ("كيف ترسل رسالتك", "如何寄信", "How to send"), "at-risk": ("إذا كنت معرّضًا للخطر", "如果您有风险", "If you are at risk"),
}  # fmt: skip
_BODY = (
    "هذه صفحة قصيرة. راسلونا على <mayor@example.org> أو اقرأوا [Report 2019 (2nd ed.)](https://example.org/r/).\n\n- أولًا\n- ثانيًا",
    "这是一个简短的页面。请写信至<mayor@example.org>，或阅读[Report 2019 (2nd ed.)](https://example.org/r/)。\n\n- 第一\n- 第二",
    "A short page. Write to <mayor@example.org> or read [Report 2019 (2nd ed.)](https://example.org/r/).\n\n- One\n- Two",
)  # fmt: skip

FILES: dict[str, str] = {
    "campaign.yaml": CAMPAIGN,
    "organisations.yaml": ORGANISATIONS,
    "sources.yaml": SOURCES,
    "facts.yaml": FACTS,
    "timeline.yaml": TIMELINE,
    "addressees.yaml": ADDRESSEES,
    **DEMANDS,
    **LETTERS,
    **PETITIONS,
    **{
        f"pages/{key}.{code}.md": _page(title, f"{title}{stop}", body)
        for key, titles in _TITLES.items()
        for code, title, body, stop in zip(LANGUAGES, titles, _BODY, (".", "。", "."), strict=True)
    },
}
