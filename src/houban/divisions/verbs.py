"""What the register's acts are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs(
    {
        "divisions.baseline.set": _("设定调整前口径"),
        "divisions.boundaries.imported": _("导入界线"),
        "divisions.boundaries.withdrawn": _("撤回界线"),
        "divisions.branch.discarded": _("放弃推演方案"),
        "divisions.branch.enacted": _("推演方案生效"),
        "divisions.branch.opened": _("建立推演方案"),
        "divisions.branch.renamed": _("更名推演方案"),
        "divisions.change.annulled": _("撤销区划调整"),
        "divisions.change.discarded": _("删除区划调整草稿"),
        "divisions.change.documented": _("附上批文"),
        "divisions.change.drafted": _("起草区划调整"),
        "divisions.change.enacted": _("区划调整生效"),
        "divisions.change.moved": _("调换当日次序"),
        "divisions.change.redrafted": _("修改区划调整草稿"),
        "divisions.codes.assigned": _("登记区划代码"),
        "divisions.correction.begun": _("开始更正区划调整"),
        "divisions.correction.enacted": _("更正区划调整"),
        "divisions.value.corrected": _("更正名称或代码"),
        "divisions.difference.signed": _("签认名录差异"),
        "divisions.difference.unsigned": _("撤回差异签认"),
        "divisions.history.adopted": _("收入外来区划历史"),
        "divisions.history.loaded": _("成批装载区划历史"),
        "divisions.list.imported": _("导入官方名录"),
        "divisions.measurements.entered": _("登记分摊依据"),
        "divisions.measurements.withdrawn": _("撤回分摊依据"),
        "divisions.question.answered": _("核定承接关系"),
        "divisions.question.undone": _("撤回核定"),
        "divisions.seat.placed": _("登记驻地"),
        "divisions.seat.withdrawn": _("撤回驻地"),
        "divisions.total.removed": _("删去总数校核"),
        "divisions.total.stated": _("登记总数校核"),
    }
)
