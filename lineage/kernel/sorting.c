/* Sorting and what follows from it: groups of equal fingerprints, look-ups in sorted values. */
#include "words.h"

/* ---- groups of equal fingerprints ------------------------------------------------------------------------------ */

static void insert(uint64_t *keys, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        int64_t k = i;
        for (; k > 0 && keys[k - 1] > key; k--) keys[k] = keys[k - 1];
        keys[k] = key;
    }
}

void merge_sort(uint64_t *keys, int64_t count, uint64_t *room) {
    enum { RUN = 16 };
    for (int64_t low = 0; low < count; low += RUN) insert(keys + low, count - low < RUN ? count - low : RUN);
    for (int64_t width = RUN; width < count; width *= 2) {
        for (int64_t low = 0; low + width < count; low += 2 * width) {
            int64_t high = low + 2 * width < count ? low + 2 * width : count, i = 0, k = low + width, to = low;
            memcpy(room, keys + low, width * sizeof *keys);
            while (i < width && k < high) keys[to++] = keys[k] < room[i] ? keys[k++] : room[i++];
            while (i < width) keys[to++] = room[i++];
        }
    }
}

/* Scatter keys by `bits` bits from `shift` on; where each part ends to `ends`. Stable. */
static void scatter(const uint64_t *from, int64_t count, uint64_t *to, int shift, int bits, int64_t *ends) {
    int64_t parts = 1ll << bits, total = 0;
    uint64_t mask = parts - 1;
    memset(ends, 0, parts * sizeof *ends);
    for (int64_t i = 0; i < count; i++) ends[from[i] >> shift & mask]++;
    for (int64_t part = 0; part < parts; part++) {
        int64_t size = ends[part];
        ends[part] = total;
        total += size;
    }
    for (int64_t i = 0; i < count; i++) to[ends[from[i] >> shift & mask]++] = from[i];
}

/* Bits that part `count` keys into parts of about 2^small. */
static int bits_for(int64_t count, int small, int most) {
    int bits = 0;
    while (bits < most && count >> (bits + small)) bits++;
    return bits;
}

enum { MOST = 11, DIGIT = 8, FEW = 64 };

/* Sort keys that agree above their `spread` lower bits, which are spread evenly: from `own` to `spare`, which has room for
 * them; what is in `own` is lost. By two digits; the few keys that are still alike are put in order, and where they are
 * many they are merged, so that no input is slow. */
static void sort_part(uint64_t *own, int64_t size, int spread, uint64_t *spare) {
    int64_t inner[1 << DIGIT];
    const int shift = spread - 2 * DIGIT;
    scatter(own, size, spare, shift, DIGIT, inner);
    scatter(spare, size, own, shift + DIGIT, DIGIT, inner);
    memcpy(spare, own, size * sizeof *own);
    for (int64_t first = 0, last; first < size; first = last) {
        for (last = first + 1; last < size && !((spare[first] ^ spare[last]) >> shift); last++) continue;
        if (last - first > FEW)
            merge_sort(spare + first, last - first, own);
        else if (last - first > 1)
            insert(spare + first, last - first);
    }
}

/* Sort keys that agree above their `spread` lower bits, which are spread evenly; `room` holds as many. First into parts
 * that fit the cache by the uppermost of these bits. */
static void sort_spread(uint64_t *keys, int64_t count, int spread, uint64_t *room) {
    int64_t outer[1 << MOST];
    int coarse = bits_for(count, 10, MOST);
    if (!coarse) {
        merge_sort(keys, count, room);
        return;
    }
    scatter(keys, count, room, spread - coarse, coarse, outer);
    for (int64_t part = 0, low = 0; part < 1ll << coarse; low = outer[part++])
        sort_part(room + low, outer[part] - low, spread - coarse, keys + low);
}

enum { PARTS = 8, MANY = 24 }; /* bits: into so many parts; from so many keys on (128 MB) */

/* Puts keys' places into their bits `low`, if there are any, and exchanges many keys until they lie in parts by their uppermost bits (American flag sort: McIlroy, Bostic and
 * McIlroy 1993), so that sorting them needs no more room than the largest part. Where each part ends to `ends`, which has
 * room for 2^PARTS. Returns the room that is needed. */
