"""Tables of people and of where they work."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class PersonRow(Base):
    """An adult with an account and a key pair.

    Attributes:
        handle: the sign-in name; it never changes.
        language: of this person's staff pages.
        salt, verifier_hash, cost: with what the password is checked (`privacy.credentials.passwords`).
        public_key, wrapped_private_key: the key pair; the private one is wrapped with the password.
        seal: a MAC, under the key file `people`, over id, role, sites, public key, `key_version`, `trusted_from`,
            `codes` and `name` (`accounts.people.store.vouch_for_person`). A public key that somebody writes into a
            stolen database gets nothing sealed to it.
        trusted_from: from then on the role counts and texts are sealed to the person; None while nobody confirmed them.
        mail, telephone: encrypted under the key file `mail`.
        codes: the second factors, one-time codes and passkeys, encrypted under the person's own private key
            (`privacy.credentials.second_factors`); None without any.
        code_used: the time step of the last one-time code that was used, so that each works once.
        trained_until: the last day of the training (S35).
        test_asked_on: the day of the last test mail to an outside recipient.
        tested_on: the day on which that recipient confirmed it.
        left_on: the day on which the account was closed; None while it is open.
        password_known: the person who set up the installation has read the password; until a new one is chosen,
            nothing else is allowed.
        picture: the one that the adult chose; empty for the one that `adult_pictures` assigns.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(12), default="en")
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    verifier_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_version: Mapped[int] = mapped_column(default=1)
    cost: Mapped[dict[str, int]] = mapped_column(JSON)
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    trusted_from: Mapped[datetime | None] = mapped_column(Utc)
    mail: Mapped[bytes | None] = mapped_column(LargeBinary)
    telephone: Mapped[bytes | None] = mapped_column(LargeBinary)
    codes: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_used: Mapped[int | None]
    trained_until: Mapped[date | None]
    test_asked_on: Mapped[date | None]
    tested_on: Mapped[date | None]
    left_on: Mapped[date | None]
    password_known: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    picture: Mapped[str] = mapped_column(String(20), server_default="", default="")


class PersonSiteRow(Base):
    """A site where a person works."""

    __tablename__ = "person_sites"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True, index=True)


class InterpreterRow(Base):
    """What an interpreter speaks, and in `works_at` those of her sites at which she has other work than interpreting.

    A child there is asked about her only if the child named her. An adult who chooses readers enters both: never the
    interpreter herself, nor a coordinator. `seal` is a MAC over them.
    """

    __tablename__ = "interpreters"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    works_at: Mapped[list[int]] = mapped_column(JSON)
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class FormerNameRow(Base):
    """A former name of a person, and the adult who agreed to the change; `seal` is a MAC over it."""

    __tablename__ = "former_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    until: Mapped[date]
    agreed_by: Mapped[int] = mapped_column("with_id", ForeignKey("people.id"))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class InvitationRow(Base):
    """A one-time link, stored by its hash. With `person_id` it is for a person who lost the password.

    `seal` is a MAC over everything that decides what account the link gives.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(30))
    site_ids: Mapped[list[int]] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mail: Mapped[bytes | None] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(Utc)
    used_on: Mapped[date | None]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class KeyComparisonRow(Base):
    """A key holder compared a newcomer's key pictures face to face; `seal` is a MAC over it."""

    __tablename__ = "key_comparisons"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_version: Mapped[int]
    day: Mapped[date]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class AgreementRequestRow(Base):
    """A request from one adult to a second; its content is encrypted in `body`, bound to `mark` and to who asks whom.

    `mark` is random. `state` is `waits`, `agreed` or `refused`; a request that nobody answered before `until` is void.
    """

    __tablename__ = "agreement_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked_of: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    until: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(10), default="waits")
    body: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryCodeRow(Base):
    """A one-time recovery code for a person who lost the telephone, hashed with the pepper; deleted once used."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class WrongAttemptRow(Base):
    """A counter around signing in, which every process sees; `sign_in.password_attempts` reads and writes it.

    `counted_hash` is an HMAC under the pepper of what is counted, `since` the first moment of its hour or day.

    Two kinds of row count wrong passwords. An attempt counts before it is checked, until its password turns out right:

    - for a handle from one network, browser or command line, by the hour;
    - for a handle from anywhere, by the day.

    Four kinds only note that something has happened; their count never passes 1:

    - a handle that is slowed down used its one attempt in these ten seconds (which are in the hash), by the day;
    - a failure under a name of the log was logged in this hour: later ones are not;
    - a person was warned of an attack on this day;
    - the challenge of a passkey was answered.

    A row is deleted two days after its hour or day began.
    """

    __tablename__ = "wrong_tries"

    counted_hash: Mapped[bytes] = mapped_column("handle_hash", LargeBinary(32), primary_key=True)
    since: Mapped[datetime] = mapped_column("hour", Utc, primary_key=True)
    tries: Mapped[int]
