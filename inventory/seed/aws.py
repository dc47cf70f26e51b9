"""The Amazon part: five accounts, and in one of them a cluster that somebody forgot."""

from __future__ import annotations

from dataclasses import replace

from resoto_plugin_aws.resource.base import AwsAccount, AwsRegion
from resoto_plugin_aws.resource.ec2 import (
    AwsEc2Image,
    AwsEc2Instance,
    AwsEc2InstanceType,
    AwsEc2SecurityGroup,
    AwsEc2Snapshot,
    AwsEc2Subnet,
    AwsEc2Volume,
    AwsEc2Vpc,
)
from resoto_plugin_aws.resource.elbv2 import AwsAlb, AwsAlbTargetGroup
from resotolib.baseresources import InstanceStatus, VolumeStatus

from inventory.seed.aws_plan import ACCOUNTS, FORGOTTEN, MACHINES, AccountPlan, Group
from inventory.seed.estate import Estate, Node


def add_aws(estate: Estate) -> None:
    """Add the cloud `aws` with all its accounts."""
    cloud = estate.cloud("aws")
    for planned in ACCOUNTS:
        name, number = estate.named(planned.name), estate.numbered(planned.identifier)
        plan = replace(planned, name=name, identifier=number)
        account = estate.account(
            cloud, AwsAccount(id=plan.identifier, name=plan.name, account_alias=plan.name)
        )
        for region, groups in plan.regions.items():
            _RegionBuilder(estate, account, region, plan).build(groups)


