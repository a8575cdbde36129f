"""What the clients were promised, held against what the vendors did and what the gateway's registry knows."""
import collections
import dataclasses
import hashlib
import json
import re

MARKER = re.compile(r"crash-\w+-\d+-\d+\b")


@dataclasses.dataclass
class Order:
    """One create of one client: everything sent with its key, or the one request without."""
    marker: str               # is its name at the vendor, and its Idempotency-Key
    provider: str
    body: bytes
    runs_wanted: int = 1
    keyed: bool = True
    run_ids: list = dataclasses.field(default_factory=list)  # of the first 201
    answers: set = dataclasses.field(default_factory=set)    # digests of all 201s' bodies
    attempts: int = 0
    answered_at: float = 0.0
    last: str = ""            # what the latest attempt came to
    refused: bool = False     # in a way that asking again doesn't mend

    @property
    def acknowledged(self):
        return bool(self.run_ids)

    def take(self, body):
        """A 201's body."""
        self.answers.add(hashlib.sha256(body).digest())
        if not self.run_ids:
            self.run_ids = [each["id"] for each in json.loads(body)["runs"]]


@dataclasses.dataclass
class Findings:
    """Each a list of what is wrong, in words."""
    lost: list
    duplicated: list
    incomplete: list
    unlike: list
    unsettled: list
    unknown: list
    refused: list


def judge(orders, at_vendor, registered):
    """`at_vendor`: (run id, name) of every run that the vendors have; `registered`: the run ids that the registry lists."""
    ids_of = collections.defaultdict(list)
    for run_id, name in at_vendor:
        if found := MARKER.search(name):
            ids_of[found[0]].append(run_id)
    out = Findings([], [], [], [], [], [], [])
    for order in orders:
        started = ids_of.pop(order.marker, [])
        missing = [each for each in order.run_ids if each not in registered or each not in started]
        out.lost += [f"{each} of {order.marker}: {where(each, registered, started)}" for each in missing]
        if len(started) > order.runs_wanted:
            out.duplicated.append(f"{order.marker}: {len(started)} runs, wanted {order.runs_wanted}; last: {order.last}")
        if order.acknowledged and (len(started) < order.runs_wanted or len(order.run_ids) != order.runs_wanted):
            out.incomplete.append(f"{order.marker}: {len(started)} runs, told of {len(order.run_ids)}")
        if len(order.answers) > 1:
            out.unlike.append(f"{order.marker}: {len(order.answers)} different answers")
        if order.keyed and not order.acknowledged and not order.refused:
            out.unsettled.append(f"{order.marker}: {order.last}, {len(started)} runs")
        if order.refused:
            out.refused.append(f"{order.marker}: {order.last}, {len(started)} runs")
        out.unknown += [f"{each} of {order.marker}" for each in started if each not in registered]
    out.duplicated += [f"{marker}: nobody asked for it" for marker in ids_of]
    return out


def where(run_id, registered, started):
    return " and ".join(["not in the registry"] * (run_id not in registered) + ["not at the vendor"] * (run_id not in started))


def tell(stage, orders, findings):
    """The figures of it, with the first of each fault in words."""
    rows = (("acknowledged runs lost", findings.lost), ("creates with more runs at the vendor than asked for", findings.duplicated),
            ("acknowledged creates with fewer runs", findings.incomplete),
            ("keys with different bytes for the same request", findings.unlike),
            ("keys that never came to an answer", findings.unsettled), ("keys refused for good", findings.refused),
            ("runs of ours at the vendor that the registry doesn't list", findings.unknown))
    for what, faults in rows:
        stage.exactly(what, len(faults), 0)
        for each in faults[:3]:
            stage.say(f"{what}: {each}")
    told = sum(o.acknowledged for o in orders)
    stage.at_least("creates acknowledged", told, 1)
    stage.figure("creates; acknowledged; attempts", f"{len(orders)}; {told}; {sum(o.attempts for o in orders)}")
