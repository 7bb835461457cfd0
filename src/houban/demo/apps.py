"""The demonstration: Da'an as a running county."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demonstration data."""

    name = "houban.demo"
    label = "demo"
    verbose_name = "示范"
