"""What bench/run measures beside closed loops: added latency, pages of an archive, creates, exports, streams, idle clients and a start."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time

import bodies
import cases
import harness
import programs

RUN = "/v1/runs/staso-bench%3A"
CONNECTIONS = 1000
ARCHIVING_ENDS_WITHIN = 600  # seconds


def drive_once(bench, core, port, requests, fields, *more):
    child = bench.child("drive", programs.pinned(core, [
        bench.tools / "bench_drive", "--port", port, "--requests", requests,
        *[word for field in fields for word in ("--field", field)], *more]))
    line = child.process.stdout.readline()
    child.wait()
    bench.disown(child)
    if not line:
        raise harness.Failed(f"load: {child.last_words()}")
    return json.loads(line)


def latency(bench, world):
    """Everything on one core, one connection: what a program adds to asking the far end itself."""
    route = next(r for r in cases.ROUTES if r.name == "poll")
    ways = [("direct", world.far_end.port, route.theirs, ())]
    ways += [(t.name, t.port, t.path, programs.fields_for(t.program)) for t in cases.targets_of(route, world.running)]
    seen = {name: [] for name, *_ in ways}
    os.sched_setaffinity(world.far_end.pid, {programs.TESTED_CORE})
    try:
        for _ in range(world.rounds):
            for name, port, path, fields in ways:
                requests = bench.folder / f"latency-{name}.requests"
                requests.write_text(f"GET {path.format(id=bodies.ids('poll')[0])}\n")
                seen[name].append(drive_once(bench, programs.TESTED_CORE, port, requests, fields,
                                             "--connections", 1, "--seconds", world.seconds))
    finally:
        os.sched_setaffinity(world.far_end.pid, {programs.OTHER_CORE})
    at = {name: {f: harness.median([each[f] for each in rounds]) for f in ("p50_us", "p99_us")}
          for name, rounds in seen.items()}
    return {name: {f"added_{f}": at[name][f] - at["direct"][f] for f in at[name]} for name, *_ in ways[1:]} | {
        "direct": at["direct"]}


def archived(bench, world):
    """Pages of 1,000 verdicts out of an archive; compare with staso_page."""
    verdicts = 10_000
    run_id = bodies.long_run_of(verdicts)
    gateway = world.gateway(archives=True)
    took = archive(gateway, run_id)
    calls = world.far_end.calls()
    requests = bench.folder / "archived.requests"
    requests.write_text("".join(f"GET {RUN}{run_id}/verdicts?limit=1000&offset={i * 1000}\n" for i in range(10)))
    target = cases.Target("gateway", gateway, gateway.port, None)
    rounds = [cases.drive(bench, target, requests, world.seconds) for _ in range(world.rounds)]
    found = cases.medians(rounds) | {"rss": gateway.memory(), "archiving_seconds": took,
                                     "vendor_calls": world.far_end.calls() - calls}
    bench.disown(gateway)
    return {"gateway": found}


def archive(gateway, run_id):
    """Seconds until the run is archived."""
    key = {"X-API-Key": programs.KEY}
    began = time.monotonic()
    status, _, body = harness.ask(gateway.port, "POST", f"{RUN}{run_id}/archive", fields=key)
    while status in (200, 202) and time.monotonic() - began < ARCHIVING_ENDS_WITHIN:
        archive_now = json.loads(body)
        if archive_now["state"] == "complete":
            return time.monotonic() - began
        if archive_now["last_error"]:
            break
        time.sleep(0.1)
        status, _, body = harness.ask(gateway.port, "GET", f"{RUN}{run_id}/archive", fields=key)
    raise harness.Failed(f"archiving: {status} {body[:300]!r}")


def create(bench, world):
    """Starting a run: registered in the store before the answer, beside nginx passing the same on."""
    spec = {"provider": "staso-bench", "name": "Nightly, checkout agent", "scope": {"agent_id": "checkout-agent"},
            "metrics": ["latency_p95", "hallucination"]}
    found = {}
    for name, path, body in (("gateway", "/v1/runs", spec), ("nginx", "/v1/eval/runs", {
            "name": spec["name"], "scope": spec["scope"], "zero_configs": spec["metrics"]})):
        sent = bench.folder / f"create-{name}.json"
        sent.write_text(json.dumps(body))
        requests = bench.folder / f"create-{name}.requests"
        requests.write_text(f"POST {path} {sent}\n")
        program = world.gateway() if name == "gateway" else world.running.get(name)
        if not program:
            continue
        target = cases.Target(name, program, program.port, None)
        found[name] = cases.medians([cases.drive(bench, target, requests, world.seconds) for _ in range(world.rounds)])
        found[name]["rss"] = program.memory()
        if name == "gateway":
            bench.disown(program)
    return found


def export_path(verdicts):
    return f"{RUN}{bodies.long_run_of(verdicts)}/export?format=ndjson"


def check_exports(exporters):
    """A short one is read in earnest, and must be the same of all."""
    answers = {name: harness.ask(program.port, "GET", export_path(1000), fields={"X-API-Key": programs.KEY})
               for name, program in exporters.items()}
    for name, (status, _, body) in answers.items():
        lines = body.count(b"\n")
        if status != 200 or lines != 1000 or body != answers["gateway"][2]:
            raise harness.Failed(f"{name}: an export of 1,000 verdicts is {status} with {lines} lines, or others than the gateway's")


class Export:
    """One export, read as fast as it comes and thrown away in the kernel."""

    def __init__(self, program, verdicts):
        fields = "".join(f"{field}\r\n" for field in programs.fields_for(program))
        room = bytearray(1 << 20)
        program.forget_peak()
        before, cpu = program.memory(), program.cpu_seconds()
        began = time.monotonic()
        self.bytes = 0
        with socket.create_connection(("127.0.0.1", program.port)) as connection:
            connection.sendall(f"GET {export_path(verdicts)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fields}\r\n".encode())
            head = connection.recv_into(room, 4096)
            self.first_byte = time.monotonic() - began
            if not room.startswith(b"HTTP/1.1 200"):
                raise harness.Failed(f"{program.name}: export: {bytes(room[:head])!r}")
            while size := connection.recv_into(room, len(room), socket.MSG_TRUNC):
                self.bytes += size
        self.seconds = time.monotonic() - began
        self.cpu = program.cpu_seconds() - cpu
        self.growth = program.peak_memory() - before


def export(bench, world):
    """Time and memory of a long run's export while it is read from the vendor, beside nginx fetching the same pages. Growth is
    what comes on top of a program that has exported 1,000 verdicts."""
    verdicts = 100_000 if world.quick else 1_000_000
    exporters = {"gateway": world.gateway()}
    if "node" in world.running:
        exporters["node"] = world.running["node"]
    check_exports(exporters)
    pages = bench.folder / "export.requests"
    run_id = bodies.long_run_of(verdicts)
    pages.write_text("".join(f"GET {bodies.RUNS}{run_id}/verdicts?limit=1000&offset={at}\n"
                             for at in range(0, verdicts, 1000)))
    seen = {name: [] for name in ("nginx", *exporters)}
    for _ in range(world.rounds):
        if nginx := world.running.get("nginx"):
            cpu = nginx.cpu_seconds()
            walk = drive_once(bench, programs.OTHER_CORE, nginx.port, pages, (), "--walk")
            seen["nginx"].append({"seconds": walk["seconds"], "cpu_seconds": nginx.cpu_seconds() - cpu,
                                  "bytes": walk["bytes"]})
        for name, program in exporters.items():
            whole = Export(program, verdicts)
            seen[name].append({"seconds": whole.seconds, "cpu_seconds": whole.cpu, "bytes": whole.bytes,
                               "first_byte_ms": whole.first_byte * 1000, "growth": whole.growth})
    found = {name: {"verdicts": verdicts} | cases.medians(rounds) for name, rounds in seen.items() if rounds}
    for name in exporters:
        found[name]["growth"] = max(each["growth"] for each in seen[name])
    bench.disown(exporters["gateway"])
    return found


def archived_export(bench, world):
    """An export out of the archive, which the vendor isn't asked for."""
    verdicts = 100_000 if world.quick else 1_000_000
    gateway = world.gateway(archives=True)
    archive(gateway, bodies.long_run_of(1000))
    took = archive(gateway, bodies.long_run_of(verdicts))
    check_exports({"gateway": gateway})
    calls = world.far_end.calls()
    whole = Export(gateway, verdicts)
    found = {"verdicts": verdicts, "seconds": whole.seconds, "cpu_seconds": whole.cpu, "bytes": whole.bytes,
             "first_byte_ms": whole.first_byte * 1000, "growth": whole.growth, "archiving_seconds": took,
             "vendor_calls": world.far_end.calls() - calls}
    bench.disown(gateway)
    return {"gateway": found}


