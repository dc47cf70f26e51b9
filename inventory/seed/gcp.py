"""The Google part: three projects, whose instances and disks lie in zones."""

from __future__ import annotations

from resoto_plugin_gcp.resources.base import GcpProject, GcpRegion, GcpZone
from resoto_plugin_gcp.resources.compute import (
    GcpDisk,
    GcpForwardingRule,
    GcpImage,
    GcpInstance,
    GcpMachineType,
    GcpNetwork,
    GcpSubnetwork,
)
from resotolib.baseresources import InstanceStatus, VolumeStatus

from inventory.seed.estate import Estate, Machine, Node

_MACHINES = (
    Machine("e2-small", 2, 2, 0.01675),
    Machine("e2-medium", 2, 4, 0.03351),
    Machine("e2-standard-2", 2, 8, 0.06701),
    Machine("e2-standard-4", 4, 16, 0.13402),
    Machine("n2-highmem-4", 4, 32, 0.26204),
    Machine("n2-standard-8", 8, 32, 0.38847),
)
# project: regions with the number of instances in each of two zones
_PROJECTS = {
    "reporting-prod": {"europe-west1": 18, "us-central1": 14},
    "reporting-test": {"europe-west1": 12},
    "mobile-backend": {"us-central1": 16, "asia-northeast1": 9},
}


def add_gcp(estate: Estate) -> None:
    """Add the cloud `gcp` with all its projects."""
    cloud = estate.cloud("gcp")
    for project_name, regions in _PROJECTS.items():
        name = estate.named(project_name)
        project = estate.account(cloud, GcpProject(id=name, name=name, ctime=estate.ago(1000)))
        network = estate.add(
            project,
            GcpNetwork(
                id=estate.number(19),
                name="default",
                auto_create_subnetworks=True,
                mtu=1460,
                ctime=estate.ago(1000),
            ),
        )
        estate.add(
            project,
            GcpImage(
                id=estate.number(19),
                name=f"{name}-golden",
                family="debian-12",
                architecture="X86_64",
                disk_size_gb=10,
                status="READY",
                ctime=estate.ago(estate.age(20, 200)),
            ),
        )
        for region, instances in regions.items():
            _add_region(estate, project, network, region, instances)


def _add_region(estate: Estate, project: Node, network: Node, name: str, instances: int) -> None:
    region = estate.region(project, GcpRegion(id=name, name=name, status="UP"))
    subnetwork = estate.add(
        region,
        GcpSubnetwork(
            id=estate.number(19),
            name="default",
            ip_cidr_range="10.132.0.0/20",
            ctime=estate.ago(1000),
        ),
        network,
    )
    address = f"192.0.2.{estate.random.randrange(1, 255)}"
    estate.add(
        region,
        GcpForwardingRule(
            id=estate.number(19),
            name=f"frontend-{name}",
            ip_address=address,
            ip_protocol="TCP",
            port_range="443-443",
            load_balancing_scheme="EXTERNAL",
            ctime=estate.ago(estate.age(50, 500)),
        ),
        network,
    )
    for letter in "bc":
        zone = estate.zone(
            region, GcpZone(id=f"{name}-{letter}", name=f"{name}-{letter}", status="UP")
        )
        types = {machine.name: _add_type(estate, zone, machine) for machine in _MACHINES}
        for number in range(instances):
            _add_instance(estate, zone, (network, subnetwork), types, number)
        for _ in range(2):
            _add_disk(estate, zone, "", estate.random.uniform(10, 400), None)


def _add_type(estate: Estate, zone: Node, machine: Machine) -> Node:
    return estate.add(
        zone,
        GcpMachineType(
            id=machine.name,
            name=machine.name,
            instance_type=machine.name,
            instance_cores=machine.cores,
            instance_memory=machine.memory,
            ondemand_cost=machine.hourly,
        ),
    )


def _add_instance(
    estate: Estate, zone: Node, networks: tuple[Node, Node], types: dict[str, Node], number: int
) -> None:
    machine = estate.random.choices(_MACHINES, weights=(4, 6, 6, 4, 1, 2))[0]
    age = estate.age(1, 450)
    name = f"vm-{zone.resource.id}-{number:02d}"
    instance = estate.add(
        zone,
        GcpInstance(
            id=estate.number(19),
            name=name,
            instance_type=machine.name,
            instance_cores=machine.cores,
            instance_memory=machine.memory,
            instance_status=estate.status(0.9),
            cpu_platform="Intel Broadwell",
            deletion_protection=False,
            ctime=estate.ago(age),
        ),
        *networks,
        types[machine.name],
    )
    estate.link(networks[0], instance, "delete")
    if instance.resource.instance_status != InstanceStatus.TERMINATED:
        _add_disk(estate, zone, name, age, instance)


def _add_disk(estate: Estate, zone: Node, name: str, age: float, instance: Node | None) -> None:
    identifier = estate.number(19)
    disk = estate.add(
        zone,
        GcpDisk(
            id=identifier,
            name=name or f"disk-{identifier[:6]}",
            volume_size=estate.random.choice((10, 20, 50, 100, 200)),
            volume_type="pd-balanced",
            volume_status=VolumeStatus.IN_USE if instance else VolumeStatus.AVAILABLE,
            volume_encrypted=True,
            ctime=estate.ago(age),
            atime=estate.ago(age * (0.01 if instance else 0.7)),
        ),
        *([instance] if instance else []),
    )
    if instance:
        estate.link(disk, instance, "delete")
