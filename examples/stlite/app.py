"""Show the planets, and what a failure says."""

import streamlit as st

import pyfetch_requests
from pyfetch_requests import sync


@st.cache_data
def planets():
    # A cached function cannot await. The URL is relative to the server.
    response = sync.get("/planets.json")
    response.raise_for_status()
    return response.json()


st.title("stlite")

# A click runs this file anew.
fewest = 1 if st.checkbox("with moons") else 0
shown = (planet for planet in planets() if planet["moons"] >= fewest)
st.markdown("\n".join(f"- {planet['name']}: {planet['moons']} moons" for planet in shown))

try:
    (await pyfetch_requests.get("/comets.json")).raise_for_status()
except pyfetch_requests.RequestException as error:
    st.text(f"Without data: {error}")
