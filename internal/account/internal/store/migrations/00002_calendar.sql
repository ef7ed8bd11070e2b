-- +goose Up

-- A link that a calendar program fetches: the calendar of one seat, to read. One that nobody has used for a while is forgotten.
CREATE TABLE calendar (
    hash    BLOB    NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    account TEXT    NOT NULL REFERENCES account,
    process TEXT    NOT NULL,
    seat    TEXT    NOT NULL,
    tenure  TEXT    NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_account ON calendar (account);
CREATE INDEX calendar_seat ON calendar (process, seat);

-- +goose Down

DROP TABLE calendar;
