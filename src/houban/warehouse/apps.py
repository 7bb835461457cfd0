"""Figures are found when the rooms are loaded."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WarehouseConfig(AppConfig):
    """Loads every room's `facts.py`."""

    name = "houban.warehouse"
    verbose_name = _("事实")

    def ready(self) -> None:
        """Let every room declare what it counts in its `facts.py`."""
        autodiscover_modules("facts")