int64_t lineage_part(uint64_t *keys, int64_t count, uint64_t low, int64_t *ends) {
    int64_t next[1 << PARTS], largest = 0;
    const int shift = 64 - PARTS;
    for (int64_t i = 0; low && i < count; i++) keys[i] = (keys[i] & ~low) | (uint64_t)i;
    if (count >> MANY == 0) return count;
    memset(ends, 0, sizeof next);
    for (int64_t i = 0; i < count; i++) ends[keys[i] >> shift]++;
    for (int64_t part = 0, total = 0; part < 1 << PARTS; part++) {
        if (ends[part] > largest) largest = ends[part];
        next[part] = total;
        ends[part] = total += ends[part];
    }
    for (int64_t part = 0; part < 1 << PARTS; part++) {
        while (next[part] < ends[part]) {
            uint64_t key = keys[next[part]];
            for (int64_t own = key >> shift; own != part; own = key >> shift) {
                uint64_t *at = keys + next[own]++, other = *at;
                *at = key, key = other;
            }
            keys[next[part]++] = key;
        }
    }
    return largest;
}

/* Sort keys, spread evenly, that went through `lineage_part`, which told how many `room` must hold. */
void lineage_sort(uint64_t *keys, int64_t count, const int64_t *ends, uint64_t *room) {
    if (count >> MANY == 0) {
        sort_spread(keys, count, 64, room);
        return;
    }
    for (int64_t part = 0, low = 0; part < 1 << PARTS; low = ends[part++])
        sort_spread(keys + low, ends[part] - low, 64 - PARTS, room);
}

/* ---- groups of equal keys -------------------------------------------------------------------------------------- */

typedef struct {
    int64_t *members, *opens;
    int64_t found, groups;
    uint64_t low; /* the bits that are no part of what is compared, but an entry's number */
} Groups;

/* Appends the groups among sorted keys. */
static void append_groups(const uint64_t *keys, int64_t count, Groups *to) {
    const uint64_t low = to->low;
    for (int64_t i = 0; i + 1 < count; i++) {
        if ((keys[i] ^ keys[i + 1]) > low) continue;
        to->opens[to->groups++] = to->found;
        to->members[to->found++] = (int64_t)(keys[i] & low);
        for (; i + 1 < count && (keys[i] ^ keys[i + 1]) <= low; i++)
            to->members[to->found++] = (int64_t)(keys[i + 1] & low);
    }
}

/* Appends the groups among keys that agree above their `spread` lower bits. Most keys are alone: they are told by some
 * bits of theirs that no other key has, and only the others are sorted. `room` holds as many. */
static void join_spread(uint64_t *keys, int64_t count, int spread, uint64_t *room, Groups *to) {
    enum { FEWEST = 10, WIDEST = 15, SPARE = 3 }; /* bits of a part's keys; of the table, which is so much larger */
    uint8_t seen[1 << WIDEST]; /* 0: never, 1: once, more: more often */
    int64_t outer[1 << MOST];
    const int coarse = bits_for(count, FEWEST, MOST), rest = spread - coarse;
    int free = rest - (64 - __builtin_clzll(to->low)), bits = 0;
    scatter(keys, count, room, coarse ? rest : 0, coarse, outer);
    for (int64_t part = 0, low = 0; part < 1ll << coarse; low = outer[part++]) {
        const int64_t size = outer[part] - low;
        uint64_t *own = room + low, *spare = keys + low;
        while (bits < WIDEST && bits < free && 1ll << bits < size << SPARE) bits++;
        const uint64_t mask = (1ull << bits) - 1;
        const int shift = rest - bits;
        memset(seen, 0, mask + 1);
        for (int64_t i = 0; i < size; i++) {
            uint8_t *at = seen + (own[i] >> shift & mask);
            *at = (uint8_t)(*at << 1 | 1);
        }
        int64_t kept = 0;
        for (int64_t i = 0; i < size; i++) {
            own[kept] = own[i];
            kept += seen[own[i] >> shift & mask] > 1;
        }
        if (kept > FEW)
            sort_part(own, kept, rest, spare);
        else
            memcpy(spare, own, kept * sizeof *own), insert(spare, kept);
        append_groups(spare, kept, to);
    }
}

/* Groups of hashes, spread evenly, that are equal above the bits `low`: the places of each one's to `members`, ascending,
 * and where it begins among them to `opens`, with the end behind the last. The hashes went through `lineage_part` with
 * `low`; they are used up. Returns the number of members; *groups that of the groups. */
int64_t lineage_join(uint64_t *keys, int64_t count, uint64_t low, const int64_t *ends, uint64_t *room, int64_t *members,
                     int64_t *opens, int64_t *groups) {
    Groups found = {members, opens, 0, 0, low};
    if (count >> MANY == 0) {
        join_spread(keys, count, 64, room, &found);
    } else {
        for (int64_t part = 0, first = 0; part < 1 << PARTS; first = ends[part++])
            join_spread(keys + first, ends[part] - first, 64 - PARTS, room, &found);
    }
    opens[found.groups] = found.found;
    *groups = found.groups;
    return found.found;
}
