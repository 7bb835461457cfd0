"""The account of a person, and the counters that slow down guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from houban.core.claims import NOBODY, Standing


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, username: str, *, name: str, password: str | None = None, **more: object) -> User:
        """Make an account; without a password nobody can sign in by one."""
        user = self.model(username=username, name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account that somebody signs in with; what they may do follows from the posts the person holds today."""

    standing: Standing = NOBODY  # set for each request by the middleware that claims the account

    username = models.CharField(
        "用户名",
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[\w.-]+$", "用户名只能用字母、数字和 . - _")],
    )
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    demonstration_role = models.CharField("示范身份", max_length=80, blank=True)
    joined_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "账号"
        constraints = [
            models.CheckConstraint(condition=~Q(username="") & ~Q(name=""), name="user_has_names"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, power: str) -> bool:
        """Tell whether this account's person holds a power by a post of today."""
        return self.is_active and power in self.standing.powers

    @property
    def can(self) -> Can:
        """Ask for a power in a template: `user.can.register`."""
        return Can(self.standing.powers if self.is_active else frozenset())


@dataclass(frozen=True)
class Can:
    """Powers as a template asks for them."""

    powers: frozenset[str]

    def __getitem__(self, power: str) -> bool:
        return power in self.powers


class FailureQuerySet(models.QuerySet["SignInFailure"]):
    """Failed attempts."""

    def since(self, moment: datetime) -> Self:
        """Keep the attempts after a moment."""
        return self.filter(at__gt=moment)


class SignInFailure(models.Model):
    """A failed attempt to sign in; written outside the request's transaction, which rolls back."""

    at = models.DateTimeField("时间", db_index=True)
    username = models.CharField("用户名", max_length=150, db_index=True)
    address = models.CharField("来源地址", max_length=64, db_index=True)

    objects = FailureQuerySet.as_manager()

    class Meta:
        verbose_name = "登录失败"

    def __str__(self) -> str:
        return f"{self.username} {self.at}"
