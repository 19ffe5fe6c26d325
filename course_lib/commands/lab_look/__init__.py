"""What `course lab` brings to JupyterLab: settings, a style sheet and a first layout.

`labconfig/` and `custom/` have the names that Jupyter looks for. All of it is a default: a
learner's own settings come first.
"""
