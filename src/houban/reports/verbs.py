"""What the acts on figures and reports are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs(
    {
        "reports.report.made": _("生成报告"),
        "reports.value.reported": _("填报数据"),
        "reports.value.stated": _("记下别处写的数"),
        "reports.value.withdrawn": _("撤回填报"),
    }
)
