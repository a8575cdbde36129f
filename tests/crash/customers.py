"""Clients that start runs and don't give up: the same Idempotency-Key with the same body, until a 201 comes. Some walk away
in the midst of a request, or give it little time."""
import asyncio
import collections
import json
import time

import client

PATIENCE = 20  # seconds for one answer


class Shop:
    """Where the customers find gateways, what they order, and what became of it."""

    def __init__(self, box, seed):
        self.box = box
        self.seed = seed
        self.ports = []                         # of the gateways that are up
        self.open = asyncio.Event()             # while there is one
        self.orders = []
        self.statuses = collections.Counter()
        self.acknowledged_at = []               # (when, the gateway's port)

    def up(self, port):
        self.ports.append(port)
        self.open.set()

    def down(self, port):
        self.ports.remove(port)
        if not self.ports:
            self.open.clear()

    def order(self, make, vendor, customer, number, agents=1, keyed=True):
        marker = f"crash-s{self.seed}-{customer}-{number}"
        samples = self.box.samples
        if vendor == "staso":
            spec = {"provider": "staso-box", "scope": {"trace_id": samples["trace_id"]}, "metrics": ["latency_p95"]}
        else:
            # Each customer has a test case of its own, so that no list of runs grows too long.
            chosen = [samples["agent_uuid"], samples["second_agent_uuid"]][:agents]
            spec = {"provider": "gradient-box", "scope": {"test_case_id": test_case(customer), "agents": chosen}}
        body = json.dumps({"name": marker, **spec}).encode()
        placed = make(marker, spec["provider"], body, agents if vendor == "gradient" else 1, keyed)
        self.orders.append(placed)
        return placed


def test_case(customer):
    return f"synthetic-{2 + customer % 16}x1"


class Customer:
    """`walks_away`, `hurries`: shares of the attempts. `longest_hurry`: seconds."""

    def __init__(self, shop, chance, walks_away=0.0, hurries=0.0, longest_hurry=0.3):
        self.shop, self.chance = shop, chance
        self.walks_away, self.hurries, self.longest_hurry = walks_away, hurries, longest_hurry
        self.connections = {}

    def close(self):
        for each in self.connections.values():
            each.close()
        self.connections.clear()

    async def attempt(self, order):
        """Whether there is no more to ask."""
        await self.shop.open.wait()
        port = self.chance.choice(self.shop.ports)
        connection = self.connections.setdefault(port, client.Connection(port))
        fields = {"Idempotency-Key": order.marker} if order.keyed else {}
        if self.chance.random() < self.hurries:
            fields["Request-Timeout"] = f"{self.chance.uniform(0.02, self.longest_hurry):.3f}"
        leaves = self.chance.random() < self.walks_away
        order.attempts += 1
        try:
            status, _, body = await asyncio.wait_for(connection.ask("POST", "/v1/runs", fields, order.body),
                                                     self.chance.uniform(0.001, 0.1) if leaves else PATIENCE)
        except (client.Refused, client.Lost, client.Idle, OSError, asyncio.TimeoutError) as why:
            order.last = f"{type(why).__name__}"
            # What still comes on it would be another request's answer; and a gateway that is back has another port.
            self.connections.pop(port).close()
            self.shop.statuses["walked away" if leaves else order.last] += 1
            return False
        return self._judge(order, port, status, body)

    def _judge(self, order, port, status, body):
        if status == 201:
            order.take(body)
            order.answered_at = time.monotonic()
            order.last = "201"
            self.shop.acknowledged_at.append((order.answered_at, port))
            self.shop.statuses["201"] += 1
            return True
        order.last = f"{status} {code_of(body)}"
        self.shop.statuses[order.last] += 1
        order.refused = 400 <= status < 500 and status not in (409, 429)
        return order.refused

    async def insist(self, order, until, pause=0.05, longest_pause=0.3):
        """Asks until there is an answer, or the time is `until()`. The pauses grow."""
        while not await self.attempt(order) and time.monotonic() < until():
            await asyncio.sleep(self.chance.uniform(pause / 2, pause))
            pause = min(longest_pause, pause * 1.5)


def code_of(body):
    try:
        problem = json.loads(body)
    except ValueError:
        return "no JSON"
    return problem.get("code", "")
