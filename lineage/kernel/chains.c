/* Stretches of two articles compared word by word. Twins: lineage/overlap/chains.py and passages.py. */
#include "words.h"

enum { MARGIN = 24, STEP = 10, LEAST_PIECE = 5, SHINGLE = 5 }; /* as in chains.py */

/* How many words from `at` on, in the direction `step`, belong to a stretch: up to the highest sum of +1 for equal and
 * -1 for different words, `MARGIN` words at a time. */
static int64_t reach(const uint64_t *words, int64_t at, int64_t shift, int64_t room, int64_t step) {
    int64_t reached = 0;
    while (reached < room) {
        int64_t left = room - reached, sum = 0, most = 0, gained = 0;
        for (int64_t k = 0; k < (left < MARGIN ? left : MARGIN); k++) {
            int64_t place = at + step * (reached + k);
            sum += words[place] == words[place - shift] ? 1 : -1;
            if (sum > most) most = sum, gained = k + 1;
        }
        reached += gained;
        if (gained <= MARGIN - STEP || gained >= left) break;
    }
    return reached;
}

static int64_t least_of(int64_t one, int64_t other) { return one < other ? one : other; }

/* Segments, sorted, grown at both ends; those that then meet are one. `first`, `last` and `shift` are of articles and
 * become those of the stock, in which word k of article i is at `base[i] + k`, from `lows[i]` to `highs[i]`. A segment
 * of two articles grows by as many words as `reaches` says of both. Returns how many are left, in place. */
int64_t lineage_grow(const uint64_t *words, const int64_t *base, const int64_t *lows, const int64_t *highs,
                     const int64_t *reaches, int64_t count, int64_t *left, int64_t *right, int64_t *shift, int64_t *first, int64_t *last) {
    int64_t kept = 0, before = 0; /* before: where the segment before ends */
    for (int64_t i = 0; i < count; i++) {
        int64_t one = left[i], other = right[i], own = shift[i], begin = base[one];
        int64_t low = begin - least_of(-lows[one], -lows[other] - own);
        int64_t high = begin + least_of(highs[one], highs[other] + own), most = least_of(reaches[one], reaches[other]);
        int64_t from = first[i] + begin, to = least_of(last[i] + begin + SHINGLE, high);
        own += begin - base[other];
        to += reach(words, to, own, least_of(high - to, most), 1);
        from -= reach(words, from - 1, own, least_of(from - low, most), -1);
        int64_t k = kept - 1;
        if (kept && left[k] == one && right[k] == other && shift[k] == own && from <= before) {
            if (from < first[k]) first[k] = from;
            if (to > last[k]) last[k] = to;
        } else {
            left[kept] = one, right[kept] = other, shift[kept] = own, first[kept] = from, last[kept++] = to;
        }
        before = to;
    }
    return kept;
}

/* Equal words in a row on each diagonal, without one or two that are far from others; parts of it that no gap above
 * `STEP` parts are numbered, and kept with `LEAST_PIECE` equal words. Run k: `a[k]`, `length[k]`, on diagonal
 * `owner[k]`, of part `part[k]`; there is room for half of all words and one more for each diagonal. Returns their number. */
int64_t lineage_pieces(const uint64_t *words, const int64_t *shift, const int64_t *first, const int64_t *last,
                       int64_t count, int64_t *owner, int64_t *a, int64_t *length, int64_t *part) {
    int64_t found = 0, parts = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t begin = found, end = found, kept = found, before = 0; /* before: where the run before ends */
        for (int64_t at = first[i]; at < last[i]; at++) {
            if (words[at] != words[at - shift[i]]) continue;
            int64_t from = at;
            while (at < last[i] && words[at] == words[at - shift[i]]) at++;
            a[end] = from, length[end++] = at - from;
        }
        for (int64_t k = begin; k < end; k++) { /* what is kept moves down, and what is looked at is above it */
            int64_t stop = a[k] + length[k];
            int near = (k > begin && a[k] - before < 3) || (k + 1 < end && a[k + 1] - stop < 3);
            before = stop;
            if (length[k] >= 3 || near) a[kept] = a[k], length[kept++] = length[k];
        }
        for (int64_t k = begin, next; k < kept; k = next, parts++) {
            int64_t sum = length[k];
            for (next = k + 1; next < kept && a[next] - (a[next - 1] + length[next - 1]) <= STEP; next++)
                sum += length[next];
            for (int64_t m = k; sum >= LEAST_PIECE && m < next; m++)
                owner[found] = i, a[found] = a[m], length[found] = length[m], part[found++] = parts;
        }
    }
    return found;
}

