"""Every failure, by every way to send a request that can meet it."""
