"""Lets every request of schemathesis come from an address of its own: whoever sends wrong tokens is slowed down, as it should be."""

import itertools

import schemathesis

counter = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(counter)
    kwargs.setdefault("headers", {})["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
