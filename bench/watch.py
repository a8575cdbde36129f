"""1,000 clients wait for one run of each vendor, half by long polls and half on event streams, while it takes five minutes: how
often the vendor is asked, and when every client knows that the run has ended. Quick: the same with all times 60 times shorter,
and 100 clients."""
import asyncio
import json
import time

import client
from harness import median, percentile

VENDORS = ("staso", "gradient")


class Watching:
    """What the clients of one run came to know."""

    def __init__(self):
        self.told = []      # when each client knew of the end
        self.answers = 0    # to long polls
        self.unchanged = 0  # 304
        self.done_events = 0
        self.faults = []


async def long_poll(port, path, wait, fields, seen, gives_up):
    connection = client.Connection(port)
    etag = None
    while time.monotonic() < gives_up:
        try:
            more = {"If-None-Match": etag} if etag else {}
            status, got, body = await connection.ask("GET", f"{path}?wait={wait}", {**fields, **more})
        except (client.Refused, client.Lost, client.Idle) as why:
            seen.faults.append(f"long poll: {why!r}")
            await asyncio.sleep(0.1)
            continue
        now = time.monotonic()
        seen.answers += 1
        if status == 304:
            seen.unchanged += 1
        elif status == 200:
            etag = got.get("etag")
            if b'"terminal":true' in body.replace(b" ", b""):
                seen.told.append(now)
                connection.close()
                return
        else:
            seen.faults.append(f"long poll: {status} {body[:200]!r}")
            await asyncio.sleep(0.5)
    connection.close()


async def stream(port, path, seen, gives_up):
    last_id = None
    while time.monotonic() < gives_up:
        ended = False
        try:
            async for last_id, kind, data, at in client.events(client.Connection(port), path + "/events", last_id):
                if kind == "done":
                    seen.done_events += 1
                    seen.told.append(at)
                    ended = True
                    if not client.run_of(data).get("terminal"):
                        seen.faults.append("a done event whose run hasn't ended")
                elif kind == "problem":
                    seen.faults.append(f"stream: {data[:200]}")
                    ended = True
        except (client.Refused, client.Lost, client.Idle, client.StreamRefused) as why:
            seen.faults.append(f"stream: {why!r}")
        if ended:
            return
        await asyncio.sleep(0.1)


async def watch(port, runs, clients, wait, gives_up):
    """`runs`: id -> Watching."""
    tasks = []
    for number in range(clients):
        for path, seen in runs.items():
            way = (stream(port, path, seen, gives_up) if number % 2 else
                   long_poll(port, path, wait, {"Request-Timeout": "120"}, seen, gives_up))
            tasks.append(asyncio.ensure_future(way))
        if number % 50 == 49:
            await asyncio.sleep(0.02)
    await asyncio.wait(tasks, timeout=max(1, gives_up - time.monotonic()))
    for each in tasks:
        each.cancel()
    for fault in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(fault, Exception):
            raise fault


def run(bench):
    seconds, clients, wait = (5, 100, "500ms") if bench.quick else (300, 1000, "30s")
    pace = {"first_interval": "33ms", "max_interval": "500ms"} if bench.quick else {}
    most_interval = (0.5 if bench.quick else 30) * 1.1
    slack = 1.0 if bench.quick else 0.1
    box = bench.sandbox()
    box.staso.ask("PUT", "/__sandbox/scenario", {v: {"runs": [{"seconds": seconds}]} for v in VENDORS})

    notes, taps = {}, {}
    for vendor in VENDORS:
        notes[vendor] = bench.folder / f"{vendor}.notes"
        tap = bench.child(f"tap-{vendor}", [bench.here / "tap.py", getattr(box, vendor).port, notes[vendor]])
        taps[vendor] = tap.ready()["port"]
    gateway = bench.gateway({f"{v}-box": (v, taps[v], box.samples, {"watch": pace} if pace else {}) for v in VENDORS})

    ids, runs = {}, {}
    for vendor in VENDORS:
        ids[vendor] = gateway.start_run(f"{vendor}-box", getattr(box, vendor).spec())
        runs["/v1/runs/" + ids[vendor].replace(":", "%3A")] = Watching()
    seen = dict(zip(VENDORS, runs.values()))
    bench.say(f"{clients} clients a vendor wait for runs of {seconds} s")
    cpu = gateway.cpu_seconds()
    asyncio.run(watch(gateway.port, runs, clients, wait, time.monotonic() + seconds + 3 * most_interval + 30))
    cpu = gateway.cpu_seconds() - cpu

    for vendor in VENDORS:
        calls = [json.loads(line) for line in notes[vendor].read_text().splitlines()]
        create = next(c for c in calls if c["method"] == "POST")
        native = ids[vendor].partition(":")[2]
        after = [c for c in calls if c["came"] > create["came"]]
        polls = [c for c in after if c["path"].partition("?")[0].endswith("/" + native)]
        told = seen[vendor].told
        # The vendor's clock began between the two; the earlier makes the clients look later.
        vendor_end = create["came"] + seconds
        interval = polls[-1]["came"] - polls[-2]["came"] if len(polls) > 1 else most_interval
        late = [at - vendor_end for at in told]
        after_answer = [at - polls[-1]["gone"] for at in told]
        bench.exactly(f"{vendor}: clients that learned of the end, of {clients}", len(told), clients)
        bench.at_most(f"{vendor}: vendor calls, the summary and catalogue included", len(after), 40)
        bench.at_most(f"{vendor}: the last client's knowing after the vendor's end",
                      max(late, default=float("inf")), interval + slack, " s")
        bench.figure(f"{vendor}: polls of the run; gap between the last two; longest gap allowed",
                     f"{len(polls)}; {interval:.2f} s; {most_interval:.1f} s")
        bench.figure(f"{vendor}: from the last poll's answer to a client's knowing: p50, p99, last",
                     ", ".join(f"{1000 * x:.0f} ms" for x in (median(after_answer), percentile(after_answer, 0.99),
                                                              max(after_answer, default=float("nan")))))
        bench.exactly(f"{vendor}: done events, of {clients // 2} streams", seen[vendor].done_events, clients // 2)
        bench.exactly(f"{vendor}: answers that no client should get", len(seen[vendor].faults), 0)
        for fault in seen[vendor].faults[:3]:
            bench.say(f"{vendor}: {fault}")
    bench.figure("gateway CPU for both", f"{cpu:.1f} s, {1000 * cpu / (2 * clients * seconds):.3f} ms a client-second")
