"""Tables that every app stands on. Nothing points to bodies, wraps, events and looks: they can be cut by month."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.ids import new_id
from renkei.hub.core.loading import Loaded


class Body(Loaded):
    """The stored form of one body: `core.bodies.sealing` describes the bytes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    month = models.DateField()
    format = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    inline = models.BinaryField(null=True)


class Wrap(Loaded):
    """The key of a body for one holder; when the last wrap goes, the body goes.

    `holder` is `mailbox:<office service id>`, `sender:<…>` or `recipient:<…>`: each copy has its own clock,
    `erase_after`; None for one that waits for something to happen first.
    """

    body = models.UUIDField()
    holder = models.CharField(max_length=40)
    key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    erase_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "holder"], name="one_wrap_per_holder")]
        indexes = [
            models.Index(fields=["erase_after"], name="wraps_to_erase"),
            models.Index(fields=["key_id", "id"], name="wraps_of_a_key"),
        ]


class Erasure(models.Model):
    """A holder's copy of a body was erased; appended, never changed, and kept: a backup that is restored later still
    holds the copy, and erases it again by this list."""

    body = models.UUIDField()
    holder = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)


class Job(models.Model):
    """Work for later. A finished one is deleted; one that failed too often keeps `failed_at` until a person decides.

    `key` makes a job the only one of its kind that waits (recurring work); `payload` holds ids, never a person's data;
    `lease` is the worker's own word while it works, `error` the name of what went wrong and never its text.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80, null=True, unique=True)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(failed_at=None), name="jobs_due")]


class Counter(models.Model):
    """A number given out without a gap, under this row's lock: `feed:<office service id>`, `mailbox:<…>`."""

    name = models.CharField(max_length=40, unique=True)
    value = models.BigIntegerField(default=0)


class Event(Loaded):
    """Something that happened, with the hub's signed receipt for it; appended, never changed.

    `about` is the id of what it happened to, `number` its place among the events of that thing, from 1: no clock
    decides their order. `side` is whose step it was (the app's word), `actor` who took it: `staff:<id>`,
    `program:<certificate id>` or `hub`. `receipt` and `signature` are the hub's, `counter_…` the office's that took the
    step; `words` is the body of what it said with it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    month = models.DateField()
    at = models.DateTimeField()
    type = models.CharField(max_length=40)
    about = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10)
    actor = models.CharField(max_length=40)
    receipt = models.BinaryField()
    signature = models.BinaryField()
    counter_receipt = models.BinaryField(null=True)
    counter_signature = models.BinaryField(null=True)
    words = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about", "number"], name="events_of_a_thing")]


class FeedEntry(Loaded):
    """One event in the feed of one office service, under the feed's own number."""

    feed = models.CharField(max_length=40)
    number = models.BigIntegerField()
    event = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="one_event_per_feed_number")]


class UnsealedEvent(Loaded):
    """An event that waits for its seal. A list of its own, so that sealing costs the same however old the hub is."""

    event = models.UUIDField(unique=True)
    leaf = models.BinaryField()


class Seal(models.Model):
    """A Merkle tree over some events: `statement` is what was signed, and names the root and the seal before it."""

    number = models.BigIntegerField(unique=True)
    size = models.IntegerField()
    root = models.BinaryField()
    statement = models.BinaryField()
    signature = models.BinaryField()
    at = models.DateTimeField()


class SealedEvent(models.Model):
    """Which leaf of which seal an event is. `leaf` is the hash of `trust.seals.entry`."""

    event = models.UUIDField(unique=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="leaves", db_index=False)
    position = models.IntegerField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_event_per_leaf")]


class TimeStamp(models.Model):
    """An RFC 3161 token over a seal's statement: the authority's word that it, and every seal before it, was there."""

    seal = models.OneToOneField(Seal, on_delete=models.PROTECT, related_name="stamp")
    token = models.BinaryField()
    at = models.DateTimeField()


class Look(models.Model):
    """A person's data was shown to someone; appended, never changed.

    `actor` is `staff:<id>` or `program:<certificate id>`; `party` whose they are; `about` what was opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    month = models.DateField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    party = models.BigIntegerField()
    purpose = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    consent_version = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=80)
    request = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["about", "actor", "at"], name="looks_at_a_thing")]


class LookSubject(models.Model):
    """A person whom a look showed, as the keyed hash of insurer and insured number."""

    look = models.UUIDField(db_index=True)
    month = models.DateField()
    subject = models.CharField(max_length=64, db_index=True)


class Deed(models.Model):
    """What somebody did in running the hub or an office's place in it; appended, never changed.

    `actor` is `staff:<id>`, `command:<user of the machine>` or `hub`; `about` what it was done to (`party:<id>`), `reason`
    their own words, `details` words and ids without a person's data. `second` is who agreed, where it takes two.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    party = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    second = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about", "id"], name="deeds_about_a_thing"),
            models.Index(fields=["party", "id"], name="deeds_of_a_party"),
        ]


class Notice(models.Model):
    """Words of the operator to everybody, shown on every page from one moment to another."""

    title = models.CharField(max_length=80)
    text = models.CharField(max_length=1000)
    from_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)


# No UPDATE and no DELETE, for anyone whom the hub serves as: triggers on SQLite, rights on PostgreSQL.
APPEND_ONLY = (Event, FeedEntry, Seal, SealedEvent, TimeStamp, Erasure, Look, LookSubject, Deed)
