"""Licences, and the price list that an operator has entered."""

from __future__ import annotations

from django.db import models

from renkei.hub.parties.models import Party

from .rules import Basis, Term


class Price(models.Model):
    """A row of the operator's own price list, in the order of `position`; without any, the list that we ship counts.

    `kinds` are words of `rules.Kind`, separated by commas; an open day is None. `with_previous`: the row asks when the
    licence before was applied for.
    """

    position = models.PositiveSmallIntegerField(unique=True)
    code = models.CharField(max_length=200, unique=True)
    label = models.CharField(max_length=200)
    kinds = models.CharField(max_length=40)
    applied_from = models.DateField(null=True)
    applied_until = models.DateField(null=True)
    with_previous = models.BooleanField(default=False)
    previous_from = models.DateField(null=True)
    previous_until = models.DateField(null=True)
    price = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()
    automatic = models.BooleanField()
    basis = models.CharField(max_length=10, choices=[(basis.value, basis.label) for basis in Basis])
    source = models.CharField(max_length=200)


class Licence(models.Model):
    """An office may use the hub from one day to another (Asia/Tokyo, both included).

    `number` is what its certificate of use is verified by: nobody can guess it. `code`, `label`, `basis` and `source` are
    the price row's, as it was then. `stopped_at`: no automatic renewal is wanted. `renewed`: another follows it.
    `noticed_days` is the last notice of its end that went out.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="licences")
    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=10)
    applied_on = models.DateField()
    from_on = models.DateField()
    until = models.DateField()
    price = models.PositiveIntegerField()
    code = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    basis = models.CharField(max_length=10)
    source = models.CharField(max_length=200)
    automatic = models.BooleanField()
    actor = models.CharField(max_length=80)
    made_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)
    renewed = models.BooleanField(default=False)
    noticed_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "from_on"], name="one_licence_per_first_day")]
        indexes = [
            models.Index(fields=["until"], condition=models.Q(renewed=False), name="licences_ending"),
            models.Index(fields=["party", "until"], name="licences_of_an_office"),
        ]

    @property
    def term(self) -> Term:
        """As the rules look at it."""
        return Term(self.applied_on, self.from_on, self.until)

    @property
    def renews_itself(self) -> bool:
        """Whether a renewal follows without anybody's doing."""
        return self.automatic and self.stopped_at is None

    @property
    def written_number(self) -> str:
        """The number in groups of four, as it is printed."""
        return "-".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))
