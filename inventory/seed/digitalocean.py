"""The DigitalOcean part: two teams with droplets, volumes, images and load balancers."""

from __future__ import annotations

from resoto_plugin_digitalocean.resources import (
    DigitalOceanDroplet,
    DigitalOceanFloatingIP,
    DigitalOceanImage,
    DigitalOceanLoadBalancer,
    DigitalOceanProject,
    DigitalOceanRegion,
    DigitalOceanTeam,
    DigitalOceanVolume,
    DigitalOceanVPC,
)
from resotolib.baseresources import VolumeStatus

from inventory.seed.estate import Estate, Machine, Node

_MACHINES = (
    Machine("s-1vcpu-1gb", 1, 1, 0.00893),
    Machine("s-1vcpu-2gb", 1, 2, 0.01786),
    Machine("s-2vcpu-4gb", 2, 4, 0.03571),
    Machine("s-4vcpu-8gb", 4, 8, 0.07143),
    Machine("s-8vcpu-16gb", 8, 16, 0.14286),
)
_SYSTEMS = ("debian-12-x64", "ubuntu-22-04-x64", "fedora-38-x64")
_TEAMS = (
    ("10234567", "websites", {"fra1": 34, "nyc3": 26}),
    ("10987654", "community", {"ams3": 18, "sgp1": 14}),
)


def add_digitalocean(estate: Estate) -> None:
    """Add the cloud `digitalocean` with all its teams."""
    cloud = estate.cloud("digitalocean")
    for number, team_name, regions in _TEAMS:
        identifier, name = estate.numbered(number), estate.named(team_name)
        team = estate.account(
            cloud, DigitalOceanTeam(id=identifier, name=name, urn=f"do:team:{identifier}")
        )
        project = estate.add(
            team,
            DigitalOceanProject(
                id=estate.identifier(length=32),
                name=name,
                urn=f"do:project:{name}",
                environment="Production",
                is_default=True,
                ctime=estate.ago(800),
            ),
        )
        for region, droplets in regions.items():
            _add_region(estate, team, project, region, droplets)


def _add_region(estate: Estate, team: Node, project: Node, name: str, droplets: int) -> None:
    region = estate.region(
        team,
        DigitalOceanRegion(
            id=name, name=name, urn=f"do:region:{name}", do_region_slug=name, is_available=True
        ),
    )
    network = estate.add(
        region,
        DigitalOceanVPC(
            id=estate.identifier(length=32),
            name=f"default-{name}",
            urn=f"do:vpc:{name}",
            ip_range="10.110.0.0/20",
            is_default=True,
            ctime=estate.ago(800),
        ),
    )
    images = [_add_image(estate, region, system) for system in _SYSTEMS]
    balancer = _add_load_balancer(estate, region, network, project)
    for number in range(droplets):
        droplet = _add_droplet(estate, region, number, (network, project), images)
        if number < 4:
            estate.link(balancer, droplet)
        if number % 3 == 0:
            _add_volume(estate, region, project, droplet)
    for _ in range(3):
        _add_volume(estate, region, project, None)


def _add_image(estate: Estate, region: Node, system: str) -> Node:
    identifier = estate.number(9)
    return estate.add(
        region,
        DigitalOceanImage(
            id=identifier,
            name=system,
            urn=f"do:image:{identifier}",
            image_slug=system,
            distribution=system.partition("-")[0].title(),
            is_public=True,
            image_type="base",
            min_disk_size=10,
            image_status="available",
            ctime=estate.ago(estate.age(30, 400)),
        ),
    )


def _add_load_balancer(estate: Estate, region: Node, network: Node, project: Node) -> Node:
    identifier = estate.identifier(length=32)
    return estate.add(
        region,
        DigitalOceanLoadBalancer(
            id=identifier,
            name=f"web-{region.resource.id}",
            urn=f"do:loadbalancer:{identifier}",
            public_ip_address=f"203.0.113.{estate.random.randrange(1, 255)}",
            nr_nodes=1,
            loadbalancer_status="active",
            ctime=estate.ago(estate.age(100, 600)),
        ),
        network,
        project,
    )


def _add_droplet(
    estate: Estate, region: Node, number: int, parents: tuple[Node, ...], images: list[Node]
) -> Node:
    machine = estate.random.choices(_MACHINES, weights=(8, 8, 6, 3, 1))[0]
    image = estate.random.choice(images)
    identifier = estate.number(9)
    droplet = estate.add(
        region,
        DigitalOceanDroplet(
            id=identifier,
            name=f"{region.resource.id}-{number:02d}",
            urn=f"do:droplet:{identifier}",
            instance_type=machine.name,
            instance_cores=machine.cores,
            instance_memory=machine.memory,
            instance_status=estate.status(0.88),
            droplet_image=image.resource.name,
            is_locked=False,
            ctime=estate.ago(estate.age(1, 600)),
        ),
        *parents,
        image,
    )
    if number % 9 == 0:
        address = f"198.51.100.{estate.random.randrange(1, 255)}"
        estate.add(
            region,
            DigitalOceanFloatingIP(id=address, name=address, urn=f"do:floatingip:{address}"),
            droplet,
        )
    return droplet


def _add_volume(estate: Estate, region: Node, project: Node, droplet: Node | None) -> None:
    identifier = estate.identifier(length=32)
    age = estate.age(2, 500)
    status = VolumeStatus.IN_USE if droplet else VolumeStatus.AVAILABLE
    volume = estate.add(
        region,
        DigitalOceanVolume(
            id=identifier,
            name=f"volume-{identifier[:8]}",
            urn=f"do:volume:{identifier}",
            volume_size=estate.random.choice((10, 50, 100, 250)),
            volume_type="ssd",
            volume_status=status,
            filesystem_type="ext4",
            ctime=estate.ago(age),
            atime=estate.ago(age * (0.02 if droplet else 0.6)),
        ),
        project,
        *([droplet] if droplet else []),
    )
    if droplet:
        estate.link(volume, droplet, "delete")
