"""The clerk's page of a goal: its form, what is typed and saved, what a reviewer said of it."""