/* ---- every word once ------------------------------------------------------------------------------------------ */

typedef struct {
    int64_t *a, *b, *length, *chain;
    int64_t count;
} Pieces;

/* Appends the parts of a run of which neither side is taken; returns their words. */
static int64_t untaken(int64_t a, int64_t b, int64_t length, int64_t chain, const uint8_t *taken_a,
                       const uint8_t *taken_b, Pieces *out) {
    int64_t words = 0;
    for (int64_t k = 0; k < length; k++) {
        int64_t from = k;
        while (k < length && !taken_a[a + k] && !taken_b[b + k]) k++;
        if (k == from) continue;
        out->a[out->count] = a + from, out->b[out->count] = b + from;
        out->length[out->count] = k - from, out->chain[out->count++] = chain;
        words += k - from;
    }
    return words;
}

/* Of the runs of one pair, sorted by chain, those words that no longer chain has: `a` and `b` count from where the two
 * articles begin, `taken_a` and `taken_b` hold zeros for their words. `order` has room for the chains' first runs and
 * as many sums. Returns how many pieces come out; there is room for as many as equal words. */
static int64_t claim(const int64_t *a, const int64_t *b, const int64_t *length, const int64_t *chain, int64_t count,
                     int64_t least_words, uint8_t *taken_a, uint8_t *taken_b, int64_t *order, Pieces *out) {
    int64_t chains = 0, *sums = order + count;
    for (int64_t k = 0, next; k < count; k = next) { /* the longest first; of equal ones, as they come */
        int64_t sum = 0, place = chains++;
        for (next = k; next < count && chain[next] == chain[k]; next++) sum += length[next];
        for (; place > 0 && sums[place - 1] < sum; place--)
            order[place] = order[place - 1], sums[place] = sums[place - 1];
        order[place] = k, sums[place] = sum;
    }
    for (int64_t m = 0; m < chains; m++) {
        int64_t before = out->count, words = 0, own = chain[order[m]];
        for (int64_t k = order[m]; k < count && chain[k] == own; k++)
            words += untaken(a[k], b[k], length[k], own, taken_a, taken_b, out);
        if (words < least_words) out->count = before;
        for (int64_t k = before; k < out->count; k++) {
            memset(taken_a + out->a[k], 1, out->length[k]);
            memset(taken_b + out->b[k], 1, out->length[k]);
        }
    }
    return out->count;
}

/* The same for several pairs: pair i has the runs `bounds[i]:bounds[i + 1]`, `sizes[2 * i]` and `sizes[2 * i + 1]` words.
 * `taken` holds as many bytes as two articles have words; `found[i]` pieces of pair i come out. */
void lineage_claim(const int64_t *bounds, int64_t pairs, const int64_t *sizes, const int64_t *a, const int64_t *b,
                   const int64_t *length, const int64_t *chain, int64_t least_words, uint8_t *taken, int64_t *order,
                   int64_t *out_a, int64_t *out_b, int64_t *out_length, int64_t *out_chain, int64_t *found) {
    Pieces out = {out_a, out_b, out_length, out_chain, 0};
    for (int64_t i = 0; i < pairs; i++) {
        int64_t low = bounds[i], before = out.count;
        memset(taken, 0, sizes[2 * i] + sizes[2 * i + 1]);
        found[i] = claim(a + low, b + low, length + low, chain + low, bounds[i + 1] - low, least_words, taken,
                         taken + sizes[2 * i], order, &out) - before;
    }
}

/* How many of the words of each run are marked on both sides. */
void lineage_both(const uint8_t *marked, const int64_t *a, const int64_t *b, const int64_t *length, int64_t count,
                  int64_t *both) {
    for (int64_t k = 0; k < count; k++) {
        both[k] = 0;
        for (int64_t m = 0; m < length[k]; m++) both[k] += marked[a[k] + m] & marked[b[k] + m];
    }
}
