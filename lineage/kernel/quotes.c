/* Quotations in C: the twin of lineage/text/quotes.py, step for step. What a step is for is said there. */
#include "quotes.h"

enum { IS_BLANK = 16, LOWER = 32, DIGIT = 64, ALNUM = 128 }; /* bits of `kinds`, as in unicode.py */
enum { LONGEST = 2000, LOST = 1000, LONGEST_SINGLE = 1000, LEAST_SINGLE_WORDS = 3 };
enum { TICKS = 0x60, STROKES = 0x27 }; /* the marks `` and '' among the double ones, by their first character */

typedef struct {
    int32_t *starts, *ends;
    int64_t count;
} Spans;

typedef struct {
    uint32_t mark; /* 0: no quotation is open */
    int64_t start, since;
} Open;

/* Sets of characters, ended by 0. */
static const uint32_t
    BEFORE[] = {'(', '[', '{', '<', 0x2014, 0x2013, '-', ':', '/', '|', 0x2026, 0xBF, 0xA1, 0x2018, '\'', 0x201A, 0x201C,
                0x201E, 0xAB, 0xBB, 0x2039, 0x203A, '"', 0x300C, 0x300E, 0xFF0C, 0x3002, 0xFF1A, 0x3001, 0xFF1B, 0xFF01,
                0xFF1F, 0},
    STOPS[] = {'.', ',', ';', ':', '!', '?', ')', ']', '}', 0x2026, 0x2014, 0x2013, '-', 0x3002, 0xFF0C, 0x3001, 0xFF1B,
               0xFF1A, 0xFF01, 0xFF1F, 0xFF09, 0x964, 0x61F, 0x60C, 0x61B, '\'', 0x2019, 0x201D, 0x201C, 0xBB, 0xAB, '"', 0},
    ENDINGS[] = {'.', '!', '?', 0x3002, 0xFF01, 0xFF1F, 0x61F, 0x964, 0}, BEGINNINGS[] = {'.', 0x2026, '\'', 0x2019, '-',
                0x201C, 0x201E, 0xAB, 0},
    DIRECTED[] = {0x201E, 0x201F, 0x300C, 0x300E, 0x301D, TICKS, 0}, LEANING[] = {0x201C, 0xAB, 0x2039, 0},
    SURE[] = {0x300D, 0x300F, 0x203A, 0x2039, 0x301E, 0x301F, 0}, CASUAL[] = {'"', 0xFF02, 0x201D, 0xBB, 0x203A, 0},
    INSIDE[] = {0x201C, '"', 0x201E, 0xAB, 0x2026, 0}, BEFORE_SINGLE[] = {'(', '[', 0x2014, 0x2013, 0x201C, '"', 0x201E, 0},
    LINE_ENDS[] = {'\n', '\r', 0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029, 0};

/* What may close a quotation, after the mark that opened it. */
static const uint32_t CLOSERS[][5] = {
    {0x201C, 0x201D, 0x201C, '"'}, {0x201E, 0x201C, 0x201D, '"'}, {0x201F, 0x201D}, {0x201D, 0x201D, 0x201C},
    {0xAB, 0xBB}, {0xBB, 0xAB, 0xBB}, {0x2039, 0x203A}, {0x203A, 0x2039}, {0x300C, 0x300D}, {0x300E, 0x300F},
    {0x301D, 0x301E, 0x301F}, {0xFF02, 0xFF02}, {'"', '"', 0x201D}, {TICKS, STROKES, '"'},
};

/* What may begin an elision, as in "'tis", without its apostrophe. */
static const char *const ELISIONS[] = {"tis", "twas", "em", "til", "till", "cause", "cos", "round", "bout", "n"};

static int has(const uint32_t *set, uint32_t code) {
    for (; *set; set++)
        if (*set == code) return 1;
    return 0;
}

static const uint32_t *closers(uint32_t mark) {
    for (size_t k = 0; k < sizeof CLOSERS / sizeof *CLOSERS; k++)
        if (CLOSERS[k][0] == mark) return CLOSERS[k] + 1;
    return NULL;
}

static int is(Text t, uint32_t code, int what) { return (t.kinds[code] & what) != 0; }
static int toggles(uint32_t mark) { return mark == '"' || mark == 0xFF02; }
static int breaks(uint32_t code) {
    return code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029 || code == 0x85;
}
static uint32_t at_or_break(Text t, int64_t at) { return at >= 0 && at < t.size ? code_at(t, at) : '\n'; }

static void add(Spans *spans, int64_t start, int64_t end) {
    spans->starts[spans->count] = (int32_t)start;
    spans->ends[spans->count++] = (int32_t)end;
}

