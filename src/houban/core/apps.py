"""The core app: what every room stands on."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Grants the application's role its rights after every migration."""

    name = "houban.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        """Connect the grants."""
        from houban.core import grants

        autodiscover_modules("verbs")

        post_migrate.connect(grants.grant_after_migration, sender=self)
