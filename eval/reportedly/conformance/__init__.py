"""Recorded figures of other scorers against ours: same, different by a rule of `metrics.rules`, or different.

One file a layer: each reads the cases of its layer, says which of our metrics and conventions stands against which
recorded scorer, and yields one `Compared` a figure. What is recorded of a scorer may be its message instead.
"""
