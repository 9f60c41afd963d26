/*
 * status-costs.c - what the messages of the month cost: free and billed ones, an estimate by the host's rate card.
 *
 * The platform has taken the free messages off already: what it calls regular is billed. What the card does not know is
 * unknown, never free.
 */
#include "desk/pages/settings/status-parts.h"

#include "domain/costs/costs.h"

static bool status_costs_is_service(struct str category)
{
	return str_equal(category, STR("service")) || str_equal(category, STR("group_service"));
}

int64_t status_service_messages(const struct status *s)
{
	int64_t n = 0;
	for (int i = 0; i < s->costs.n; i++) {
		const struct sql_status_costs_row row = sql_status_costs_row(&s->costs, i);
		if (status_costs_is_service(row.category) && !str_equal(row.type, STR("free_entry_point")))
			n += row.delivered;
	}
	return n;
}

/* "1.23 USD" of millionths. */
static struct str status_costs_amount(struct desk_request *v, int64_t micros)
{
	return pool_printf(v->pool, "%lld.%02lld %s", (long long)(micros / 1000000),
		(long long)(micros % 1000000 / 10000), v->desk->conf->costs_currency);
}

struct bill {
	int64_t micros, billed, unknown; /* unknown: messages without a rate */
};

static void status_costs_write_row(struct desk_request *v, struct json_writer *w, const struct rate_card *card,
	struct str today, const struct sql_status_costs_row *row, struct bill *bill)
{
	const char *market = costs_market(row->prefix);
	bool billed = str_equal(row->type, STR("regular")), priced;
	int64_t rate = 0;
	priced = billed && costs_rate(card, today, market, row->category, &rate);
	bill->micros += priced ? rate * row->delivered : 0;
	bill->billed += billed ? row->delivered : 0;
	bill->unknown += billed && !priced ? row->delivered : 0;
	json_begin_object(w);
	json_member_str(w, "category", row->category);
	json_member_str(w, "type", row->type);
	json_member_bool(w, "billed", billed);
	json_member_str(w, "market", str_of(request_translate(v, market ? market : T("unknown market"))));
	json_member_str(w, "delivered", locale_number(v->pool, &v->locale, row->delivered));
	json_member_str(w, "estimate",
		!billed  ? STR("–")
		: priced ? status_costs_amount(v, rate * row->delivered)
			 : str_of(request_translate(v, T("unknown"))));
	json_end_object(w);
}

static struct str status_costs_ratio(struct desk_request *v, int64_t a, int64_t b)
{
	return b ? locale_decimal(v->pool, &v->locale, (double)a / (double)b, 1) : STR("–");
}

static void status_costs_write_total(
	struct desk_request *v, struct json_writer *w, const struct rate_card *card, const struct bill *bill)
{
	json_member_str(w, "billed", locale_number(v->pool, &v->locale, bill->billed));
	json_member_bool(w, "has_card", card->date.n > 0);
	json_member_str(w, "card_date", card->date.n ? card->date : STR(""));
	json_member_str(w, "total", card->date.n ? status_costs_amount(v, bill->micros) : STR("–"));
	json_member_bool(w, "has_unknown", card->date.n > 0 && bill->unknown > 0);
	json_member_str(w, "unknown", locale_number(v->pool, &v->locale, bill->unknown));
}

void status_write_costs(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	const struct sql_status_month_row month = sql_status_month_row(&s->month, 0);
	struct rate_card card;
	struct bill bill = { 0, 0, 0 };
	int64_t n = status_service_messages(s);
	const struct conf *conf = v->desk->conf;
	if (costs_read_card(v->pool, conf->costs_rates_file, conf->costs_currency, month.today, &card) != ERR_OK)
		card = (struct rate_card){ .text = STR_NONE };
	json_key(w, "costs");
	json_begin_object(w);
	json_member_bool(w, "any", s->costs.n > 0);
	json_member_str(w, "service", locale_number(v->pool, &v->locale, n));
	json_member_str(w, "free", locale_number(v->pool, &v->locale, COSTS_FREE_SERVICE));
	json_member_str(w, "forecast", locale_number(v->pool, &v->locale, costs_forecast(n, month.day, month.days)));
	json_member_str(w, "per_reply", status_costs_ratio(v, month.reply_messages, month.replies));
	json_key(w, "rows");
	json_begin_array(w);
	for (int i = 0; i < s->costs.n; i++) {
		const struct sql_status_costs_row row = sql_status_costs_row(&s->costs, i);
		status_costs_write_row(v, w, &card, month.today, &row, &bill);
	}
	json_end_array(w);
	status_costs_write_total(v, w, &card, &bill);
	json_end_object(w);
}
