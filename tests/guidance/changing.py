"""Finds and moves what a test changes in the raw graph."""

from __future__ import annotations


def plan_of(graph, name):
    return next(plan for plan in graph["plans"] if plan["id"] == name)


def screen_of(graph, name):
    return next(screen for screen in graph["screens"] if screen["id"] == name)


def task_of(task):
    """The step that a task of the raw graph names."""
    return task if isinstance(task, str) else task["step"]


def moved(tasks, step, to):
    """Put a step of the list, the first of its name, in another place."""
    found = next(task for task in tasks if task_of(task) == step)
    tasks.remove(found)
    tasks.insert(to, found)
