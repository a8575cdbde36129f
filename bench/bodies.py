"""The vendors' answers that the far end of the benchmarks serves: written once into a folder, the same bytes on every machine.
Sizes are those of docs/performance.md. Whoever changes what is written changes VERSION."""
import json
import pathlib
import random
import re

VERSION = 5
IDS = 64
LONG_RUNS = (1000, 10_000, 100_000, 1_000_000)  # verdicts
RUNS = "/v1/eval/runs/"
GRADIENT_RUNS = "/v2/gen-ai/evaluation_runs/"
TEST_CASE = "6f1d2f1e-7a54-11ef-bf8f-4e013e2ddde4"
AGENT = "8a1c0c11-7f7c-11ef-bf8f-4e013e2ddde4"

WORDS = """the agent was asked to find an order that the customer had placed last week and to tell when it arrives answered
with a date from its tool without naming the carrier so judge holds that answer true but incomplete although policy wants
both it then called lookup_order twice with one argument and spent most of its time on second call which timed out once
before succeeding refund amount currency warehouse delivery window address changed confirmation email sent no further
questions politely closed conversation""".split()

# Name, kind, id of a custom rule or nothing.
STASO_RULES = (("task_completion_rate", "programmatic", ""), ("latency_p95", "programmatic", ""),
               ("hallucination", "llm_judge", ""), ("cost_per_task", "programmatic", ""),
               ("Refund policy kept", "agentic", "0f5d3c86-1f0a-4c57-9a44-6f0b7a6d2c11"))

# Name, type, greatest value, lower is better.
GRADIENT_METRICS = (("Correctness (general hallucinations)", "NUMBER", 100, False),
                    ("Instruction Following", "NUMBER", 100, False),
                    ("Context Adherence (context hallucinations)", "NUMBER", 1, False),
                    ("Ground Truth Faithfulness", "PERCENTAGE", 100, False),
                    ("Toxicity", "PERCENTAGE", 100, True), ("Tone", "STRING", 0, False))

MEASURED = (0, 2, 4, 5)  # of those, on each prompt

GRADIENT_PAGES = ((20, 340), (200, 8190))  # prompts; length of a span's output


