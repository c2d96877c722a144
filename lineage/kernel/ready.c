/* Texts made ready for the aligner: the twins of `_stems`, `_cut` and `_Numbers` in lineage/overlap/collection.py, where
   it is said what a step is for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t key;
    int64_t from;
} Entry;

/* Sorts by key, entries of one key in the order in which they come. `spare` is scratch; returns where they are. */
static Entry *sorted(Entry *entries, Entry *spare, int64_t count) {
    uint64_t differs = 0;
    for (int64_t k = 1; k < count; k++) differs |= entries[k].key ^ entries[0].key;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differs >> shift & 255)) continue;
        int32_t first[257] = {0};
        for (int64_t k = 0; k < count; k++) first[(entries[k].key >> shift & 255) + 1]++;
        for (int byte = 0; byte < 256; byte++) first[byte + 1] += first[byte];
        for (int64_t k = 0; k < count; k++) spare[first[entries[k].key >> shift & 255]++] = entries[k];
        Entry *other = entries;
        entries = spare, spare = other;
    }
    return entries;
}

enum { UNKNOWN = 255, KIND = 3, DROPPED = 3, MARK = 4, PAGE = 64, IS_ODD = 1, HAS_MARKS = 2 };

/* `shape`: code points, words, letters of a stem. Returns IS_ODD if a character folds to none or several, HAS_MARKS if
   there are marks, or -1 - a page that the tables lack. */
int64_t lineage_stems(const uint32_t *codes, const uint8_t *kinds, const uint32_t *folds, const int64_t *starts,
                      const int64_t *ends, const int64_t *shape, uint64_t spread, uint64_t *stems) {
    const uint32_t several = 1u << 31;
    const int64_t length = shape[0], words = shape[1], most = shape[2];
    int64_t said = 0;
    for (int64_t k = 0; k < length; k++) {
        const uint8_t kind = kinds[codes[k]];
        if (kind == UNKNOWN) return -1 - (int64_t)(codes[k] / PAGE);
        if ((kind & KIND) == DROPPED || folds[codes[k]] >= several) said |= IS_ODD;
        if (kind & MARK) said |= HAS_MARKS;
    }
    for (int64_t w = 0; w < words; w++) {
        int64_t letters = ends[w] - starts[w];
        if (letters > most) letters = most;
        uint64_t stem = 0;
        for (int64_t k = 0; k < letters; k++) {
            uint64_t letter = folds[codes[starts[w] + k]];
            if (letter >= 256) letter *= spread;
            stem += letter << 8 * k;
        }
        stems[w] = stem;
    }
    return said;
}

/* Puts the values in order, and as many others with them; few at a time. */
static void insert(int64_t *values, int64_t *others, int64_t count) {
    for (int64_t k = 1; k < count; k++) {
        const int64_t value = values[k], other = others[k];
        int64_t at = k;
        for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1], others[at] = others[at - 1];
        values[at] = value, others[at] = other;
    }
}

/* The words at which sentences begin, and the end; returns how many sentences. */
static int64_t sentences_of(const uint8_t *edges, int64_t words, int64_t longest, int64_t shortest, int64_t *units) {
    int64_t count = 0;
    units[0] = 0;
    for (int64_t place = 0; place <= words; place++) {
        if (!edges[place]) continue;
        while (place - units[count] > longest) units[count + 1] = units[count] + longest, count++;
        if (place - units[count] >= shortest) units[++count] = place;
    }
    if (units[count] < words || !count) units[++count] = words;
    return count;
}

/* The sentence of each telling word, -1 for the others; where each sentence's cells may begin goes to `opens`. */
static void telling_words(const int64_t *starts, const int64_t *ends, const uint8_t *alone, int64_t least,
                          const int64_t *units, int64_t sentences, int32_t *unit_of, int64_t *opens) {
    int64_t count = 0;
    for (int64_t unit = 0; unit < sentences; unit++) {
        opens[unit] = count;
        for (int64_t w = units[unit]; w < units[unit + 1]; w++) {
            const int telling = (ends[w] - starts[w] >= least) | alone[w];
            unit_of[w] = telling ? (int32_t)unit : -1;
            count += telling;
        }
    }
}

/* `shape`: code points, words, code points of the table of stops, words of the longest and of the shortest sentence,
   letters of a telling word. `found`: different stems, sentences, cells. `types`: the different stems. 0 if there is no
   memory. */
