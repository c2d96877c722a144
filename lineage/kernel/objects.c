/* Python's own objects: strings read where they lie, and values made by column. Called with Python's lock held.
 *
 * What is read of a string (how wide its characters are and where they begin) is in Python's headers only and differs
 * from version to version. Without headers at hand when the kernel is built, or under another Python than that of the
 * headers, `lineage_python` says so and nothing here is used.
 */
#include "words.h"

#if defined(__has_include)
#if __has_include(<Python.h>)
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#endif
#endif

#if !defined(PY_VERSION_HEX) || defined(PYPY_VERSION) || defined(Py_GIL_DISABLED)
int64_t lineage_python(void) { return 0; }
#else

/* The version of Python that these functions are for: 0x030B is 3.11. */
int64_t lineage_python(void) { return PY_VERSION_HEX >> 16; }

/* ---- strings as UTF-8 ------------------------------------------------------------------------------------------ */

/* The lower bytes of 16 characters, of 1, 2 or 4 bytes each; returns which of them are beyond ASCII. */
#if defined(__SSE2__)
static inline uint32_t beyond_ascii(__m128i bytes) { return (uint32_t)_mm_movemask_epi8(bytes); }
static inline uint32_t narrowed(const void *from, int kind, uint8_t *to) {
    const __m128i *at = from, zero = _mm_setzero_si128();
    if (kind == 1) {
        __m128i bytes = _mm_loadu_si128(at);
        _mm_storeu_si128((__m128i *)to, bytes);
        return beyond_ascii(bytes);
    }
    if (kind == 2) {
        const __m128i high = _mm_set1_epi16((short)0xFF80);
        __m128i one = _mm_loadu_si128(at), two = _mm_loadu_si128(at + 1);
        __m128i plain = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_and_si128(one, high), zero),
                                        _mm_cmpeq_epi16(_mm_and_si128(two, high), zero));
        _mm_storeu_si128((__m128i *)to, _mm_packus_epi16(one, two));
        return beyond_ascii(plain) ^ 0xFFFF;
    }
    __m128i low = _mm_packs_epi32(_mm_loadu_si128(at), _mm_loadu_si128(at + 1));
    __m128i top = _mm_packs_epi32(_mm_loadu_si128(at + 2), _mm_loadu_si128(at + 3));
    __m128i bytes = _mm_packus_epi16(low, top); /* what is too large becomes 255 */
    _mm_storeu_si128((__m128i *)to, bytes);
    return beyond_ascii(bytes);
}
#else
static inline uint32_t narrowed(const void *from, int kind, uint8_t *to) {
    uint32_t beyond = 0;
    for (int k = 0; k < 16; k++) {
        uint32_t code = PyUnicode_READ(kind, from, k);
        to[k] = (uint8_t)code, beyond |= (uint32_t)(code >= 0x80) << k;
    }
    return beyond;
}
#endif

/* Characters as UTF-8, surrogates included. Returns the end of what was written; 16 bytes more may be. */
static inline uint8_t *encode(const uint8_t *from, int kind, int64_t count, uint8_t *to) {
    int64_t i = 0;
    while (i + 16 <= count) {
        uint32_t beyond = narrowed(from + i * kind, kind, to);
        int64_t plain = beyond ? __builtin_ctz(beyond) : 16;
        i += plain, to += plain;
        for (; beyond >> plain & 1 && i < count; plain++) to += utf8_of(PyUnicode_READ(kind, from, i++), to);
    }
    while (i < count) to += utf8_of(PyUnicode_READ(kind, from, i++), to);
    return to;
}

/* ---- texts of one byte a character ----------------------------------------------------------------------------- */

