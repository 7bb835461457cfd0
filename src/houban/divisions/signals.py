"""What rooms above may react to."""

from django.dispatch import Signal

map_changed = Signal()  # a change was enacted or annulled: `change`; sent within its transaction
