"""What the acts on matters are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs
from houban.matters.words import Verb

name_verbs({f"matters.{verb.value}": verb.label for verb in Verb})
name_verbs(
    {
        "matters.comment": _("评论"),
        "matters.parties.uncovered": _("查看当事人"),
        "matters.parties.corrected": _("更正当事人"),
        "matters.parties.forgotten": _("销毁当事人信息"),
        "matters.order.corrected": _("更正督办单"),
        "matters.subscription": _("改提醒方式"),
        "matters.rules.new": _("登记规则"),
        "matters.rules.changed": _("改规则"),
        "matters.rules.ended": _("停用规则"),
        "matters.rules.imported": _("导入规则簿"),
        "matters.intake": _("转入外部平台事项"),
        "matters.intake.upload": _("上传外部平台文件"),
        "matters.intake.match": _("对列"),
        "matters.intake.settle": _("认定写法"),
        "matters.intake.drop": _("删去外部平台文件"),
    }
)
