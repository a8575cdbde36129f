"""Ten restarts by SIGTERM while clients of every kind go on: whether a request is lost that was sent on a connection that stood, and
whether event streams that come back hear of the end, once. The next gateway starts as soon as the port is free. Quick: three restarts."""
import asyncio
import collections
import json
import random
import socket
import subprocess
import time

import client
from harness import Failed, free_port, run_path

NOTICE = 0.3


class Tally:
    def __init__(self):
        self.sent = collections.Counter()      # by kind of client
        self.statuses = collections.Counter()
        self.lost = collections.Counter()
        self.refused = 0                       # nothing was sent
        self.idle = 0                          # closed before anything was sent
        self.created = 0
        self.done = collections.Counter()      # by stream
        self.reconnects = 0
        self.stream_faults = collections.Counter()
        self.after_done = collections.Counter()


async def exchange(kind, connection, tally, method, path, fields=None, body=b""):
    """Until it is answered or lost; a connection that wasn't to be had is tried again, as nothing was sent."""
    while True:
        try:
            if not connection.is_open:
                await connection.open()
            connection.send(method, path, fields, body)
        except client.Refused:
            tally.refused += 1
            await asyncio.sleep(0.005)
            continue
        except client.Idle:
            tally.idle += 1
            continue
        tally.sent[kind] += 1
        try:
            status, got = await connection.head()
            content = await connection.body(status, got)
        except client.Lost as why:
            tally.lost[f"{kind}: {why}"] += 1
            return 0, {}, b""
        tally.statuses[f"{kind} {status}"] += 1
        if got.get("connection", "").lower() == "close":
            connection.close()
        return status, got, content


async def reader(kind, port, paths, think, tally, stop, seed):
    """`think`: the longest pause between two requests; None: a connection for each."""
    chance = random.Random(seed)
    connection = client.Connection(port)
    while not stop.is_set():
        await exchange(kind, connection, tally, "GET", chance.choice(paths))
        if think is None:
            connection.close()
        await asyncio.sleep(chance.random() * (think or 0.05))
    connection.close()


async def long_poller(port, path, tally, stop):
    connection, etag = client.Connection(port), None
    while not stop.is_set():
        fields = {"If-None-Match": etag} if etag else {}
        status, got, _ = await exchange("wait", connection, tally, "GET", path + "?wait=5s", fields)
        etag = got.get("etag", etag)
        await asyncio.sleep(0.05)
    connection.close()


async def creator(port, spec, tally, stop):
    connection = client.Connection(port)
    while not stop.is_set():
        status, _, _ = await exchange("create", connection, tally, "POST", "/v1/runs", {}, json.dumps(spec).encode())
        tally.created += status == 201
        await asyncio.sleep(0.1)
    connection.close()


async def stream(number, port, path, tally, until):
    last_id = None
    while time.monotonic() < until:
        try:
            async for last_id, kind, data, _ in client.events(client.Connection(port), path + "/events", last_id):
                if kind == "done":
                    tally.done[number] += 1
                elif kind == "problem":
                    tally.stream_faults[data[:200]] += 1
        except client.Refused:
            pass
        except client.StreamRefused as why:
            if tally.done[number]:
                tally.after_done[why.status] += 1
                return
            tally.stream_faults[f"status {why.status}"] += 1
        except (client.Lost, client.Idle) as why:
            tally.stream_faults[repr(why)] += 1
        tally.reconnects += 1
        await asyncio.sleep(0.05)


