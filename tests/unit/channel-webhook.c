/*
 * channel-webhook.c - tests of reading WhatsApp's webhook payloads: a change in, items in the words of the domain out,
 * each as one line.
 */
#include "channel.h"

#include "check.h"

#include "channel/whatsapp/whatsapp.h"
#include "core/clock.h"

#define NOW TEST_NOW
#define AT "'timestamp':'1790000000'"

static const struct channel channel = { .org_id = 1, .id = 2, .ops = &whatsapp_channel };

static void check_change(const char *change, const char *expected)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	clock_freeze(NOW * 1000LL);
	whatsapp_normalise(pool, &channel, test_json(pool, change), &list);
	clock_thaw();
	CHECK_STR(test_told(pool, "whatsapp", &list), expected);
	pool_free(pool);
}

/* `messages` as the value's array, with one contact: Ada, 49, US.1. */
static void check_messages(const char *messages, const char *expected)
{
	struct pool *pool = pool_new();
	check_change(pool_printf(pool,
			     "{'field':'messages','value':{'contacts':[{'wa_id':'49123','user_id':'US.1','profile':{'"
			     "name':' Ada ','username':'ada'}}],'messages':[%s]}}",
			     messages)
			     .p,
		expected);
	pool_free(pool);
}

#define ADA " bsuid:US.1 wa_id:49123 phone=+49123 name=Ada user=ada"

/* The message with this type and content; what is expected after the sender's part. */
static void check_type(const char *content, const char *kind, const char *rest)
{
	struct pool *pool = pool_new();
	check_messages(pool_printf(pool, "{'from':'49123','id':'w1'," AT ",%s}", content).p,
		pool_printf(pool, "message id=w1 kind=%s" ADA "%s", kind, rest).p);
	pool_free(pool);
}

static void what_the_pipeline_may_read(void)
{
	check_type("'type':'text','text':{'body':'Hi'}", "text", " body=Hi text-like answer window");
	check_type("'type':'button','button':{'text':'Yes','payload':'p'}", "button",
		" body=Yes text-like answer window meta={\"button\":{\"text\":\"Yes\",\"payload\":\"p\"}}");
	check_type("'type':'interactive','interactive':{'type':'button_reply','button_reply':{'id':'b','title':'B'}}",
		"interactive",
		" body=B text-like answer window "
		"meta={\"interactive\":{\"type\":\"button_reply\",\"button_reply\":{\"id\":\"b\",\"title\":\"B\"}}}");
	check_type("'type':'interactive','interactive':{'type':'list_reply','list_reply':{'id':'l','title':'L','"
		   "description':'d'}}",
		"interactive",
		" body=L text-like answer window "
		"meta={\"interactive\":{\"type\":\"list_reply\",\"list_reply\":{\"id\":\"l\",\"title\":\"L\","
		"\"description\":\"d\"}}}");
	check_type("'type':'text','text':{'body':''}", "text", " body= answer window");
	check_type("'type':'text','text':{}", "text", " answer window");
	check_type("'type':'text','text':'flat'", "text", " answer window");
	check_type("'text':{'body':'no type'}", "text", " body=no type text-like answer window");
	check_type("'type':'text','text':{'body':'q'},'context':{'from':'1','id':'w0'}", "text",
		" body=q text-like answer window to=w0 meta={\"context\":{\"from\":\"1\",\"id\":\"w0\"}}");
	check_type("'type':'text','text':{'body':'f'},'context':{'forwarded':true}", "text",
		" body=f text-like answer window meta={\"context\":{\"forwarded\":true}}");
}

