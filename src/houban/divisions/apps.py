"""The register of divisions through time."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DivisionsConfig(AppConfig):
    """Puts the register into the navigation and the search."""

    name = "houban.divisions"
    label = "divisions"
    verbose_name = _("区划")