static int touches_right(Text t, uint32_t before, uint32_t after) {
    if (!has(BEFORE, before) && !is(t, before, IS_BLANK)) return 0;
    return !is(t, after, IS_BLANK) && (!has(STOPS, after) || has(BEGINNINGS, after));
}

static int opens(Text t, uint32_t mark, uint32_t before, uint32_t after) {
    if (has(DIRECTED, mark)) return 1;
    int blank_after = is(t, after, IS_BLANK);
    if (has(LEANING, mark)) return has(BEFORE, before) || is(t, before, IS_BLANK) || !(blank_after || has(STOPS, after));
    if (!toggles(mark) || is(t, before, DIGIT)) return 0;
    if (blank_after) return is(t, before, IS_BLANK);
    return !has(STOPS, after) && !((before | 32) - 'a' < 26);
}

/* Whether a measure in feet and inches ends before `at`: 5'11. */
static int is_feet(Text t, int64_t at) {
    int64_t k = at - 1;
    if (k < 0 || !is(t, code_at(t, k), DIGIT)) return 0;
    if (k > 0 && is(t, code_at(t, k - 1), DIGIT)) k--;
    if (--k >= 0 && code_at(t, k) == ' ') k--;
    if (k < 0 || (code_at(t, k) != '\'' && code_at(t, k) != 0x2032 && code_at(t, k) != 0x2019)) return 0;
    if (--k >= 0 && code_at(t, k) == ' ') k--;
    return k >= 0 && is(t, code_at(t, k), DIGIT);
}

static int closes(Text t, uint32_t opened, uint32_t mark, int64_t at, uint32_t before, uint32_t after) {
    if (!has(closers(opened), mark)) return 0;
    if (has(SURE, mark) || (opened == 0xAB && mark == 0xBB)) return 1;
    if (mark == 0x201D && (opened == 0x201C || opened == 0x201E)) return 1;
    if (opened == 0x201C && mark == 0x201C) return !is(t, before, IS_BLANK) && (is(t, after, IS_BLANK) || has(STOPS, after));
    if (mark == '"' && is(t, before, DIGIT) && is_feet(t, at)) return 0;
    return !touches_right(t, before, after);
}

/* `end` without the blanks before it, not before `start`. */
static int64_t trimmed(Text t, int64_t start, int64_t end) {
    while (end > start && is(t, code_at(t, end - 1), IS_BLANK)) end--;
    return end;
}

static int64_t sentence_end(Text t, int64_t start, int64_t limit) {
    for (int64_t k = start; k < limit; k++) {
        if (!has(ENDINGS, code_at(t, k))) continue;
        while (k < limit && has(ENDINGS, code_at(t, k))) k++;
        if (k < limit && is(t, code_at(t, k), IS_BLANK)) return trimmed(t, start, k);
    }
    return trimmed(t, start, limit);
}

/* Lines of the blanks from `start` to `end`, as Python's splitlines counts. */
static int64_t lines(Text t, int64_t start, int64_t end) {
    int64_t count = 0, open = 0;
    for (int64_t k = start; k < end; k++) {
        open = !has(LINE_ENDS, code_at(t, k));
        if (!open && !(code_at(t, k) == '\n' && k > start && code_at(t, k - 1) == '\r')) count++;
    }
    return count + open;
}

/* Whether a mark of the double ones stands here, and how many characters it has. */
static int stands(Text t, int64_t at, uint32_t mark) {
    if (at >= t.size || code_at(t, at) != mark) return 0;
    if (mark != TICKS && mark != STROKES) return 1;
    return at + 1 < t.size && code_at(t, at + 1) == mark ? 2 : 0;
}

/* What becomes of an unclosed quotation where a line ends. Returns from where to read on. */
static int64_t at_break(Text t, Open *open, int64_t at, Spans *spans) {
    int64_t next = at, length;
    while (next < t.size && is(t, code_at(t, next), IS_BLANK)) next++;
    if (next < t.size) {
        if (is(t, code_at(t, next), LOWER) && lines(t, at, next) < 2) return next;
        if ((length = stands(t, next, open->mark)) && next - open->since <= LONGEST) {
            open->since = next;
            return next + length;
        }
    }
    if (!has(CASUAL, open->mark)) {
        int64_t limit = at - open->since <= LOST ? at : sentence_end(t, open->since, at);
        add(spans, open->start, trimmed(t, open->since, limit));
    } else if (open->start < open->since) {
        add(spans, open->start, trimmed(t, open->start, open->since));
    }
    open->mark = 0;
    return next;
}

