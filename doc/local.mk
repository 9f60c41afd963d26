dist_man_MANS += \
	doc/deskbell-outbox.8 \
	doc/deskbell.conf.5 \
	doc/deskbellctl.1
EXTRA_DIST += \
	doc/answers.md \
	doc/deskbell-simulator.1 \
	doc/benchmarks.md \
	doc/contact-sheet.jpg \
	doc/desk-channel.png \
	doc/desk-figures.png \
	doc/desk-inbox.png \
	doc/desk-thread.png \
	doc/internals/answer-pipeline.md \
	doc/internals/autostart.md \
	doc/internals/group-commit.md \
	doc/internals/outbox-states.md \
	doc/internals/tenant-isolation.md \
	doc/inbox.md \
	doc/leads.md \
	doc/scaling.md \
	doc/life-of-a-message.svg \
	doc/samples/demo-knowledge.md \
	doc/samples/demo-skills.json \
	doc/phone-page.png \
	doc/portability.md
# What the messages of the programs point at.
dist_doc_DATA = doc/files.md doc/installing.md doc/install-panel.md doc/install-server.md doc/install-container.md
