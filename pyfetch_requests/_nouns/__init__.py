"""Requests, responses, sessions and what they are made of; nothing here waits for a network."""
