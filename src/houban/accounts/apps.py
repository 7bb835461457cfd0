"""Accounts: signing in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who signs in."""

    name = "houban.accounts"
    label = "accounts"
    verbose_name = "账号"
