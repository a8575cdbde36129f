"""What the trials share: the programs under test as child processes on free ports, figures, and small helpers."""
import ctypes
import hashlib
import http.client
import json
import math
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Failed(Exception):
    """A trial could not be carried out; says why."""


def end_with_parent():
    """In the child: whatever becomes of this program, its children end with it."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A program of ours. Its stderr goes to a file of the trial's folder; its first line on stdout says that it is ready.
    `environment`: variables beside those of this program."""

    def __init__(self, name, command, folder, stdin=False, environment=None):
        self.name = name
        self.log = folder / f"{name}-{time.monotonic_ns()}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=log,
                                            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                                            env={**os.environ, **(environment or {})}, preexec_fn=end_with_parent)
        self.pid = self.process.pid

    def ready(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Failed(f"{self.name} did not start: {self.last_words()}")
        return json.loads(line)

    def last_words(self):
        return self.log.read_text(errors="replace")[-500:].strip()

    def ended(self):
        return self.process.poll() is not None

    def terminate(self):
        if not self.ended():
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=60):
        return self.process.wait(seconds)

    def kill(self):
        if not self.ended():
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def memory(self):
        """Resident bytes."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak_memory(self):
        """The most resident bytes since forget_peak."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(port, method, path, body=None, fields=None, timeout=60):
    """One request: status, fields with names in lower case, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), fields or {})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def port_of(address):
    return int(address.rpartition(":")[2])


class Vendor:
    """One of the sandbox's vendors: what the trials ask of it themselves, past the gateway."""

    def __init__(self, name, port, samples):
        self.name = name
        self.port = port
        self.samples = samples

    def ask(self, method, path, body=None):
        credential = ({"X-API-Key": self.samples["staso_api_key"]} if self.name == "staso" else
                      {"Authorization": "Bearer " + self.samples["gradient_token"]})
        status, _, answer = ask(self.port, method, path, body, credential)
        if status >= 300:
            raise Failed(f"{self.name}: {method} {path}: {status} {answer[:200]!r}")
        return json.loads(answer)

    def calls(self):
        """Requests by "METHOD /route/{template}"."""
        return self.ask("GET", "/__sandbox/calls")

    def reset(self):
        self.ask("POST", "/__sandbox/reset")

    def scenario(self, **mine):
        """Replaces the scenario of the whole sandbox by one for this vendor."""
        self.ask("PUT", "/__sandbox/scenario", {self.name: mine})

    def spec(self):
        """A run spec's scope and metrics, as the gateway takes them."""
        if self.name == "staso":
            return {"scope": {"agent_id": self.samples["agent_id"]}, "metrics": ["latency_p95", "hallucination"]}
        return {"scope": {"test_case_id": self.samples["test_case_uuid"], "agents": [self.samples["agent_uuid"]]}}

    def start_run(self):
        """Its native id. The vendor counts the create."""
        if self.name == "staso":
            return self.ask("POST", "/v1/eval/runs", {"scope": {"trace_id": self.samples["trace_id"]},
                                                      "zero_configs": ["latency_p95"], "name": "bench"})["id"]
        made = self.ask("POST", "/v2/gen-ai/evaluation_runs",
                        {"test_case_uuid": self.samples["test_case_uuid"],
                         "agent_uuids": [self.samples["agent_uuid"]], "run_name": "bench"})
        return made["evaluation_run_uuids"][0]


class Sandbox(Child):
    def __init__(self, binary, folder, staso_port=0, gradient_port=0, name="sandbox"):
        super().__init__(name, [binary, "sandbox", "--staso-port", staso_port, "--gradient-port", gradient_port], folder)
        said = self.ready()
        self.samples = said["samples"]
        self.staso = Vendor("staso", port_of(said["staso"]), self.samples)
        self.gradient = Vendor("gradient", port_of(said["gradient"]), self.samples)


def flow(value):
    """A value as YAML in flow style. Plain words stay plain: a quoted time or number is a text to the gateway."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) or re.fullmatch(r"[A-Za-z0-9._-]+", value):
        return str(value)
    return json.dumps(value)


def keys_of(key):
    """The configuration's word on who may ask."""
    return "none" if key is None else {"keys": [{"name": "bench", "sha256": hashlib.sha256(key.encode()).hexdigest()}]}


