"""The graph that takes ArangoDB's place: storage, query evaluation, aggregation, updates."""
