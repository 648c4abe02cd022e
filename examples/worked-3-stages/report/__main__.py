"""Renders a small report from YAML: `python -m report < figures.yaml`."""

import sys

import jinja2
import yaml

page = jinja2.Template("{% for name, value in figures.items() %}{{ name }}: {{ value }}\n{% endfor %}")
figures = yaml.safe_load(sys.stdin) or {"nothing": 0}
print(page.render(figures=figures), end="")
