"""Accounts, roles, units, deputies, and what is handed over when somebody leaves."""