class _RegionBuilder:
    """One region of one account: network, images, instances with volumes, load balancers."""

    def __init__(self, estate: Estate, account: Node, name: str, plan: AccountPlan) -> None:
        self._estate = estate
        self._name = name
        self._plan = plan
        self._arn = f"arn:aws:ec2:{name}:{plan.identifier}"
        self._region = estate.region(account, AwsRegion(id=name, name=name))
        self._types: dict[str, Node] = {}

    def build(self, groups: tuple[Group, ...]) -> None:
        self._network()
        self._images = [self._image(name) for name in ("base", "base-legacy")]
        for group in groups:
            target = self._load_balancer(group) if group.load_balanced else None
            for number in range(group.size):
                instance = self._instance(group, number)
                if target and instance.resource.instance_status == InstanceStatus.RUNNING:
                    self._estate.link(target, instance)
        for _ in range(self._plan.orphans):
            self._orphan()

    def _network(self) -> None:
        estate = self._estate
        self._vpc = estate.add(
            self._region,
            AwsEc2Vpc(
                id=estate.identifier("vpc-"),
                name=f"{self._plan.name}-{self._name}",
                vpc_cidr_block="10.0.0.0/16",
                vpc_state="available",
                vpc_is_default=False,
                ctime=estate.ago(900),
            ),
        )
        self._subnets = [
            estate.add(
                self._region,
                AwsEc2Subnet(
                    id=estate.identifier("subnet-"),
                    name=f"{self._plan.name}-{letter}",
                    subnet_availability_zone=f"{self._name}{letter}",
                    subnet_cidr_block=f"10.0.{index * 16}.0/20",
                    subnet_state="available",
                ),
                self._vpc,
            )
            for index, letter in enumerate("abc")
        ]
        self._security_group = estate.add(
            self._region,
            AwsEc2SecurityGroup(
                id=estate.identifier("sg-"),
                name="default",
                description="default VPC security group",
            ),
            self._vpc,
        )

    def _image(self, name: str) -> Node:
        estate = self._estate
        age = 40 if name == "base" else 500
        return estate.add(
            self._region,
            AwsEc2Image(
                id=estate.identifier("ami-"),
                name=f"{self._plan.name}-{name}",
                architecture="x86_64",
                public=False,
                state="available",
                owner_id=self._plan.identifier,
                platform_details="Linux/UNIX",
                ctime=estate.ago(age),
            ),
        )

    def _type(self, name: str) -> Node:
        if name not in self._types:
            machine = MACHINES[name]
            self._types[name] = self._estate.add(
                self._region,
                AwsEc2InstanceType(
                    id=name,
                    name=name,
                    instance_type=name,
                    instance_cores=machine.cores,
                    instance_memory=machine.memory,
                    ondemand_cost=machine.hourly,
                ),
            )
        return self._types[name]

    def _instance(self, group: Group, number: int) -> Node:
        estate = self._estate
        machine = MACHINES[estate.random.choice(group.machines)]
        age = estate.age(*group.ages)
        identifier = estate.identifier("i-")
        instance = estate.add(
            self._region,
            AwsEc2Instance(
                id=identifier,
                name=f"{group.name}-{number:03d}",
                arn=f"{self._arn}:instance/{identifier}",
                tags={"Name": f"{group.name}-{number:03d}", "service": group.name},
                ctime=estate.ago(age),
                instance_launch_time=estate.ago(age),
                instance_type=machine.name,
                instance_cores=machine.cores,
                instance_memory=machine.memory,
                instance_status=estate.status(group.running),
                instance_architecture="x86_64",
                instance_private_ip_address=f"10.0.{estate.random.randrange(48)}.{number + 4}",
            ),
            estate.random.choice(self._subnets),
            self._vpc,
            self._type(machine.name),
            self._images[1 if age > 250 else 0],
        )
        estate.link(self._vpc, instance, "delete")
        if instance.resource.instance_status != InstanceStatus.TERMINATED:
            self._volume(group, number, age, instance)
        return instance

    def _volume(self, group: Group, number: int, age: float, instance: Node) -> None:
        estate = self._estate
        volume = estate.add(
            self._region,
            self._volume_resource(
                f"{group.name}-{number:03d}", group.volume, VolumeStatus.IN_USE, age, age * 0.01
            ),
            instance,
        )
        estate.link(volume, instance, "delete")
        if group.volume >= 400 and group is not FORGOTTEN:
            estate.add(
                self._region,
                AwsEc2Snapshot(
                    id=estate.identifier("snap-"),
                    name=f"{group.name}-{number:03d}",
                    snapshot_status="completed",
                    volume_id=volume.resource.id,
                    volume_size=group.volume,
                    encrypted=True,
                    owner_id=self._plan.identifier,
                    ctime=estate.ago(estate.age(0, 14)),
                ),
                volume,
            )

    def _orphan(self) -> None:
        """Add a volume that is attached to nothing, perhaps for a long time."""
        size = self._estate.random.choice((8, 20, 50, 100, 500, 1000))
        age = self._estate.random.uniform(3, 500)
        accessed = age * self._estate.random.uniform(0.3, 1)
        self._estate.add(
            self._region,
            self._volume_resource("", size, VolumeStatus.AVAILABLE, age, accessed),
        )

    def _volume_resource(
        self, name: str, size: int, status: VolumeStatus, age: float, accessed: float
    ) -> AwsEc2Volume:
        identifier = self._estate.identifier("vol-")
        return AwsEc2Volume(
            id=identifier,
            name=name or identifier,
            arn=f"{self._arn}:volume/{identifier}",
            volume_size=size,
            volume_type="gp3" if age < 365 else "gp2",
            volume_status=status,
            volume_encrypted=size >= 400,
            volume_iops=max(100, min(16000, size * 3)),
            ctime=self._estate.ago(age),
            atime=self._estate.ago(accessed),
            mtime=self._estate.ago(accessed),
        )

    def _load_balancer(self, group: Group) -> Node:
        estate = self._estate
        name = f"{self._plan.name}-{group.name}"
        balancer = estate.add(
            self._region,
            AwsAlb(
                id=name,
                name=name,
                arn=f"arn:aws:elasticloadbalancing:{self._name}:{self._plan.identifier}:{name}",
                lb_type="application",
                alb_scheme="internet-facing",
                alb_dns_name=f"{name}.{self._name}.elb.example.com",
                ctime=estate.ago(estate.age(100, 700)),
            ),
            self._vpc,
            self._security_group,
            *self._subnets,
        )
        target = AwsAlbTargetGroup(
            id=f"{name}-target",
            name=f"{name}-target",
            target_type="instance",
            protocol="HTTPS",
            port=443,
        )
        return estate.add(self._region, target, self._vpc, balancer)
