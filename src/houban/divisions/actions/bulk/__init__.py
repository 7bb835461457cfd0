"""Load long histories fast: replayed in memory, written with COPY, held to every promise before they count."""

from houban.divisions.actions.bulk.editions import Country, load_editions
from houban.divisions.actions.bulk.history import Founding
from houban.divisions.actions.bulk.loading import Loaded, load, sweep

__all__ = ["Country", "Founding", "Loaded", "load", "load_editions", "sweep"]