static void what_it_may_not_read(void)
{
	check_type("'type':'image','image':{'id':'1','caption':'Look'}", "image",
		" body=Look text-like answer window meta={\"image\":{\"id\":\"1\",\"caption\":\"Look\"}}");
	check_type("'type':'video','video':{'id':'1'}", "video", " answer window meta={\"video\":{\"id\":\"1\"}}");
	check_type("'type':'document','document':{'caption':'C'}", "document",
		" body=C text-like answer window attention=sent_document "
		"meta={\"document\":{\"caption\":\"C\"}}");
	check_type("'type':'audio','audio':{'voice':true}", "audio",
		" answer window attention=sent_voice meta={\"audio\":{\"voice\":true}}");
	check_type("'type':'sticker','sticker':{}", "sticker", " answer window meta={\"sticker\":{}}");
	check_type("'type':'location','location':{'latitude':1.5}", "location",
		" answer window attention=sent_location meta={\"location\":{\"latitude\":1.5}}");
	check_type("'type':'contacts','contacts':[]", "contacts",
		" answer window attention=sent_contact meta={\"contacts\":[]}");
	check_type("'type':'order','order':{'text':'Soon'}", "order",
		" body=Soon answer window attention=sent_order meta={\"order\":{\"text\":\"Soon\"}}");
	check_type("'type':'tomorrow','tomorrow':{'caption':'C'}", "tomorrow",
		" body=C answer window meta={\"tomorrow\":{\"caption\":\"C\"}}");
	check_type("'type':'interactive','interactive':{'type':'nfm_reply','nfm_reply':{'response_json':'{'}}",
		"interactive",
		" answer window attention=sent_form "
		"meta={\"interactive\":{\"type\":\"nfm_reply\",\"nfm_reply\":{\"response_json\":\"{\"}}}");
	check_type("'type':'interactive','interactive':{'type':'call_permission_reply'}", "interactive",
		" answer window meta={\"interactive\":{\"type\":\"call_permission_reply\"}}");
	check_type("'type':'unsupported','errors':[{'code':131051}]", "unsupported",
		" answer window meta={\"errors\":[{\"code\":131051}]}");
	check_type("'type':'unsupported','errors':[{'code':131052}]", "unsupported",
		" answer window attention=sent_lost_file meta={\"errors\":[{\"code\":131052}]}");
	check_type("'type':'image','image':{'caption':'C'},'errors':[{'code':131052}]", "image",
		" body=C text-like answer window attention=sent_lost_file "
		"meta={\"image\":{\"caption\":\"C\"},\"errors\":[{\"code\":131052}]}");
	check_type(
		"'type':'tomorrow','tomorrow':{'x':[1]}", "tomorrow", " answer window meta={\"tomorrow\":{\"x\":[1]}}");
	check_type("'type':17", "unknown", " answer window");
}

static void what_is_never_answered(void)
{
	check_type("'type':'reaction','reaction':{'message_id':'w0','emoji':'+'}", "reaction",
		" body=+ event to=w0 meta={\"reaction\":{\"message_id\":\"w0\",\"emoji\":\"+\"}}");
	check_type("'type':'reaction','reaction':{'message_id':'w0'}", "reaction",
		" event to=w0 meta={\"reaction\":{\"message_id\":\"w0\"}}");
	check_type("'type':'edit','edit':{'original_message_id':'w0','message':{'type':'text','text':{'body':'new'}}}",
		"edit",
		" body=new event to=w0 "
		"meta={\"edit\":{\"original_message_id\":\"w0\",\"message\":{\"type\":\"text\",\"text\":{\"body\":"
		"\"new\"}}}}");
	check_type("'type':'revoke','revoke':{'original_message_id':'w0'}", "revoke",
		" event to=w0 meta={\"revoke\":{\"original_message_id\":\"w0\"}}");
	/* A group is a conversation of its own. */
	check_messages("{'from':'49123','id':'w1'," AT ",'group_id':'g1','type':'text','text':{'body':'all'}}",
		"message id=w1 kind=text wa_group:g1 name=WhatsApp group body=all text-like "
		"meta={\"group_id\":\"g1\",\"writer\":{\"name\":\"Ada\",\"id\":\"US.1\"}}");
}

