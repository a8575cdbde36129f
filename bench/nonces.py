"""50 clients ask for a million runs whose ids nobody else ever asks for, of a vendor that spoils every third answer or its connection:
whose words each of them gets. Quick: 20,000."""
import json

from harness import ask

ALLOWED = {"200", "502", "503", "504"}


def ask_for(bench, calls, late_surplus):
    ends = bench.child("nonces", [bench.tools / "bench_nonces", "--prefix", "/v1/runs/box%3A", "--calls", calls,
                                  "--late-surplus", int(late_surplus)], stdin=True)
    samples = {"staso_api_key": "nobody-asks"}
    keys = {"attempt_timeout": "300ms", "breaker": {"failures": 1000000000}, "retry": {"base": "1ms", "cap": "5ms"},
            "cache": {"size": "8MiB"}}
    gateway = bench.gateway({"box": ("staso", ends.ready()["vendor_port"], samples, keys)})
    ends.process.stdin.write(f"{gateway.port}\n".encode())
    ends.process.stdin.flush()
    found = json.loads(ends.process.stdout.readline() or "null")
    if not found:
        raise RuntimeError(f"bench_nonces: {ends.last_words()}")
    if ends.wait() != 0:
        bench.say(ends.last_words()[:300])
    alive = ask(gateway.port, "GET", "/healthz")[0] == 200
    bench.end()
    return found, alive


def run(bench):
    calls = 20_000 if bench.quick else 1_000_000
    bench.say(f"{calls} calls")
    found, alive = ask_for(bench, calls, False)
    bench.exactly(f"answers with a foreign nonce, of {found['calls']}", found["foreign"], 0)
    bench.exactly("2xx without their own nonce", found["lacking"], 0)
    bench.exactly("connections that ended without a whole answer", found["broken"], 0)
    others = {s: n for s, n in found["statuses"].items() if s not in ALLOWED}
    bench.exactly("answers other than 2xx, 502, 503, 504", sum(others.values()), 0)
    bench.at_least("share of 2xx with their own nonce", found["own"] / found["calls"], 0.8)
    bench.exactly("the gateway is alive", alive, True)
    bench.figure("statuses", json.dumps(found["statuses"]))
    bench.figure("how the vendor answered", json.dumps(found["spoilt"]))
    if bench.quick:
        return
    # A vendor that sends an answer nobody asked for while the next request is on its way can't be told, by its framing,
    # from one that answers.
    found, _ = ask_for(bench, 50_000, True)
    bench.figure(f"with answers that nobody asked for a moment later: foreign nonces, of {found['calls']}", found["foreign"])
