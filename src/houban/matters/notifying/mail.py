"""Mail by the county's server."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

from django.core.mail import EmailMessage, get_connection

from houban.matters.notifying.adapters import Message, NotSentError, UncertainError


@dataclass(frozen=True)
class Mail:
    """Django's mail backend, as the settings have it."""

    sender: str

    def send(self, message: Message) -> None:
        """Send a mail."""
        connection = get_connection()
        try:
            connection.open()
        except (OSError, SMTPException) as error:
            raise NotSentError(f"连不上邮件服务器：{_said(error)}") from None
        try:
            EmailMessage(message.subject, message.text, self.sender, [message.to], connection=connection).send()
        except (SMTPServerDisconnected, TimeoutError, ConnectionError) as error:
            raise UncertainError(f"没有回音：{_said(error)}") from None
        except SMTPException as error:
            raise NotSentError(f"邮件服务器没有收：{_said(error)}") from None
        finally:
            _close(connection)


def _close(connection: object) -> None:
    """Hang up; what goes wrong with that changes nothing about the mail."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, SMTPException):
        return


def _said(error: Exception) -> str:
    """Return an error without the words of the server, which name the address."""
    code = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"
