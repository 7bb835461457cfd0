"""What every room's API shares: keys, texts, and the one sentence an error is told in."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema

Key = Annotated[int, Field(ge=1, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]


class Problem(Schema):
    """What went wrong, in one sentence."""

    detail: str


ERRORS: dict[int, type[Schema]] = dict.fromkeys((400, 401, 403, 404, 409, 422, 503, 507), Problem)
