/*
 * reasons-core.h - what goes wrong below any business: networks, files, formats.
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_CORE_H
#define DESKBELL_CORE_TEXT_REASONS_CORE_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_CORE(X) X(not_explained, T("the log says what went wrong"), NULL)

#endif
