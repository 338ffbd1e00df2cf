"""Adjudication: two passes over a document become its gold.

`laid.py` lays the passes side by side and says what is agreed, what is open, and what stands or falls with something that
is open. `files.py` writes that as quoted annotation with both versions of each open item and reads the decisions;
`studio.py` does the same by tasks of Label Studio, which `server.py` pushes and pulls. `gold.py` checks the outcome and puts it in place. No gold is
written while anything is undecided.
"""