def is_free(port):
    """Whether nobody listens there. Doesn't listen itself, which would take a client's connection."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def in_thread(what, *arguments, **more):
    return await asyncio.get_running_loop().run_in_executor(None, lambda: what(*arguments, **more))


async def successor(old, start, port):
    """Sends the old one away; the new one, and how long nobody listened."""
    old.terminate()
    began = time.monotonic()
    while not is_free(port):
        if time.monotonic() - began > 30:
            raise Failed("the old gateway goes on listening")
        await asyncio.sleep(0.001)
    closed = time.monotonic()
    while True:
        try:
            new = await in_thread(start)
            return new, time.monotonic() - closed
        except Failed:
            if time.monotonic() - closed > 20:
                raise


async def trial(bench, box, start, port, restarts):
    vendor = box.staso
    lives = [2 + 4 * k if bench.quick else 6 + 7 * k for k in range(2 if bench.quick else 4)]
    vendor.scenario(faults=[{"latency_ms": 30}],
                    runs=[{"seconds": s, "times": 1} for s in lives] + [{"seconds": 7200}])
    gateway = await in_thread(start)
    ending = [run_path("box:" + vendor.start_run()) for _ in lives]
    lasting = [run_path("box:" + vendor.start_run()) for _ in range(20)]
    vendor.reset()
    tally, stop = Tally(), asyncio.Event()
    clients = [reader("busy", port, lasting, 0.02, tally, stop, n) for n in range(8)]
    clients += [reader("slow", port, lasting, 0.6, tally, stop, 100 + n) for n in range(48)]
    clients += [reader("fresh", port, lasting, None, tally, stop, 200 + n) for n in range(8)]
    clients += [long_poller(port, lasting[n], tally, stop) for n in range(8)]
    clients += [creator(port, {"provider": "box", "name": "bench", **vendor.spec()}, tally, stop) for _ in range(2)]
    tasks = [asyncio.ensure_future(c) for c in clients]
    streams_end = time.monotonic() + max(lives) + 60
    streams = [asyncio.ensure_future(stream(n, port, ending[n % len(ending)], tally, streams_end)) for n in range(20)]

    gaps, exits, old_ones = [], collections.Counter(), []
    for _ in range(restarts):
        await asyncio.sleep(1.5)
        old_ones.append(gateway)
        gateway, gap = await successor(gateway, start, port)
        gaps.append(gap)
    await asyncio.wait(streams, timeout=max(lives) + 30)
    stop.set()
    await asyncio.gather(*tasks)
    for each in old_ones:
        try:
            exits[await in_thread(each.wait, 40)] += 1
        except subprocess.TimeoutExpired:
            exits["still there"] += 1
    for each in streams:
        each.cancel()
    return tally, gaps, exits, vendor.calls()


def run(bench):
    restarts = 3 if bench.quick else 10
    box = bench.sandbox()
    port = free_port()
    keys = {"watch": {"first_interval": "200ms", "max_interval": "1s"}}

    def start():
        return bench.gateway({"box": ("staso", box.staso.port, box.samples, keys)}, port=port,
                             store=f"sqlite:{bench.folder / 'restarts.db'}",
                             server={"drain_notice": f"{round(NOTICE * 1000)}ms", "drain_grace": "10s"})

    bench.say(f"{restarts} restarts")
    tally, gaps, exits, calls = asyncio.run(trial(bench, box, start, port, restarts))
    bench.exactly(f"requests lost, of {sum(tally.sent.values())}", sum(tally.lost.values()), 0)
    for what, count in tally.lost.most_common(5):
        bench.say(f"lost {count}: {what}")
    odd = {k: n for k, n in tally.statuses.items() if k.split()[1] not in ("200", "201", "304")}
    bench.exactly("answers other than 200, 201, 304", sum(odd.values()), 0)
    for what, count in odd.items():
        bench.say(f"{count} times {what}")
    bench.exactly("creates at the vendor that no client was told of", calls.get("POST /v1/eval/runs", 0) - tally.created, 0)
    bench.exactly("streams that heard of the end exactly once, of 20", sum(n == 1 for n in tally.done.values()), 20)
    bench.exactly("streams that broke off, or were refused", sum(tally.stream_faults.values()), 0)
    for what, count in tally.stream_faults.most_common(5):
        bench.say(f"stream: {count} times {what}")
    bench.exactly("streams that were told 204 when they came back after the end", tally.after_done[204], 20)
    bench.exactly(f"gateways that ended with 0, of {restarts}", exits[0], restarts)
    bench.figure("answers", json.dumps(dict(sorted(tally.statuses.items()))))
    bench.figure("connections refused, kept ones found closed, stream reconnects",
                 f"{tally.refused}, {tally.idle}, {tally.reconnects}")
    bench.figure("nobody listened for: longest", f"{1000 * max(gaps):.0f} ms")
