"""When the demonstration's organisations and posts began and ended, and by which documents; all of it made up."""

from __future__ import annotations

from datetime import date

FIRST = date(2016, 7, 31)
OLD_ELECTION = date(2017, 1, 10)
GRIDS = date(2018, 3, 1)
REFORM = date(2019, 3, 20)
FIRST_GROUP = date(2019, 4, 1)
COOPERATIVES = date(2019, 5, 20)
MERGED = date(2020, 3, 31)
GROUP = date(2020, 6, 10)
MEDICAL = date(2020, 7, 1)
OFFICE = date(2020, 9, 1)
TOWN_REFORM = date(2020, 9, 15)
FULL_GRID = date(2020, 10, 1)
MOVED = date(2020, 11, 2)
TRAFFIC = date(2020, 12, 1)
ELECTION = date(2021, 1, 15)
LEADERS = date(2021, 3, 1)
TOWN_ELECTION = date(2021, 4, 20)
REVIVAL = date(2021, 6, 8)

REFORM_ACT = "大委发〔2019〕4号（示范）"
GROUP_ACT = "大委〔2020〕26号（示范）"
MEDICAL_ACT = "大府发〔2020〕9号（示范）"
TOWN_ACT = "大委办发〔2020〕31号（示范）"
DIFFERENT_ACT = "大编发〔2020〕18号（示范）"
MOVED_ACT = "大编发〔2020〕23号（示范）"
SENT_ACT = "大委办发〔2020〕40号（示范）"
POLICE_ACT = "大公发〔2020〕15号（示范）"
ELECTION_ACT = "2021 年村（社区）换届（示范）"
REVIVAL_ACT = "大委办发〔2021〕12号（示范）"
FIRST_ACT = "大编发〔2016〕1号（示范）"
