"""What a copy of a package has as its `__init__`: all its modules are in one file beside it.

A browser unpacks a wheel file by file, and creating a file takes longer than what is in it. Data
and extension modules stay files; they are found as ever, since each package keeps its folder.
"""


def _join(package: str, folder: str) -> object:
    """Install a finder of the package's modules, and return the code of its own `__init__`."""
    # By its module: the global names are the package's, which may have an `open` of its own.
    import builtins
    import marshal
    import os
    import sys
    from importlib.machinery import ModuleSpec, SourcelessFileLoader

    file = f"{folder}/__init__.modules"
    with builtins.open(file, "rb") as opened:
        size = int.from_bytes(opened.read(8), "little")
        places = marshal.loads(opened.read(size))

    def code(name: str) -> object:
        _, start, length = places[name]
        with builtins.open(file, "rb") as opened:
            opened.seek(8 + size + start)
            return marshal.loads(opened.read(length))

    class Loader(SourcelessFileLoader):
        # Where its file would be is in `path`, by which the rest of it finds data.
        def get_code(self, fullname):
            return code(fullname)

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name not in places:
                return None
            place = f"{folder}/{places[name][0]}"
            spec = ModuleSpec(name, Loader(name, place), origin=place)
            spec.has_location = True
            if place.endswith("/__init__.pyc"):
                spec.submodule_search_locations = [os.path.dirname(place)]
            return spec

    sys.meta_path.insert(0, Finder)
    return code(package)


exec(globals().pop("_join")(__name__, __file__.rpartition("/")[0]))
