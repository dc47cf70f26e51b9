"""What is alive inside of an interpreter; this module runs inside Pyodide, in every engine."""

from __future__ import annotations

import asyncio
import gc

COUNT_WHAT_FETCH_MAKES = """
    globalThis.live = 0;
    const registry = new FinalizationRegistry(() => (globalThis.live -= 1));
    const remember = (object) => {
        globalThis.live += 1;
        registry.register(object);
        return object;
    };
    const { fetch } = globalThis;
    globalThis.fetch = (url, init) => {
        remember(init.signal);
        return fetch(url, init).then(remember);
    };
    globalThis.stopCounting = () => (globalThis.fetch = fetch);
"""


def start() -> None:
    """Count from now on the proxies, and the signals and responses of fetch."""
    import pyodide_js
    from pyodide.code import run_js

    pyodide_js._module.enable_pyproxy_allocation_tracing()
    run_js(f"(() => {{ {COUNT_WHAT_FETCH_MAKES} }})()")


def stop() -> None:
    """Leave the interpreter as it was for other tests."""
    import js
    import pyodide_js

    pyodide_js._module.disable_pyproxy_allocation_tracing()
    js.stopCounting()


async def take() -> dict[str, int]:
    """Count, after Python has collected its garbage and JavaScript has run what was due."""
    import js
    import pyodide_js

    from pyfetch_requests._transports import settlement

    for _ in range(3):
        gc.collect()
        await asyncio.sleep(0.01)
    module = pyodide_js._module
    ours = [type(thing).__module__ for thing in gc.get_objects()]
    return {
        "tasks": len(asyncio.all_tasks()),
        "waiting": len(settlement.pending),
        "objects of the package": sum(name.startswith("pyfetch_requests") for name in ours),
        "objects of Python": len(ours),
        "proxies of JavaScript objects": int(module._hiwire_num_refs()),
        "proxies of Python objects": int(module.pyproxy_alloc_map.size),
        "signals and responses of fetch": int(js.live),
        "listeners of a signal": int(getattr(js, "listeners", 0)),
        "resource timings": len(js.performance.getEntriesByType("resource")),
        "memory of WebAssembly": int(module.HEAP8.length),
    }
