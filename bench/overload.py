"""Five times as many requests as the gateway can have answered, at a constant rate over many connections: what still gets through, how
soon the others are told no, and how long those wait who are let in. The capacity is what a closed loop gets. Twice: where the
vendor is what is slow, and (full only) where translating is. Quick: a few seconds each."""
from harness import Failed, run_path

RUNS = 2000


def rate_of(load):
    """Good answers a second, without the first and the last slice, in which the load comes and goes."""
    middle = load["slices"][1:-1] or load["slices"]
    return sum(each["answered_well"] for each in middle) / (len(middle) * load["slice_seconds"])


def overload(bench, name, gateway, paths, seconds, closed_connections, connections, judged):
    closed = bench.load(gateway.port, paths, seconds=seconds, connections=closed_connections, name="closed").result()
    capacity = rate_of(closed)
    if not capacity:
        raise Failed(f"{name}: nothing was answered: {closed['statuses']}")
    cpu = gateway.cpu_seconds()
    load = bench.load(gateway.port, paths, seconds=seconds, connections=connections, rate=5 * capacity,
                      name="overload").result()
    cpu = gateway.cpu_seconds() - cpu
    every = load["all"]
    bench.figure(f"{name}: capacity; offered", f"{capacity:.0f}/s; {5 * capacity:.0f}/s")
    bench.figure(f"{name}: answers, refused, other failures, broken, never answered",
                 ", ".join(str(every[k]["count"]) for k in ("ok", "overloaded", "failed", "broken", "unanswered")) +
                 f" {load['statuses']}")
    bench.figure(f"{name}: gateway CPU", f"{cpu / seconds:.2f} cores")
    refusals = every["overloaded"]
    if judged:
        bench.at_least(f"{name}: goodput / capacity", rate_of(load) / capacity, 0.9)
        limit = 500 if bench.quick else 50
        bench.at_least(f"{name}: refusals", refusals["count"], 1)
        bench.at_most(f"{name}: p99 of a refusal", refusals.get("p99", float("inf")), limit, " ms")
        bench.at_most(f"{name}: p99 of the admitted, against the closed loop's", every["ok"]["p99"] / closed["all"]["ok"]["p99"], 5)
        bench.exactly(f"{name}: broken or never answered", every["broken"]["count"] + every["unanswered"]["count"], 0)
    else:
        bench.figure(f"{name}: goodput / capacity; the gateway's memory",
                     f"{rate_of(load) / capacity:.2f}; {gateway.memory() / 2**20:.0f} MiB")
    bench.figure(f"{name}: p50, p99 of the admitted; of a refusal; of the closed loop",
                 "; ".join(f"{w.get('p50', 0):.1f}, {w.get('p99', 0):.1f} ms"
                           for w in (every["ok"], refusals, closed["all"]["ok"])))


def run(bench):
    seconds = 4 if bench.quick else 20
    box = bench.sandbox()
    box.staso.scenario(runs=[{"end": "stuck"}], faults=[{"route": "GET /v1/eval/runs/{run_id}", "latency_ms": 50}])
    paths = [run_path("box:" + box.staso.start_run()) for _ in range(200 if bench.quick else RUNS)]
    providers = {"box": ("staso", box.staso.port, box.samples, {})}
    gateway = bench.gateway(providers, server={"max_in_flight": 64, "max_queued": 64}, access_log=False)
    bench.say(f"a vendor that takes 50 ms; 64 in flight, 64 queued; {seconds} s each")
    overload(bench, "slow vendor", gateway, paths, seconds, 96, 1000, True)
    if bench.quick:
        return
    gateway.kill()
    gateway = bench.gateway(providers, server={"shards": 1}, access_log=False)
    ended = run_path("box:" + box.samples["staso_finished_run_id"])
    page = [ended + "/verdicts?limit=1000"]
    gateway.get(ended)  # from then on it is known that its pages won't change
    gateway.get(page[0])
    bench.say(f"pages of 1,000 verdicts from the cache, on one shard; {seconds} s each")
    overload(bench, "busy core", gateway, page, seconds, 64, 1000, False)
