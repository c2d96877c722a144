/* The stretch of one text that best fits a stretch of another: the twin of `segment_of` in lineage/overlap/refine.py.
   What a step is for is said there. All sums are of whole numbers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURHOOD = 20, MOST_NEAR = 2 * NEIGHBOURHOOD + 1 };

/* Which of the words `place` have a partner among `available`, each its own; `spare` and `near` are scratch. */
static void match(const int32_t *place, int64_t count, int32_t *available, const int32_t *wanted, uint8_t *matched,
                  int64_t *order, uint8_t *near) {
    int64_t rivals = 0;
    for (int64_t k = 0; k < count; k++) {
        matched[k] = available[place[k]] > 0;
        rivals += matched[k] && wanted[place[k]] > available[place[k]];
    }
    if (!rivals) return;
    int64_t sum = 0, first[MOST_NEAR + 2] = {0};
    for (int64_t k = 0; k < count && k < NEIGHBOURHOOD; k++) sum += matched[k];
    for (int64_t k = 0; k < count; k++) { /* words with a partner in the neighbourhood, of each rival */
        if (k + NEIGHBOURHOOD < count) sum += matched[k + NEIGHBOURHOOD];
        if (k > NEIGHBOURHOOD) sum -= matched[k - NEIGHBOURHOOD - 1];
        near[k] = (uint8_t)sum;
        if (matched[k] && wanted[place[k]] > available[place[k]]) first[MOST_NEAR - sum + 1]++;
    }
    for (int d = 0; d <= MOST_NEAR; d++) first[d + 1] += first[d];
    for (int64_t k = 0; k < count; k++) /* those with the most neighbours first, then by place */
        if (matched[k] && wanted[place[k]] > available[place[k]]) order[first[MOST_NEAR - near[k]]++] = k;
    for (int64_t r = 0; r < rivals; r++) {
        int32_t *left = &available[place[order[r]]];
        if (*left > 0)
            --*left;
        else
            matched[order[r]] = 0;
    }
}

/* `ask`: first and past-the-last word of the window in a, of the box in a, of the box in b, and the level of the box's
   length in b. `shape`: shared stems, levels, shares, a nat, the bonus. `found`: first and past-the-last word, and the
   sum between them. 0 if there is no memory. */
int64_t lineage_segment(const int32_t *numbers_a, const int32_t *levels_a, const uint8_t *edges_a,
                        const int32_t *numbers_b, const int64_t *spare, const int64_t *partner, const int64_t *lone,
                        const int64_t *shape, const int64_t *ask, int64_t *found) {
    const int64_t size = shape[0], levels = shape[1], shares = shape[2], nat = shape[3], bonus = shape[4];
    const int64_t begin = ask[0], end = ask[1], low = ask[2] - begin, high = ask[3] - begin, count = end - begin;
    const int32_t *place = numbers_a + begin;
    int32_t *available = calloc(2 * (size_t)(size + 1), sizeof *available), *wanted = available + size + 1;
    int64_t *order = malloc((size_t)count * (sizeof *order + 4));
    if (!available || !order) {
        free(available);
        free(order);
        return 0;
    }
    uint8_t *matched = (uint8_t *)(order + count), *near = matched + count;
    uint16_t *level = (uint16_t *)(near + count);
    for (int64_t k = ask[4]; k < ask[5]; k++) available[numbers_b[k]]++;
    available[size] = 0;
    for (int64_t k = 0; k < count; k++) {
        int64_t own = levels_a[begin + k] + ask[6];
        level[k] = (uint16_t)(own < 0 ? 0 : own >= levels ? levels - 1 : own);
        wanted[place[k]]++;
    }
    match(place, count, available, wanted, matched, order, near);
    int64_t all = 0, copied = 0;
    for (int64_t k = low; k < high; k++) {
        all += spare[level[k]];
        if (matched[k]) copied += spare[level[k]];
    }
    const int64_t step = (copied + nat) * shares / (all + 2 * nat), *weight = partner + step * levels;
    int64_t sum = 0, least = INT64_MAX, start = 0, base = 0, best = INT64_MIN;
    for (int64_t k = 0; k <= count; k++) {
        int64_t edge = edges_a[begin + k] ? bonus : 0;
        if (k > low && sum + edge - least > best) {
            best = sum + edge - least;
            found[0] = begin + start, found[1] = begin + k, found[2] = sum - base;
        }
        if (k < high && sum - edge <= least) least = sum - edge, start = k, base = sum;
        if (k < count) sum += matched[k] ? weight[level[k]] : lone[step];
    }
    free(available);
    free(order);
    return 1;
}
