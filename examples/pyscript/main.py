"""Show the planets in the page, and what a failure says."""

from pyscript import document

import pyfetch_requests as requests

# Relative to the page, and in a worker to the origin.
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
