"""The invented site that a first visitor walks through."""