def opened(port, request, until):
    """A connection that has sent this and been answered with that much."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(request)
    came = b""
    while until not in came:
        piece = connection.recv(65536)
        if not piece:
            raise harness.Failed(f"closed after {came[:300]!r}")
        came += piece
    return connection


def grown_by(program, count, port, request, until):
    """Resident bytes that each of so many connections adds to a program that has 200 of them, and what they cost then in CPU."""
    with contextlib.ExitStack() as open_ones:
        for i in range(200):
            open_ones.enter_context(opened(port, request(i), until))
        time.sleep(0.5)
        before = program.memory()
        for i in range(count):
            open_ones.enter_context(opened(port, request(i), until))
        time.sleep(0.5)
        each = (program.memory() - before) / count
        cpu, began = program.cpu_seconds(), time.monotonic()
        time.sleep(2)
        return each, (program.cpu_seconds() - cpu) / (time.monotonic() - began)


def streams(bench, world):
    """Event streams on runs that nothing happens to."""
    gateway = world.gateway()
    runs = bodies.ids("poll")[:10]
    calls = world.far_end.calls()

    def request(i):
        return (f"GET {RUN}{runs[i % len(runs)]}/events HTTP/1.1\r\nHost: x\r\nX-API-Key: {programs.KEY}\r\n\r\n").encode()

    each, cpu = grown_by(gateway, CONNECTIONS, gateway.port, request, b"event:")
    found = {"rss_each": each, "cpu_share": cpu, "vendor_calls": world.far_end.calls() - calls, "rss": gateway.memory()}
    bench.disown(gateway)
    return {"gateway": found}


def idle(bench, world):
    """A start, a program that does nothing, and clients that keep their connection and ask nothing."""
    starts = []
    for _ in range(world.rounds):
        began = time.monotonic()
        gateway = world.gateway()
        starts.append((time.monotonic() - began) * 1000)
        time.sleep(0.5)
        rss = gateway.memory()
        if len(starts) < world.rounds:
            bench.disown(gateway)
    found = {"gateway": {"ready_ms": harness.median(starts), "rss": rss}}
    key = f"X-API-Key: {programs.KEY}\r\n"
    programs_and_paths = [("gateway", gateway, "/v1/providers", key)]
    programs_and_paths += [(name, world.running[name], bodies.RUNS + bodies.ids("poll")[0], "") for name in ("nginx", "haproxy")
                           if name in world.running]
    for name, program, path, fields in programs_and_paths:
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode()
        each, cpu = grown_by(program, CONNECTIONS, program.port, lambda _: request, b"\r\n\r\n")
        found.setdefault(name, {}).update(rss_each=each, cpu_share=cpu)
    bench.disown(gateway)
    return found


def translation(bench, world):
    """bench_micro's word on reading a page and writing ours, beside simdjson's walk over every value of the same bytes."""
    pages = ("staso_page", "gradient_20", "gradient_200")
    names = "|".join(f"{what}/{page}" for page in pages for what in ("walk", "translate"))
    command = programs.pinned(programs.TESTED_CORE, [
        bench.tools / "bench_micro", f"--benchmark_filter=^({names})$", f"--benchmark_repetitions={world.rounds}",
        "--benchmark_enable_random_interleaving=true", "--benchmark_report_aggregates_only=true",
        f"--benchmark_min_time={world.seconds / 8}", "--benchmark_format=json"])
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise harness.Failed(f"bench_micro: {done.stderr[-500:]}")
    medians = {each["run_name"]: each["cpu_time"] / 1000 for each in json.loads(done.stdout)["benchmarks"]
               if each["aggregate_name"] == "median"}
    return {page: {f"{what}_us": medians[f"{what}/{page}"] for what in ("walk", "translate")} for page in pages}


COSTS = {"latency": latency, "translation": translation, "archived": archived, "create": create, "export": export, "archived_export": archived_export,
         "streams": streams, "idle": idle}
