"""One word for what a part of the evidence is, so that two parts can be heard together: a cue before, a verb behind, a rare word."""

OTHER = "other"
_ITEMS = {
    "thing": "before.product.ptype before.product.named field.product.named quoted.product",
    "head": "before.product.head",
    "used": "after.product.head",
    "use": "before.product.use before.product.launch",
    "firm": "before.org.type before.org.firm before.org.fund before.org.source field.org.type field.org.firm",
    "partner": "before.org.by before.org.deal before.org.with",
    "sold": "after.product.ptype after.product.used after.product.licence after.product.place",
    "says": "after.org.say after.org.role after.org.fund after.org.market after.org.report after.org.data after.org.owner",
    "acts": "after.org.act after.org.launch",
    "listing": "after.org.list after.org.etc",
    "list": "before.org.list",
    "of": "before.of",
    "cut": "left.cut.G left.cut.T left.cut.H left.cut.L left.cut.K left.cut.P left.cut.X left.cut.Z left.cut.R left.cut.Y left.cut.C left.cut.N left.cut.V",
    "runs": "right.cut.G right.cut.T right.cut.H right.cut.L right.cut.K right.cut.P right.cut.X right.cut.Z right.cut.R right.cut.Y right.cut.C right.cut.N right.cut.V",
    "quote": "left.quote left.title_mark",
    "quoted": "right.quote",
    "mark": "left.start left.comma left.bracket left.bullet left.closing left.quoted",
    "end": "right.end right.comma right.bracket right.closing right.opening",
    "owns": "after.org.of",
    "version": "version latin.version",
    "mixed": "mixed.odd mixed.rare mixed.proper mixed.place mixed.character mixed.plain mixed.generic",
    "product": "ends.device ends.model ends.software ends.suite",
    "body": "head.trade head.brand head.media head.finance head.hospital head.school head.government head.association head.institute head.legal",
    "latin": "whole.latin",
    "odd": "whole.odd",
    "rare": "whole.rare",
    "proper": "whole.proper",
    "character": "whole.character",
    "plain": "whole.plain",
}
"""The evidence of each kind. Where there is evidence of several kinds the first of them counts."""
RANKS = {item: rank for rank, items in enumerate(_ITEMS.values()) for item in items.split(" ")}
"""Where the kind of a piece of evidence stands among the kinds."""
KINDS = (*_ITEMS, OTHER)
NO_RANK = len(_ITEMS)
