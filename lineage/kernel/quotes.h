/* A text of which quotations are sought, and where their marks stand in it. */
#pragma once
#include "words.h"

/* Characters of 1, 2 or 4 bytes each, as Python keeps them. */
typedef struct {
    const void *data;
    int width;
    int64_t size;         /* characters */
    const uint8_t *kinds; /* by code point, bits as in unicode.py */
} Text;

static inline uint32_t code_at(Text t, int64_t at) {
    if (t.width == 1) return ((const uint8_t *)t.data)[at];
    return t.width == 2 ? ((const uint16_t *)t.data)[at] : ((const uint32_t *)t.data)[at];
}

/* Where characters stand that can begin a mark or a break: to `places`, which has room for all. Returns their number, or
 * -1 - page for a page of code points that the table lacks. */
HIDDEN int64_t marks_in(Text t, int32_t *places);

/* Makes characters of `size` bytes of UTF-8, behind which 64 bytes stand; `codes` has room for 16 more than there are. Returns
 * their number. */
HIDDEN int64_t decode(const uint8_t *bytes, int64_t size, uint32_t *codes);
