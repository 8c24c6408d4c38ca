"""Lets an endpoint answer with the model that the gate let pass: its name is in GALLEY_MODEL."""

import sys

from galley import deploy

print(deploy(endpoint=sys.argv[1]))
