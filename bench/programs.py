"""The programs that bench/run measures, each pinned to the core under test, and what it needs of the machine to have them."""
import hashlib
import os
import pathlib
import shutil
import string
import subprocess
import time

import harness

TESTED_CORE, OTHER_CORE = 0, 1
KEY = "bench-key-0123456789abcdef"
PEERS = harness.ROOT / "bench/peers"
NODE_FOLDER = harness.ROOT / "build/bench/node"
PACKAGES = {"nginx": "nginx", "haproxy": "haproxy", "node": "nodejs", "npm": "npm"}
NGINX = "/usr/sbin/nginx"


def pinned(core, command):
    """`core` None: wherever there is room."""
    if core is None:
        return [*map(str, command)]
    return ["taskset", "-c", str(core), *map(str, command)]


def run_quietly(command, **how):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    if done.returncode != 0:
        raise harness.Failed(f"{' '.join(map(str, command))}: {done.stdout[-800:]}")


def install():
    """What the gateway is compared with, where it is missing: Debian's packages, and the Node program's modules."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program, path=path)]
    if not pathlib.Path("/usr/include/benchmark/benchmark.h").exists():
        missing.append("libbenchmark-dev")
    if missing:
        print(f"installing {', '.join(missing)}", flush=True)
        as_root = [] if os.geteuid() == 0 else ["sudo"]
        run_quietly([*as_root, "apt-get", "update", "-qq"])
        run_quietly([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
                     "--no-install-recommends", *missing])
        for each in {"nginx", "haproxy"} & set(missing):  # their services, which the packages start
            subprocess.run([*as_root, "service", each, "stop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    install_node_modules()


def install_node_modules():
    wanted = hashlib.sha256((PEERS / "node/package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_FOLDER / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    NODE_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PEERS / "node" / name, NODE_FOLDER)
    print("installing the Node program's modules", flush=True)
    run_quietly(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE_FOLDER)
    stamp.write_text(wanted)


class FarEnd(harness.Child):
    def __init__(self, tools, folder, routes):
        super().__init__("far_end", pinned(OTHER_CORE, [tools / "bench_far_end", routes]), folder)
        self.port = harness.port_of(self.ready()["listen"])

    def calls(self):
        return int(harness.ask(self.port, "GET", "/__calls")[2])


class Program(harness.Child):
    """One that is measured. `port`: where it serves."""

    def __init__(self, name, command, folder, core=TESTED_CORE):
        super().__init__(name, pinned(core, command), folder)

    def wait_for_port(self, path):
        until = time.monotonic() + 10
        while not answers(self.port, path):
            if self.ended() or time.monotonic() > until:
                raise harness.Failed(f"{self.name} did not start: {self.last_words()}")
            time.sleep(0.02)


def answers(port, path):
    try:
        harness.ask(port, "GET", path, timeout=2)
        return True
    except OSError:
        return False


def written(folder, template, name, **values):
    """A configuration out of its template."""
    made = folder / name
    made.write_text(string.Template(template.read_text()).substitute(folder=folder, **values))
    return made


class Nginx(Program):
    def __init__(self, folder, far_end):
        own = folder / f"nginx-{harness.free_port()}"
        own.mkdir()
        self.port, self.caching_port = harness.free_port(), harness.free_port()
        config = written(own, PEERS / "nginx.conf.in", "nginx.conf", far_end=far_end, port=self.port,
                         caching_port=self.caching_port)
        super().__init__("nginx", [NGINX, "-e", "stderr", "-c", config], own)
        self.wait_for_port("/")


class Haproxy(Program):
    def __init__(self, folder, far_end):
        self.port = harness.free_port()
        config = written(folder, PEERS / "haproxy.cfg.in", f"haproxy-{self.port}.cfg", far_end=far_end, port=self.port)
        super().__init__("haproxy", ["/usr/sbin/haproxy", "-f", config], folder)
        self.wait_for_port("/")


class Node(Program):
    """The program that a user would write: it answers as the gateway does."""

    def __init__(self, folder, far_end, core=TESTED_CORE):
        for source in (PEERS / "node").glob("*.mjs"):
            shutil.copy(source, NODE_FOLDER)
        super().__init__("node", ["node", NODE_FOLDER / "server.mjs", far_end], folder, core=core)
        self.port = harness.port_of(self.ready()["listen"])


class Gateway(harness.Gateway):
    """With keys, limits, metrics and an access log, on one shard."""

    def __init__(self, binary, folder, far_end, archives=False, core=TESTED_CORE):
        samples = {"staso_api_key": "far-end-key", "gradient_token": "far-end-token"}
        more = {"archive": {"enabled": archives}, "watch": {"keep": archives},
                "metrics": str(harness.ROOT / "config/metrics.yaml")}
        super().__init__(binary, folder, {
            "staso-bench": ("staso", far_end, samples, {"max_queue": 10000}),
            "gradient-bench": ("gradient", far_end, samples, {"rate_limit": {"per_minute": 0, "per_hour": 0}}),
        }, server={"shards": 1}, key=KEY, prefix=pinned(core, []), more=more)


def fields_for(program):
    return [f"X-API-Key: {KEY}"] if isinstance(program, Gateway) else []
