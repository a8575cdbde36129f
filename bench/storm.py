"""One vendor answers nothing but errors for a minute, while its clients ask ten times as often as usual and the other vendor's
clients ask as they always do. Three ways: 503, a black hole, connections refused. What the sick vendor still gets, what the other
vendor's clients notice, how soon all is well again, and whether everything that was taken is given back. Quick: two ways, a few
seconds each."""
import time

from harness import median, run_path, total

RUNS = 200
GAUGES = ("evalbridge_requests_in_flight", "evalbridge_requests_queued", "evalbridge_requests_waiting",
          "evalbridge_connections", "evalbridge_upstream_in_flight", "evalbridge_upstream_queued", "evalbridge_rate_waiting")


class Sizes:
    def __init__(self, quick):
        self.usual, self.other = (50, 50) if quick else (100, 200)  # requests a second
        self.storm = 10 * self.usual
        self.first, self.before, self.during, self.after = (2, 3, 4, 6) if quick else (10, 30, 60, 25)
        self.slice = 1 if quick else 5
        # A vendor that is well again waits for a probe as long as this at most.
        self.breaker = {"open_for": "250ms", "max_open": "1s"} if quick else {"open_for": "1s", "max_open": "5s"}
        self.attempt_timeout = "1s" if quick else "5s"
        self.ways = ("503", "black hole") if quick else ("503", "black hole", "refused")


def start_runs(vendor):
    """Ids that are the same whenever a sandbox is started anew."""
    vendor.scenario(runs=[{"end": "stuck"}], rate_limit=None)
    return [vendor.start_run() for _ in range(RUNS)]


class Sick:
    """The vendor that falls ill, in a process of its own."""

    def __init__(self, bench, way):
        self.bench, self.way = bench, way
        self.box = bench.sandbox(name="sick")
        self.vendor = self.box.staso
        self.runs = start_runs(self.vendor)

    def fall_ill(self):
        if self.way == "refused":
            self.box.kill()
        else:
            fault = {"do": "black_hole"} if self.way == "black hole" else {"do": "status", "status": 503}
            self.vendor.scenario(faults=[fault])

    def requests(self):
        """That the vendor got; a vendor that isn't there can't tell."""
        return 0 if self.box.ended() else sum(self.vendor.calls().values())

    def heal(self):
        if self.way != "refused":
            self.vendor.scenario()
            return
        self.box = self.bench.sandbox(name="sick", staso_port=self.vendor.port)
        self.vendor = self.box.staso
        assert start_runs(self.vendor) == self.runs


def gauges(gateway):
    now = gateway.metrics()
    return {name: total(now, name) for name in GAUGES}


def settled(gateway, before, seconds):
    """Gauges and open files, once they are where they were, or when the time is up."""
    until = time.monotonic() + seconds
    while True:
        now = gauges(gateway), gateway.open_files()
        if (now[0] == before[0] and now[1] <= before[1]) or time.monotonic() > until:
            return now
        time.sleep(0.25)


def p99s(load, since, until):
    """The p99 of what went well in each slice that lies wholly between the two."""
    out = []
    for each in load["slices"]:
        begin = load["began"] + each["number"] * load["slice_seconds"]
        if begin >= since and begin + load["slice_seconds"] <= until and each["ok"]["count"]:
            out.append(each["ok"]["p99"])
    return out


def bad(outcomes):
    return sum(outcomes[k]["count"] for k in ("overloaded", "failed", "broken", "unanswered"))


def asked(load):
    return sum(each["count"] for each in load["all"].values())


def seconds_to_normal(load, normal_p99):
    """From the load's beginning to the end of the last second with a failure, and on to the first of five whose p99s
    have a median that is normal."""
    slices = load["slices"]
    at = max((i + 1 for i, each in enumerate(slices) if bad(each)), default=0)
    while at < len(slices) and median([each["ok"].get("p99", 0) for each in slices[at:at + 5]]) > normal_p99:
        at += 1
    return at * load["slice_seconds"] if at < len(slices) else float("inf")