/* The lower bytes of 16 characters, of 1, 2 or 4 bytes each; returns which of them are beyond Latin-1. */
#if defined(__SSE2__)
static inline uint32_t low_bytes(const void *from, int kind, uint8_t *to) {
    const __m128i *at = from, zero = _mm_setzero_si128();
    const __m128i high = kind == 2 ? _mm_set1_epi16((short)0xFF00) : _mm_set1_epi32((int)0xFFFFFF00);
    __m128i bytes, plain;
    if (kind == 2) {
        __m128i one = _mm_loadu_si128(at), two = _mm_loadu_si128(at + 1);
        plain = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_and_si128(one, high), zero),
                                _mm_cmpeq_epi16(_mm_and_si128(two, high), zero));
        bytes = _mm_packus_epi16(one, two);
    } else {
        __m128i part[4], same[4];
        for (int k = 0; k < 4; k++) {
            part[k] = _mm_loadu_si128(at + k);
            same[k] = _mm_cmpeq_epi32(_mm_and_si128(part[k], high), zero);
        }
        plain = _mm_packs_epi16(_mm_packs_epi32(same[0], same[1]), _mm_packs_epi32(same[2], same[3]));
        bytes = _mm_packus_epi16(_mm_packs_epi32(part[0], part[1]), _mm_packs_epi32(part[2], part[3]));
    }
    _mm_storeu_si128((__m128i *)to, bytes);
    return (uint32_t)_mm_movemask_epi8(plain) ^ 0xFFFF;
}
#else
static inline uint32_t low_bytes(const void *from, int kind, uint8_t *to) {
    uint32_t beyond = 0;
    for (int k = 0; k < 16; k++) {
        uint32_t code = PyUnicode_READ(kind, from, k);
        to[k] = (uint8_t)code, beyond |= (uint32_t)(code >= 256) << k;
    }
    return beyond;
}
#endif

/* Whether some bytes hold characters of Latin-1 that fold to something of another length, or are dropped: the soft
 * hyphen, the micro sign, raised digits and ordinals. */
static int has_special(const uint8_t *bytes, int64_t count) {
    static const uint8_t special[] = {0xAA, 0xAD, 0xB2, 0xB3, 0xB5, 0xB9, 0xBA};
    int64_t i = 0;
#if defined(__SSE2__)
    __m128i found = _mm_setzero_si128();
    for (; i + 16 <= count; i += 16) { /* few texts have any from the first to the last of these */
        __m128i above = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(bytes + i)), _mm_set1_epi8((char)0xAA));
        found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(0xBA - 0xAA)), above));
    }
    if (_mm_movemask_epi8(found)) found = _mm_setzero_si128(), i = 0;
    for (; i + 16 <= count; i += 16) {
        __m128i some = _mm_loadu_si128((const __m128i *)(bytes + i));
        for (size_t k = 0; k < sizeof special; k++)
            found = _mm_or_si128(found, _mm_cmpeq_epi8(some, _mm_set1_epi8((char)special[k])));
    }
    if (_mm_movemask_epi8(found)) return 1;
#endif
    for (; i < count; i++)
        if (memchr(special, bytes[i], sizeof special)) return 1;
    return 0;
}

/* What stands for a character beyond Latin-1 that parts words, or is an apostrophe, or is dropped where a blank stands
 * before; 0 for any other, and for one that the tables lack. */
static inline uint8_t stand_in(uint32_t code, uint8_t before, const Tables *tables) {
    uint8_t entry = tables->kinds[code];
    if (entry == UNKNOWN || entry & LOOSE) return 0;
    if (tables->folds[code] == APOSTROPHE) return APOSTROPHE;
    int kind = entry & KIND;
    return kind == SEPARATOR || (kind == DROPPED && before == BLANK) ? BLANK : 0;
}

/* A text in one byte a character, from which the same words come: each character beyond Latin-1 is one that stands for
 * it. Returns whether there is such a text; 16 bytes more may be written. */
static int to_narrow(const void *own, int kind, int64_t count, const Tables *tables, uint8_t *to) {
    if (kind == 1) {
        memcpy(to, own, count);
        return !has_special(to, count);
    }
    for (int64_t i = 0; i < count; i += 16) {
        uint32_t beyond;
        if (i + 16 <= count) {
            beyond = low_bytes((const uint8_t *)own + i * kind, kind, to + i);
        } else {
            beyond = 0;
            for (int64_t k = i; k < count; k++) {
                uint32_t code = PyUnicode_READ(kind, own, k);
                to[k] = (uint8_t)code, beyond |= (uint32_t)(code >= 256) << (k - i);
            }
        }
        for (; beyond; beyond &= beyond - 1) {
            int64_t at = i + __builtin_ctz(beyond);
            uint8_t before = at ? to[at - 1] : BLANK;
            if (!(to[at] = stand_in(PyUnicode_READ(kind, own, at), before, tables))) return 0;
        }
    }
    return !has_special(to, count);
}

/* ---- lists of texts -------------------------------------------------------------------------------------------- */

