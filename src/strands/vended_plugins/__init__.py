"""Plugins that come with the package: skills, steering, and offloading of large tool results."""
