"""What comes with the package: nothing in a browser, the sockets outside of one."""

from __future__ import annotations

from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from pkginfo import Wheel


def test_what_each_platform_gets(package_wheel: Path) -> None:
    requirements = [Requirement(text) for text in Wheel(str(package_wheel)).requires_dist]

    def wanted(platform: str) -> list[str]:
        environment = dict[str, str](**default_environment())
        environment |= {"sys_platform": platform, "extra": ""}
        return [
            one.name for one in requirements if not one.marker or one.marker.evaluate(environment)
        ]

    assert wanted("emscripten") == []
    assert wanted("linux") == wanted("darwin") == wanted("win32") == ["httpcore2"]