static int is_double(uint32_t code) {
    return closers(code) || has(SURE, code) || code == STROKES || breaks(code);
}

static void double_marks(Text t, const int32_t *places, int64_t count, Spans *spans) {
    Open open = {0};
    int64_t resume = 0, paired = 0; /* paired: the end of the last mark of two characters */
    for (int64_t k = 0; k < count; k++) {
        int64_t at = places[k];
        uint32_t mark = code_at(t, at);
        if (!is_double(mark)) continue;
        int length = stands(t, at, mark);
        if (!length || (length == 2 && at < paired)) continue;
        if (length == 2) paired = at + 2;
        if (at < resume) continue;
        if (breaks(mark)) {
            if (open.mark) resume = at_break(t, &open, at, spans);
            continue;
        }
        uint32_t before = at_or_break(t, at - 1), after = at_or_break(t, at + length);
        int opening = touches_right(t, before, after);
        if (!open.mark) {
            if ((opening || opens(t, mark, before, after)) && closers(mark)) open = (Open){mark, at, at};
        } else if (closes(t, open.mark, mark, at, before, after)) {
            if (!toggles(mark) || at - open.since <= LONGEST) add(spans, open.start, at + length);
            open.mark = 0;
        } else if (opening && mark == open.mark) {
            if (toggles(mark)) {
                open = (Open){mark, at, at};
            } else if (at - open.since > LOST) {
                add(spans, open.start, sentence_end(t, open.since, at));
                open = (Open){mark, at, at};
            }
        }
    }
    if (open.mark) at_break(t, &open, t.size, spans);
}

/* ---- single marks ---------------------------------------------------------------------------------------------- */

static uint32_t small(uint32_t code) { /* as a pattern that ignores case sees it */
    if (code - 'A' < 26) return code | 32;
    return code == 0x130 || code == 0x131 ? 'i' : code == 0x17F ? 's' : code;
}

static int is_elision(Text t, int64_t at) {
    if (at < t.size && is(t, code_at(t, at), DIGIT)) return 1;
    for (size_t k = 0; k < sizeof ELISIONS / sizeof *ELISIONS; k++) {
        const char *word = ELISIONS[k];
        int64_t end = at;
        while (*word && end < t.size && small(code_at(t, end)) == (uint32_t)*word) word++, end++;
        if (!*word && (end == t.size || !(is(t, code_at(t, end), ALNUM) || code_at(t, end) == '_'))) return 1;
    }
    return 0;
}

static int opens_single(Text t, uint32_t mark, int64_t at) {
    uint32_t before = at_or_break(t, at - 1), after = at_or_break(t, at + 1);
    if (mark == 0x2019 || !(is(t, after, ALNUM) || has(INSIDE, after))) return 0;
    if (mark == 0x201A) return is(t, before, IS_BLANK) || has(BEFORE, before);
    return (is(t, before, IS_BLANK) || has(BEFORE_SINGLE, before)) && !is_elision(t, at + 1);
}

static int closes_single(Text t, uint32_t opened, uint32_t mark, int64_t at) {
    if (mark == 0x2018 && opened != 0x201A) return 0;
    return !is(t, at_or_break(t, at - 1), IS_BLANK) && !is(t, at_or_break(t, at + 1), ALNUM);
}

static int is_genitive(Text t, int64_t at) {
    return (code_at(t, at - 1) | 32) == 's' && at + 2 < t.size && code_at(t, at + 1) == ' ' && is(t, code_at(t, at + 2), LOWER);
}

static void keep_single(Text t, int64_t start, int64_t end, Spans *spans) {
    if (start < 0 || end <= start || end > start + LONGEST_SINGLE) return;
    int64_t words = 0;
    for (int64_t k = start; k < end; k++)
        words += !is(t, code_at(t, k), IS_BLANK) && (k == start || is(t, code_at(t, k - 1), IS_BLANK));
    if (words >= LEAST_SINGLE_WORDS) add(spans, start, end + 1);
}

static void single_marks(Text t, const int32_t *places, int64_t count, const Spans *doubles, Spans *spans) {
    int64_t start = -1, fallback = -1, passed = 0;
    uint32_t opened = 0;
    for (int64_t k = 0; k < count; k++) {
        int64_t at = places[k];
        uint32_t mark = code_at(t, at);
        int broken = breaks(mark);
        if (!broken && mark != '\'' && mark != 0x2018 && mark != 0x2019 && mark != 0x201A) continue;
        while (passed < doubles->count && doubles->ends[passed] <= at) passed++;
        if (passed < doubles->count && doubles->starts[passed] <= at) continue;
        int opening = !broken && opens_single(t, mark, at);
        if (opening || (broken && !(at + 1 < t.size && is(t, code_at(t, at + 1), LOWER)))) {
            keep_single(t, start, fallback, spans);
            start = opening ? at : -1, opened = mark, fallback = -1;
        } else if (start >= 0 && !broken && closes_single(t, opened, mark, at)) {
            if (is_genitive(t, at)) {
                fallback = at;
            } else {
                keep_single(t, start, at, spans);
                start = fallback = -1;
            }
        }
    }
    keep_single(t, start, fallback, spans);
}

