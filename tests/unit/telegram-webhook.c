/*
 * telegram-webhook.c - tests of reading updates of the Bot API: an update in, items in the words of the domain out,
 * each as one line.
 */
#include "channel.h"

#include "check.h"

#include "channel/telegram/telegram.h"
#include "core/clock.h"

#define AT "'date':1790000000"
#define ADA "'from':{'id':42,'is_bot':false,'first_name':'Ada','last_name':'L','username':'ada'}"
#define PRIVATE "'chat':{'id':42,'type':'private','first_name':'Ada'}"
#define GROUP "'chat':{'id':-7,'type':'group','title':'Friends'}"
#define WHO " telegram:42 name=Ada L user=ada"

static const struct channel channel = { .org_id = 1, .id = 2, .ops = &telegram_channel };

struct expectation {
	const char *update, *expected;
};

static void check_all(const struct expectation *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pool *pool = pool_new();
		struct inbound_list list;
		inbound_list_init(&list);
		clock_freeze(TEST_NOW * 1000LL);
		telegram_normalise(pool, &channel, test_json(pool, table[i].update), &list);
		clock_thaw();
		CHECK_STR(test_told(pool, "telegram", &list), table[i].expected);
		pool_free(pool);
	}
}

#define MESSAGE(rest) "{'update_id':9,'message':{'message_id':5," AT "," ADA "," PRIVATE rest "}}"

static void what_the_pipeline_may_read(void)
{
	static const struct expectation table[] = { { MESSAGE(",'text':'hi'"), "message id=42:5 kind=text" WHO
									       " body=hi text-like answer window" },
		{ MESSAGE(",'photo':[],'caption':'this one?'"),
			"message id=42:5 kind=photo" WHO
			" body=this one? text-like answer window meta={\"photo\":[]}" },
		{ MESSAGE(",'text':'hi','reply_to_message':{'message_id':3}"),
			"message id=42:5 kind=text" WHO " body=hi text-like answer window to=42:3" },
		{ "{'update_id':9,'callback_query':{'id':'77'," ADA ",'data':'yes','message':{'message_id':4," PRIVATE
		  "}}}",
			"message id=callback:42:77 at=now kind=callback_query" WHO
			" body=yes text-like answer window to=42:4" },
		{ "{'update_id':9,'callback_query':{'id':'77'," ADA ",'data':'yes','message':null}}",
			"message id=callback:42:77 at=now kind=callback_query" WHO
			" body=yes text-like answer window" } };
	check_all(table, COUNT(table));
}

static void what_it_may_not_read(void)
{
	static const struct expectation table[] = { { MESSAGE(",'sticker':{'emoji':'x'}"),
							    "message id=42:5 kind=sticker" WHO
							    " answer window meta={\"sticker\":{\"emoji\":\"x\"}}" },
		{ MESSAGE(",'photo':[]"), "message id=42:5 kind=photo" WHO " answer window meta={\"photo\":[]}" },
		{ MESSAGE(",'venue':{'title':'Here'},'location':{}"),
			"message id=42:5 kind=venue" WHO " body=Here answer window attention=sent_location "
			"meta={\"venue\":{\"title\":\"Here\"},\"location\":{}}" },
		/* What the Bot API does not have yet is content with its text; a known change of the chat is none. */
		{ MESSAGE(",'hologram':{},'caption':'look'"),
			"message id=42:5 kind=unknown" WHO
			" body=look text-like answer window meta={\"hologram\":{},\"caption\":\"look\"}" },
		/* The customer's own number, and somebody's. */
		{ MESSAGE(",'contact':{'user_id':42,'phone_number':'49151000'}"),
			"message id=42:5 kind=contact telegram:42 phone=+49151000 name=Ada L user=ada answer window "
			"attention=sent_contact "
			"meta={\"contact\":{\"user_id\":42,\"phone_number\":\"49151000\"}}" },
		{ MESSAGE(",'contact':{'user_id':43,'phone_number':'49151000'}"),
			"message id=42:5 kind=contact" WHO " answer window attention=sent_contact "
			"meta={\"contact\":{\"user_id\":43,\"phone_number\":\"49151000\"}}" },
		/* Addresses under words, and what is quoted. */
		{ MESSAGE(",'text':'see here','entities':[{'type':'text_link','url':'https://a.example/'}],"
			  "'reply_to_message':{'message_id':3,'text':'old'}"),
			"message id=42:5 kind=text" WHO " body=see here text-like answer window to=42:3 "
			"meta={\"links\":[\"https://a.example/\"],\"quoted\":\"old\"}" },
		{ MESSAGE(",'text':17"), "message id=42:5 kind=text" WHO " answer window" },
		{ MESSAGE(",'text':''"), "message id=42:5 kind=text" WHO " body= answer window" } };
	check_all(table, COUNT(table));
}

