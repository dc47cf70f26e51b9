// deno run --allow-all main.mjs [address of the folder examples/]
import process from "node:process";
import { loadPyodide } from "npm:pyodide@314.0.7";

const base = process.argv[2] ?? "http://127.0.0.1:8000/";

const pyodide = await loadPyodide({ packages: ["micropip"] });
pyodide.globals.set("base", base);
await pyodide.runPythonAsync(`
import micropip

await micropip.install("pyfetch-requests")

import pyfetch_requests as requests

async with requests.Session(base_url=base) as session:
    response = await session.get("planets.json")
    response.raise_for_status()
    for planet in response.json():
        print(f"{planet['name']}: {planet['moons']} moons")

    try:
        (await session.get("comets.json")).raise_for_status()
    except requests.RequestException as error:
        print(f"Without data: {error}")
`);
