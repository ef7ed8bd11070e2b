-- +goose Up

-- All tables that have a process and a room lead with them, so that a process can be moved as one range of keys.
-- Identifiers are TEXT compared as bytes (BINARY); nothing here reads their characters.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE process (
    process TEXT NOT NULL PRIMARY KEY,
    title   TEXT NOT NULL,
    lobby   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE room (
    process    TEXT    NOT NULL REFERENCES process,
    room       TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    members    BLOB    NOT NULL, -- each name: its length as a uvarint, then its bytes
    checkpoint BLOB    NOT NULL,
    PRIMARY KEY (process, room)
) STRICT, WITHOUT ROWID;

-- A segment is a run of entries that one commit added to one room; segment.go has the form of data.
--
-- It must stay a rowid table whose rows are added at the end and never change their size or go away. Then SQLite
-- never moves a row from page to page, and blanking the bytes in place is enough to erase them. In a table that is
-- clustered by room the balancing of pages leaves copies of whole rows in unused space, which secure_delete misses.
CREATE TABLE segment (
    process TEXT    NOT NULL,
    room    TEXT    NOT NULL,
    first   INTEGER NOT NULL, -- index of its first entry
    data    BLOB    NOT NULL,
    number  INTEGER PRIMARY KEY,
    UNIQUE (process, room, first),
    FOREIGN KEY (process, room) REFERENCES room
) STRICT;

CREATE TABLE mark (
    process TEXT    NOT NULL,
    room    TEXT    NOT NULL,
    seat    TEXT    NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (process, seat, room)
) STRICT, WITHOUT ROWID;

-- +goose Down

DROP TABLE mark;
DROP TABLE segment;
DROP TABLE room;
DROP TABLE process;
DROP TABLE setting;
