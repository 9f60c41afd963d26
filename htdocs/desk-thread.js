/*
 * desk-thread.js - the conversation: marks it read, keeps drafts, sends without a new page, offers canned replies after a slash.
 *
 * Works on the composer that is in the page, and on another one after a conversation was opened in place (desk-list.js calls setUp).
 */
'use strict';
(() => {
	const { $, words, announce, remember, recall, pollNow, post, errorOf, showError } = desk;

	let composer = $('#composer'), fillComposer = () => false, quoteInComposer = () => {};

	function markRead() {
		if (!composer || document.hidden)
			return;
		post(`/inbox/${composer.dataset.draft}/read`, new URLSearchParams({ csrf: composer.elements.csrf.value })).catch(() => {});
	}

	/* The 24-hour window opens when the customer writes, and closes while somebody looks on. */
	function openOrClose() {
		const closed = $('#window')?.dataset.closed === 'yes';
		for (const part of composer ? [composer.elements.text, composer.elements.canned, $('button[value="send"]', composer)] : [])
			if (part)
				part.disabled = closed;
	}

	/*
	 * What a colleague, or taking over, has changed in the details: they come again when the server says that they are
	 * others, but for what is being typed there. A phone's stay open: what is shown is the element that the address names.
	 */
	async function refreshDetails() {
		const about = $('#about'), stamp = $('#answering')?.dataset.details;
		if (!about || !stamp || about.dataset.rev === stamp || about.contains(document.activeElement))
			return;
		about.dataset.rev = stamp;
		const response = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' }, credentials: 'same-origin', redirect: 'manual' }).catch(() => null);
		const fresh = response?.ok && $('#about', new DOMParser().parseFromString(await response.text(), 'text/html'));
		if (!fresh || $('#about') !== about || about.contains(document.activeElement))
			return;
		desk.keepTyped(about, fresh);
		about.replaceChildren(...fresh.children);
		desk.setUpMenusIn(about);
	}

	function newKey() {
		return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	}

	function setUpComposer() {
		const form = composer;
		const text = composer.elements.text, send = $('button[value="send"]', composer), select = composer.elements.canned;
		const draft = desk.draftOf(composer.dataset.draft);

		const fit = () => {
			text.style.height = 'auto';
			text.style.height = `${text.scrollHeight}px`;
		};
		/* What a canned reply takes along: shown as a ticked box above the text; unticked it stays here. */
		const takeAlong = (id, name) => {
			const label = $('.with', form);
			if (!label)
				return;
			form.elements.with.value = id;
			form.elements.with.checked = Boolean(name);
			$('bdi', label).textContent = name ?? '';
			label.hidden = !name;
		};
		const quote = (id, words) => {
			form.elements.quote.value = id;
			$('.quoting bdi', form).textContent = words;
			$('.quoting', form).hidden = !id;
		};
		quoteInComposer = (id, words) => {
			quote(id, words);
			text.focus();
		};
		const fill = (value) => {
			text.value = value;
			text.focus();
			text.dispatchEvent(new Event('input', { bubbles: true }));
		};
		if (!text.value && !text.disabled)
			text.value = recall(localStorage, draft) ?? '';
		text.addEventListener('input', () => {
			fit();
			remember(localStorage, draft, text.value || null);
			desk.markDrafts();
		});
		if (text.value)
			fit();
		text.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
				event.preventDefault();
				composer.requestSubmit(send);
			}
		});
		form.addEventListener('submit', async (event) => {
			if (event.submitter?.value === 'insert')
				return; /* answered with a page */
			const pressed = event.submitter?.name === 'until' ? event.submitter : send;
			event.preventDefault();
			if ((!text.value.trim() && !form.elements.with.checked) || form.dataset.busy)
				return;
			form.dataset.busy = 'yes';
			send.setAttribute('aria-disabled', 'true');
			announce(words.sending);
			form.elements.seen.value = desk.lastSeen(form);
			const body = new URLSearchParams(new FormData(form, pressed));
			try {
				const response = await post(form.action, body);
				desk.showBar('bar-signed-out', response.status === 401);
				if (response.status === 401)
					throw new Error(words.kept);
				if (!response.ok)
					throw new Error(errorOf(await response.json().catch(() => null)));
				showError(form, '');
				text.value = '';
				takeAlong(0);
				quote(0, '');
				remember(localStorage, draft, null);
				desk.markDrafts();
				form.elements.key.value = newKey();
				fit();
				$('#scroll').scrollTop = 0;
				announce('');
				pollNow();
			} catch (error) {
				showError(form, error instanceof TypeError ? words.failed : error.message);
			}
			form.querySelectorAll('.menu[open]').forEach((menu) => { menu.open = false; });
			delete form.dataset.busy;
			send.removeAttribute('aria-disabled');
			text.focus();
		});
		fillComposer = (value) => { if (!text.disabled && form.isConnected) fill(value); return !text.disabled; };
		if (select)
			setUpSlash(text, select, fill, takeAlong);
	}

	/* Canned replies after a slash: a listbox that the arrow keys walk through while the caret stays in the text. */
	function setUpSlash(text, select, fill, takeAlong) {
		const list = $('#slash'), replies = [...select.options].filter((o) => o.value).map((o) => ({ ...o.dataset, id: o.value, label: o.textContent }));
		let found = [], at = 0, from = 0;
		/* Many long replies do not travel with the page: the server puts the chosen one in. */
		const insert = (id) => {
			select.value = id;
			$('button[value="insert"]', select.form).click();
		};

		text.setAttribute('aria-autocomplete', 'list');
		text.setAttribute('aria-controls', 'slash');
		const close = () => {
			list.hidden = true;
			found = [];
			text.removeAttribute('aria-activedescendant');
		};
		const point = (index) => {
			at = (index + found.length) % found.length;
			[...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
			text.setAttribute('aria-activedescendant', `slash-${at}`);
			list.children[at].scrollIntoView({ block: 'nearest' });
		};
		const choose = (index) => {
			const end = text.selectionStart, reply = found[index];
			if (!reply.text) {
				text.value = text.value.slice(0, from) + text.value.slice(end);
				return insert(reply.id);
			}
			const caret = from + reply.text.length;
			fill(text.value.slice(0, from) + reply.text + text.value.slice(end));
			text.setSelectionRange(caret, caret);
			if (reply.with)
				takeAlong(reply.id, reply.with);
			close();
		};
		const show = () => {
			list.replaceChildren(...found.map((reply, i) => {
				const item = document.createElement('li'), line = document.createElement('span');
				item.id = `slash-${i}`;
				item.role = 'option';
				item.textContent = reply.label;
				line.textContent = reply.text ?? '';
				item.append(line);
				item.addEventListener('mousedown', (event) => { event.preventDefault(); choose(i); });
				return item;
			}));
			list.hidden = false;
			point(0);
			announce(`${words.found} ${found.length}`);
		};
		text.addEventListener('input', () => {
			const typed = /(?:^|\s)\/([^\s/]*)$/.exec(text.value.slice(0, text.selectionStart));
			if (!typed)
				return close();
			from = text.selectionStart - typed[1].length - 1;
			const wanted = typed[1].toLowerCase();
			found = replies.filter((r) => `${r.label} ${r.text ?? ''}`.toLowerCase().includes(wanted)).slice(0, 8);
			return found.length ? show() : close();
		});
		text.addEventListener('keydown', (event) => {
			if (list.hidden || event.isComposing)
				return;
			const keys = { ArrowDown: () => point(at + 1), ArrowUp: () => point(at - 1), Enter: () => choose(at), Tab: () => choose(at), Escape: close };
			if (!keys[event.key] || event.ctrlKey || event.metaKey)
				return;
			event.preventDefault();
			keys[event.key]();
		});
		text.addEventListener('blur', close);
		select.addEventListener('change', () => {
			const { value, dataset: { text: reply, with: along } } = select.selectedOptions[0];
			if (value && !reply)
				return insert(value);
			select.selectedIndex = 0;
			if (reply)
				fill(text.value ? `${text.value.trimEnd()}\n${reply}` : reply);
			if (along)
				takeAlong(value, along);
		});
	}

	/* On a phone that is upright what can be done stands within the thumb's reach; above the keyboard there is no room. */
	const low = matchMedia('(max-width: 767px) and (min-height: 560px)');
	function placeActions() {
		const actions = $('#actions');
		if (actions && composer)
			(low.matches ? composer : $('.to-about')).before(actions);
	}

	function setUp() {
		composer = $('#composer');
		if (composer)
			setUpComposer();
		placeActions();
		openOrClose();
		markRead();
	}

	/* A preview that is still to be made may be refused while others are made: it is asked for again, some times, later and later. */
	function askAgain({ target: picture }) {
		const asked = Number(picture.dataset?.asked ?? 0);
		if (picture.tagName !== 'IMG' || asked >= 4 || !/\?size=small/.test(picture.src))
			return;
		picture.dataset.asked = asked + 1;
		setTimeout(() => { picture.src = `${picture.src.replace(/&again=.*/, '')}&again=${asked + 1}`; }, 2000 * (asked + 1));
	}

	document.addEventListener('desk:page', setUp);
	desk.thread = { setUp, fill: (value) => fillComposer(value) };
	desk.takenIn.push((heard) => {
		openOrClose();
		refreshDetails();
		if (heard)
			markRead();
	});
	/* A message is quoted from where it stands. */
	document.addEventListener('click', (event) => {
		const link = event.target.closest?.('[data-quote], [data-unquote]');
		if (!link || !composer || event.ctrlKey || event.metaKey)
			return;
		event.preventDefault();
		quoteInComposer(link.dataset.quote ?? 0, link.dataset.quote ? $('.text, .media', link.closest('.message'))?.textContent.trim().slice(0, 200) ?? '' : '');
	});
	document.addEventListener('visibilitychange', markRead);
	low.addEventListener('change', placeActions);
	document.addEventListener('error', askAgain, true);
	for (const picture of document.images)
		if (picture.complete && picture.naturalWidth === 0)
			askAgain({ target: picture });
	setUp();
})();
