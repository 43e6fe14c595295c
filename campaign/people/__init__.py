"""Organisers: their accounts, how they sign in, their permissions, and the audit of their actions."""
