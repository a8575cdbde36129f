"""What the vendors and the registry have, read to the end."""
import asyncio
import json

import client
from customers import test_case
from harness import Failed, run_path


def at_vendors(box, customers):
    """(run id as the gateway has it, name) of every run, from the vendors' own lists."""
    found = []
    for offset in range(0, 10**9, 1000):
        page = box.staso.ask("GET", f"/v1/eval/runs?limit=1000&offset={offset}")["runs"]
        found += [("staso-box:" + each.get("id", ""), each.get("name") or "") for each in page]
        if len(page) < 1000:
            break
    for case in sorted({test_case(each) for each in range(customers)}):
        listed = box.gradient.ask("GET", f"/v2/gen-ai/evaluation_test_cases/{case}/evaluation_runs")["evaluation_runs"]
        found += [("gradient-box:" + each["evaluation_run_uuid"], each.get("run_name") or "") for each in listed]
    return found


async def registered(port):
    """The ids of GET /v1/runs, in the order listed; the walk's own promise is that none comes twice."""
    connection, ids, cursor = client.Connection(port), [], None
    while True:
        status, _, body = await connection.ask("GET", "/v1/runs?limit=100" + (f"&cursor={cursor}" if cursor else ""))
        if status != 200:
            raise Failed(f"GET /v1/runs: {status} {body[:300]!r}")
        page = json.loads(body)
        ids += [each["id"] for each in page["data"]]
        cursor = page["page"]["next_cursor"]
        if not cursor:
            connection.close()
            return ids


async def unreadable(port, run_ids, readers=8):
    """Those of which GET /v1/runs/{id} isn't a 200 with that id, as (id, what came)."""
    waiting, faults = list(run_ids), []

    async def read():
        connection = client.Connection(port)
        while waiting:
            run_id = waiting.pop()
            for _ in range(5):  # a vendor in trouble is no loss
                status, _, body = await connection.ask("GET", run_path(run_id))
                if status not in (502, 503, 504):
                    break
                await asyncio.sleep(0.5)
            if status != 200 or json.loads(body)["id"] != run_id:
                faults.append((run_id, f"{status} {body[:200]!r}"))
        connection.close()

    await asyncio.gather(*(read() for _ in range(readers)))
    return faults