/* Both kinds in order, of two that overlap the first. Returns their number. */
static int64_t merged(const Spans *doubles, const Spans *singles, int32_t *starts, int32_t *ends) {
    int64_t i = 0, k = 0, count = 0;
    while (i < doubles->count || k < singles->count) {
        int single = i == doubles->count || (k < singles->count && singles->starts[k] < doubles->starts[i]);
        const Spans *own = single ? singles : doubles;
        int64_t at = single ? k++ : i++;
        if (count && own->starts[at] < ends[count - 1]) continue;
        starts[count] = own->starts[at], ends[count++] = own->ends[at];
    }
    return count;
}

/* What is needed for a text of at most `longest` bytes: `codes` holds 16 more, `places` five times as many. */
typedef struct {
    const uint8_t *kinds;
    uint32_t *codes;
    int32_t *places;
    int64_t longest;
} Bench;

/* The quotations of a text of `size` characters of so many bytes, or, if `width` is 0, of `size` bytes of UTF-8 with 64
 * behind them; in characters. Returns their number, or -1 - page for a page of code points that the tables lack. */
static int64_t quotes_of(const void *data, int64_t size, int width, const Bench *bench, int32_t *starts, int32_t *ends) {
    int32_t *places = bench->places;
    Text t = {data, width, size, bench->kinds};
    if (!width) t = (Text){bench->codes, 4, decode(data, size, bench->codes), bench->kinds};
    int64_t count = marks_in(t, places), longest = bench->longest;
    if (count < 0) return count;
    Spans doubles = {places + longest, places + 2 * longest, 0}, singles = {places + 3 * longest, places + 4 * longest, 0};
    double_marks(t, places, count, &doubles);
    single_marks(t, places, count, &doubles, &singles);
    return merged(&doubles, &singles, starts, ends);
}

/* The quotations of some articles. Article i is `text[bounds[i]:bounds[i + 1]]`; its quotations become
 * `first[i]:first[i + 1]` of `starts` and `ends`, which have room for as many numbers as the text has bytes. Returns 0,
 * or -1 - page. */
int64_t lineage_quotes(const uint8_t *text, const int64_t *bounds, int64_t articles, const uint8_t *kinds,
                       int64_t longest, uint32_t *codes, int32_t *places, int32_t *starts, int32_t *ends,
                       int64_t *first) {
    Bench bench = {kinds, codes, places, longest};
    first[0] = 0;
    for (int64_t i = 0; i < articles; i++) {
        int64_t found = first[i], size = bounds[i + 1] - bounds[i];
        int64_t more = quotes_of(text + bounds[i], size, 0, &bench, starts + found, ends + found);
        if (more < 0) return more;
        first[i + 1] = found + more;
    }
    return 0;
}

/* Marks the words of article `which[k]`, which are `begins[base[i]:base[i] + sizes[i]]` by their first character, that
 * stand in quotations; its text is `lengths[k]` characters of `widths[k]` bytes at `data[k]`, or UTF-8 as in `quotes_of`. `starts` and
 * `ends` have room for the quotations of one article. Returns 0, or -1 - page. */
int64_t lineage_mark_quoted(const void *const *data, const int64_t *lengths, const uint8_t *widths, const int64_t *which,
                            int64_t count, const uint8_t *kinds, int64_t longest, uint32_t *codes, int32_t *places, int32_t *starts,
                            int32_t *ends, const int64_t *base, const int64_t *sizes, const int32_t *begins,
                            uint8_t *marked) {
    Bench bench = {kinds, codes, places, longest};
    for (int64_t k = 0; k < count; k++) {
        int64_t i = which[k], word = base[i], end = word + sizes[i];
        int64_t found = quotes_of(data[k], lengths[k], widths[k], &bench, starts, ends);
        if (found < 0) return found;
        memset(marked + word, 0, sizes[i]);
        for (int64_t q = 0; q < found; q++) {
            while (word < end && begins[word] < starts[q]) word++;
            for (; word < end && begins[word] < ends[q]; word++) marked[word] = 1;
        }
    }
    return 0;
}
