"""Show the planets in the page, and what a failure says."""

import micropip
from js import document

await micropip.install("pyfetch-requests")

import pyfetch_requests as requests

# The address is relative to the page.
response = await requests.get("../planets.json")
response.raise_for_status()
for planet in response.json():
    item = document.createElement("li")
    item.textContent = f"{planet['name']}: {planet['moons']} moons"
    document.getElementById("planets").append(item)

try:
    (await requests.get("../comets.json")).raise_for_status()
except requests.RequestException as error:
    document.getElementById("failure").textContent = str(error)
