"""What the drivers of this folder share: arguments, a folder of their own, the programs under test, and how a trial ends."""
import argparse
import asyncio
import json
import os
import pathlib
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))

import harness  # noqa: E402

# What a vendor of ours never limits: the trials are about what is lost, not about how fast it may be asked.
UNLIMITED = {"rate_limit": {"per_minute": 100000, "per_hour": 100000}}


def arguments_of(parser):
    """Those of every driver, beside its own."""
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/dev/bin/evalbridge",
                        help="the evalbridge to try; nothing is built")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="where the figures go as well")
    parser.add_argument("--keep", action="store_true", help="leave configurations, stores and logs, and say where")
    return parser.parse_args()


async def in_thread(what, *arguments, **more):
    return await asyncio.get_running_loop().run_in_executor(None, lambda: what(*arguments, **more))


class Stage(harness.Bench):
    """A trial's programs and figures. `binary` is a copy, so that a build beside it changes nothing."""

    def __init__(self, name, arguments, folder):
        copy = folder / "evalbridge"
        shutil.copy2(arguments.binary, copy)
        super().__init__(name, False, copy, None, folder, lambda text: print(f"  {text}", flush=True))
        self.arguments = arguments

    def box(self, runs=None, **scenario):
        """The vendors. `runs`: how theirs go; `scenario`: more of it, for both."""
        box = self.sandbox()
        self.script(box, runs, **scenario)
        return box

    def script(self, box, runs=None, **scenario):
        """From now on they behave so."""
        plan = {"runs": [runs or {"seconds": 2}], **scenario}
        box.staso.ask("PUT", "/__sandbox/scenario", {"staso": {**plan, "faults": faults_of(scenario, "staso")},
                                                     "gradient": {"rate_limit": None, **plan,
                                                                  "faults": faults_of(scenario, "gradient")}})

    def providers(self, box, watch=None, ports=None):
        """The configuration's two. `ports`: by vendor, of something between gateway and vendor."""
        keys = {**UNLIMITED, **({"watch": watch} if watch else {})}
        at = {"staso": box.staso.port, "gradient": box.gradient.port, **(ports or {})}
        return {"staso-box": ("staso", at["staso"], box.samples, {"list_runs": True, **keys}),
                "gradient-box": ("gradient", at["gradient"], box.samples, keys)}

    def gone(self, child):
        """It has ended and is no longer ours to end."""
        child.kill()
        self.children.remove(child)

    def faults_in_logs(self):
        """Files in which a sanitizer or an assertion spoke."""
        marks = (b"Sanitizer", b"runtime error:", b"Assertion", b"terminate called")
        return [log.name for log in self.folder.glob("*.log") if any(m in log.read_bytes() for m in marks)]


def faults_of(scenario, vendor):
    create = {"staso": "POST /v1/eval/runs", "gradient": "POST /v2/gen-ai/evaluation_runs"}[vendor]
    return [{"route": create, **each} for each in scenario.get("faults", [])]


def check_store(stage, config):
    """Whether `evalbridge store check` finds the store whole; what it said where it doesn't."""
    done = subprocess.run([stage.binary, "store", "check", "--config", config], capture_output=True, text=True, timeout=120)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-400:] or f"exit {done.returncode}"


def main(name, arguments, trial):
    """Carries out `await trial(stage)`, prints the figures and ends: 1 where a goal is missed, 2 where the trial couldn't be
    carried out."""
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda number, _: sys.exit(128 + number))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"evalbridge-{name}-"))
    folder.chmod(0o755)  # PostgreSQL, another user, has its own folder inside
    began, carried_out = time.monotonic(), False
    stage = Stage(name, arguments, folder)
    print(f"== {name}, seed {arguments.seed}", flush=True)
    try:
        asyncio.run(trial(stage))
        carried_out = True
    except Exception:
        traceback.print_exc()
    finally:
        stage.end()
        if carried_out:
            stage.exactly("logs in which a sanitizer or an assertion spoke", ", ".join(stage.faults_in_logs()) or 0, 0)
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    took = time.monotonic() - began
    harness.print_table(stage.figures)
    missed = [f for f in stage.figures if f.ok is False]
    print(f"\n{name}: {len(missed)} goals missed of {sum(f.ok is not None for f in stage.figures)}, {took:.0f} s")
    if arguments.json:
        report = {"driver": name, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "seconds": round(took),
                  "arguments": {k: str(v) for k, v in vars(arguments).items()}, "carried_out": carried_out,
                  "machine": {"cores": os.cpu_count(), "system": platform.platform()},
                  "figures": [f.as_json() for f in stage.figures]}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    sys.exit(2 if not carried_out else 1 if missed else 0)
