-- The catalogue of an archive. `sum` is a checksum of the row's other columns. Articles are numbered in the order in
-- which they came; no result depends on these numbers.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;

-- How many rows each table has, and their checksums, each bit summed by itself: a row that is lost is noticed.
CREATE TABLE totals (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, sums INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE runs (
    run INTEGER PRIMARY KEY, version TEXT NOT NULL, began TEXT NOT NULL, ended TEXT, input TEXT NOT NULL,
    added INTEGER NOT NULL, known INTEGER NOT NULL, versions INTEGER NOT NULL
);

CREATE TABLE skipped (
    run INTEGER NOT NULL, file TEXT NOT NULL, line INTEGER, record TEXT, kind TEXT NOT NULL,
    reason TEXT NOT NULL, sum INTEGER NOT NULL
);

CREATE TABLE articles (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, id TEXT NOT NULL, digest BLOB NOT NULL, outlet TEXT, published TEXT,
    title TEXT, url TEXT, author TEXT, language TEXT, guessed TEXT NOT NULL, extra TEXT NOT NULL, words INTEGER NOT NULL,
    run INTEGER NOT NULL, sum INTEGER NOT NULL
);
CREATE INDEX articles_by_id ON articles (id);
CREATE UNIQUE INDEX articles_by_name ON articles (name);

CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL);

CREATE TABLE segments (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL, postings INTEGER NOT NULL, widest INTEGER NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE batches (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, outlets BLOB NOT NULL, prints BLOB NOT NULL, ranks BLOB NOT NULL,
    minutes BLOB NOT NULL, sum INTEGER NOT NULL
);

CREATE TABLE signatures (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, "values" BLOB NOT NULL, sum INTEGER NOT NULL
);

CREATE TABLE outlets (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sum INTEGER NOT NULL);

CREATE TABLE marked (key INTEGER PRIMARY KEY, mark INTEGER NOT NULL, first INTEGER NOT NULL, sum INTEGER NOT NULL);

CREATE TABLE furniture (
    text TEXT NOT NULL, holders INTEGER NOT NULL, article INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, outlet TEXT, sum INTEGER NOT NULL
);

CREATE TABLE overlaps (
    a INTEGER NOT NULL, b INTEGER NOT NULL, narrated INTEGER NOT NULL, quoted INTEGER NOT NULL, a_in_b REAL NOT NULL,
    b_in_a REAL NOT NULL, kind TEXT NOT NULL, passages TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX overlaps_by_b ON overlaps (b);

-- The near copies of others, which were compared with these only.
CREATE TABLE copies (article INTEGER PRIMARY KEY);

-- Whose pairs are to be found anew, and whose stories are to be looked at.
CREATE TABLE again (article INTEGER PRIMARY KEY);
CREATE TABLE dirty (article INTEGER PRIMARY KEY);

CREATE TABLE members (article INTEGER PRIMARY KEY, story INTEGER NOT NULL, class TEXT, sum INTEGER NOT NULL);
CREATE INDEX members_by_story ON members (story);

-- The articles whose lineage was told: whom they credit (an outlet that is absent, one that is here, both), and by which
-- base rate of sources that are not here, in nats.
CREATE TABLE told (article INTEGER PRIMARY KEY, names TEXT, wires REAL NOT NULL, sum INTEGER NOT NULL);

CREATE TABLE stories (
    story INTEGER PRIMARY KEY, title TEXT NOT NULL, articles INTEGER NOT NULL, outlets INTEGER NOT NULL, first TEXT, last TEXT,
    origins INTEGER NOT NULL, origins_low INTEGER NOT NULL, origins_high INTEGER NOT NULL, inferred INTEGER NOT NULL,
    sum INTEGER NOT NULL
);

CREATE TABLE derivations (
    story INTEGER NOT NULL, child INTEGER NOT NULL, parent INTEGER NOT NULL, kind TEXT NOT NULL,
    probability REAL NOT NULL, copied REAL NOT NULL, credited INTEGER NOT NULL, words INTEGER NOT NULL,
    reasons TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (story, child, parent)
) WITHOUT ROWID;
CREATE INDEX derivations_by_child ON derivations (child);
CREATE INDEX derivations_by_parent ON derivations (parent);

CREATE TABLE sources (
    story INTEGER NOT NULL, source TEXT NOT NULL, child INTEGER NOT NULL, name TEXT, kind TEXT NOT NULL,
    probability REAL NOT NULL, credited INTEGER NOT NULL, reasons TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (story, source, child)
) WITHOUT ROWID;

CREATE TABLE questions (
    story INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, a_from_b REAL NOT NULL, b_from_a REAL NOT NULL,
    sum INTEGER NOT NULL, PRIMARY KEY (story, a, b)
) WITHOUT ROWID;

-- For people who look into the catalogue with a program for tables.

CREATE VIEW shared_passages AS
SELECT x.name AS a, y.name AS b, value ->> 0 AS a_start, value ->> 1 AS a_end, value ->> 2 AS b_start,
    value ->> 3 AS b_end, value ->> 4 AS words, value ->> 5 AS identity, value ->> 6 AS quoted, value ->> 7 AS grade
FROM overlaps JOIN articles AS x ON x.number = a JOIN articles AS y ON y.number = b, json_each(passages);

CREATE VIEW who_took_from_whom AS
SELECT s.name AS story, y.outlet AS child_outlet, y.published AS child_published, y.name AS child,
    x.outlet AS parent_outlet, x.published AS parent_published, x.name AS parent, kind, probability, copied, credited,
    d.words
FROM derivations AS d JOIN articles AS x ON x.number = parent JOIN articles AS y ON y.number = child
JOIN articles AS s ON s.number = story;

CREATE VIEW unseen_sources AS
SELECT s.name AS story, source, sources.name, kind, a.outlet, a.name AS child, probability, credited
FROM sources JOIN articles AS a ON a.number = child JOIN articles AS s ON s.number = story;

CREATE VIEW largest_stories AS
SELECT a.name AS story, stories.title, articles, outlets, first, last, origins, origins_low, origins_high
FROM stories JOIN articles AS a ON a.number = story ORDER BY articles DESC, a.name;

CREATE VIEW given_and_guessed AS
SELECT articles.name, value AS field FROM articles, json_each(guessed);
