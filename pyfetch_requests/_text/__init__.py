"""Pure: text and bytes in, values out."""