static void what_is_never_answered(void)
{
	static const struct expectation table[] = { { "{'update_id':9,'message':{'message_id':5," AT "," ADA "," GROUP
						      ",'text':'hi'}}",
							    "message id=-7:5 kind=text telegram:-7 name=Friends "
							    "body=hi text-like meta={\"writer\":{\"name\":\"Ada "
							    "L\",\"id\":\"42\"}}" },
		{ "{'update_id':9,'message':{'message_id':5," AT
		  ",'from':{'id':42,'is_bot':true,'first_name':'B'}," PRIVATE ",'text':'hi'}}",
			"message id=42:5 kind=text telegram:42 name=B body=hi text-like" },
		{ "{'update_id':9,'channel_post':{'message_id':5," AT
		  ",'chat':{'id':-1001,'type':'channel','title':'News'},'text':'hi'}}",
			"message id=-1001:5 kind=text telegram:-1001 name=News body=hi text-like" },
		{ "{'update_id':9,'edited_message':{'message_id':5,'date':1,'edit_date':1790000000," ADA "," PRIVATE
		  ",'text':'hi'}}",
			"message id=edited_message:9 kind=edit" WHO " body=hi event to=42:5" },
		{ MESSAGE(",'pinned_message':{}"),
			"message id=42:5 kind=service" WHO " event meta={\"pinned_message\":{}}" },
		{ "{'update_id':9,'message_reaction':{'message_id':5," AT
		  ",'user':{'id':42,'first_name':'Ada','last_name':'L','username':'ada'}," PRIVATE
		  ",'new_reaction':[{'type':'emoji','emoji':'+'}]}}",
			"message id=message_reaction:9 kind=reaction" WHO
			" body=+ event to=42:5 meta={\"new_reaction\":[{\"type\":\"emoji\",\"emoji\":\"+\"}]}" },
		{ "{'update_id':9,'poll':{'id':'1'}}", "field kind=poll shape={\"id\":\"text\"}" },
		{ "{'update_id':9,'tomorrow':[{}]}", "field kind=tomorrow shape=[{}]" }, { "{}", "" } };
	check_all(table, COUNT(table));
}

static void who_blocks_and_who_moves(void)
{
	static const struct expectation table[] = {
		{ "{'update_id':9,'my_chat_member':{" AT "," ADA "," PRIVATE ",'new_chat_member':{'status':'kicked'}}}",
			"message id=my_chat_member:9 kind=my_chat_member" WHO
			" event blocks meta={\"new_chat_member\":{\"status\":\"kicked\"}}" },
		{ "{'update_id':9,'my_chat_member':{" AT "," ADA "," PRIVATE ",'new_chat_member':{'status':'member'}}}",
			"message id=my_chat_member:9 kind=my_chat_member" WHO
			" event unblocks meta={\"new_chat_member\":{\"status\":\"member\"}}" },
		{ "{'update_id':9,'my_chat_member':{" AT "," ADA "," GROUP ",'new_chat_member':{'status':'kicked'}}}",
			"message id=my_chat_member:9 kind=my_chat_member telegram:-7 name=Friends event"
			" meta={\"new_chat_member\":{\"status\":\"kicked\"}}" },
		{ "{'update_id':9,'message':{'message_id':5," AT "," ADA "," GROUP ",'migrate_to_chat_id':-1007}}",
			"message id=-7:5 kind=service telegram:-1007 renamed=-7 name=Friends event"
			" meta={\"migrate_to_chat_id\":-1007,\"writer\":{\"name\":\"Ada L\",\"id\":\"42\"}}" },
		{ "{'update_id':9,'message':{'message_id':1," AT
		  ",'chat':{'id':-1007,'type':'supergroup','title':'Friends'},'migrate_from_chat_id':-7}}",
			"message id=-1007:1 kind=service telegram:-1007 renamed=-7 name=Friends event"
			" meta={\"migrate_from_chat_id\":-7}" }
	};
	check_all(table, COUNT(table));
}

static void what_is_broken_or_large(void)
{
	static const struct expectation table[] = { { "{'update_id':9,'message':{'text':'hi'}}",
							    "quarantine kind=message reason=item_no_chat" },
		{ "{'update_id':9,'message':'hi'}", "quarantine kind=message reason=item_no_chat" },
		{ "{'update_id':9,'callback_query':{'id':'1','from':'x','message':'y'}}",
			"quarantine kind=message reason=item_no_chat" },
		{ "{'update_id':9,'message':{'message_id':5,'date':0,'chat':{'id':9223372036854775807,'type':'private'}"
		  ","
		  "'text':'hi'}}",
			"message id=9223372036854775807:5 at=now kind=text telegram:9223372036854775807 body=hi "
			"text-like answer window" },
		{ "{'update_id':9,'message':{" AT ",'message_id':0,'chat':{'id':42},'text':'hi'}}",
			"message id=message:9 kind=text telegram:42 body=hi text-like answer window" },
		{ "{'update_id':9,'message':{" AT ",'message_id':5,'chat':{'id':42},'text':'a'},'edited_message':{" AT
		  ",'message_id':5,'edit_date':1790000000,'chat':{'id':42},'text':'b'}}",
			"message id=42:5 kind=text telegram:42 body=a text-like answer window\n"
			"message id=edited_message:9 kind=edit telegram:42 body=b event to=42:5" } };
	check_all(table, COUNT(table));
}

static void each_update(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	const struct json *update;
	struct inbound_list list;
	inbound_list_init(&list);
	CHECK_ROW(json_parse(pool, content, &update, NULL) == ERR_OK, name);
	telegram_normalise(pool, &channel, update, &list);
	for (const struct inbound *m = list.first; m; m = m->next)
		CHECK_ROW(m->op == INBOUND_QUARANTINE || (m->op == INBOUND_FIELD && m->kind.n)
				  || (m->n_identities == 1 && m->provider_id.n && m->provider_id.n <= 512 && m->kind.n),
			name);
	pool_free(pool);
}

static void gathered_examples_are_read(void)
{
	test_corpus("tg-update", each_update);
}

CU_TestInfo telegram_webhook_tests[] = {
	{ "what the pipeline may read", what_the_pipeline_may_read },
	{ "what it may not read", what_it_may_not_read },
	{ "what is never answered", what_is_never_answered },
	{ "who blocks and who moves", who_blocks_and_who_moves },
	{ "what is broken or large", what_is_broken_or_large },
	{ "gathered examples are read", gathered_examples_are_read },
	CU_TEST_INFO_NULL,
};