/* How many bytes the texts of a list may take in UTF-8, or -1 if one is no string that can be read in place. */
int64_t lineage_bytes(PyObject *texts) {
    int64_t bytes = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(texts); i++) {
        PyObject *text = PyList_GET_ITEM(texts, i);
        if (!PyUnicode_Check(text) || !PyUnicode_IS_COMPACT(text)) return -1;
        int widest = PyUnicode_IS_ASCII(text) ? 1 : PyUnicode_KIND(text) == 1 ? 2 : PyUnicode_KIND(text) + 1;
        bytes += PyUnicode_GET_LENGTH(text) * (widest > 4 ? 4 : widest);
    }
    return bytes;
}

/* Where the characters of each text of a list lie, how many there are, and of how many bytes. Returns 0, or -1 if one is
 * no string that can be read in place. */
int64_t lineage_strings(PyObject *texts, const void **data, int64_t *lengths, uint8_t *widths) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(texts); i++) {
        PyObject *text = PyList_GET_ITEM(texts, i);
        if (!PyUnicode_Check(text) || !PyUnicode_IS_COMPACT(text)) return -1;
        data[i] = PyUnicode_DATA(text), lengths[i] = PyUnicode_GET_LENGTH(text), widths[i] = PyUnicode_KIND(text);
    }
    return 0;
}

/* The texts of a list one after another, text i at `to[bounds[i]:bounds[i + 1]]`; `to` has room for `lineage_bytes` and
 * 64 more. In UTF-8, or, where narrow[i] becomes 1, in one byte a character: as many as can be, if `narrow` is not NULL. */
void lineage_gather(PyObject *texts, uint8_t *to, int64_t *bounds, uint8_t *narrow, const uint8_t *kinds,
                    const uint32_t *folds) {
    Tables tables = {kinds, folds, NULL, 0};
    Py_ssize_t count = PyList_GET_SIZE(texts);
    uint8_t *at = to;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *text = PyList_GET_ITEM(texts, i);
        int64_t length = PyUnicode_GET_LENGTH(text);
        const void *own = PyUnicode_DATA(text);
        bounds[i] = at - to;
        int ascii = PyUnicode_IS_ASCII(text), own_narrow = 0;
        if (ascii)
            memcpy(at, own, length);
        else if (narrow)
            own_narrow = to_narrow(own, PyUnicode_KIND(text), length, &tables, at);
        if (narrow) narrow[i] = (uint8_t)(ascii | own_narrow);
        if (ascii | own_narrow)
            at += length;
        else if (PyUnicode_KIND(text) == 1)
            at = encode(own, 1, length, at);
        else
            at = PyUnicode_KIND(text) == 2 ? encode(own, 2, length, at) : encode(own, 4, length, at);
    }
    memset(at, 0, PAD);
    bounds[count] = at - to;
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* A value of a frozen dataclass, `fields` of it set to `given`, whose references it takes over; NULL if one of those is
 * NULL or a field is not there. */
