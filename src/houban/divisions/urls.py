"""Addresses of the register."""

from django.urls import path

from houban.divisions.views import changes, counts, crosswalks, divisions, entering, lists, restating, totals, trees

app_name = "divisions"

urlpatterns = [
    path("", trees.tree, name="tree"),
    path("export.xlsx", trees.export, name="export"),
    path("comparison/", trees.comparison, name="comparison"),
    path("counts/", counts.counts, name="counts"),
    path("baselines/<slug:measure>/", counts.baseline, name="baseline"),
    path("changes/", changes.index, name="changes"),
    path("changes/new/", changes.new, name="new-change"),
    path("changes/new/rows/", entering.enter, name="enter-change"),
    path("changes/new/rows/choices/", entering.choices, name="entry-choices"),
    path("changes/<int:pk>/rows/", entering.enter, name="edit-change"),
    path("changes/<int:pk>/copy/", entering.copy, name="copy-change"),
    path("changes/<int:pk>/place/", entering.move, name="move-change"),
    path("changes/template.xlsx", changes.template, name="change-template"),
    path("changes/<int:pk>/", changes.show, name="change"),
    path("changes/<int:pk>/flows.xlsx", changes.export, name="change-export"),
    path("changes/<int:pk>/enactment/", changes.enactment, name="enactment"),
    path("changes/<int:pk>/removal/", changes.removal, name="removal"),
    path("changes/<int:pk>/annulment/", changes.annulment, name="annulment"),
    path("changes/<int:pk>/totals/", totals.state, name="state-total"),
    path("totals/<int:pk>/removal/", totals.remove, name="remove-total"),
    path("changes/<int:pk>/document/", changes.document, name="document"),
    path("restating/", restating.index, name="restating"),
    path("restating/upload/", restating.upload, name="restating-upload"),
    path("restating/removal/", restating.removal, name="restating-removal"),
    path("restating/result.xlsx", restating.result, name="restating-result"),
    path("restating/cells/<slug:code>/", restating.cell, name="restating-cell"),
    path("crosswalk/", crosswalks.crosswalk, name="crosswalk"),
    path("crosswalk/export.xlsx", crosswalks.crosswalk_export, name="crosswalk-export"),
    path("lists/", lists.index, name="lists"),
    path("lists/new/", lists.new, name="new-list"),
    path("lists/<int:pk>/", lists.show, name="list"),
    path("lists/<int:pk>/reconciliation/", lists.reconciliation, name="reconciliation"),
    path("differences/<int:pk>/signature/", lists.signature, name="signature"),
    path("<int:pk>/", divisions.show, name="division"),
]
