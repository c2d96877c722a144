/* Pieces of diagonals linked to chains. Twin: lineage/overlap/chains.py. */
#include "words.h"

enum { GAP = 12, DRIFT = 6, BACK = 4 }; /* as in chains.py: JOIN_GAP, JOIN_DRIFT, JOIN_BACK */

typedef struct {
    int64_t a, b, length;
} Run;

/* Equal runs of one pair on one diagonal, `first` to `stop`, and where they begin and end. */
typedef struct {
    int64_t a, b, a_end, b_end, first, stop;
} Piece;

/* What makes a passage. */
typedef struct {
    const int64_t *alone; /* words that are one character of a script without spaces, ascending */
    int64_t alones;
    double less, least_words, least_identity; /* less: by what such a word counts less than another */
} Rule;

typedef struct {
    int64_t *left, *right, *a, *b, *length, *chain;
    int64_t count, chains;
} Chains;

static int64_t max_of(int64_t one, int64_t other) { return one > other ? one : other; }
static int64_t min_of(int64_t one, int64_t other) { return one < other ? one : other; }

/* ---- equal words between two diagonals ------------------------------------------------------------------------- */

/* Appends the equal words of two short stretches, `n` and `m` words, in a longest common subsequence: that which
 * rapidfuzz's LCSseq chooses. Returns their number of runs. */
static int64_t common(const uint64_t *words, int64_t a, int64_t n, int64_t b, int64_t m, Run *to) {
    uint8_t longest[GAP + 1][GAP + 1] = {{0}}; /* [j][i]: of the first i and j words between the common ends */
    int64_t ahead = 0, runs = 0;
    while (ahead < n && ahead < m && words[a + ahead] == words[b + ahead]) ahead++;
    a += ahead, b += ahead, n -= ahead, m -= ahead;
    int64_t behind = 0;
    while (behind < n && behind < m && words[a + n - 1 - behind] == words[b + m - 1 - behind]) behind++;
    n -= behind, m -= behind;
    for (int64_t j = 1; j <= m; j++) {
        for (int64_t i = 1; i <= n; i++) {
            uint8_t above = longest[j - 1][i], before = longest[j][i - 1];
            longest[j][i] = words[a + i - 1] == words[b + j - 1] ? longest[j - 1][i - 1] + 1
                                                                 : above > before ? above : before;
        }
    }
    int8_t partner[GAP + 1];
    memset(partner, -1, sizeof partner);
    for (int64_t i = n, j = m; i && j;) {
        if (longest[j][i] == longest[j][i - 1])
            i--;
        else if (--j == 0 || longest[j][i] == longest[j][i - 1])
            i--, partner[i] = (int8_t)j;
    }
    if (ahead) to[runs++] = (Run){a - ahead, b - ahead, ahead};
    for (int64_t i = 0; i < n; i++) {
        if (partner[i] < 0) continue;
        Run *last = to + runs - 1;
        if (runs && last->a + last->length == a + i && last->b + last->length == b + partner[i])
            last->length++;
        else
            to[runs++] = (Run){a + i, b + partner[i], 1};
    }
    if (behind) {
        Run *last = to + runs - 1;
        if (runs && last->a + last->length == a + n && last->b + last->length == b + m)
            last->length += behind;
        else
            to[runs++] = (Run){a + n, b + m, behind};
    }
    return runs;
}

/* Appends a run to a chain, and before it the equal words between it and the last one if that is on another diagonal.
 * Returns how many runs the chain has then. */
static int64_t follow(const uint64_t *words, Run *chain, int64_t count, Run next) {
    if (count) {
        int64_t a = chain[count - 1].a + chain[count - 1].length, b = chain[count - 1].b + chain[count - 1].length;
        int64_t n = next.a - a, m = next.b - b;
        if (n > 0 && m > 0 && n != m) count += common(words, a, n, b, m, chain + count);
    }
    chain[count++] = next;
    return count;
}

/* ---- what is close enough -------------------------------------------------------------------------------------- */

