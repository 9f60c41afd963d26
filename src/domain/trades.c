/*
 * trades.c - the templates themselves, and how their holes are found and filled.
 */
#include "domain/trades.h"

#include "core/buf.h"
#include "core/err.h"

#define WHERE_WE_ARE \
	{ \
		T("Where we are"), \
			T("where are you\nwhat is your address\nhow do I get to you\nis there parking\nsend me your " \
			  "location"), \
			T("We are at [address]. [How to get there, and where to park]."), false \
	}

const struct trade trades[TRADE_KINDS] = {
	[TRADE_OTHER] = { "other", T("Another business"),
		{ WHERE_WE_ARE,
			{ T("Prices"),
				T("what are your prices\nhow much does it cost\nwhat do you charge\nhow expensive is "
				  "it\ndo you have a price list"),
				T("Our prices: [services and their prices]."), false },
			{ T("How to reach us"),
				T("what is your phone number\nwhere can I call you\nwhat is your e-mail "
				  "address\nhow can I contact you\nI would like to call you"),
				T("Call us at [telephone number], write to [e-mail address], or simply go on here."),
				false } } },
	[TRADE_SHOP] = { "shop", T("Shop"),
		{ { T("Delivery"),
			  T("do you deliver\nhow long does delivery take\nhow much is shipping\nwhen will my order "
			    "arrive\ndo you ship to my city"),
			  T("We deliver to [places] within [number] working days. Delivery costs [price of delivery]."),
			  false },
			{ T("Returns and exchanges"),
				T("can I return it\ncan I exchange it for another size\nhow do returns work\nit does "
				  "not fit\nhow long can I return something"),
				T("You can return or exchange what you bought within [number] days, unused and with "
				  "the receipt: [where to bring or send it]."),
				false },
			{ T("Ways to pay"),
				T("how can I pay\ndo you take cards\ncan I pay on delivery\ndo you accept bank "
				  "transfers\ncan I pay in instalments"),
				T("You can pay by [ways to pay]."), false } } },
	[TRADE_CLINIC] = { "clinic", T("Clinic or practice"),
		{ { T("Appointments"),
			  T("I would like an appointment\nwhen is your next free appointment\ncan I book a visit\nhow "
			    "do "
			    "I make an appointment\nI need to see the doctor"),
			  T("We see patients at [days and hours]. Write your name and when it suits you, and we "
			    "confirm "
			    "the appointment here. In an emergency call [emergency number]."),
			  true },
			{ T("Costs and insurance"),
				T("which insurance do you accept\nhow much is a consultation\nwhat does a visit "
				  "cost\ndo you work with my insurance\nis it covered by insurance"),
				T("A first visit costs [price]. We work with [insurers]."), false },
			WHERE_WE_ARE } },
	[TRADE_RESTAURANT] = { "restaurant", T("Restaurant or café"),
		{ { T("Reservations"),
			  T("I want to book a table\ndo you have a table tonight\ncan I reserve for four people\nhow "
			    "do "
			    "I make a reservation\ndo you have space on Saturday"),
			  T("Write the day, the time and for how many people, and we confirm the table here within "
			    "[time, "
			    "such as one hour]."),
			  true },
			{ T("Menu and allergies"),
				T("can I see the menu\nwhat dishes do you have\ndo you have vegetarian food\nis it "
				  "gluten free\nI have an allergy"),
				T("This is our menu: [web address, or the dishes]. With an allergy: [what you offer]. "
				  "Please tell the staff about it before you order."),
				false },
			{ T("Takeaway and delivery"),
				T("do you deliver food\ncan I order takeaway\nhow long does delivery take\nwhat is the "
				  "minimum order\nwhere do you deliver"),
				T("Order takeaway at [telephone number]. We deliver to [places], from [minimum order] "
				  "on."),
				false } } },
	[TRADE_SALON] = { "salon", T("Salon"),
		{ { T("Appointments"),
			  T("I would like an appointment\ndo you have time tomorrow\ncan I book a haircut\nwhen is "
			    "your "
			    "next free appointment\ncan I come in on Saturday"),
			  T("Write what you would like and when it suits you, and we confirm the appointment here "
			    "within "
			    "[time, such as one hour]."),
			  true },
			{ T("Prices"),
				T("how much is a haircut\nwhat are your prices\nhow much does colouring cost\nwhat do "
				  "you charge\ndo you have a price list"),
				T("Our prices: [services and their prices]."), false },
			{ T("Changing an appointment"),
				T("I need to cancel my appointment\ncan I move my appointment\nI cannot come today\nI "
				  "am going to be late\nI want to change my booking"),
				T("You can change an appointment free of charge until [number] hours before it. We "
				  "arrange it with you here."),
				true } } },
	[TRADE_HOTEL] = { "hotel", T("Hotel or guest house"),
		{ { T("Rooms and rates"),
			  T("do you have a free room\nhow much is a night\nI want to book a room\nis breakfast "
			    "included\nwhat are your rates"),
			  T("A room costs from [price] a night, [with or without breakfast]. Write arrival, departure "
			    "and "
			    "for how many people, and we look what is free."),
			  true },
			{ T("Arrival and departure"),
				T("when is check-in\nwhat time is check-out\ncan I arrive late\ncan I leave my "
				  "luggage\nis early check-in possible"),
				T("Check-in is from [hour of arrival] on, check-out until [hour of departure]. "
				  "Luggage: [where it can stay]."),
				false },
			{ T("Parking, pets and Wi-Fi"),
				T("do you have parking\nhow much is parking\nare pets allowed\ncan I bring my dog\nis "
				  "there Wi-Fi"),
				T("Parking: [where, and its price]. Pets: [allowed or not]. Wi-Fi: [where, and its "
				  "price]."),
				false } } },
	[TRADE_WORKSHOP] = { "workshop", T("Repairs and workshop"),
		{ { T("What a repair costs"),
			  T("how much is a repair\ncan you fix it\nwhat does it cost to repair\ndo you repair this "
			    "model\nI need a quote"),
			  T("We repair [what you repair]. An estimate costs [price]. Write the model and what is "
			    "wrong, a "
			    "picture helps, and we answer here."),
			  true },
			{ T("Is it ready?"),
				T("is my repair ready\nwhen can I pick it up\nhow is my repair going\nis it finished "
				  "yet\nhow long does a repair take"),
				T("Most repairs take [number] days. Write your name or the number of your receipt, and "
				  "we look it up."),
				true },
			WHERE_WE_ARE } },
};

bool trade_next_part(struct str *rest, struct str *part, bool *hole)
{
	if (!rest->n)
		return false;
	*hole = *rest->p == '[';
	const char *end = memchr(rest->p, *hole ? ']' : '[', rest->n);
	size_t n = end ? (size_t)(end - rest->p) : rest->n, skip = *hole ? 1 : 0;
	*part = (struct str){ rest->p + skip, n - skip };
	if (*hole && end)
		n++;
	rest->p += n;
	rest->n -= n;
	return true;
}

struct str trade_fill(struct pool *pool, struct str response, const struct str *said, int n)
{
	struct buf text;
	struct str part;
	bool hole;
	int i = 0;
	buf_init(&text, 1 << 16);
	while (trade_next_part(&response, &part, &hole))
		buf_add_str(&text, hole && i < n ? said[i++] : part);
	return pool_take(pool, &text);
}
