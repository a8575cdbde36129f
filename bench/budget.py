"""200 runs are watched at once on one token of a vendor that allows 250 requests a minute and 5,000 an hour, for eleven minutes,
beside a client that reads: what the vendor saw in its busiest minute, and how evenly the runs were polled. Quick: 20 runs, 24 a minute,
20 s, and nobody else who reads, as there is no room for it."""
import asyncio
import collections
import json
import time

import client
from harness import ask, most_in_any, run_path

LIVE_SECONDS = 7200  # longer than any trial


async def follow(port, path, until, seen):
    last_id = None
    while time.monotonic() < until:
        try:
            async for last_id, kind, data, _ in client.events(client.Connection(port), path + "/events", last_id):
                seen[kind] += 1
                if kind in ("done", "problem"):
                    seen["last: " + data[:120]] += 1
        except (client.Refused, client.Lost, client.Idle, client.StreamRefused) as why:
            seen["fault: " + repr(why)] += 1
        await asyncio.sleep(0.5)


async def read_now_and_then(port, paths, every, until, statuses):
    connection = client.Connection(port)
    number = 0
    while time.monotonic() < until:
        try:
            status, _, _ = await connection.ask("GET", paths[number % len(paths)], {"Request-Timeout": "30"})
            statuses[status] += 1
        except (client.Refused, client.Lost, client.Idle) as why:
            statuses[repr(why)] += 1
        number += 1
        await asyncio.sleep(every)


async def follow_all(port, paths, seconds, read_every, seen, statuses):
    until = time.monotonic() + seconds
    tasks = [asyncio.ensure_future(follow(port, path, until, seen)) for path in paths]
    if read_every:
        tasks.append(asyncio.ensure_future(read_now_and_then(port, paths, read_every, until, statuses)))
    await asyncio.sleep(seconds)
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def run(bench):
    runs, seconds, minute, hour = (20, 20, 24, 5000) if bench.quick else (200, 660, 250, 5000)
    box = bench.sandbox()
    vendor = box.gradient
    limit = {"per_minute": minute, "per_hour": hour}
    vendor.scenario(runs=[{"seconds": LIVE_SECONDS}])
    natives = []
    for number in range(runs):
        natives.append(vendor.start_run())
        if number % 100 == 99:
            vendor.reset()  # so that creates don't count: the trial is of watches
    vendor.scenario(rate_limit=limit)
    vendor.reset()

    notes = bench.folder / "vendor.notes"
    tap = bench.child("tap", [bench.here / "tap.py", vendor.port, notes])
    keys = {"rate_limit": {"per_minute": minute, "per_hour": hour}}
    gateway = bench.gateway({"box": ("gradient", tap.ready()["port"], box.samples, keys)})
    seen, statuses = collections.Counter(), collections.Counter()
    bench.say(f"{runs} runs are watched for {seconds} s; {minute} requests a minute are allowed")
    began = time.monotonic()
    asyncio.run(follow_all(gateway.port, [run_path("box:" + n) for n in natives], seconds, 0 if bench.quick else 10,
                           seen, statuses))
    ended = time.monotonic()

    calls = [json.loads(line) for line in notes.read_text().splitlines()]
    calls = [c for c in calls if c["came"] <= ended]
    times = [c["came"] for c in calls]
    bench.at_most("most vendor calls in any 60 s", most_in_any(times, 60), minute)
    bench.at_most("vendor calls in all, within an hour", len(times), hour)
    bench.exactly("refusals by the vendor (429)", sum(c["status"] == 429 for c in calls), 0)
    status, _, peaks = ask(vendor.port, "GET", "/__sandbox/peaks")
    if status == 200:
        bench.figure("peaks as the vendor tells them", json.dumps(json.loads(peaks)))

    polls = collections.defaultdict(list)
    for each in calls:
        native = each["path"].partition("?")[0].rpartition("/")[2]
        if each["path"].startswith("/v2/gen-ai/evaluation_runs/"):
            polls[native].append(each["came"])
    bench.exactly(f"runs that were polled, of {runs}", len(polls), runs)
    bench.exactly("streams that ended or failed", sum(n for k, n in seen.items() if ":" in k), 0)
    for what in [k for k in seen if ":" in k][:3]:
        bench.say(what)
    if bench.quick:
        return
    bench.exactly(f"reads by a client beside them that failed, of {sum(statuses.values())}",
                  sum(n for s, n in statuses.items() if s != 200), 0)
    for what in [s for s in statuses if s != 200][:3]:
        bench.say(f"reads: {what}")
    gaps = [b - a for each in polls.values() for a, b in zip(each, each[1:])]
    gaps += [ended - each[-1] for each in polls.values()]  # one that is still open
    gaps += [each[0] - began for each in polls.values()]
    # What a run gets where the polls that the vendor was in fact sent had been dealt out evenly.
    share = runs * (ended - began) / sum(map(len, polls.values()))
    by_minute = runs * 60 / (0.8 * minute)
    bench.at_most("longest gap between two polls of a run", max(gaps), 2 * share, " s")
    bench.figure("fair share: as sent; by the minute's 80 % alone", f"{share:.1f} s; {by_minute:.1f} s")
    per_minute = [sum(began + 60 * i <= t < began + 60 * (i + 1) for t in times) for i in range(int(seconds // 60))]
    bench.figure("vendor calls minute by minute", " ".join(map(str, per_minute)))
