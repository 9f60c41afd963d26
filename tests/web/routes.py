"""Every address of both programs: who may call it, and what the ids in it name. The programs print their own tables;
one that this list does not have, or has otherwise, fails matrix.t. So a new route, and a route that is opened to more
callers, is decided here a second time.

Columns: method, path, authority, scope of API tokens ("-": none may call it), what each {id} names, and a body that the
route takes. In bodies and ids a name in braces stands for the other tenant's row of that table; {user} is its owner."""

DESK = """
GET  /                                          person - -
GET  /healthz                                   public - -
GET  /readyz                                    public - -
GET  /assets/{file}                             public - -
GET  /manifest.webmanifest                      public - -
GET  /sw.js                                     public - -
GET  /offline                                   public - -
GET  /setup                                     signed-out-form - -
POST /setup                                     signed-out-form - -
GET  /sign-in                                   signed-out-form - -
POST /sign-in                                   signed-out-form - -
GET  /sign-in/forgotten                         signed-out-form - -
POST /sign-in/forgotten                         signed-out-form - -
GET  /sign-in/second                            signed-out-form - -
POST /sign-in/second                            signed-out-form - -
POST /sign-out                                  person - -
GET  /invitations/{token}                       signed-out-form - -
POST /invitations/{token}                       signed-out-form - -
GET  /reset/{token}                             signed-out-form - -
POST /reset/{token}                             signed-out-form - -
POST /organisations/{id}                        person - organizations
GET  /account                                   person - -
POST /account                                   person - -
POST /account/password                          person - -
POST /account/sessions/end                      person - -
POST /account/sessions/{id}/end                 person - sessions
POST /account/away                              operator - -                       away=on
POST /account/calls                             operator - -
POST /account/push                              operator - -
POST /account/push/key                          operator - -
POST /account/push/remove                       operator - -                       id={push_subscriptions}
POST /account/push/test                         operator - -
GET  /account/second-factor                     person - -
POST /account/second-factor/begin               person - -
POST /account/second-factor/confirm             person - -
POST /account/second-factor/codes               person - -
POST /account/second-factor/remove              person - -
GET  /start                                     admin read -
GET  /start/updates                             admin read -
POST /start                                     admin - -
GET  /start/skills                              admin - -
POST /start/skills                              admin - -
GET  /inbox                                     operator read -
GET  /updates                                   operator read -
GET  /logo                                      operator read -
POST /inbox/filters                             operator - -                       name=planted
POST /inbox/filters/{id}/remove                 operator - saved_filters
GET  /inbox/updates                             operator read -
GET  /inbox/today                               operator read -
GET  /inbox/{id}                                operator read conversations
GET  /inbox/{id}/updates                        operator read conversations
GET  /files/{id}/{id}                           operator read messages,position
POST /files/{id}/{id}/retry                     operator - messages,position
POST /files/{id}/{id}/played                    operator - messages,position
POST /inbox/{id}/messages                       operator - conversations           key=k&text=hello
POST /inbox/{id}/later                          operator - conversations           message=1&do=cancel
POST /inbox/{id}/send-draft                     operator - conversations           draft={decisions}
POST /inbox/{id}/take-over                      operator - conversations
POST /inbox/{id}/return                         operator - conversations
POST /inbox/{id}/assign                         operator - conversations           user={user}
POST /inbox/{id}/close                          operator - conversations
POST /inbox/{id}/reopen                         operator - conversations
POST /inbox/{id}/tags                           operator - conversations           add=planted
POST /inbox/{id}/note                           operator - conversations           note=planted
POST /inbox/{id}/notes/{id}/remove              operator - conversations,notes
POST /inbox/{id}/contact/name                   operator - conversations           name=planted
POST /inbox/{id}/contact/block                  operator - conversations
POST /inbox/{id}/contact/unblock                operator - conversations
POST /inbox/{id}/contact/value                  operator - conversations           field={contact_fields}&value=planted
POST /inbox/{id}/contact/fields                 admin - conversations              name=planted
POST /inbox/{id}/contact/fields/{id}/remove     admin - conversations,contact_fields confirmed=yes
POST /inbox/{id}/read                           operator - conversations
POST /inbox/{id}/unread                         operator - conversations
POST /inbox/{id}/snooze                         operator - conversations           until=tomorrow
POST /inbox/{id}/undo                           operator - conversations
POST /inbox/{id}/wrong-answer                   admin write conversations          decision={decisions}&skill={skills}
POST /counter-examples/{id}/remove              admin write counter_examples
POST /inbox/{id}/contact/export                 admin - conversations              format=json
POST /inbox/{id}/contact/erase                  admin - conversations              typed={contacts}&confirmed={contacts}
POST /inbox/{id}/contact/merge                  admin - conversations              conversation={conversations}
POST /inbox/{id}/contact/separate               admin - conversations
POST /account/tokens                            owner - -
POST /account/tokens/{id}/revoke                owner - api_tokens
GET  /leads                                     operator read -
GET  /leads/export.csv                          operator read -
GET  /leads/{id}                                operator read conversations
POST /leads/{id}                                operator - conversations           name=planted
GET  /queue                                     operator read -
POST /queue                                     admin - -                          message={messages}&do=retry
GET  /status                                    operator read -
GET  /figures                                   admin read -
GET  /figures/export.csv                        admin read -
GET  /audit                                     admin read -
GET  /settings/people                           admin read -
POST /settings/people/invite                    owner - -
POST /settings/people/invitations/{id}/remove   owner - invitations
POST /settings/people/{id}/role                 owner - user                       role=operator
POST /settings/people/{id}/remove               owner - user
POST /settings/people/{id}/reset                owner - user
POST /settings/people/{id}/second-factor/reset  owner - user
GET  /settings/security                         owner - -
POST /settings/security                         owner - -
GET  /skills                                    admin read -
GET  /skills/new                                admin - -
POST /skills/new                                admin write -
GET  /skills/try                                admin - -
POST /skills/try                                admin read -
GET  /skills/import                             admin - -
POST /skills/import                             admin write -
GET  /skills/export                             admin read -
GET  /skills/unanswered                         admin read -
POST /skills/unanswered                         admin write -                      ids={decisions}&do=ignore
GET  /skills/proposals                          admin read -
POST /skills/proposals                          admin write -                      ids={messages}&do=reject
GET  /skills/{id}                               admin read skills
POST /skills/{id}                               admin write skills      title=planted&triggers=planted&response=planted
POST /skills/{id}/delete                        admin write skills
POST /skills/{id}/toggle                        admin write skills                 enabled=no
GET  /skills/{id}/content                       admin read skills
POST /skills/{id}/content                       admin write skills                 do=remove
GET  /knowledge                                 admin read -
GET  /knowledge/new                             admin - -
POST /knowledge/new                             admin write -
POST /knowledge/site                            admin write -
GET  /knowledge/{id}                            admin read documents
POST /knowledge/{id}                            admin write documents              title=planted&body=planted
POST /knowledge/{id}/delete                     admin write documents
GET  /settings/channels                         admin read -
GET  /settings/channels/{platform}              admin read -
POST /settings/channels/{platform}              admin - -
GET  /settings/channels/{platform}/updates      admin read -
POST /settings/channels/{platform}/test         admin - -
POST /settings/channels/{platform}/subscribe    admin - -
POST /settings/channels/{platform}/disconnect   owner - -
GET  /settings/bot                              admin read -
GET  /settings/bot/hours                        admin read -
POST /settings/bot/hours                        admin - -
GET  /settings/bot/expert                       admin read -
POST /settings/bot/expert                       admin - -
POST /settings/bot                              admin - -
GET  /settings/bot/content                      admin read -
POST /settings/bot/content                      admin - -                          do=remove
GET  /settings/organisation                     admin read -
POST /settings/organisation                     admin - -
POST /settings/organisation/logo                admin - -                          do=remove
GET  /settings/replies                          admin read -
POST /settings/replies                          admin - -
POST /settings/replies/{id}/delete              admin - canned_replies
GET  /settings/replies/{id}/content             admin read canned_replies
POST /settings/replies/{id}/content             admin - canned_replies             do=remove
"""

# Of webhook.fcgi: "signed" is what a platform's signature or secret, or a token of the host, must stand before.
WEBHOOK = """
GET  /api/webhooks/whatsapp    signed
POST /api/webhooks/whatsapp    signed
POST /api/webhooks/telegram/*  signed
GET  /api/webhooks/cron        signed
GET  /healthz                  public
HEAD /healthz                  public
GET  /readyz                   public
HEAD /readyz                   public
GET  /metrics                  signed
HEAD /metrics                  signed
"""


class Classified:
	"""One line of the list."""

	def __init__(self, line):
		words = line.split()
		self.method, self.path, self.authority = words[:3]
		self.api = words[3].replace("-", "") if len(words) > 3 else ""
		self.names = [] if len(words) < 5 or words[4] == "-" else words[4].split(",")
		self.body = words[5] if len(words) > 5 else ""

	@property
	def key(self):
		return (self.method, self.path)

	@property
	def has_ids(self):
		return "{id}" in self.path or "{" in self.body


def classified(text):
	return {c.key: c for c in map(Classified, filter(None, text.split("\n")))}
