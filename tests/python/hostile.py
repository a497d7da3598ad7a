# SPDX-License-Identifier: Apache-2.0
"""Texts that somebody may have put into a register, a file's name or a plan; none may do anything but be read."""

MARKUP = [
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "<img src=https://example.invalid/pixel.png>",
    "<img/src/onerror=window.pwned=1>",
    "' onmouseover='window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "</style><svg onload=window.pwned=1>",
    "</title><script>window.pwned=1</script>",
    "</textarea><script>window.pwned=1</script>",
    "</template><script>window.pwned=1</script>",
    "</table><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "<iframe src=javascript:window.pwned=1>",
    "<object data=data:text/html,<script>window.pwned=1</script>>",
    "<embed src=https://example.invalid/x.swf>",
    "<link rel=stylesheet href=https://example.invalid/x.css>",
    "<base href=https://example.invalid/>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<form action=https://example.invalid/><button>send</button></form>",
    "<details open ontoggle=window.pwned=1>",
    "<math><mtext><script>window.pwned=1</script></mtext></math>",
    "<!--><script>window.pwned=1</script>-->",
    "<!--<script>window.pwned=1</script>-->",
    "<svg onload=window.pwned=1>",
    "<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "<video><source onerror=window.pwned=1>",
    "<input autofocus onfocus=window.pwned=1>",
    "</style><style>@import 'https://example.invalid/a.css';</style>",
    "</title><script>document.title='changed'</script>",
    "<![CDATA[<script>window.pwned=1</script>]]>",
    "<?xml version='1.0'?><x onload='window.pwned=1'/>",
    "<a href='javascript:window.pwned=1'>here</a>",
    "<style>body{display:none}</style>",
    "<svg><a xlink:href=javascript:window.pwned=1><text>x</text></a></svg>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "&#60;script&#62;window.pwned=1&#60;/script&#62;",
]
LINKS = [
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1//",
    "data:text/html,<script>window.pwned=1</script>",
    "vbscript:msgbox(1)",
    "file:///etc/hostname",
    "//example.invalid/x",
    "https://example.invalid/?a=1&b=2#c",
]
TEMPLATES = [
    "{{ 7 * 7 }} {% raw %}",
    "{% include 'page.html.j2' %}",
    "{kind} {0} {title!r:>10}",
    "%s %(x)s %n",
    "${window.pwned=1} `${window.pwned=1}`",
    "$(touch pwned); `touch pwned` | rm",
    "'; DROP TABLE homes; --",
    "a' OR '1'='1",
    "../../etc/passwd",
    "\u2028window.pwned=1\u2029\\u003cscript>",
    "__proto__",
]
STYLES = [
    "x:expression(window.pwned=1)",
    'content: "\\"; } * { display: none }',
    "*/ body { display: none } /*",
    "\\22 ); background: red; (",
]
FORMULAS = [
    "=HYPERLINK(A1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
]
SCRIPTS_OF_THE_WORLD = [
    "\u202egnp.exe\u202c right to left",
    "\u2066\u202emirrored\u2069",
    "مأوى في وسط المدينة",
    "מקלט ציבורי 7",
    "避難所・中央区役所",
    "대피소 민방위",
    "e\u0301\u0323\u0330" * 30,
    "\u200b\u200d\ufeffinvisible\u00ad",
]
LONG = "Long " + "title " * 200 + "x" * 8800  # some 10,000 letters, most of them without a place to break

TEXTS = [*MARKUP, *LINKS, *TEMPLATES, *STYLES, *FORMULAS, *SCRIPTS_OF_THE_WORLD, LONG]
