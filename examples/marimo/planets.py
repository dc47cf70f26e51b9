import marimo

app = marimo.App()


@app.cell
async def _():
    import marimo as mo
    import micropip

    await micropip.install("pyfetch-requests")
    import pyfetch_requests as requests

    mo.md("# marimo")
    return mo, requests


@app.cell
async def _(mo, requests):
    # The URL is relative to the server.
    response = await requests.get("/planets.json")
    response.raise_for_status()
    mo.md("\n".join(f"- {planet['name']}: {planet['moons']} moons" for planet in response.json()))
    return


@app.cell
def _(mo, requests):
    try:
        # In a cell that does not await the call blocks.
        requests.sync.get("/comets.json").raise_for_status()
    except requests.RequestException as error:
        failure = mo.plain_text(f"Without data: {error}")
    failure  # noqa: B018
    return


if __name__ == "__main__":
    app.run()
