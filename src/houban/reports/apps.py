"""Reports: figures that can be opened."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Puts reports into the navigation, the search and the first page."""

    name = "houban.reports"
    label = "reports"
    verbose_name = _("报告通报")

    def ready(self) -> None:
        """Offer what the shell shows."""
        from houban.reports import desk
        from houban.ui import home, rooms, search

        rooms.add(rooms.Room("reports", _("报告通报"), "report", "reports:reports", 2))
        search.register(desk.find)
        home.add(home.Panel(20, "reports/desk.html", desk.panel))
