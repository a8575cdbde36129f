"""What bench/run does to the programs: closed loops and constant rates over the far end's canned answers."""
import dataclasses
import json

import bodies
import harness
import programs

CONNECTIONS = 64
ENOUGH_FOR_P99 = 100  # answers


@dataclasses.dataclass
class Route:
    """What is asked of the programs for one case, by run id. `ours`: of the gateway, and of the Node program where that
    translates it too; `theirs`: of the proxies."""
    name: str
    ours: str
    theirs: str
    with_node: bool = False
    cached: bool = False
    of: str = ""  # whose runs; its own unless given

    def ids(self):
        return bodies.ids(self.of or self.name)


GRADIENT = "/v1/runs/gradient-bench%3A{id}/results?limit="
ROUTES = (
    Route("poll", "/v1/runs/staso-bench%3A{id}", bodies.RUNS + "{id}", with_node=True),
    Route("cached", "/v1/runs/staso-bench%3A{id}", bodies.RUNS + "{id}", cached=True),
    Route("staso_page", "/v1/runs/staso-bench%3A{id}/verdicts?limit=1000", bodies.RUNS + "{id}/verdicts?limit=1000&offset=0",
          with_node=True),
    Route("gradient_20", GRADIENT + "20", bodies.GRADIENT_RUNS + "{id}/results?page=1&per_page=20", with_node=True),
    Route("gradient_20_spans", GRADIENT + "20&include=spans", bodies.GRADIENT_RUNS + "{id}/results?page=1&per_page=20",
          of="gradient_20"),
    Route("gradient_200", GRADIENT + "200", bodies.GRADIENT_RUNS + "{id}/results?page=1&per_page=200", with_node=True),
)


class Target:
    """A program and where it is asked."""

    def __init__(self, name, program, port, path):
        self.name, self.program, self.port, self.path = name, program, port, path
        self.rounds = []

    def requests(self, route, folder):
        found = folder / f"{route.name}-{self.name}.requests"
        found.write_text("".join(f"GET {self.path.format(id=i)}\n" for i in route.ids()))
        return found

    def paths(self, route):
        return [self.path.format(id=i) for i in route.ids()]


def targets_of(route, running):
    """`running`: programs by name."""
    out = []
    for name, program in running.items():
        if name in ("gateway", "node"):
            if name == "gateway" or route.with_node:
                out.append(Target(name, program, program.port, route.ours))
        elif name == "nginx":
            out.append(Target(name, program, program.caching_port if route.cached else program.port, route.theirs))
        elif not route.cached:
            out.append(Target(name, program, program.port, route.theirs))
    return out


def drive(bench, target, requests, seconds, connections=CONNECTIONS):
    """One closed loop, with what it cost."""
    fields = [word for field in programs.fields_for(target.program) for word in ("--field", field)]
    before = target.program.cpu_seconds()
    child = bench.child("drive", programs.pinned(programs.OTHER_CORE, [
        bench.tools / "bench_drive", "--port", target.port, "--requests", requests, "--seconds", seconds,
        "--connections", connections, *fields]))
    line = child.process.stdout.readline()
    child.wait()
    cpu = target.program.cpu_seconds() - before
    bench.disown(child)
    if not line:
        raise harness.Failed(f"load on {target.name}: {child.last_words()} {target.program.last_words()}")
    found = json.loads(line)
    if set(found["statuses"]) - {"200", "201"} or found["other_lengths"]:
        raise harness.Failed(f"{target.name} gave other answers: {found}")
    return {"per_second": found["in_time"] / found["seconds"], "cpu_us": cpu / found["answers"] * 1e6,
            "p50_us": found["p50_us"], "p99_us": found["p99_us"], "bytes": found["bytes"] // found["answers"]}


def check_same_bytes(route, gateway, node):
    """The Node program must do the whole job: for some runs of the route, its answer is the gateway's to the byte."""
    for run_id in route.ids()[:8]:
        path = route.ours.format(id=run_id)
        status, _, wanted = harness.ask(gateway.port, "GET", path, fields={"X-API-Key": programs.KEY})
        _, _, found = harness.ask(node.port, "GET", path)
        if status != 200 or found != wanted:
            raise harness.Failed(f"{route.name}: the Node program's answer isn't the gateway's ({status}): {path}")


def medians(rounds):
    return {key: harness.median([each[key] for each in rounds if key in each]) for key in rounds[0]}


def measure(bench, route, world):
    """Medians by program: rounds of each in turn, then all of them at one rate that each can carry."""
    running, rounds, seconds = world.running, world.rounds, world.seconds
    targets = targets_of(route, running)
    if route.with_node and {"gateway", "node"} <= running.keys():
        check_same_bytes(route, running["gateway"], running["node"])
    for target in targets:
        drive(bench, target, target.requests(route, bench.folder), min(seconds, 1))
    for _ in range(rounds):
        for target in targets:
            target.rounds.append(drive(bench, target, bench.folder / f"{route.name}-{target.name}.requests", seconds))
    found = {target.name: medians(target.rounds) for target in targets}
    at_rate(bench, route, targets, found, rounds, seconds)
    for target in targets:
        found[target.name]["rss"] = target.program.memory()
    return found


def at_rate(bench, route, targets, found, rounds, seconds):
    """Adds times at half of what the slowest program carries, counted from when a request was due."""
    rate = int(min(each["per_second"] for each in found.values()) / 2)
    times = {target.name: [] for target in targets}
    for _ in range(rounds):
        for target in targets:
            load = bench.load(target.port, target.paths(route), seconds=seconds, connections=CONNECTIONS, rate=rate,
                              fields=programs.fields_for(target.program), prefix=programs.pinned(programs.OTHER_CORE, []))
            ok = load.result()["all"]["ok"]
            bench.disown(load)
            if not ok["count"]:
                raise harness.Failed(f"{target.name} gave no good answer at {rate}/s")
            enough = ok["count"] >= ENOUGH_FOR_P99
            times[target.name].append({"rate_p50_us": ok["p50"] * 1000} |
                                      ({"rate_p99_us": ok["p99"] * 1000} if enough else {}))
    for name, each in times.items():
        found[name] |= {"rate": rate, **medians(each)}
