"""Forms of the pages about boundaries and seats."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from houban.divisions.boundaries.pieces import MOST_BYTES
from houban.divisions.rules import coordinates
from houban.divisions.words import Datum

EPSG = re.compile(r"^(?:EPSG:)?(\d{4,6})$", re.IGNORECASE)


class BoundaryFileForm(forms.Form):
    """A file of boundaries to look through before it is taken in."""

    file = forms.FileField(
        label=_("界线文件（.geojson 或 .zip）"),
        error_messages={"required": _("请选一个文件。"), "empty": _("文件是空的，请核对。")},
    )
    on = forms.DateField(
        label=_("自何日起有效"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填界线从哪一天起有效。"), "invalid": _("请写成 2020-06-30 这样。")},
    )
    datum = forms.ChoiceField(
        label=_("坐标"), choices=[("", _("按文件写明的，没有写的当作国家 2000")), *Datum.choices], required=False
    )
    epsg = forms.CharField(label=_("或 EPSG 编号"), max_length=12, required=False)
    swapped = forms.BooleanField(label=_("纬度在前"), required=False)
    only_known = forms.BooleanField(label=_("对不上的不导入"), required=False)
    source = forms.CharField(label=_("来源"), max_length=200, required=False)
    licence = forms.CharField(label=_("许可或审图号"), max_length=200, required=False)

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 %(n)s MB，请按乡镇或县分成几份。") % {"n": MOST_BYTES // 2**20})
        return file

    def clean_epsg(self) -> str:
        """Read a number with or without its prefix."""
        text = self.cleaned_data["epsg"].strip()
        found = EPSG.match(text)
        if text and found is None:
            raise forms.ValidationError(_("请写成 EPSG:4543 这样。"))
        return f"EPSG:{found[1]}" if found else ""

    @property
    def system(self) -> str:
        """Return the coordinate system that was chosen; empty for the file's own."""
        return str(self.cleaned_data["epsg"] or self.cleaned_data["datum"])


class WithdrawForm(forms.Form):
    """Why boundaries are taken back."""

    because = forms.CharField(
        label=_("撤回原因"), max_length=200, min_length=2, error_messages={"required": _("请写明撤回的原因。")}
    )


class DegreesField(forms.CharField):
    """Degrees as people type them."""

    def clean(self, value: Any) -> Any:
        """Read them, or say how to write them."""
        degrees = coordinates.parse(super().clean(value))
        if degrees is None:
            raise forms.ValidationError(_("请写成 104.776071 或 104°46′34″ 这样。"))
        return degrees


class SeatForm(forms.Form):
    """Where an office is, as somebody read it off a map or a phone."""

    longitude = DegreesField(label=_("经度"), max_length=40, error_messages={"required": _("请填经度。")})
    latitude = DegreesField(label=_("纬度"), max_length=40, error_messages={"required": _("请填纬度。")})
    datum = forms.ChoiceField(label=_("坐标"), choices=Datum.choices, initial="cgcs2000")
    accuracy = forms.IntegerField(label=_("精度（米）"), min_value=0, max_value=100_000, initial=0)
    on = forms.DateField(
        label=_("自何日起"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填日期。"), "invalid": _("请写成 2020-06-30 这样。")},
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse places that are nowhere, and longitude and latitude that changed places."""
        cleaned = super().clean() or {}
        x, y = cleaned.get("longitude"), cleaned.get("latitude")
        if x is None or y is None:
            return cleaned
        if abs(y) > 90 or abs(x) > 180:
            mend = _("经度和纬度像是写反了，请对调。") if abs(y) <= 180 and abs(x) <= 90 else _("不在地球上，请核对。")
            raise forms.ValidationError(mend)
        return cleaned
