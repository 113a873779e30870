"""What the triage screen does, one errand per desk; a desk owns the state of its errand, and the screen owns the widgets."""