static int64_t alones_before(const Rule *rule, int64_t word) {
    int64_t low = 0, high = rule->alones;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        if (rule->alone[middle] < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether runs hold enough words. Tells in *equal how many words are equal. */
static int is_long(const Run *runs, int64_t count, const Rule *rule, int64_t *equal) {
    int64_t alone = 0;
    *equal = 0;
    for (int64_t k = 0; k < count; k++) {
        *equal += runs[k].length;
        if (rule->alones) alone += alones_before(rule, runs[k].a + runs[k].length) - alones_before(rule, runs[k].a);
    }
    return (double)*equal - rule->less * (double)alone >= rule->least_words;
}

static void emit(const Run *runs, int64_t count, int64_t left, int64_t right, Chains *to) {
    for (int64_t k = 0; k < count; k++) {
        int64_t at = to->count++;
        to->left[at] = left, to->right[at] = right, to->chain[at] = to->chains;
        to->a[at] = runs[k].a, to->b[at] = runs[k].b, to->length[at] = runs[k].length;
    }
    to->chains++;
}

/* A stretch of a chain, runs `first` to `last`, and the sum of all before it and with it. */
typedef struct {
    double before, with;
    int64_t first, last;
} Stretch;

/* The stretches of a chain with the highest sums (Ruzzo and Tompa 1999): +1 for a word that is equal, and for one that
 * is not so much less that a sum of 0 is the least identity. Returns their number. */
static int64_t stretches(const Run *runs, int64_t count, double least_identity, Stretch *to) {
    const double cost = least_identity / (1 - least_identity);
    double sum = 0;
    int64_t found = 0;
    for (int64_t k = 0; k < count; k++) {
        const Run *own = runs + k, *last = own - 1;
        if (k) sum -= cost * (double)max_of(own->a - last->a - last->length, own->b - last->b - last->length);
        Stretch next = {sum, sum + (double)own->length, k, k};
        sum = next.with;
        for (;;) {
            int64_t j = found - 1;
            while (j >= 0 && to[j].before >= next.before) j--;
            if (j < 0 || to[j].with >= next.with) break;
            next.before = to[j].before, next.first = to[j].first, found = j;
        }
        to[found++] = next;
    }
    return found;
}

/* A chain that is close enough, or the stretches of it that are. */
static void accept(const Run *runs, int64_t count, int64_t left, int64_t right, const Rule *rule, Stretch *room,
                   Chains *to) {
    const Run *last = runs + count - 1;
    int64_t equal, some = is_long(runs, count, rule, &equal);
    if (!some) return;
    int64_t longer = max_of(last->a + last->length - runs->a, last->b + last->length - runs->b);
    if ((double)equal >= rule->least_identity * (double)longer) {
        emit(runs, count, left, right, to);
        return;
    }
    for (int64_t k = 0, found = stretches(runs, count, rule->least_identity, room); k < found; k++) {
        const Run *own = runs + room[k].first;
        int64_t size = room[k].last - room[k].first + 1;
        if (is_long(own, size, rule, &equal)) emit(own, size, left, right, to);
    }
}

/* ---- chains ---------------------------------------------------------------------------------------------------- */

/* Puts pieces in order by where they begin in a, then in b, and then as they are: their numbers to `order`; `keys` has
 * room for twice as many. */
static void order_pieces(const Piece *pieces, int64_t count, uint64_t *keys, int64_t *order) {
    for (int64_t k = 0; k < count; k++) keys[k] = (uint64_t)pieces[k].b << 32 | (uint64_t)k;
    merge_sort(keys, count, keys + count);
    for (int64_t k = 0; k < count; k++) order[k] = (uint32_t)keys[k];
    for (int64_t k = 0; k < count; k++) keys[k] = (uint64_t)pieces[order[k]].a << 32 | (uint64_t)k;
    merge_sort(keys, count, keys + count);
    for (int64_t k = 0; k < count; k++) keys[count + k] = (uint64_t)order[(uint32_t)keys[k]];
    for (int64_t k = 0; k < count; k++) order[k] = (int64_t)keys[count + k];
}

/* By how many words a piece overlaps the one before it in one chain, or -1 if it belongs to another. */
static int64_t overlap_of(const Piece *before, const Piece *after, int64_t length) {
    int64_t gap_a = after->a - before->a_end, gap_b = after->b - before->b_end, drift = gap_a - gap_b;
    int64_t back = max_of(0, -min_of(gap_a, gap_b));
    int joined = back <= BACK && max_of(gap_a, gap_b) <= GAP && drift <= DRIFT && drift >= -DRIFT && back < length;
    return joined ? back : -1;
}

/* Chains of the pieces of several pairs: equal runs (left, right, a, b, length), those of one pair and in it of one
 * `piece` together. `pieces`, `order`, `room` have room for as many as there are runs, `keys` for twice as many; `chain` and the
 * columns that come out for GAP times as many. Returns how many runs come out. */
int64_t lineage_link(const uint64_t *words, const int64_t *left, const int64_t *right, const int64_t *a, const int64_t *b,
                     const int64_t *length, const int64_t *piece, int64_t count, const int64_t *alone, int64_t alones,
                     double less, double least_words, double least_identity, Piece *pieces, uint64_t *keys,
                     int64_t *order, Run *chain, Stretch *room, int64_t *to_left, int64_t *to_right, int64_t *to_a, int64_t *to_b,
                     int64_t *to_length, int64_t *to_chain) {
    const Rule rule = {alone, alones, less, least_words, least_identity};
    Chains found = {to_left, to_right, to_a, to_b, to_length, to_chain, 0, 0};
    for (int64_t i = 0, next; i < count; i = next) {
        int64_t own = 0, runs = 0;
        for (next = i; next < count && left[next] == left[i] && right[next] == right[i]; next++) {
            int64_t a_end = a[next] + length[next], b_end = b[next] + length[next];
            if (next > i && piece[next] == piece[next - 1])
                pieces[own - 1].a_end = a_end, pieces[own - 1].b_end = b_end, pieces[own - 1].stop = next + 1;
            else
                pieces[own++] = (Piece){a[next], b[next], a_end, b_end, next, next + 1};
        }
        order_pieces(pieces, own, keys, order);
        for (int64_t k = 0; k < own; k++) {
            const Piece *at = pieces + order[k];
            int64_t back = k ? overlap_of(pieces + order[k - 1], at, length[at->first]) : -1;
            if (back < 0) {
                if (runs) accept(chain, runs, left[i], right[i], &rule, room, &found);
                runs = back = 0;
            }
            for (int64_t m = at->first; m < at->stop; m++, back = 0)
                runs = follow(words, chain, runs, (Run){a[m] + back, b[m] + back, length[m] - back});
        }
        accept(chain, runs, left[i], right[i], &rule, room, &found);
    }
    return found.count;
}