static void who_wrote(void)
{
	/* Contacts are matched by id, not by place. */
	check_change("{'field':'messages','value':{'contacts':[{'wa_id':'2','profile':{'name':'Two'}},{'wa_id':'1','"
		     "profile':{'name':'One'}}],'messages':["
		     "{'from':'1','id':'a'," AT ",'type':'revoke'},{'from':'2','id':'b'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke wa_id:1 name=One event\nmessage id=b kind=revoke wa_id:2 name=Two event");
	/* No number, only a business-scoped id, with that of the parent. */
	check_change("{'field':'messages','value':{'contacts':[{'user_id':'US.9','parent_user_id':'US.ENT.9','profile':"
		     "{}}],'messages':[{'from_user_id':'US.9',"
		     "'id':'a'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke bsuid:US.9 parent_bsuid:US.ENT.9 event");
	check_change("{'field':'messages','value':{'messages':[{'from':'4912345','from_user_id':'US.9','from_parent_"
		     "user_id':'P','id':'a'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke bsuid:US.9 wa_id:4912345 parent_bsuid:P phone=+4912345 event");
	check_change("{'field':'messages','value':{'messages':[{'from':4912345,'id':77,'timestamp':1790000000,'type':'"
		     "revoke'}]}}",
		"message id=77 kind=revoke wa_id:4912345 phone=+4912345 event");
	check_change("{'field':'messages','value':{'messages':[{'from':'not-a-number','id':'a'," AT
		     ",'type':'revoke'}]}}",
		"message id=a kind=revoke wa_id:not-a-number event");
	/* No id fits: the only contact gives its name, and no more. */
	check_change("{'field':'messages','value':{'contacts':[{'wa_id':'551187654321','profile':{'name':'Bia'}}],'"
		     "messages':[{'from':'5511987654321','id':'a'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke wa_id:5511987654321 phone=+5511987654321 name=Bia event");
	/* Nobody is named but by the only contact. */
	check_messages("{'id':'a'," AT ",'type':'revoke'}", "message id=a kind=revoke" ADA " event");
	check_change("{'field':'messages','value':{'contacts':[{'wa_id':'1'},{'wa_id':'2'}],'messages':[{'id':'a'," AT
		     ",'type':'text'}]}}",
		"quarantine kind=message reason=item_names_nobody");
}

static void who_changed_number_or_id(void)
{
	check_change("{'field':'messages','value':{'messages':[{'from':'4911111','id':'a'," AT
		     ",'type':'system','system':{'type':'user_changed_number','body':'A "
		     "changed','wa_id':'4922222'}}]}}",
		"message id=a kind=system wa_id:4922222 renamed=4911111 phone=+4922222 event "
		"meta={\"system\":{\"type\":\"user_changed_number\",\"body\":\"A "
		"changed\",\"wa_id\":\"4922222\"}}");
	check_change("{'field':'messages','value':{'messages':[{'from':'4911111','from_user_id':'US.1','id':'a'," AT
		     ",'type':'system',"
		     "'system':{'type':'user_changed_user_id','user_id':'US.2'}}]}}",
		"message id=a kind=system bsuid:US.2 wa_id:4911111 renamed=US.1 phone=+4911111 event "
		"meta={\"system\":{\"type\":\"user_changed_user_id\",\"user_id\":\"US.2\"}}");
}