int64_t lineage_cut(const uint32_t *codes, const uint8_t *stops, const int64_t *starts, const int64_t *ends,
                    const uint8_t *alone, const uint64_t *stems, const int64_t *shape, uint64_t *types, uint8_t *edges,
                    int64_t *counts, int64_t *sentences, int64_t *place, int64_t *cell_unit, int64_t *cell_type,
                    int64_t *cell_count, int64_t *units, int64_t *found) {
    const int64_t length = shape[0], words = shape[1];
    const uint32_t limit = (uint32_t)shape[2];
    Entry *entries = malloc((size_t)(words + 1) * (2 * sizeof *entries + 3 * sizeof(int64_t)));
    if (!entries) return 0;
    int64_t *opens = (int64_t *)(entries + 2 * (words + 1)), *next = opens + words + 1;
    int32_t *unit_of = (int32_t *)(next + words + 1);
    memset(edges, 0, (size_t)words + 1);
    for (int64_t k = 0, word = 0; k < length; k++) {
        if (codes[k] >= limit || !stops[codes[k]]) continue;
        while (word < words && starts[word] < k) word++;
        edges[word] = 1;
    }
    edges[0] = edges[words] = 1;
    found[1] = sentences_of(edges, words, shape[3], shape[4], units);
    telling_words(starts, ends, alone, shape[5], units, found[1], unit_of, opens);
    memcpy(next, opens, (size_t)found[1] * sizeof *next);
    for (int64_t w = 0; w < words; w++) entries[w] = (Entry){stems[w], w};
    const Entry *order = sorted(entries, entries + words + 1, words);
    int64_t kinds = 0;
    for (int64_t k = 0, first = 0; k < words; k++) { /* stem by stem, so that each sentence gets its cells in their order */
        const int64_t w = order[k].from, unit = unit_of[w];
        if (!k || order[k].key != types[kinds - 1]) types[kinds] = order[k].key, sentences[kinds++] = 0, first = k;
        const int64_t kind = kinds - 1;
        counts[kind] = k + 1 - first;
        place[w] = kind;
        if (unit < 0) continue;
        if (next[unit] > opens[unit] && cell_type[next[unit] - 1] == kind) cell_count[next[unit] - 1]++;
        else cell_type[next[unit]] = kind, cell_count[next[unit]++] = 1, sentences[kind]++;
    }
    int64_t cells = 0;
    for (int64_t unit = 0; unit < found[1]; unit++)
        for (int64_t k = opens[unit]; k < next[unit]; k++)
            cell_unit[cells] = unit, cell_type[cells] = cell_type[k], cell_count[cells++] = cell_count[k];
    found[0] = kinds, found[2] = cells;
    free(entries);
    return 1;
}

static int64_t slot(const uint64_t *keys, const int64_t *numbers, int64_t mask, uint64_t key) {
    const uint64_t mixed = key * 0x9E3779B97F4A7C15u;
    int64_t at = (int64_t)(mixed ^ mixed >> 32) & mask;
    while (numbers[at] >= 0 && keys[at] != key) at = (at + 1) & mask;
    return at;
}

/* Moves a table of stems' numbers to a larger one, whose numbers are all -1. `masks`: the slots of both, less one.
   Returns how many were moved. */
int64_t lineage_rehash(const uint64_t *keys, const int64_t *numbers, const int64_t *masks, uint64_t *to, int64_t *moved) {
    int64_t count = 0;
    for (int64_t k = 0; k <= masks[0]; k++) {
        if (numbers[k] < 0) continue;
        const int64_t at = slot(to, moved, masks[1], keys[k]);
        to[at] = keys[k], moved[at] = numbers[k], count++;
    }
    return count;
}

/* Numbers a text's stems, new ones from the number `shape[1]` on, and puts its columns in the order of the numbers.
   `shape`: slots of the table less one, stems numbered so far, stems, words, cells. Returns the stems numbered by then,
   or -1 if there is no memory. */
int64_t lineage_number(uint64_t *keys, int64_t *numbers, const int64_t *shape, const uint64_t *stems,
                       const int64_t *old_counts, const int64_t *old_sentences, const int64_t *old_place,
                       const int64_t *cell_unit, const int64_t *old_type, const int64_t *old_count, int64_t *types,
                       int64_t *counts, int64_t *sentences, int64_t *place, int64_t *cell_type, int64_t *cell_count) {
    const int64_t kinds = shape[2], words = shape[3], cells = shape[4];
    int64_t known = shape[1];
    Entry *entries = malloc((size_t)(kinds + 1) * (2 * sizeof *entries + sizeof(int64_t)));
    if (!entries) return -1;
    int64_t *rank = (int64_t *)(entries + 2 * (kinds + 1));
    for (int64_t k = 0; k < kinds; k++) {
        const int64_t at = slot(keys, numbers, shape[0], stems[k]);
        if (numbers[at] < 0) keys[at] = stems[k], numbers[at] = known++;
        entries[k] = (Entry){(uint64_t)numbers[at], k};
    }
    const Entry *order = sorted(entries, entries + kinds + 1, kinds);
    for (int64_t k = 0; k < kinds; k++) {
        const int64_t from = order[k].from;
        types[k] = (int64_t)order[k].key, counts[k] = old_counts[from], sentences[k] = old_sentences[from];
        rank[from] = k;
    }
    for (int64_t w = 0; w < words; w++) place[w] = rank[old_place[w]];
    for (int64_t k = 0, first = 0; k < cells; k++) {
        cell_type[k] = rank[old_type[k]], cell_count[k] = old_count[k];
        if (k + 1 < cells && cell_unit[k + 1] == cell_unit[k]) continue;
        insert(cell_type + first, cell_count + first, k + 1 - first);
        first = k + 1;
    }
    free(entries);
    return known;
}