class Gateway(Child):
    """`providers`: name -> (vendor, port, samples, more keys). `store`: its URL; a new file unless given. `more`: further
    blocks of the configuration. `key`: the API key that clients need; none unless given. `prefix`: words before the command."""

    def __init__(self, binary, folder, providers, server=None, port=0, access_log=True, store=None, more=None,
                 environment=None, key=None, prefix=()):
        config = folder / f"gateway-{time.monotonic_ns()}.yaml"
        store = store or f"sqlite:{config.with_suffix('.db')}"
        blocks = {}
        for name, (vendor, vendor_port, samples, keys) in providers.items():
            secret = folder / f"{vendor}.secret"
            secret.write_text(samples["staso_api_key" if vendor == "staso" else "gradient_token"])
            blocks[name] = {"vendor": vendor, "base_url": f"http://127.0.0.1:{vendor_port}",
                            "api_key" if vendor == "staso" else "access_token": f"file:{secret}", **keys}
        config.write_text("server: " + flow({"listen": f"127.0.0.1:{port}", **(server or {})}) +
                          f"\nauth: {flow(keys_of(key))}\nlog: {{access: {flow(access_log)}}}\nstore: {flow(store)}\n" +
                          "".join(f"{key}: {flow(block)}\n" for key, block in (more or {}).items()) +
                          f"providers: {flow(blocks)}\n")
        self.config = config
        super().__init__("gateway", [*prefix, binary, "serve", "--config", config], folder, environment=environment)
        self.port = port_of(self.ready()["listen"])

    def get(self, path, **fields):
        status, _, body = ask(self.port, "GET", path, fields=fields)
        return status, body

    def metrics(self):
        """name{labels} -> value, as /metrics has them."""
        status, body = self.get("/metrics")
        if status != 200:
            raise Failed(f"/metrics: {status}")
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
                for line in body.decode().splitlines() if line and not line.startswith("#")}

    def start_run(self, provider, spec):
        status, _, body = ask(self.port, "POST", "/v1/runs", {"provider": provider, "name": "bench", **spec},
                              {"Content-Type": "application/json", "Request-Timeout": "60"})
        if status != 201:
            raise Failed(f"POST /v1/runs: {status} {body[:300]!r}")
        return json.loads(body)["runs"][0]["id"]


def total(metrics, name, **labels):
    """The sum of a metric's series that have those labels."""
    wanted = [f'{k}="{v}"' for k, v in labels.items()]
    return sum(v for k, v in metrics.items()
               if k.partition("{")[0] == name and all(w in k for w in wanted))


def run_path(run_id):
    return "/v1/runs/" + run_id.replace(":", "%3A")


class Load(Child):
    """bench_load against a gateway; `result` waits for it."""

    def __init__(self, tools, folder, port, paths, *, seconds, connections, rate=0, slice_ms=1000, fields=(),
                 last_answers=5.0, name="load", prefix=()):
        list_of_paths = folder / f"{name}-{time.monotonic_ns()}.paths"
        list_of_paths.write_text("".join(p + "\n" for p in paths))
        more = [word for field in fields for word in ("--field", field)]
        super().__init__(name, [*prefix, tools / "bench_load", "--port", port, "--paths", list_of_paths, "--seconds", seconds,
                                "--connections", connections, "--rate", rate, "--slice-ms", slice_ms,
                                "--last-answers-ms", round(last_answers * 1000), *more], folder)
        self.said = None
        # Read as it comes: a result is larger than what a pipe holds.
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        self.said = self.process.stdout.read()

    def result(self):
        self.reader.join()
        self.process.wait()
        if self.process.returncode != 0:
            raise Failed(f"{self.name}: {self.last_words()}")
        return json.loads(self.said)


class Figure:
    """One row of the table. `ok` None: told, not judged."""

    def __init__(self, trial, what, value, goal, ok):
        self.trial, self.what, self.value, self.goal, self.ok = trial, what, value, goal, ok

    def as_json(self):
        return {"trial": self.trial, "figure": self.what, "value": self.value, "goal": self.goal, "ok": self.ok}


def print_table(figures):
    marks = {True: "pass", False: "FAIL", None: ""}
    for name in dict.fromkeys(f.trial for f in figures):
        print(f"\n{name}")
        for f in (f for f in figures if f.trial == name):
            goal = f" (goal {f.goal})" if f.goal else ""
            print(f"  {marks[f.ok]:4} {f.what}: {f.value}{goal}")


class Bench:
    """What a trial gets: sizes, programs, and a folder of its own. Everything that it starts ends with it."""

    def __init__(self, trial, quick, binary, tools, folder, say):
        self.trial, self.quick, self.binary, self.tools, self.folder, self.say = trial, quick, binary, tools, folder, say
        self.children = []
        self.figures = []

    def own(self, child):
        self.children.append(child)
        return child

    def sandbox(self, **how):
        return self.own(Sandbox(self.binary, self.folder, **how))

    def gateway(self, providers, **how):
        return self.own(Gateway(self.binary, self.folder, providers, **how))

    def load(self, port, paths, **how):
        return self.own(Load(self.tools, self.folder, port, paths, **how))

    def child(self, name, command, **how):
        return self.own(Child(name, command, self.folder, **how))

    def disown(self, child):
        """It has ended."""
        self.children.remove(child)
        child.kill()

    def figure(self, what, value, goal="", ok=None):
        self.figures.append(Figure(self.trial, what, value, goal, ok))

    def at_most(self, what, value, limit, unit=""):
        self.figure(what, shown(value) + unit, f"<= {shown(limit)}{unit}", value <= limit)

    def at_least(self, what, value, limit, unit=""):
        self.figure(what, shown(value) + unit, f">= {shown(limit)}{unit}", value >= limit)

    def exactly(self, what, value, wanted):
        self.figure(what, shown(value), shown(wanted), value == wanted)

    def end(self):
        for child in reversed(self.children):
            child.kill()
        self.children.clear()


def shown(value):
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.nan


def median(values):
    return percentile(values, 0.5)


def most_in_any(times, span):
    """The most of those times that lie in any window of that many seconds."""
    ordered = sorted(times)
    most = begin = 0
    for end, at in enumerate(ordered):
        while at - ordered[begin] >= span:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def free_port():
    """One that nobody had a moment ago: for what must come back where it was."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
