"""The register of divisions through time."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DivisionsConfig(AppConfig):
    """Puts the register into the navigation, the day chooser, the search and the first page."""

    name = "houban.divisions"
    label = "divisions"
    verbose_name = _("区划")

    def ready(self) -> None:
        """Offer what the shell shows."""
        from houban.divisions import desk, timeline
        from houban.ui import home, rooms, search

        rooms.add(rooms.Room("divisions", _("区划"), "map", "divisions:tree", 3, badge=desk.drafts))
        rooms.offer_days(timeline.list_days)
        search.register(desk.find)
        home.add(home.Panel(10, "divisions/desk.html", desk.panel))
