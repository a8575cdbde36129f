"""Clients that look on while a trial goes: what /readyz and /healthz said and when, and whether a run that was acknowledged is
ever denied."""
import asyncio
import collections
import time

import client
from harness import run_path

EVERY = 0.1  # seconds between two looks


class Probe:
    """What one path of one gateway says, asked every 100 ms. A look that fails counts as status 0."""

    def __init__(self, port, path):
        self.port, self.path = port, path
        self.seen = []  # (when asked, status)

    async def watch(self, stop):
        connection = client.Connection(self.port)
        while not stop.is_set():
            asked = time.monotonic()
            try:
                status, _, _ = await asyncio.wait_for(connection.ask("GET", self.path), 1)
            except (client.Refused, client.Lost, client.Idle, OSError, asyncio.TimeoutError):
                status = 0
                connection.close()
            self.seen.append((asked, status))
            await asyncio.sleep(max(0, asked + EVERY - time.monotonic()))
        connection.close()

    def between(self, begin, end):
        return [status for at, status in self.seen if begin <= at <= end]


class Reader:
    """Reads lists and runs all the time."""

    def __init__(self, shop, chance):
        self.shop, self.chance = shop, chance
        self.statuses = collections.Counter()
        self.denied = []

    async def read(self, stop):
        while not stop.is_set():
            await asyncio.sleep(self.chance.uniform(0.02, 0.1))
            await self.shop.open.wait()
            told = [o for o in self.shop.orders if o.acknowledged]
            order = self.chance.choice(told) if told and self.chance.random() < 0.7 else None
            path = run_path(order.run_ids[0]) if order else "/v1/runs?limit=20"
            connection = client.Connection(self.chance.choice(self.shop.ports))
            try:
                status, _, _ = await asyncio.wait_for(connection.ask("GET", path), 30)
            except (client.Refused, client.Lost, client.Idle, OSError, asyncio.TimeoutError) as why:
                status = type(why).__name__
            finally:
                connection.close()
            self.statuses[status] += 1
            if order and status == 404:
                self.denied.append(order.marker)
