-- +goose Up

-- Times are microseconds since 1970, UTC; 0 is none. A column named hash has the SHA-256 of a secret that is kept nowhere.

CREATE TABLE account (
    id       TEXT    NOT NULL PRIMARY KEY,
    login    TEXT    NOT NULL UNIQUE,
    name     TEXT    NOT NULL,
    operator INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    password TEXT    NOT NULL, -- argon2id as a PHC string, or empty
    sealed   BLOB,             -- the secret of one-time codes, sealed with the key beside the file
    step     INTEGER NOT NULL, -- the last time step whose code was used
    handle   BLOB    NOT NULL UNIQUE -- what passkeys know the account by
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery (
    account TEXT NOT NULL REFERENCES account,
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    id         BLOB    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL REFERENCES account,
    name       TEXT    NOT NULL,
    public     BLOB    NOT NULL, -- the public key, COSE
    flags      INTEGER NOT NULL,
    aaguid     BLOB    NOT NULL,
    counter    INTEGER NOT NULL,
    transports TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    used       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_account ON passkey (account);

CREATE TABLE external (
    issuer   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    account  TEXT    NOT NULL REFERENCES account,
    provider TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    created  INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_account ON external (account);

CREATE TABLE holding (
    process TEXT    NOT NULL,
    seat    TEXT    NOT NULL,
    tenure  TEXT    NOT NULL,
    account TEXT    NOT NULL REFERENCES account,
    created INTEGER NOT NULL,
    PRIMARY KEY (process, seat, tenure)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_account ON holding (account);

CREATE TABLE session (
    hash    BLOB    NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    account TEXT    NOT NULL REFERENCES account,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    proved  INTEGER NOT NULL,
    agent   TEXT    NOT NULL,
    process TEXT    NOT NULL,
    seat    TEXT    NOT NULL,
    tenure  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);
CREATE INDEX session_seat ON session (process, seat);

CREATE TABLE invitation (
    hash      BLOB    NOT NULL PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    process   TEXT    NOT NULL,
    seat      TEXT    NOT NULL,
    tenure    TEXT    NOT NULL,
    operator  INTEGER NOT NULL,
    inviter   TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    used      INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_seat ON invitation (process, seat);

CREATE TABLE token (
    hash    BLOB    NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    account TEXT    NOT NULL REFERENCES account,
    name    TEXT    NOT NULL,
    process TEXT    NOT NULL,
    seat    TEXT    NOT NULL,
    tenure  TEXT    NOT NULL,
    writes  INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    revoked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_account ON token (account);
CREATE INDEX token_seat ON token (process, seat);

-- +goose Down

DROP TABLE token;
DROP TABLE invitation;
DROP TABLE session;
DROP TABLE holding;
DROP TABLE external;
DROP TABLE passkey;
DROP TABLE recovery;
DROP TABLE account;
