"""Addresses of figures and reports."""

from django.urls import path

from houban.reports.views import entries, figures, reports

app_name = "reports"

urlpatterns = [
    path("", reports.index, name="reports"),
    path("new/", reports.new, name="new-report"),
    path("<int:pk>/", reports.show, name="report"),
    path("<int:pk>/report.docx", reports.file, name="report-file"),
    path("template.docx", reports.template, name="template"),
    path("figures/", figures.index, name="figures"),
    path("figures/export.xlsx", figures.export, name="figures-export"),
    path("figures/<slug:name>/", figures.show, name="figure"),
    path("figures/<slug:name>/rows.xlsx", figures.rows, name="figure-rows"),
    path("figures/<slug:name>/reported/", entries.report, name="report-value"),
    path("figures/<slug:name>/stated/", entries.state, name="state-value"),
    path("reported/<int:pk>/withdrawal/", entries.withdraw_reported, name="withdraw-reported"),
    path("stated/<int:pk>/withdrawal/", entries.withdraw_stated, name="withdraw-stated"),
]
