"""The owner's pages, one file a subject: a view parses a form, calls one act, renders."""