def weather(bench, way, size):
    sick = Sick(bench, way)
    well = bench.sandbox(name="well").gradient
    well_runs = start_runs(well)
    keys = {"breaker": size.breaker, "idle_timeout": "2s"}
    gateway = bench.gateway({
        "sick": ("staso", sick.vendor.port, sick.box.samples, {**keys, "attempt_timeout": size.attempt_timeout}),
        "well": ("gradient", well.port, well.samples, {**keys, "rate_limit": {"per_minute": 0, "per_hour": 0}})})
    sick_paths = [run_path("sick:" + r) for r in sick.runs]
    well_paths = [run_path("well:" + r) for r in well_runs]
    fields = ["Request-Timeout: 10"]
    memory_fresh = gateway.memory()

    def load(name, paths, rate, seconds, slice_seconds):
        return bench.load(gateway.port, paths, rate=rate, seconds=seconds, slice_ms=round(1000 * slice_seconds),
                          connections=2000 if rate == size.storm else 100, fields=fields, last_answers=12, name=name)

    # A first, short storm that isn't measured: buffers, pools and the allocator's memory are what a storm needs.
    for ill in (False, True):
        if ill:
            sick.fall_ill()
        for each in [load("warm-sick", sick_paths, size.storm, size.first, 1),
                     load("warm-well", well_paths, size.other, size.first, 1)]:
            each.result()
    sick.heal()
    load("warm-healed", sick_paths, size.usual, 2 if bench.quick else 8, 1).result()
    time.sleep(3)
    before = gauges(gateway), gateway.open_files()
    memory_before = gateway.memory()

    other = load("well", well_paths, size.other, size.before + size.during + size.after + 1, size.slice)
    calm = load("calm", sick_paths, size.usual, size.before, 1).result()
    sick.fall_ill()
    begun, at_begin, got_before = time.monotonic(), gateway.metrics(), sick.requests()
    storm = load("storm", sick_paths, size.storm, size.during, size.slice)
    time.sleep(max(0, begun + size.during - time.monotonic()))
    at_end, ended, got = gateway.metrics(), time.monotonic(), sick.requests() - got_before
    sick.heal()
    healed = load("healed", sick_paths, size.usual, size.after, 1).result()
    storm, other = storm.result(), other.result()
    after = settled(gateway, before, 20)
    memory_after = gateway.memory()

    def grown(name):
        return total(at_end, name, provider="sick") - total(at_begin, name, provider="sick")

    attempts = max(got, grown("evalbridge_upstream_attempts_total"))
    retries = grown("evalbridge_upstream_retries_total")
    tries = asked(storm)
    bench.at_most(f"{way}: attempts at the sick vendor / clients' calls", attempts / tries, 1.2)
    bench.figure(f"{way}: clients' calls, attempts, as the vendor counts them, retries, openings of the breaker",
                 f"{tries}, {attempts:.0f}, {got}, {retries:.0f}, {grown('evalbridge_breaker_openings_total'):.0f}")
    times = storm["all"]["failed"]
    bench.figure(f"{way}: the storm's calls: failed, overloaded, broken; p50 and p99 of a failure",
                 f"{times['count']}, {storm['all']['overloaded']['count']}, {storm['all']['broken']['count']}; "
                 f"{times.get('p50', 0):.1f} ms, {times.get('p99', 0):.1f} ms")
    calm_p99 = median([each["ok"]["p99"] for each in calm["slices"] if each["ok"]["count"]])
    normal = 2 * calm_p99 + (50 if bench.quick else 5)
    bench.at_most(f"{way}: from the vendor's recovery to normal (no failure, p99 <= {normal:.1f} ms)",
                  healed["began"] - ended + seconds_to_normal(healed, normal), 10, " s")
    for name in GAUGES:
        if after[0][name] != before[0][name]:
            bench.exactly(f"{way}: {name} afterwards", after[0][name], before[0][name])
    bench.figure(f"{way}: gauges back where they were", str(after[0] == before[0]).lower(), "true", after[0] == before[0])
    bench.at_most(f"{way}: open files afterwards", after[1], before[1] + 4)
    bench.at_most(f"{way}: memory afterwards, against before", memory_after / 2**20,
                  1.1 * memory_before / 2**20 + (16 if bench.quick else 4), " MiB")
    bench.figure(f"{way}: memory before the first storm, before, afterwards",
                 ", ".join(f"{m / 2**20:.1f} MiB" for m in (memory_fresh, memory_before, memory_after)))

    base, under = (p99s(other, *span) for span in ((other["began"], begun), (begun, ended)))
    bench.figure(f"{way}: the other vendor's clients: p99 before, during, worst slice during",
                 f"{median(base):.2f} ms, {median(under):.2f} ms, {max(under, default=0):.2f} ms")
    ratio = median(under) / median(base)
    if bench.quick:
        bench.figure(f"{way}: the other vendor's p99 during / before", f"{ratio:.2f}")
    else:
        bench.at_most(f"{way}: the other vendor's p99 during / before, medians over {size.slice} s", ratio, 1.2)
    bench.exactly(f"{way}: failures of the other vendor's clients, of {asked(other)}", bad(other["all"]), 0)


def run(bench):
    size = Sizes(bench.quick)
    for way in size.ways:
        bench.say(f"{way}: {size.before} s calm, {size.during} s storm, {size.after} s after")
        weather(bench, way, size)
        bench.end()
