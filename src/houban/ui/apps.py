"""The page shell and its components."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """What every page is made of."""

    name = "houban.ui"
    label = "ui"
    verbose_name = "页面"
