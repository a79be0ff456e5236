"""Starts an onboarding from Python, approves it by signal, and prints its outcome.

    pip install temporalio
    python examples/python/onboard.py examples/acme-coffee.json
"""

import asyncio
import json
import os
import sys

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy


async def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        customer = json.load(file)
    customer["project"]["customerExternalId"] = os.environ.get("CUSTOMER", customer["project"]["customerExternalId"])
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    handle = await client.start_workflow(
        "onboardCustomer",
        customer,
        id=f"onboard-{customer['project']['customerExternalId']}",
        task_queue=os.environ.get("ONBOARDING_TASK_QUEUE", "layers-onboarding"),
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    )
    while (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
        status = await handle.query("status")
        if status["attention"] == "operator":
            sys.exit(json.dumps(status["blocked"]))
        if status["attention"] == "reviewer":
            await handle.signal("approve", {"reviewer": "x"})
        await asyncio.sleep(1)
    print(json.dumps({"outcome": (await handle.result())["outcome"]}))


asyncio.run(main(sys.argv[1]))
# The SDK's threads may still be at work when the interpreter takes itself apart, which then crashes it (temporalio 1.35).
sys.stdout.flush()
os._exit(0)
