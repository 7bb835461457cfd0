"""How long a term lasts, by which article, and which posts are filled by election.

Sources: 《中华人民共和国村民委员会组织法》第十一条第二款 (five years, as amended on 2018-12-29);
《中华人民共和国城市居民委员会组织法》第八条第一款 (five years, as amended on 2018-12-29);
《关于党的基层组织任期的意见》 of 2018 (five years in villages and communities);
《关于建立健全村务监督委员会的指导意见》 of 2017 (as long as the village committee);
《中华人民共和国人民调解法》第九条 (three years);
《农村集体经济组织示范章程（试行）》 of 2020 (five years, unless the by-laws say otherwise).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houban.organisation.powers import PostKind as P
from houban.organisation.words import OrganisationKind as O


@dataclass(frozen=True)
class Law:
    """So many years, and where that is written."""

    years: int
    article: str


LAWS: dict[str, Law] = {
    O.VILLAGE_PARTY: Law(5, "《关于党的基层组织任期的意见》（2018）：村和社区党组织每届任期五年"),
    O.COMMITTEE: Law(5, "《村民委员会组织法》第十一条、《城市居民委员会组织法》第八条（2018 年修正）：每届任期五年"),
    O.SUPERVISION: Law(5, "《关于建立健全村务监督委员会的指导意见》（2017）：任期与村民委员会相同，即五年"),
    O.MEDIATION: Law(3, "《人民调解法》第九条：人民调解委员会委员每届任期三年"),
    O.COOPERATIVE: Law(5, "《农村集体经济组织示范章程（试行）》：每届任期五年；章程另有规定的从其规定"),
    O.SUPERVISORS: Law(5, "《农村集体经济组织示范章程（试行）》：每届任期五年；章程另有规定的从其规定"),
}
ELECTED = frozenset(
    {
        P.SECRETARY,
        P.DIRECTOR,
        P.COMMITTEE_MEMBER,
        P.SUPERVISION_HEAD,
        P.SUPERVISION_MEMBER,
        P.MEDIATION_HEAD,
        P.MEDIATOR,
        P.COOPERATIVE_HEAD,
        P.COUNCIL_MEMBER,
        P.SUPERVISOR,
    }
)


def years_from(day: date, years: int) -> date:
    """Return the same day so many years later, or earlier; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def due(kind: str, elected_on: date, until: date | None) -> date | None:
    """Return the day by which the next election is due: the term's own end, or what the law says."""
    law = LAWS.get(kind)
    return until or (years_from(elected_on, law.years) if law else None)
