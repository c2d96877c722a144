"""Names and house styles of the newsroom. Everything here is made up, but for the agencies that credits name."""

from __future__ import annotations

FIRST = (
    "Ada Bruno Celia Dario Edda Frits Greta Hanno Ilse Jonas Katja Lenz Mirja Nils Oda Piet Runa Sven Thea Ulf".split()
)
LAST = (
    "Aldermoor Brandt-Lysne Corvane Dunmarsh Elverson Farrow-Quist Grennock Halvard Istern Jorgale Keldner Lowrie "
    "Marstrand Nordal Ostrander Pellworm Quenby Rustad Sandholt Tervane Ullman Vestergard Wennick Ystad"
).split()
HEAD = "Brack Dun Elm Fal Gris Hol Kel Lang Mar Nor Os Pel Rav Stav Thorn Ul Vest Wick Yar Zel".split()
TAIL = "by dale fjord ford gate haven holm ley market minster mouth ness port stad strand ton vik wick worth".split()
RIVER = "Alder Brenn Corve Dask Elve Fenn Gaule Harn Isk Lomme Marr Nidd Orre Rill Skaw Tarn".split()
COMPANY = "Albrecht Borealis Candor Dovre Eldon Fairway Galen Hestia Ivorson Juno Krona Lumen Mistral Northgate".split()
ENDING = "Lines Works Group Foods Energy Holding Marine Papers".split()
BUILDING = "warehouse|grain store|sawmill|furniture shop|paper mill|town library|boathouse|chapel".split("|")
PLANT = "shipyard|cannery|glass works|paper mill|brewery|steel mill|dairy|assembly plant".split("|")
VEHICLE = "school bus|ferry|goods train|tram|coach|delivery van|tanker|regional train".split("|")
TRADE = "lawyer|teacher|pilot|miner|baker|surveyor|treasurer|ship's engineer".split("|")
GOODS = "timber|herring|glass|salt|cloth|barley|copper|paper".split("|")
HOURS = "five|six|seven|half past four|half past nine|ten|eleven|midnight".split("|")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
KINDS = "fire flood strike election merger trial discovery accident outage award outbreak".split()

OUTLETS = (
    "Brackford Post|Coastal Observer|Daily Lantern|Eastern Courier|Fjord Gazette|Grisholm Times|Harbour Echo|"
    "Island Mercury|Kelport Herald|Langness Mail|Marstad Review|Northern Tribune|Osdale Chronicle|Pelmouth Star|"
    "Ravenholm News|Stavwick Standard|Thornley Dispatch|Ulgate Reporter|Vestport Sentinel|Wickminster Journal|"
    "Yarholm Advertiser|Zelstad Monitor|Upland Bulletin|Market Telegraph|Seaboard Today|Valley Inquirer"
).split("|")
WIRES = ("Reuters", "AFP", "dpa", "AP", "ANSA", "EFE", "Nordwire", "Meridian News Agency")

# Sentences around a fact: S subject, V verb, O object, W when or how, A authority. Each half has its own.
PATTERNS = {
    "train": (
        "{S} {V} {O} {W}.",
        "{A} said {S} {V} {O} {W}.",
        "{S} {V} {O} {W}, {A} said.",
        "{S} {V} {O}, {A} told reporters, {W}.",
        "{A} confirmed that {S} {V} {O} {W}.",
        "it was {A} who said {S} {V} {O} {W}.",
    ),
    "held": (
        "According to {A}, {S} {V} {O} {W}.",
        "{S} {V} {O} {W}, in the words of {A}.",
        "As {A} put it, {S} {V} {O} {W}.",
        "{S}, it emerged, {V} {O} {W}.",
        "{A} made it known that {S} {V} {O} {W}.",
        "{S} {V} {O} {W}; that is what {A} reports.",
    ),
}
AUTHORITIES = (
    "police|a police spokesman|the authorities|officials|a spokeswoman|local media|the district office|an official "
    "familiar with the matter|witnesses|the ministry"
).split("|")
QUOTES = (
    "we have never seen anything like this in {place}, and we were not prepared for it",
    "it will take months before people here can go back to the lives they had",
    "nobody should draw conclusions before the facts are on the table, and that includes me",
    "I heard a noise like a train, and when I looked out of the window the whole street was full of people",
    "this is a good day for {place}, whatever some people in {town} may say about it",
    "we asked for help three times this year, and three times we were told to wait",
    "my thoughts are with the families, who need our support rather than our advice",
    "if the money is not there by the spring, we shall have to close the doors for good",
)
BOILERPLATE = (
    "Sign up for our newsletter and get the news of the day in your inbox every evening.",
    "Follow us for more stories, pictures and video from the region.",
    "Read more: what we know so far, and what we do not know yet.",
    "Subscribers can comment on this article. Log in to join the discussion.",
)
# House styles: what an outlet writes for another's word.
STYLES: dict[str, dict[str, str]] = {
    "percent": {"per cent": "percent"},
    "sign": {"per cent": "%"},
    "million": {"million crowns": "m crowns"},
    "kilometres": {"kilometres": "km"},
    "told": {"said": "told us"},
    "colour": {"neighbouring": "neighboring", "neighbours": "neighbors", "centre": "center", "harbour": "harbor"},
}
# Credits to an outlet or wire X, by language. `lead` goes behind the first sentence, `line` stands alone.
CREDITS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "lead": ("X reported.", "according to X.", "X reports.", "as first reported by X."),
        "line": ("(X)", "With inputs from X.", "Source: X", "This article contains material from X.", "— X"),
    },
    "de": {"lead": ("berichtet X.", "laut X."), "line": ("(X)", "Quelle: X", "Mit Material von X.")},
    "fr": {"lead": ("selon X.", "rapporte X."), "line": ("(X)", "Source : X")},
    "es": {"lead": ("según X.", "informó X."), "line": ("(X)", "Fuente: X", "Con información de X.")},
    "ar": {"lead": ("بحسب X.", "وفق X."), "line": ("المصدر: X",)},
    "hi": {"lead": ("X के अनुसार।",), "line": ("(X)", "इनपुट: X")},
    "zh": {"lead": ("据X报道。",), "line": ("来源：X", "（X）")},
}  # fmt: skip
# Mentions that are no source: an interview, a picture, another outlet's older story.
DECOYS = (
    "The mayor had told X last year that the matter was settled.",
    "Photo: X",
    "X had reported on a similar case in {town} some years ago.",
)
