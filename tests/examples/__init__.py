"""The programs of examples/, each run as its reader would, and what they show when they fail."""