static void what_is_broken(void)
{
	check_change("{'field':'messages','value':{'messages':[null,7,'x',[],{'from':'1','id':'ok'," AT
		     ",'type':'revoke'}]}}",
		"quarantine kind=message reason=item_no_object\nquarantine kind=message reason=item_no_object\n"
		"quarantine kind=message reason=item_no_object\nquarantine kind=message reason=item_no_object\nmessage "
		"id=ok kind=revoke wa_id:1 event");
	check_change("{'field':'messages','value':{'messages':{'from':'1'},'statuses':'x','contacts':7}}", "");
	check_change("{'field':'messages'}", "");
	check_change("{'field':7,'value':{'messages':[{'from':'1','id':'a'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke wa_id:1 event");
	check_change("{'value':{'messages':[{'from':'1','id':'a'," AT ",'type':'revoke'}]}}",
		"message id=a kind=revoke wa_id:1 event");
	check_change("[]", "");
	check_change("{'field':'account_update','value':{'messages':[{'from':'1','id':'a'}]}}",
		"field kind=account_update shape={\"messages\":[{\"from\":\"text\",\"id\":\"text\"}]}");
	/* A field that is not known yet: people's words are put aside; one that cannot be read is known by its value.
	 */
	check_change("{'field':'tomorrow','value':{'messages':[{'from':'1','id':'a'}]}}",
		"quarantine kind=payload reason=item_unknown_field\nfield kind=tomorrow "
		"shape={\"messages\":[{\"from\":\"text\",\"id\":\"text\"}]}");
	check_change("{'field':7,'value':{'history':[{'threads':[]}]}}",
		"field kind=history shape={\"history\":[{\"threads\":[]}]}");
	check_change("{'field':'history','value':{'history':[{'threads':[]}]}}",
		"field kind=history shape={\"history\":[{\"threads\":[]}]}");
	check_change("{'field':'account_update','value':{'event':'ACCOUNT_RECONNECTED'}}",
		"field kind=account_update shape={\"event\":\"text\"} restored");
	check_change("{'field':'account_update','value':{'event':'ACCOUNT_DELETED'}}",
		"field kind=account_update reason=account_deleted "
		"shape={\"event\":\"text\"} broken");
	check_change("{'field':'messages','value':{'errors':[{'code':131000}]}}",
		"field kind=errors shape=[{\"code\":\"number\"}]");
	check_messages("{'from':'49123','id':'a','timestamp':'yesterday','type':'revoke'}",
		"message id=a at=now kind=revoke" ADA " event");
	check_messages("{'from':'49123','id':'a','timestamp':'99999999999999999999','type':'revoke'}",
		"message id=a at=now kind=revoke" ADA " event");
	check_messages("{'from':'49123','id':'a','timestamp':-5,'type':'revoke'}",
		"message id=a at=now kind=revoke" ADA " event");
}

/* A message without an id gets one from its content: the same again is the same, another is another. */
static void a_missing_id_comes_from_the_content(void)
{
	static const char *const bodies[] = { "one", "one", "two" };
	struct pool *pool = pool_new();
	struct str ids[3];
	for (int i = 0; i < 3; i++) {
		struct inbound_list list;
		inbound_list_init(&list);
		whatsapp_normalise(pool, &channel,
			test_json(pool,
				pool_printf(pool, "{'value':{'messages':[{'from':'1'," AT ",'text':{'body':'%s'}}]}}",
					bodies[i])
					.p),
			&list);
		ids[i] = list.first ? list.first->provider_id : STR_NONE;
		CU_ASSERT_TRUE(str_has_prefix(ids[i], STR("content:")) && ids[i].n == 72);
	}
	CU_ASSERT_TRUE(str_equal(ids[0], ids[1]));
	CU_ASSERT_FALSE(str_equal(ids[0], ids[2]));
	pool_free(pool);
}

static void echoes(void)
{
	check_change("{'field':'smb_message_echoes','value':{'metadata':{'display_phone_number':'1555'},'message_"
		     "echoes':[{'from':'1555','to':'4912345',"
		     "'id':'e'," AT ",'type':'text','text':{'body':'me'}}]}}",
		"message id=e kind=text wa_id:4912345 phone=+4912345 echo body=me");
	check_change("{'field':'smb_message_echoes','value':{'message_echoes':[{'from':'1555','to_user_id':'US.3','id':"
		     "'e'," AT ",'type':'image','image':{}}]}}",
		"message id=e kind=image bsuid:US.3 echo meta={\"image\":{}}");
	/* Turned round: the party that is not the business is the customer. */
	check_change("{'field':'smb_message_echoes','value':{'metadata':{'display_phone_number':'1555'},'message_"
		     "echoes':[{'to':'1555','from':'4912345',"
		     "'id':'e'," AT ",'type':'revoke'}]}}",
		"message id=e kind=revoke wa_id:4912345 phone=+4912345 echo event");
	check_change("{'field':'smb_message_echoes','value':{'message_echoes':[{'from':'1555','id':'e'},5]}}",
		"quarantine kind=echo reason=item_echo_no_customer\nquarantine kind=echo reason=item_echo_no_customer");
	/* Both parties are the business: nobody is left, and it is kept for replay. */
	check_change("{'field':'smb_message_echoes','value':{'metadata':{'display_phone_number':'1555'},'message_"
		     "echoes':[{'to':'1555','id':'e'," AT ",'type':'revoke'}]}}",
		"quarantine kind=echo reason=item_echo_no_customer");
}

