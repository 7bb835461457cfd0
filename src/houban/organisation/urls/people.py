"""Addresses of people and hand-overs."""

from django.urls import path

from houban.organisation.views import handover, people, person_acts

urlpatterns = [
    path("people/", people.index, name="people"),
    path("people/export.xlsx", people.export, name="people-export"),
    path("people/new/", people.new, name="new-person"),
    path("people/<int:pk>/", people.show, name="person"),
    path("people/<int:pk>/places/new/", person_acts.occupy, name="occupy"),
    path("places/<int:pk>/end/", person_acts.vacate, name="vacate"),
    path("people/<int:pk>/kin/new/", person_acts.declare_kin, name="declare-kin"),
    path("kin/<int:pk>/withdrawal/", person_acts.withdraw_kin, name="withdraw-kin"),
    path("people/<int:pk>/charges/new/", person_acts.charge, name="charge"),
    path("charges/<int:pk>/end/", person_acts.end_charge, name="end-charge"),
    path("people/<int:pk>/account/", person_acts.open_account, name="open-account"),
    path("people/<int:pk>/account/password/", person_acts.reset_account, name="reset-account"),
    path("people/<int:pk>/account/state/", person_acts.switch_account, name="switch-account"),
    path("hand-over/", handover.hand_over, name="hand-over"),
]
