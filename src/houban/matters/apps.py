"""Work as a loop."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MattersConfig(AppConfig):
    """Puts the room into the navigation and keeps the database's table of verbs equal to the code's."""

    name = "houban.matters"
    label = "matters"
    verbose_name = _("事项")

    def ready(self) -> None:
        """Connect the table of verbs, and offer what the shell shows."""
        from houban.divisions import impacts as imagining
        from houban.matters import desk, impacts, kinds, notices, promises, reactions, verbs  # noqa: F401 - they register what they hold
        from houban.matters.models import PartyKey
        from houban.organisation import keys
        from houban.ui import bell, home, rooms, search

        keys.add_store(keys.Store(PartyKey, lambda key: key.matter_id))
        post_migrate.connect(promises.copy_table, sender=self)
        rooms.add(rooms.Room("matters", _("事项"), "list", "matters:queue", 1, desk.waiting))
        bell.hang(bell.Bell(_("提醒"), "matters:notices", notices.unread_count))
        search.register(desk.find)
        imagining.register("matters", _("事项"), impacts.of)
        home.add(home.Panel(1, "matters/desk.html", desk.panel))
