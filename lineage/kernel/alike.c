/* Sentences of two texts that are alike: the twin of `_alike` in lineage/overlap/alike.py.
 *
 * A sentence is a vector of length 1 over stems, in whole numbers of `SCALE`: sums come out alike in any order.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint64_t *stems; /* different ones, ascending */
    const double *rarity; /* of each */
    const int64_t *cell_unit, *cell_type, *cell_count; /* in sentence, stem (into `stems`), so many times; by sentence */
    const uint8_t *free; /* which sentences are looked at */
    int64_t kinds, cells, units;
} Text;

static Text text_of(const void *const *columns, const int64_t *sizes) {
    return (Text){columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], sizes[0], sizes[1], sizes[2]};
}

/* Of each stem of a text its number among those that both have, -1 for the others; how many both have. */
static int64_t match(const Text *a, const Text *b, int32_t *number_a, int32_t *number_b) {
    int64_t i = 0, j = 0;
    int32_t shared = 0;
    while (i < a->kinds && j < b->kinds) { /* without branches: which comes next cannot be foretold */
        const uint64_t own = a->stems[i], other = b->stems[j];
        number_a[i] = number_b[j] = own == other ? shared : -1;
        shared += own == other, i += own <= other, j += other <= own;
    }
    while (i < a->kinds) number_a[i++] = -1;
    while (j < b->kinds) number_b[j++] = -1;
    return shared;
}

/* The weight of each cell of the sentences that are free; `room` has place for as many numbers as there are cells. */
static void weigh(const Text *text, double scale, double *room, int64_t *weights) {
    for (int64_t low = 0, high; low < text->cells; low = high) {
        const int64_t unit = text->cell_unit[low];
        for (high = low; high < text->cells && text->cell_unit[high] == unit; high++) {}
        if (!text->free[unit]) continue;
        for (int64_t k = low; k < high; k++) {
            const double weight = (double)text->cell_count[k] * text->rarity[text->cell_type[k]];
            room[k] = weight * weight; /* kept apart from the sum, that the two be not made one operation */
        }
        double sum = 0;
        for (int64_t k = low; k < high; k++) sum += room[k];
        const double norm = sqrt(sum);
        for (int64_t k = low; k < high; k++)
            weights[k] = llrint((double)text->cell_count[k] * text->rarity[text->cell_type[k]] / norm * scale);
    }
}

/* The cells of a text's free sentences by stem: those of stem s are `opens[s]` to `opens[s + 1]`. */
typedef struct {
    int64_t *opens, *unit, *weight;
} ByStem;

static void by_stem(const Text *text, const int32_t *number, const int64_t *weights, int64_t shared, ByStem *made) {
    memset(made->opens, 0, (size_t)(shared + 2) * sizeof *made->opens);
    for (int64_t k = 0; k < text->cells; k++) {
        const int32_t own = number[text->cell_type[k]];
        if (own >= 0 && text->free[text->cell_unit[k]]) made->opens[own + 2]++;
    }
    for (int64_t s = 2; s < shared + 2; s++) made->opens[s] += made->opens[s - 1];
    for (int64_t k = 0; k < text->cells; k++) {
        const int32_t own = number[text->cell_type[k]];
        if (own < 0 || !text->free[text->cell_unit[k]]) continue;
        const int64_t at = made->opens[own + 1]++; /* once all are placed, where the next one begins */
        made->unit[at] = text->cell_unit[k];
        made->weight[at] = weights[k];
    }
}

/* Where pairs of sentences go, and for how many there is place. */
typedef struct {
    int64_t *rows, *columns;
    float *cosine;
    int64_t place;
} Found;

/* Pairs of sentences whose cosine exceeds `least`, by a and b. Returns how many there are, of which those are written
   for which there is place; -1 if there is no memory. */
