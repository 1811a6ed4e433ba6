"""The people who sign in, and where they belong."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from .offices import OfficeService, Party


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by their sign-in name."""


class Staff(AbstractBaseUser):
    """A person who signs in. Whose behalf they act on is a membership, so one person may work for several offices.

    `sessions_from`: a session that began before it is over (sign-out everywhere, a new password, a person who left).
    """

    login = models.CharField("ログイン名", max_length=80, unique=True)
    name = models.CharField(max_length=80)
    email = models.EmailField("メールアドレス", max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    sessions_from = models.DateTimeField(null=True)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    objects = StaffManager()

    def get_session_auth_hash(self) -> str:
        """What a session must be bound to: with another password or another `sessions_from` it is over."""
        since = self.sessions_from.isoformat() if self.sessions_from else ""
        return salted_hmac("renkei.staff.session", f"{self.password}\n{since}", algorithm="sha256").hexdigest()


class SignIn(models.Model):
    """A session of a person, for their own list of them: which device, since when, signed in how."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60)
    way = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)


class Level(models.TextChoices):
    """The national service's three levels of accounts."""

    OFFICE = "office", "事業所"
    ADMINISTRATOR = "administrator", "管理者"
    MEMBER = "member", "一般"


class Job(models.TextChoices):
    """What a person does; what a sign-in may see of the care information depends on it."""

    CARE_MANAGER = "care_manager", "介護支援専門員"
    CLERK = "clerk", "事務員"
    COORDINATOR = "coordinator", "サービス提供責任者・相談員"
    CARER = "carer", "介護職員"
    NURSE = "nurse", "看護職員"
    THERAPIST = "therapist", "リハビリ職員"
    DOCTOR = "doctor", "医師"
    MUNICIPAL = "municipal", "市町村職員"
    OPERATOR = "operator", "運営職員"
    PERSON = "person", "本人・家族"
    OTHER = "other", "その他"


class Duty(models.TextChoices):
    """What a member may do; `administer` comes with the level."""

    PREPARE = "prepare", "作る"
    CHECK = "check", "確かめる"
    SEND = "send", "送る・受け取る"
    ADMINISTER = "administer", "職員と設定を管理する"


class Membership(models.Model):
    """A person's place at a party. `service` narrows it to one service of an office; `duties` are words of Duty,
    separated by commas. A proxy of a person has `relation`, what it was shown by (`evidence`) and the last day."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="memberships")
    service = models.ForeignKey(OfficeService, null=True, on_delete=models.CASCADE)
    active = models.BooleanField(default=True)
    level = models.CharField(max_length=16, choices=Level.choices, default=Level.MEMBER)
    job = models.CharField(max_length=16, choices=Job.choices, default=Job.OTHER)
    duties = models.CharField(max_length=60, default="prepare,check,send")
    relation = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "party", "service"], name="one_membership_per_service"),
            # Two empty services would not count as the same.
            models.UniqueConstraint(
                fields=["staff", "party"], condition=models.Q(service=None), name="one_membership_of_all_services"
            ),
        ]

    def may(self, duty: Duty) -> bool:
        """Whether this member may do it here."""
        if duty == Duty.ADMINISTER:
            return self.level != Level.MEMBER
        return duty.value in self.duties.split(",")

    @property
    def runs_all(self) -> bool:
        """Whether this member administers the whole party, not one service of it."""
        return self.may(Duty.ADMINISTER) and self.service_id is None


class Attempt(models.Model):
    """Failures at one door: of a sign-in name, an address, a code. `key` is a keyed hash of what was tried."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)


class RecoveryState(models.TextChoices):
    ASKED = "asked", "承認を待っています"
    APPROVED = "approved", "承認しました"
    REFUSED = "refused", "承認しませんでした"
    USED = "used", "使いました"


class Recovery(models.Model):
    """A person who cannot sign in asks their administrator, who hands them a one-time code; only its keyed hash is here.

    `second_factor`: what they have lost is the device as well.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recoveries")
    second_factor = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=RecoveryState.choices, default=RecoveryState.ASKED)
    approved_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    code = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(state__in=["asked", "approved"]), name="one_recovery_at_a_time"
            )
        ]
