"""Reports: figures that can be opened."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures and reports."""

    name = "houban.reports"
    label = "reports"
    verbose_name = "报告通报"