class Text:
    """Sentences and ids out of one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def prose(self, length):
        """About that many characters; now and then what has to be escaped, and what isn't ASCII."""
        out = []
        size = 0
        while size < length:
            word = self.random.choice(WORDS)
            if self.random.random() < 0.01:
                word = '"' + word + '"'
            if self.random.random() < 0.01:
                word += "\n"
            if self.random.random() < 0.01:
                word += " café –"
            out.append(word)
            size += len(word) + 1
        return " ".join(out)[:length].strip()

    def hexadecimal(self, digits):
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def uuid(self):
        h = self.hexadecimal(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def time_of(number):
    """A time with milliseconds, some seconds after the one before."""
    seconds = number * 3
    return f"2026-05-{4 + seconds // 86400 % 25:02}T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{number * 37 % 1000:03}Z"


def staso_run(run_id, status, long):
    """A run's row; `long` makes it 2 KB, as those with custom rules and a description are."""
    text = Text(run_id)
    return {
        "id": run_id, "name": "Nightly, checkout agent", "description": text.prose(750 if long else 180),
        "scope": {"agent_id": "checkout-agent", "sample_pct": 20},
        "rules": [{"id": text.uuid(), "rule_name": text.prose(28), "runtime": ("llm_judge", "agentic", "prompt")[i % 3]}
                  for i in range(7 if long else 3)],
        "zero_configs": [name for name, _, custom in STASO_RULES if not custom], "trigger": "on_demand",
        "agent_version": "2026.05.2", "compare_with": None, "status": status, "error_message": None,
        "trace_count": 1200, "traces_done": 1200 if status == "completed" else 431, "workspace_id": "ws-checkout",
        "created_at": "2026-05-04T08:00:00.120Z", "started_at": "2026-05-04T08:00:02.007Z",
        "completed_at": "2026-05-04T08:11:45.530Z" if status == "completed" else None}


def staso_verdicts(run_id, first_trace, traces, reason):
    """One verdict for each rule of each trace. `reason`: its length."""
    text = Text(f"{run_id} verdicts")
    rows = []
    for i in range(traces):
        trace = trace_id(first_trace + i)
        for at, (name, runtime, custom) in enumerate(STASO_RULES):
            number = len(rows)
            score = round(text.random.random() * (2 if name == "latency_p95" else 1), 4)
            rows.append({
                "run_id": run_id, "trace_id": trace, "guard_rule_id": custom, "rule_name": name, "runtime": runtime,
                "passed": None if number % 97 == 96 else score < 0.8, "score": None if number % 89 == 88 else score,
                "reason": text.prose(reason), "agent_version": "2026.05.2",
                "latency_ms": text.random.randrange(3, 4000), "timestamp": time_of(number),
                "inspected": [{"turn": 1 + step, "tool": "lookup_order", "target": f"/orders/{number}"}
                              for step in range(1 if at == 4 else 0)]})
    return rows


def gradient_run(run_id, status):
    return {"agent_name": "support-prod", "agent_uuid": AGENT, "agent_version_hash": "a1f09c3e7b52", "created_by_user_email":
            "evals@example.com", "created_by_user_id": "11224455", "evaluation_run_uuid": run_id, "queued_at":
            "2026-05-04T08:00:00Z", "run_name": "Nightly, support agent", "started_at": "2026-05-04T08:00:04Z",
            "status": status, "test_case_description": "Questions that customers asked in April", "test_case_name":
            "April", "test_case_uuid": TEST_CASE, "test_case_version": 3}


def gradient_metric(number):
    name, kind, most, inverted = GRADIENT_METRICS[number]
    out = {"category": "METRIC_CATEGORY_CORRECTNESS", "description": f"What {name} measures.", "metric_name": name,
           "metric_type": "METRIC_TYPE_GENERAL_QUALITY", "metric_uuid": f"5e3f{number:04x}-7f7c-11ef-bf8f-4e013e2ddde4",
           "metric_value_type": "METRIC_VALUE_TYPE_" + kind}
    if inverted:
        out["inverted"] = True
    if most:
        out |= {"range_max": most, "range_min": 0}
    return out


def test_case(catalogue):
    star = {"metric_uuid": catalogue[0]["metric_uuid"], "name": catalogue[0]["metric_name"], "success_threshold": 75}
    return {"evaluation_test_case": {"metrics": catalogue, "name": "April", "star_metric": star, "test_case_uuid": TEST_CASE,
                                     "version": 3}}


def metric_result(text, number):
    name, kind, most, _ = GRADIENT_METRICS[number]
    out = {"metric_name": name, "metric_uuid": gradient_metric(number)["metric_uuid"],
           "metric_value_type": "METRIC_VALUE_TYPE_" + kind, "reasoning": text.prose(120),
           "status": "EVALUATION_METRIC_RESULT_STATUS_COMPLETED"}
    if kind == "STRING":
        return out | {"string_value": text.random.choice(("polite", "neutral"))}
    if text.random.random() < 0.02:
        return out | {"error_description": "the judge gave no answer", "status":
                      "EVALUATION_METRIC_RESULT_STATUS_FAILED"}
    return out | {"number_value": round(text.random.random() * most, 3 if most == 1 else 1)}


def gradient_span(text, kind, length):
    """`length`: of its output, where most of a span's bytes are."""
    inside = {"common": {"duration_ns": str(text.random.randrange(10**9)), "metadata": {"region": "fra1"}},
              "model": "llama3.3-70b-instruct", "num_input_tokens": text.random.randrange(3000)}
    return {"created_at": "2026-05-04T08:00:07Z", "input": {"messages": [{"content": text.prose(length // 4), "role": "user"}]},
            kind: inside, "name": f"{kind} call", "output": {"content": text.prose(length), "usage": {"tokens": 311}},
            "type": "TRACE_SPAN_TYPE_" + kind.upper()}


def gradient_prompts(count, span_length):
    """Members in the order of the vendor's schema, which is the alphabet's."""
    text = Text(f"prompts {count} {span_length}")
    return [{
        "evaluation_trace_spans": [gradient_span(text, kind, span_length) for kind in ("retriever", "llm")],
        "ground_truth": text.prose(90), "input": text.prose(140), "input_tokens": str(text.random.randrange(4000)),
        "output": text.prose(380), "output_tokens": str(text.random.randrange(900)),
        "prompt_chunks": [{"chunk_usage_pct": 62.5 if i == 0 else 0, "chunk_used": i == 0, "index_uuid":
                           "0d2c11aa-7f7c-11ef-bf8f-4e013e2ddde4", "source_name": f"orders-{i}.md", "text":
                           text.prose(150)} for i in range(2)],
        "prompt_id": 1000 + i, "prompt_level_metric_results": [metric_result(text, m) for m in MEASURED],
        "trace_id": text.hexadecimal(32)} for i in range(count)]


class Routes:
    """Writes bodies into one file and the list of what is served."""

    def __init__(self, folder):
        self.folder = folder
        self.file = open(folder / "bodies", "wb")
        self.lines = []

    def body(self, data):
        """A part, for as many routes as want it."""
        offset = self.file.tell()
        self.file.write(data)
        return f"bodies:{offset}:{len(data)}"

    def add(self, target, *parts, method="GET", status=200):
        self.lines.append(" ".join((method, target, str(status), *parts)))

    def close(self):
        self.file.close()
        (self.folder / "routes").write_text("\n".join(self.lines) + "\n")


def long_run_of(verdicts):
    """The run that has so many."""
    return Text(f"long run of {verdicts}").uuid()


def trace_id(number):
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}{number:016x}"


def add_long_run(routes, verdicts):
    """A run that has ended, of so many verdicts in pages of 1,000, each with traces of its own."""
    run_id = long_run_of(verdicts)
    routes.add(RUNS + run_id, routes.body(compact(staso_run(run_id, "completed", False))))
    routes.add(f"{RUNS}{run_id}/summary", routes.body(b"{}"), status=404)  # then it is computed
    rows = staso_verdicts(run_id, 0, 200, 164)
    for wanted in (None, True, False):  # archiving looks at each list's total
        some = [row for row in rows if wanted is None or row["passed"] is wanted]
        query = "" if wanted is None else f"&passed={str(wanted).lower()}"
        routes.add(f"{RUNS}{run_id}/verdicts?limit=2&offset=0{query}",
                   routes.body(compact({"verdicts": some[:2], "total": len(some) * verdicts // 1000})))
    marked = compact({"verdicts": rows})[:-1]
    pieces = re.split(b"|".join(trace_id(i).encode() for i in range(200)), marked)
    rules = len(STASO_RULES)
    total = routes.body(f',"total":{verdicts}}}'.encode())
    for page in range(verdicts // 1000):
        traces = [trace_id(page * 200 + i).encode() for i in range(200)]
        text = bytearray(pieces[0])
        for number, piece in enumerate(pieces[1:]):
            text += traces[number // rules]
            text += piece
        routes.add(f"{RUNS}{run_id}/verdicts?limit=1000&offset={page * 1000}", routes.body(text), total)


def ids(kind):
    text = Text(kind)
    return [text.uuid() for _ in range(IDS)]


def add_gradient(routes, kind, count, span_length):
    listed = compact(gradient_prompts(count, span_length))
    shared = routes.body(listed + b"}")
    for run_id in ids(kind):
        run = gradient_run(run_id, "EVALUATION_RUN_EVALUATING_RESULTS")
        before = compact({"evaluation_run": run, "links": {"pages": {}}, "meta": {"page": 1, "pages": 1, "total": count}})
        path = GRADIENT_RUNS + run_id
        routes.add(f"{path}/results?page=1&per_page={count}", routes.body(before[:-1] + b',"prompts":'), shared)
        routes.add(path, routes.body(compact({"evaluation_run": run})))


def write(folder):
    routes = Routes(folder)
    for run_id in ids("poll"):
        routes.add(RUNS + run_id, routes.body(compact(staso_run(run_id, "running", True))))
    for run_id in ids("cached"):
        routes.add(RUNS + run_id, routes.body(compact(staso_run(run_id, "completed", False))))
    page = routes.body(compact({"verdicts": staso_verdicts("3f0c6b7e-6c2a-4f77-9a39-1c7d2a0b5e10", 0, 200, 164), "total": 1000}))
    for run_id in ids("staso_page"):
        routes.add(RUNS + run_id, routes.body(compact(staso_run(run_id, "running", True))))
        routes.add(f"{RUNS}{run_id}/verdicts?limit=1000&offset=0", page)
    for count, span_length in GRADIENT_PAGES:
        add_gradient(routes, f"gradient_{count}", count, span_length)
    catalogue = [gradient_metric(i) for i in range(len(GRADIENT_METRICS))]
    routes.add("/v2/gen-ai/evaluation_metrics", routes.body(compact({"metrics": catalogue})))
    routes.add(f"/v2/gen-ai/evaluation_test_cases/{TEST_CASE}?evaluation_test_case_version=3",
               routes.body(compact(test_case(catalogue))))
    created = staso_run("5a1e3c70-9d1f-4b6e-8f2a-@serial@0000", "pending", False)
    routes.add("/v1/eval/runs", routes.body(compact(created)), method="POST", status=201)
    for verdicts in LONG_RUNS:
        add_long_run(routes, verdicts)
    routes.close()


def write_samples(folder):
    """Single answers, for bench_micro. Their run is one for all."""
    run_id = "3f0c6b7e-6c2a-4f77-9a39-1c7d2a0b5e10"
    catalogue = [gradient_metric(i) for i in range(len(GRADIENT_METRICS))]
    samples = {"poll": staso_run(run_id, "running", True),
               "staso_page": {"verdicts": staso_verdicts(run_id, 0, 200, 164), "total": 1000},
               "catalogue": {"metrics": catalogue}, "test_case": test_case(catalogue)}
    for count, span_length in GRADIENT_PAGES:
        samples[f"gradient_{count}"] = {
            "evaluation_run": gradient_run(run_id, "EVALUATION_RUN_EVALUATING_RESULTS"), "links": {"pages": {}},
            "meta": {"page": 1, "pages": 1, "total": count}, "prompts": gradient_prompts(count, span_length)}
    for name, sample in samples.items():
        (folder / f"{name}.sample").write_bytes(compact(sample))
    (folder / "test_case_id.sample").write_text(TEST_CASE)


def prepared(folder):
    """The folder with the list of routes, written unless it is there already."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "version"
    if not stamp.exists() or stamp.read_text() != str(VERSION):
        write(folder)
        write_samples(folder)
        stamp.write_text(str(VERSION))
    return folder / "routes"


if __name__ == "__main__":
    print(prepared(pathlib.Path(__file__).resolve().parent.parent / "build/bench/bodies").parent)
