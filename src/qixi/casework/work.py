"""Work in the background: effects of acts and periods that ended, as tasks of a queue in the database.

The task library leaves a task whose worker was killed in the state of running for ever: here it is put back
in the queue. No task depends on being run once: what it does is kept act by act and effect by effect, and
whatever still waits is found by the next sweep, with or without a task.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, task
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from qixi.casework.effects import perform_waiting, waiting
from qixi.casework.queries import time_is_up
from qixi.casework.services import tick

LEASE = timedelta(minutes=15)
"""How long a task may run before its worker is taken for dead."""
_PAUSE = 1.0
"""Seconds between two looks at what waits."""
_KEPT_DAYS = 7
_LOG = logging.getLogger(__name__)
_QUEUED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Chore:
    """Work of a room above: whether some waits, and what does a part of it and says how much that was."""

    waits: Callable[[date, datetime], bool]
    do: Callable[[date, datetime], int]


_CHORES: dict[str, Chore] = {}


def take_on(name: str, chore: Chore) -> None:
    """Have the work of a room above done in the background, a part of it in each sweep."""
    _CHORES[name] = chore


@task()
def sweep_once() -> Mapping[str, int]:
    """Let time act and perform what waits, as a task; its result says how much that was."""
    return swept(timezone.localdate(), timezone.now())


def swept(today: date, now: datetime) -> dict[str, int]:
    """Let time act and perform what waits and is due; returns how much was done and how much failed."""
    try:
        acts = tick(today, now)
    finally:  # what was caused is performed, whatever becomes of the periods
        performed, failed = _performed(now)
    return {"acts": acts, "performed": performed, "failed": failed, "chores": _chores(today, now)}


def _chores(today: date, now: datetime) -> int:
    """Do a part of each chore; where some fail the others have their turn, and then it is said."""
    done, faults = 0, []
    for chore in _CHORES.values():
        try:
            done += chore.do(today, now) if chore.waits(today, now) else 0
        except Exception as fault:  # noqa: BLE001  none holds the others up; the task is kept as failed
            faults.append(fault)
    if faults:
        raise ExceptionGroup("work in the background failed", faults)
    return done


def _performed(now: datetime) -> tuple[int, int]:
    performed = failed = 0
    while True:
        done, not_done = perform_waiting(now=now)
        performed, failed = performed + done, failed + not_done
        if not done:
            return performed, failed


def sweep() -> int:
    """Do what waits now, without a queue; returns how much was done."""
    found = swept(timezone.localdate(), timezone.now())
    return found["acts"] + found["performed"] + found["chores"]


def watch() -> None:
    """Work until the process is told to end: resume what was abandoned, queue a sweep, run what is queued."""
    worker = _worker(_name())
    worker.configure_signals()
    resume_abandoned(worker.worker_id, timezone.now())
    next_pruning = timezone.now()
    while worker.running:
        try:
            now = timezone.now()
            resume_abandoned(None, now)
            queue_sweep(timezone.localdate(), now)
            worker.run()
            if now >= next_pruning:
                call_command("prune_db_task_results", min_age_days=_KEPT_DAYS, verbosity=0)
                next_pruning = now + timedelta(hours=1)
        except OperationalError:
            _LOG.exception("the database cannot be reached; another try follows")
            connections.close_all()
        except Exception:  # noqa: BLE001  whatever it is, the service goes on
            _LOG.exception("work in the background failed; another try follows")
        close_old_connections()
        time.sleep(_PAUSE)


def queue_sweep(today: date, now: datetime) -> bool:
    """Queue a sweep where something waits and none is queued; returns whether there is a new one."""
    queued = DBTaskResult.objects.filter(task_path=sweep_once.module_path, status__in=_QUEUED)
    if queued.exists():
        return False
    due = waiting(now).exists() or time_is_up(today, now).exists()
    if not due and not any(chore.waits(today, now) for chore in _CHORES.values()):
        return False
    sweep_once.enqueue()
    return True


def resume_abandoned(worker: str | None, now: datetime) -> int:
    """Put tasks back in the queue whose worker died: one of that name, else any that has run for too long.

    A worker has died when another of its name begins. Returns how many tasks there were.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    if worker is None:
        lost = [each.pk for each in running.filter(started_at__lt=now - LEASE)]
    else:
        lost = [each.pk for each in running if each.worker_ids[-1:] == [worker]]
    return running.filter(pk__in=lost).update(status=TaskResultStatus.READY)


def _worker(name: str) -> Worker:
    return Worker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        interval=0,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )


def _name() -> str:
    """Return the name of the worker of this home on this machine, the same after each start."""
    home = hashlib.sha256(str(settings.HOME).encode()).hexdigest()[:12]
    return f"{socket.gethostname()[:40]}-{home}"
