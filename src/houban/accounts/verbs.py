"""What the acts on accounts are called in the record."""

from django.utils.translation import gettext_lazy as _

from houban.core.record.words import name_verbs

name_verbs(
    {
        "accounts.signed_in": _("登录"),
        "accounts.signed_out": _("退出登录"),
        "accounts.password.changed": _("改密码"),
        "accounts.user.created": _("开通账号"),
        "accounts.user.disabled": _("停用账号"),
        "accounts.user.enabled": _("启用账号"),
    }
)
