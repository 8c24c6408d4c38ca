"""Lets the endpoint of the newest model answer."""

from galley import deploy

print(deploy("digits"))
