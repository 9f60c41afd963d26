/*
 * concepts.h - what customers of any small business talk about: one name for the words of all languages that mean it.
 *
 * A concept joins words of one language ("price", "cost", "fee") and of several ("precio", "Preis"). It is no word of a
 * trade: those are the owner's, in skills and documents. Each language file lists its words for as many as it has.
 */
#ifndef DESKBELL_ANSWER_UNDERSTANDING_CONCEPTS_H
#define DESKBELL_ANSWER_UNDERSTANDING_CONCEPTS_H

/* clang-format off */
#define CONCEPT_LIST(X) \
	X(PRICE) X(FREE) X(DISCOUNT) X(DEPOSIT) X(PAY) X(CARD) X(CASH) X(INSTALMENT) X(INVOICE) X(REFUND) \
	X(VOUCHER) X(OPEN) X(CLOSED) X(HOURS) X(WHERE) X(WHEN) X(DURATION) X(HOW_MANY) X(HOW_OFTEN) X(WHO) \
	X(PARKING) X(TRANSPORT) X(BOOK) X(CANCEL) X(RESCHEDULE) X(ORDER) X(DELIVER) X(COLLECT) X(WAIT) X(CHILD) \
	X(BABY) X(PET) X(PERSON) X(GROUP) X(STUDENT) X(SENIOR) X(MAN) X(WOMAN) X(PARENT) X(DAY) X(WEEK) \
	X(WEEKEND) X(MONTH) X(YEAR) X(HOUR) X(MINUTE) X(NIGHT) X(MORNING) X(EVENING) X(HALF) X(WIFI) X(LIFT) \
	X(STAIRS) X(WHEELCHAIR) X(TOILET) X(SHOWER) X(TOWEL) X(EAT) X(DRINK) X(COFFEE) X(WATER) X(BREAKFAST) \
	X(DINNER) X(MENU) X(VEGAN) X(GLUTEN) X(ALLERGY) X(LACTOSE) X(REPAIR) X(WARRANTY) X(RETURN) X(SIZE) \
	X(COLOUR) X(SMALL) X(MEDIUM) X(LARGE) X(NEW) X(USED) X(RENT) X(BUY) X(PHONE) X(EMAIL) X(WEBSITE) X(JOB) \
	X(COURSE) X(BEGINNER) X(AGE) X(INSURANCE) X(PRESCRIPTION) X(DOCUMENT) X(LANGUAGE) X(FIRST) X(EARLY) \
	X(LATE) X(BRING) X(CAR) X(BIRTHDAY) X(WEDDING) X(GIFT) X(HOLIDAY) X(PREGNANT) X(CLOTHES) X(SMOKE) \
	X(STAFF) X(CERTIFICATE) X(KEEP) X(TOTAL) X(READY) X(CHEAPEST)
/* clang-format on */

enum concept {
	CONCEPT_NONE,
#define X(name) CONCEPT_##name,
	CONCEPT_LIST(X)
#undef X
		CONCEPTS
};

#endif
