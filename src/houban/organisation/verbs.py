"""What the acts on organisations, posts and people are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs(
    {
        "organisation.founded": _("设立机构"),
        "organisation.corrected": _("更正机构"),
        "organisation.closed": _("撤销机构"),
        "organisation.joined": _("加入领导小组"),
        "organisation.left": _("退出领导小组"),
        "organisation.post.established": _("设立岗位"),
        "organisation.post.changed": _("修改岗位"),
        "organisation.post.abolished": _("撤销岗位"),
        "organisation.quota.allotted": _("核定编制"),
        "organisation.person.entered": _("登记人员"),
        "organisation.place.occupied": _("占编"),
        "organisation.place.vacated": _("出编"),
        "organisation.appointed": _("任职"),
        "organisation.ended": _("免职"),
        "organisation.withdrawn": _("撤回任职"),
        "organisation.handed_over": _("交接"),
        "organisation.charged": _("分工"),
        "organisation.charge.ended": _("结束分工"),
        "organisation.elected": _("换届"),
        "organisation.results.imported": _("导入选举结果"),
        "organisation.roster.imported": _("导入花名册"),
        "organisation.kin.declared": _("申报近亲属"),
        "organisation.kin.withdrawn": _("撤回近亲属申报"),
        "organisation.heir.settled": _("认定承接单位"),
        "organisation.heir.unsettled": _("收回承接认定"),
        "organisation.record.exported": _("导出留痕"),
    }
)
