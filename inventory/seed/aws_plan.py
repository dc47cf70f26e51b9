"""The contents of the Amazon accounts: machines, groups of instances, and their regions."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.seed.estate import Machine

MACHINES = {
    machine.name: machine
    for machine in (
        Machine("t3.micro", 2, 1, 0.0104),
        Machine("t3.small", 2, 2, 0.0208),
        Machine("t3.medium", 2, 4, 0.0416),
        Machine("t3.large", 2, 8, 0.0832),
        Machine("m5.large", 2, 8, 0.096),
        Machine("m5.xlarge", 4, 16, 0.192),
        Machine("m5.2xlarge", 8, 32, 0.384),
        Machine("m5.4xlarge", 16, 64, 0.768),
        Machine("c5.xlarge", 4, 8, 0.17),
        Machine("c5.2xlarge", 8, 16, 0.34),
        Machine("r5.xlarge", 4, 32, 0.252),
        Machine("r5.2xlarge", 8, 64, 0.504),
        Machine("c5.9xlarge", 36, 72, 1.53),
    )
}


@dataclass(frozen=True)
class Group:
    """Instances that do the same work. Ages in days, sizes of their volumes in GB."""

    name: str
    size: int
    machines: tuple[str, ...]
    volume: int = 50
    running: float = 0.95
    ages: tuple[float, float] = (1, 300)
    load_balanced: bool = False


@dataclass(frozen=True)
class AccountPlan:
    """An account: which groups of instances it has in which region."""

    identifier: str
    name: str
    regions: dict[str, tuple[Group, ...]]
    orphans: int = 4  # volumes that nothing uses, in each region


_WEB = Group("web", 18, ("t3.medium", "t3.large", "m5.large"), load_balanced=True)
_API = Group("api", 22, ("m5.large", "m5.xlarge", "c5.xlarge"), load_balanced=True)
_DATABASE = Group("database", 6, ("r5.xlarge", "r5.2xlarge"), volume=400, ages=(200, 700))
_QUEUE = Group("queue", 5, ("m5.large", "m5.xlarge"), volume=100)
_BUILD = Group("build", 10, ("c5.xlarge", "c5.2xlarge"), volume=120, running=0.7, ages=(1, 60))
_BENCH = Group("bench", 16, ("t3.micro", "t3.small", "t3.medium"), running=0.45, ages=(1, 150))
_SPARK = Group("spark", 14, ("r5.xlarge", "r5.2xlarge", "m5.4xlarge"), volume=250, ages=(5, 120))
FORGOTTEN = Group(
    "simulation", 72, ("c5.9xlarge",), volume=500, running=1.0, ages=(380, 396)
)  # started over a year ago for one experiment, never stopped

ACCOUNTS = (
    AccountPlan(
        "111122223333",
        "production",
        {
            "us-east-1": (_WEB, _API, _DATABASE, _QUEUE),
            "eu-central-1": (_WEB, _API, _DATABASE, _QUEUE),
        },
    ),
    AccountPlan("222233334444", "staging", {"us-east-1": (_WEB, _API), "eu-central-1": (_WEB,)}),
    AccountPlan(
        "333344445555",
        "development",
        {"us-east-1": (_BUILD, _BENCH), "us-west-2": (_BENCH,)},
        orphans=9,
    ),
    AccountPlan(
        "444455556666",
        "analytics",
        {"us-west-2": (_SPARK, _QUEUE), "eu-central-1": (_SPARK,)},
    ),
    AccountPlan(
        "555566667777",
        "sandbox",
        {"us-west-2": (_BENCH,), "ap-southeast-2": (FORGOTTEN,)},
        orphans=7,
    ),
)
