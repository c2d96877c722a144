/* Sentences of two texts that are alike: the twin of `_alike` in lineage/overlap/boxes.py.
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
    while (i < a->kinds && j < b->kinds) {
        if (a->stems[i] < b->stems[j]) number_a[i++] = -1;
        else if (a->stems[i] > b->stems[j]) number_b[j++] = -1;
        else number_a[i++] = number_b[j++] = shared++;
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

/* `a` and `b`: columns as in `Text`; `sizes` of a and of b: stems, cells, sentences, then for how many pairs there is
   place. Pairs of sentences whose cosine exceeds `least`, by a and b. Returns how many; -1 if there is no place for all,
   or no memory. */
int64_t lineage_alike(const void *const *a, const void *const *b, const int64_t *sizes, double scale, float least,
                      int64_t *rows, int64_t *columns, float *cosine) {
    const Text one = text_of(a, sizes), other = text_of(b, sizes + 3);
    const int64_t place = sizes[6], most = one.cells > other.cells ? one.cells : other.cells;
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
            if (found == place) {
                found = -1;
                goto end;
            }
            rows[found] = own, columns[found] = k, cosine[found++] = value;
        }
    }
end:
    free(weights);
    free(room);
    free(number);
    return found;
}