static PyObject *valued(PyObject *type, PyObject *fields, PyObject **given, Py_ssize_t count) {
    int failed = PyTuple_GET_SIZE(fields) != count;
    for (Py_ssize_t k = 0; k < count; k++) failed |= !given[k];
    PyObject *value = failed ? NULL : ((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, 0);
    for (Py_ssize_t k = 0; k < count; k++) {
        if (value && PyObject_GenericSetAttr(value, PyTuple_GET_ITEM(fields, k), given[k])) Py_CLEAR(value);
        Py_XDECREF(given[k]);
    }
    if (!value && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the kernel knows other fields");
    return value;
}

/* A tuple (or a type derived from it) of two; takes both over. */
static PyObject *two(PyObject *type, PyObject *one, PyObject *other) {
    PyTypeObject *own = (PyTypeObject *)type;
    PyObject *made = !one || !other ? NULL : own == &PyTuple_Type ? PyTuple_New(2) : own->tp_alloc(own, 2);
    if (!made) {
        Py_XDECREF(one), Py_XDECREF(other);
        return NULL;
    }
    PyTuple_SET_ITEM(made, 0, one);
    PyTuple_SET_ITEM(made, 1, other);
    return made;
}

typedef struct {
    PyObject *overlap, *passage, *span;       /* types */
    PyObject *overlap_fields, *passage_fields; /* their fields' names, in order */
    PyObject *exact, *edited, *ids;           /* grades; the articles' ids, a list */
} Kinds;

typedef struct {
    const int32_t *starts_a, *ends_a, *starts_b, *ends_b; /* of runs, in characters */
} Runs;

typedef struct {
    const int64_t *opens, *words; /* of passages: the first run (one more than there are), equal words */
    const double *identity, *quoted;
    const uint8_t *exact;
} Passages;

typedef struct {
    const int64_t *first, *left, *right, *narrated, *quoted; /* of pairs: the first passage (one more) */
    const double *a_in_b, *b_in_a;
} Pairs;

static PyObject *spanned(PyObject *span, int32_t start, int32_t end) {
    return two(span, PyLong_FromLong(start), PyLong_FromLong(end));
}

static PyObject *passage_of(const Kinds *kinds, const Runs *runs, const Passages *passages, int64_t at) {
    int64_t low = passages->opens[at], high = passages->opens[at + 1];
    PyObject *matches = PyTuple_New(high - low), *a = NULL, *b = NULL;
    for (int64_t k = low; matches && k < high; k++) {
        a = spanned(kinds->span, runs->starts_a[k], runs->ends_a[k]);
        b = spanned(kinds->span, runs->starts_b[k], runs->ends_b[k]);
        PyObject *match = two((PyObject *)&PyTuple_Type, a, b);
        if (!match)
            Py_CLEAR(matches);
        else
            PyTuple_SET_ITEM(matches, k - low, match);
    }
    if (!matches) return NULL;
    if (high - low == 1) {
        Py_INCREF(a), Py_INCREF(b);
    } else {
        a = spanned(kinds->span, runs->starts_a[low], runs->ends_a[high - 1]);
        b = spanned(kinds->span, runs->starts_b[low], runs->ends_b[high - 1]);
    }
    PyObject *grade = passages->exact[at] ? kinds->exact : kinds->edited;
    Py_INCREF(grade);
    PyObject *given[] = {a, b, PyLong_FromLongLong(passages->words[at]), PyFloat_FromDouble(passages->identity[at]),
                         PyFloat_FromDouble(passages->quoted[at]), grade, matches};
    return valued(kinds->passage, kinds->passage_fields, given, 7);
}

static PyObject *overlap_of(const Kinds *kinds, const Runs *runs, const Passages *passages, const Pairs *pairs,
                            int64_t at) {
    int64_t low = pairs->first[at], high = pairs->first[at + 1];
    PyObject *own = PyTuple_New(high - low);
    for (int64_t k = low; own && k < high; k++) {
        PyObject *passage = passage_of(kinds, runs, passages, k);
        if (!passage)
            Py_CLEAR(own);
        else
            PyTuple_SET_ITEM(own, k - low, passage);
    }
    PyObject *a = PyList_GET_ITEM(kinds->ids, pairs->left[at]), *b = PyList_GET_ITEM(kinds->ids, pairs->right[at]);
    Py_INCREF(a), Py_INCREF(b);
    PyObject *given[] = {a, b, own, PyFloat_FromDouble(pairs->a_in_b[at]), PyFloat_FromDouble(pairs->b_in_a[at]),
                         PyLong_FromLongLong(pairs->narrated[at]), PyLong_FromLongLong(pairs->quoted[at]),
                         PyTuple_New(0)};
    return valued(kinds->overlap, kinds->overlap_fields, given, 8);
}

/* The overlaps of the pairs from `low` to `high`, a new list, or NULL with an error set. `kinds` is a tuple in the order
 * of `Kinds`; `columns` are those of `Runs`, `Passages` and `Pairs` in their order. */
PyObject *lineage_overlaps(PyObject *kinds, const void *const *columns, int64_t low, int64_t high) {
    Kinds own;
    Runs runs;
    Passages passages;
    Pairs pairs;
    for (size_t k = 0; k < sizeof own / sizeof(PyObject *); k++) ((PyObject **)&own)[k] = PyTuple_GET_ITEM(kinds, k);
    memcpy(&runs, columns, sizeof runs);
    memcpy(&passages, columns + 4, sizeof passages);
    memcpy(&pairs, columns + 9, sizeof pairs);
    PyObject *made = PyList_New(high - low);
    for (int64_t at = low; made && at < high; at++) {
        PyObject *overlap = overlap_of(&own, &runs, &passages, &pairs, at);
        if (!overlap)
            Py_CLEAR(made);
        else
            PyList_SET_ITEM(made, at - low, overlap);
    }
    return made;
}
#endif
