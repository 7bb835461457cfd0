"""Organisations, posts and who holds them."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    """Puts the room into the navigation and keeps the database's table of powers equal to the code's."""

    name = "houban.organisation"
    label = "organisation"
    verbose_name = _("机构岗位")

    def ready(self) -> None:
        """Connect the table of powers, and offer what the shell shows."""
        from houban.divisions import impacts as imagining
        from houban.organisation import authority, desk, impacts, keys
        from houban.organisation.models import PersonKey
        from houban.ui import home, rooms, search

        rooms.add(rooms.Room("record", _("留痕"), "lock", "record:index", 4, power="record"))
        keys.add_store(keys.Store(PersonKey, lambda key: key.person.uid, ("person",)))
        post_migrate.connect(authority.copy_tables, sender=self)
        rooms.add(rooms.Room("organisation", _("机构岗位"), "posts", "organisation:index", 3))
        search.register(desk.find)
        imagining.register("organisation", _("机构岗位"), impacts.of)
        home.add(home.Panel(5, "organisation/desk.html", desk.panel))
