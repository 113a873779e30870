"""What tonight's files would run into: the rules that Schoology is documented to apply, found in the files as they lie, before they are sent.

A finding is a prediction and never more: it has a rule of ours with its basis in schoology.md, and no message of Schoology's. `rules` is the table
of rules, `archive.preflight` has the set work of each, `findings` puts both together, `history` looks at what failed last night.
"""