static void statuses(void)
{
	check_change("{'field':'messages','value':{'statuses':[{'id':'w1','status':'sent'," AT
		     ",'recipient_id':'49','biz_opaque_callback_data':'db.x'},{'id':'w1',"
		     "'status':'delivered','timestamp':1790000000},"
		     "{'id':'w1','status':'read'," AT "},{'id':'w1','status':'played'," AT "}]}}",
		"status id=w1 status=sent tag=db.x\nstatus id=w1 status=delivered\nstatus id=w1 status=read\nstatus "
		"id=w1 status=played");
	check_change("{'value':{'statuses':[{'id':'w1','status':'failed'," AT
		     ",'errors':[{'code':131026,'title':'t','message':'m','error_data':{'details':'d'}}]}]}}",
		"status id=w1 status=failed error={\"class\":\"recipient\",\"code\":\"131026\","
		"\"reason\":{\"code\":\"whatsapp_undeliverable\"},\"details\":\"d\"}");
	check_change("{'value':{'statuses':[{'id':'w1','status':'failed'," AT "}]}}",
		"status id=w1 status=failed error={\"class\":\"request\","
		"\"reason\":{\"code\":\"whatsapp_refused\"}}");
	check_change("{'value':{'statuses':[{'id':'w1','status':'deleted'," AT
		     "},{'id':'w1','status':'warning'},{'status':'sent'},{'id':'w1'},9]}}",
		"quarantine kind=status reason=item_status_incomplete\nquarantine kind=status "
		"reason=item_status_incomplete\nquarantine kind=status reason=item_status_incomplete");
}

static void the_route_of_a_change(void)
{
	struct pool *pool = pool_new();
	struct whatsapp_route r = whatsapp_route_of(pool, test_json(pool, "{'id':'acc'}"),
		test_json(pool, "{'value':{'metadata':{'phone_number_id':106540352242922}}}"));
	CHECK_STR(r.account_id, "acc");
	CHECK_STR(r.phone_number_id, "106540352242922");
	r = whatsapp_route_of(pool, NULL, test_json(pool, "{'value':{'metadata':[]}}"));
	CU_ASSERT_TRUE(!r.account_id.p && !r.phone_number_id.p);
	pool_free(pool);
}

CU_TestInfo channel_webhook_tests[] = {
	{ "what the pipeline may read", what_the_pipeline_may_read },
	{ "what it may not read", what_it_may_not_read },
	{ "what is never answered", what_is_never_answered },
	{ "who wrote", who_wrote },
	{ "who changed number or id", who_changed_number_or_id },
	{ "what is broken", what_is_broken },
	{ "a missing id comes from the content", a_missing_id_comes_from_the_content },
	{ "echoes", echoes },
	{ "statuses", statuses },
	{ "the route of a change", the_route_of_a_change },
	CU_TEST_INFO_NULL,
};

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void only_the_exact_form_is_a_signature(void)
{
	static const char *const bad[] = { "", "sha256=", HEX, "sha256=" HEX "0",
		"sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "SHA256=" HEX, "sha1=" HEX,
		"sha256=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		"sha256=g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", " sha256=" HEX,
		"sha256= 123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" };
	unsigned char out[CRYPT_SHA256_BYTES];
	CU_ASSERT_TRUE(whatsapp_signature_parse(STR("sha256=" HEX), out));
	CHECK_INT(out[0], 0x01);
	CHECK_INT(out[31], 0xef);
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_ROW(!whatsapp_signature_parse(str_of(bad[i]), out), bad[i]);
	CU_ASSERT_FALSE(whatsapp_signature_parse(STR_NONE, out));
}

CU_TestInfo channel_signature_tests[] = {
	{ "only the exact form is a signature", only_the_exact_form_is_a_signature },
	CU_TEST_INFO_NULL,
};
