"""What happened to a goal: its line of time, revisions side by side, going back to one."""