static int64_t compare(const Text one, const Text other, double scale, float least, Found into) {
    const int64_t most = one.cells > other.cells ? one.cells : other.cells;
    int64_t found = -1;
    int32_t *number = malloc((size_t)(one.kinds + other.kinds + 1) * sizeof *number);
    double *room = malloc((size_t)(most + 1) * sizeof *room);
    int64_t *weights = malloc((size_t)(one.cells + 3 * other.cells + other.units + other.kinds + 2) * sizeof *weights);
    if (!number || !room || !weights) goto end;
    int64_t *weights_b = weights + one.cells, *sum = weights_b + other.cells;
    ByStem cells = {sum + other.units + 2 * other.cells, sum + other.units, sum + other.units + other.cells};
    const int64_t shared = match(&one, &other, number, number + one.kinds);
    weigh(&one, scale, room, weights);
    weigh(&other, scale, room, weights_b);
    by_stem(&other, number + one.kinds, weights_b, shared, &cells);
    found = 0;
    for (int64_t low = 0, high; low < one.cells; low = high) {
        const int64_t own = one.cell_unit[low];
        for (high = low; high < one.cells && one.cell_unit[high] == own; high++) {}
        if (!one.free[own]) continue;
        memset(sum, 0, (size_t)other.units * sizeof *sum);
        for (int64_t k = low; k < high; k++) {
            const int32_t stem = number[one.cell_type[k]];
            if (stem < 0) continue;
            for (int64_t at = cells.opens[stem]; at < cells.opens[stem + 1]; at++)
                sum[cells.unit[at]] += weights[k] * cells.weight[at];
        }
        for (int64_t k = 0; k < other.units; k++) {
            const float value = (float)((double)sum[k] / (scale * scale));
            if (value <= least) continue;
            if (found < into.place) into.rows[found] = own, into.columns[found] = k, into.cosine[found] = value;
            found++;
        }
    }
end:
    free(weights);
    free(room);
    free(number);
    return found;
}

/* `a` and `b`: columns as in `Text`; `sizes` of a and of b: stems, cells, sentences, then for how many pairs there is
   place. Returns how many pairs there are; -1 if there is no place for all, or no memory. */
int64_t lineage_alike(const void *const *a, const void *const *b, const int64_t *sizes, double scale, float least,
                      int64_t *rows, int64_t *columns, float *cosine) {
    const int64_t place = sizes[6];
    const Found into = {rows, columns, cosine, place};
    const int64_t found = compare(text_of(a, sizes), text_of(b, sizes + 3), scale, least, into);
    return found > place ? -1 : found;
}

/* How rare each stem of two texts is: what `table` has for the sentences of both that hold it. `held` are for each text
   the sentences that hold each of its stems. */
static void rate(const Text *a, const Text *b, const int64_t *const *held, const double *table, double *rare_a,
                 double *rare_b) {
    int64_t i = 0, j = 0;
    while (i < a->kinds && j < b->kinds) {
        const uint64_t own = a->stems[i], other = b->stems[j];
        rare_a[i] = table[held[0][i] + (own == other ? held[1][j] : 0)];
        rare_b[j] = table[held[1][j] + (own == other ? held[0][i] : 0)];
        i += own <= other, j += other <= own;
    }
    for (; i < a->kinds; i++) rare_a[i] = table[held[0][i]];
    for (; j < b->kinds; j++) rare_b[j] = table[held[1][j]];
}

/* The same of many pairs of texts, each pair's stems as rare as they are in the two.
 *
 * `texts` has five columns of each text: its stems, the sentences that hold each, then cells as in `Text`; `sizes` its
 * stems, cells and sentences; `pairs` the numbers of two texts; `free` the sentences of both that are looked at;
 * `tables` how rare a stem is by the sentences of both that hold it. Of pair p `counts[p]` pairs of sentences are
 * written one after another, at most `most`. Returns how many there are in all; -1 if one has more than `most`, or there
 * is no memory. If that is more than `place` there is no place for all, and nothing counts. */
int64_t lineage_alike_pairs(const void *const *texts, const int64_t *sizes, const int64_t *pairs, int64_t count,
                            const void *const *free_in, const double *const *tables, double scale, float least,
                            int64_t most, int64_t *counts, int64_t *rows, int64_t *columns, float *cosine,
                            int64_t place) {
    int64_t total = 0, widest = 0;
    for (int64_t p = 0; p < 2 * count; p++)
        if (sizes[3 * pairs[p]] > widest) widest = sizes[3 * pairs[p]];
    double *rare = malloc((size_t)(2 * widest + 1) * sizeof *rare);
    if (!rare) return -1;
    for (int64_t p = 0; p < count && total >= 0; p++) {
        Text both[2];
        const int64_t *held[2];
        for (int64_t side = 0; side < 2; side++) {
            const int64_t number = pairs[2 * p + side];
            const void *const *own = texts + 5 * number;
            const int64_t *size = sizes + 3 * number;
            held[side] = own[1];
            both[side] = (Text){own[0], rare + side * widest, own[2], own[3], own[4], free_in[2 * p + side],
                                size[0], size[1], size[2]};
        }
        rate(&both[0], &both[1], held, tables[p], rare, rare + widest);
        const int64_t left = total < place ? place - total : 0, at = total < place ? total : 0;
        counts[p] = compare(both[0], both[1], scale, least, (Found){rows + at, columns + at, cosine + at, left});
        total = counts[p] < 0 || counts[p] > most ? -1 : total + counts[p];
    }
    free(rare);
    return total;
}
