/*
 * csv.h - rows of a file for spreadsheets.
 */
#ifndef DESKBELL_DESK_CSV_H
#define DESKBELL_DESK_CSV_H

#include "core/buf.h"

/* Begins a file: the byte order mark, without which Excel takes UTF-8 for something else. */
void csv_begin(struct buf *out);
/* Adds one cell; `first` of its row or not. An absent text is an empty cell. */
void csv_add_cell(struct buf *out, struct str text, bool first);
void csv_end_row(struct buf *out);

#endif
