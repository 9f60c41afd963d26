/*
 * desk.js - makes the desk pleasanter; every page works without it.
 *
 * What every page has: polls for new messages and takes in what the server rendered, tells of them by title and sound, sends actions with a toast and
 * Undo, copies, shows the progress of an upload. The conversation is desk-thread.js, the list and the keys are desk-list.js, several conversations at once desk-bulk.js; they use what `desk` holds.
 * Owns no markup: what it shows comes rendered from the server (the same partials as the page) and its words stand in #words. It never builds
 * HTML from data. When a request fails, nothing that was typed is lost: every form stays as it is, with its idempotency key, so sending again is safe.
 */
'use strict';
const desk = (() => {
	const $ = (selector, root = document) => root.querySelector(selector);
	const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
	const words = $('#words')?.dataset ?? {};
	const announce = (text) => { const live = $('#live'); if (live) live.textContent = text; };

	/* Storage may be refused (private windows, full): then there is just no memory. */
	const remember = (store, key, value) => { try { value === null ? store.removeItem(key) : store.setItem(key, value); } catch { /* no memory */ } };
	const recall = (store, key) => { try { return store.getItem(key); } catch { return null; } };

	/* ---- New messages: title and sound ---- */

	let title = document.title;
	let audio = null;

	function beep() {
		try {
			audio ??= new AudioContext();
			[[660, 0], [880, 0.12]].forEach(([frequency, at]) => {
				const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
				tone.frequency.value = frequency;
				volume.gain.setValueAtTime(0.08, start);
				volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
				tone.connect(volume).connect(audio.destination);
				tone.start(start);
				tone.stop(start + 0.25);
			});
		} catch { /* no sound before somebody has touched the page */ }
	}

	/* The newest message that any window has told of, so that several windows ring once. */
	function showCounts(quietly) {
		const counts = $('#waiting-count')?.dataset;
		if (document.body.matches('.out:not(.page-offline)'))
			navigator.clearAppBadge?.().catch(() => {}); /* signed out */
		if (!counts)
			return;
		document.title = counts.waiting && counts.waiting !== '0' ? `(${counts.waiting}) ${title}` : title;
		/* The icon of the installed desk tells the same; "99+" is one more. */
		navigator.setAppBadge?.((parseInt(counts.waiting, 10) || 0) + Number(counts.waiting.endsWith('+'))).catch(() => {});
		const newest = Number(counts.newest) || 0;
		if (newest <= (Number(recall(localStorage, 'desk.newest')) || 0))
			return;
		remember(localStorage, 'desk.newest', String(newest));
		if (!quietly && recall(localStorage, 'desk.sound') === 'yes')
			beep();
	}

	/* ---- Taking in what the server rendered ---- */

	/* As the server rendered it: what has just arrived, and what somebody has opened, is no other. */
	function plain(element) {
		const copy = element.cloneNode(true);
		copy.classList.remove('arrived');
		$$('details', copy).forEach((d) => { d.open = false; });
		return copy.outerHTML.replace(/ tabindex="(0|-1)"/g, ''); /* of which of a group has the Tab, see desk-tabs.js */
	}

	const same = (a, b) => plain(a) === plain(b);

	/* What was typed and not sent yet goes over into the fresh part. */
	function keepTyped(old, fresh) {
		for (const field of $$('input:not([type="hidden"]), textarea, select', old)) {
			const other = $$('input, textarea, select', fresh).find((f) => f.name === field.name && f.type === field.type && f.form?.getAttribute('action') === field.form?.getAttribute('action'));
			if (!field.name || !other || field.type === 'file')
				continue;
			if (/^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked && field.value === other.value : false)
				other.checked = field.checked;
			else if (field.tagName === 'SELECT' ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((o) => o.defaultSelected)) : field.value !== field.defaultValue && field.type !== 'radio')
				other.value = field.value;
		}
	}

	/* What stands for a part of `old` in what was just rendered. */
	function twin(part, old, root) {
		const { id, dataset, name, value, tagName } = part;
		if (id || dataset.key)
			return id ? document.getElementById(id) : $(`[data-key="${dataset.key}"]`, root);
		const all = $$(tagName, root);
		return name ? all.find((e) => e.name === name && e.value === value) : all[$$(tagName, old).indexOf(part)];
	}

	function replace(old, fresh) {
		keepTyped(old, fresh);
		const focused = old.contains(document.activeElement) ? document.activeElement : null;
		const open = $$('details', old).map((d) => d.open);
		$$('details', fresh).forEach((d, i) => { d.open = open[i] ?? d.open; });
		old.replaceWith(fresh);
		if (focused)
			twin(focused, old, fresh)?.focus({ preventScroll: true });
	}

	/* A list whose items have ids. "order": the fresh list is the whole truth. "append": it is the end of a longer one, in which nothing moves. */
	function mergeList(old, fresh) {
		const whole = old.dataset.merge === 'order', arrived = [];
		const wanted = new Set($$(':scope > [id]', fresh).map((item) => item.id));
		for (const item of [...old.children])
			if (!wanted.has(item.id) && (whole || item.id === 'message-none'))
				item.remove();
		let before = null;
		const place = (mine) => {
			if (mine.parentNode !== old || (whole && mine.nextElementSibling !== before)) {
				const focused = mine.contains(document.activeElement) ? document.activeElement : null;
				old.insertBefore(mine, before);
				focused?.focus({ preventScroll: true });
			}
			before = mine;
		};
		for (const item of [...fresh.children].reverse()) {
			let mine = document.getElementById(item.id);
			if (item.hasAttribute('data-had') && !mine)
				continue; /* the next poll brings it */
			if (item.hasAttribute('data-had') || (mine && item.dataset.rev && item.dataset.rev === mine.dataset.rev)) {
				place(mine);
				continue;
			}
			if (!whole && item.id === 'message-earlier')
				continue;
			if (mine && !same(mine, item)) {
				replace(mine, item);
				mine = item;
			} else if (!mine) {
				mine = item;
				mine.classList.add('arrived');
				arrived.unshift(mine);
			}
			place(mine);
		}
		return arrived;
	}

	/* What is called after a poll, with whether a customer's message came. */
	const takenIn = [];

	function takeIn(html) {
		const holder = document.createElement('template');
		holder.innerHTML = html;
		for (const field of $$('input[name="csrf"]', holder.content))
			field.setAttribute('value', token() || field.value); /* the mask of the token alone is no change */
		const scroll = $('#scroll'), height = scroll?.scrollHeight, away = scroll ? -scroll.scrollTop : 0;
		let arrived = [];
		for (const fresh of [...holder.content.children]) {
			const old = fresh.id && document.getElementById(fresh.id);
			if (!old)
				continue;
			if (old.dataset.merge)
				arrived = arrived.concat(mergeList(old, fresh));
			else if (!same(old, fresh))
				replace(old, fresh);
		}
		/* Scrolls from its end: who reads further up stays there. */
		if (scroll && away > 40)
			scroll.scrollTop -= scroll.scrollHeight - height;
		const heard = arrived.filter((item) => item.matches('.theirs'));
		if (heard.length)
			announce(`${words.new} ${$('#name')?.textContent ?? ''}: ${$('.text', heard.at(-1))?.textContent ?? ''}`);
		takenIn.forEach((done) => done(heard.length > 0));
		showCounts(false);
	}

	/* ---- Polling ---- */

	const VISIBLE_MS = 2000, HIDDEN_MS = 20000, WORST_MS = 60000;
	const pollers = [];

	const showBar = (id, shown) => { const bar = document.getElementById(id); if (bar) bar.hidden = !shown; };

	/* Which versions of which rows are here: only others are sent. */
	const have = () => $$('#rows > [data-rev]').map((row) => `${row.id.slice(4)}.${row.dataset.rev}`).join(' ');

	/* `find` gives the part of the page that is polled: another one after a conversation was opened in place. */
	function poller(find) {
		let etag = null, asked = null, failures = 0, timer = 0, running = false, again = false;
		const wait = () => {
			const usual = document.hidden || !find().shown ? HIDDEN_MS : VISIBLE_MS;
			return failures ? Math.min(WORST_MS, usual * 2 ** failures) * (0.75 + Math.random() / 2) : usual;
		};
		async function look() {
			const { url } = find();
			if (!url)
				return null;
			if (url !== asked)
				etag = null;
			asked = url;
			const response = await fetch(url, {
				headers: { ...(etag && { 'If-None-Match': etag }), ...(url.startsWith('/inbox/updates') && { 'X-Have': have() }) }, cache: 'no-store', credentials: 'same-origin', redirect: 'manual',
			});
			if (response.type === 'opaqueredirect' || response.status === 401)
				return 'signed out';
			const text = response.status === 200 ? await response.text() : '';
			if (find().url !== url)
				return null; /* another conversation was opened meanwhile */
			if (response.status === 200)
				takeIn(text);
			else if (response.status !== 304 && response.status !== 404)
				throw new Error(String(response.status));
			etag = response.headers.get('ETag'); /* of a 304 too: it also says when the server looked last */
			return null;
		}
		async function turn() {
			clearTimeout(timer);
			if (running) {
				again = true;
				return;
			}
			running = true;
			try {
				const out = await look();
				showBar('bar-signed-out', out); /* signed in again in another tab, it goes on here */
				showBar('bar-offline', false);
				failures = out ? 2 : 0;
			} catch {
				if (++failures === 3) {
					announce(words.offline);
					showBar('bar-offline', true);
				}
			}
			running = false;
			timer = setTimeout(turn, again ? 0 : wait());
			again = false;
		}
		timer = setTimeout(turn, VISIBLE_MS);
		return turn;
	}

	const pollNow = () => pollers.forEach((turn) => turn());

	/* ---- Actions and what comes of them ---- */

	let toastTimer = 0;

	/* `undo` is called when it is taken back. */
	function toast(text, undo) {
		const box = $('#toasts'), line = document.createElement('p');
		line.className = 'toast';
		line.textContent = text;
		if (undo) {
			const button = document.createElement('button');
			button.type = 'button';
			button.className = 'btn small';
			button.textContent = words.undo;
			button.addEventListener('click', () => {
				line.remove();
				undo();
			});
			line.append(button);
		}
		box.replaceChildren(line);
		clearTimeout(toastTimer);
		toastTimer = setTimeout(() => line.remove(), undo ? 10000 : 5000);
	}

	const token = () => $('input[name="csrf"]')?.value ?? words.csrf;

	/* What the server answers to an action; null when it did not work, which is shown. */
	async function act(url, fields) {
		try {
			const body = fields instanceof URLSearchParams ? fields : new URLSearchParams({ csrf: token(), ...fields });
			const response = await post(url, body);
			if (response.type === 'opaqueredirect' || response.status === 401) {
				showBar('bar-signed-out', true);
				return null;
			}
			const answer = await response.json().catch(() => null);
			if (!response.ok)
				throw new Error(answer?.problem?.words ?? errorOf(answer));
			return answer;
		} catch (error) {
			toast(error instanceof TypeError ? words.failed : error.message);
			return null;
		}
	}

	async function post(url, body, again = false) {
		const response = await fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'manual' });
		const model = response.status === 403 && !again ? await response.clone().json().catch(() => null) : null;
		if (!model || !renew(model.csrf, model.user?.id))
			return response;
		body.set('csrf', model.csrf);
		return post(url, body, true);
	}

	/* What a page's model says went wrong: the form's own words, or those of its fields. */
	function errorOf(model) {
		const form = model?.form ?? {};
		return form.error || Object.values(form).map((field) => field?.error).filter(Boolean).join(' ') || words.failed;
	}

	function showError(form, text) {
		let box = $('#composer-error, .js-error', form);
		if (!box) {
			box = document.createElement('p');
			box.className = 'error js-error';
			box.setAttribute('role', 'alert');
			(form.querySelector('.composer-box, .buttons') ?? form.lastElementChild).before(box);
		}
		box.hidden = !text;
		box.textContent = text;
	}

	/* ---- Forms, copying, uploads, menus, settings ---- */

	/* The session was begun again in another tab: this page gets its token, if the user is the same. */
	function renew(csrf, user) {
		if (!csrf || String(user) !== words.user)
			return false;
		words.csrf = csrf;
		$$('input[name="csrf"]').forEach((field) => field.setAttribute('value', csrf));
		return true;
	}

	function setUpCopy(button) {
		button.addEventListener('click', async () => {
			const field = document.getElementById(button.dataset.copy);
			try {
				await navigator.clipboard.writeText(field.value);
				announce(words.copied);
				button.classList.add('on');
				setTimeout(() => button.classList.remove('on'), 1500);
			} catch {
				field.select(); /* without a secure address there is no clipboard: at least it is marked */
			}
		});
	}

	const setUpMenusIn = (root) => $$('[data-submit]', root).forEach((select) => select.addEventListener('change', () => select.form.requestSubmit()));

	function setUpMenus() {
		const close = (except) => $$('.menu[open], .more[open]').forEach((menu) => { if (menu !== except) menu.open = false; });
		document.addEventListener('click', (event) => close(event.target.closest('.menu, .more')));
		document.addEventListener('keydown', (event) => {
			if (event.key !== 'Escape')
				return;
			const menu = document.activeElement.closest('.menu[open], .more[open]');
			close(null);
			if (menu)
				$('summary', menu).focus();
		});
	}

	function setUpSetting(box) {
		const key = `desk.${box.dataset.setting}`;
		box.checked = recall(localStorage, key) === 'yes';
		box.addEventListener('change', () => {
			if (box.checked && box.dataset.setting === 'sound')
				beep();
			remember(localStorage, key, box.checked ? 'yes' : null);
		});
	}

	/* Where the browser is, the business is most likely, too. */
	function fillZone() {
		const field = $('[data-zone]');
		if (field && !field.value)
			field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
	}

	/* That the desk runs as an app is known here alone. */
	function noteInstalled() {
		if ($('#step-install:not(.done)') && matchMedia('(display-mode: standalone)').matches)
			act('/start', { do: 'install' }).then(pollNow);
	}

	/* Tabs and rows that do not fit are scrolled so that the current one is seen. */
	function showCurrent() {
		for (const tab of $$('.tabs [aria-current], .views [aria-current]')) {
			const strip = tab.closest('.tabs, .views ul');
			strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - strip.clientWidth / 2 + tab.clientWidth / 2;
		}
		const row = $('.row.here'), rows = row?.closest('.rows-scroll');
		if (row && row.offsetTop + row.offsetHeight - rows.offsetTop > rows.clientHeight)
			rows.scrollTop = row.offsetTop - rows.offsetTop - rows.clientHeight / 3;
	}

	/* What takes long to work out is asked for when the page stands. */
	const loadParts = () => $$('[data-load]').forEach(async ({ dataset: { load } }) => {
		const response = await fetch(load, { credentials: 'same-origin', redirect: 'manual' }).catch(() => null);
		if (response?.ok)
			takeIn(await response.text());
	});

	/* What a page has, and each page that a form is answered with. */
	function setUpPage() {
		const main = $('#main');
		$$('[data-copy]', main).forEach(setUpCopy);
		setUpMenusIn(main);
		$$('[data-setting]', main).forEach(setUpSetting);
		showCurrent();
		fillZone();
		loadParts();
	}

	setUpMenus();
	setUpPage();
	showCounts(true);
	const polled = (selector) => () => { const element = $(selector); return { url: element?.dataset.updates || null, shown: Boolean(element?.offsetParent) }; };
	if ($('.panes'))
		pollers.push(poller(polled('.list')), poller(polled('article.thread')));
	else if ($('.rail') && !$('[data-live]'))
		pollers.push(poller(() => ({ url: '/updates', shown: true })));
	if ($('[data-live]')) /* a part of a page that follows along; what it asks brings what every page polls */
		pollers.push(poller(polled('[data-live]')));
	noteInstalled();
	if (document.body.matches('.out')) /* back from a page that a form was answered with; others open it in place */
		window.addEventListener('popstate', () => location.reload());
	window.addEventListener('online', () => pollNow());
	window.addEventListener('offline', () => showBar('bar-offline', true));
	document.addEventListener('desk:changed', () => pollNow());
	document.addEventListener('visibilitychange', () => { if (!document.hidden) pollNow(); });

	/* Where a reply is kept that was not sent: of this user, until the user signs out. */
	const DRAFTS = `desk.draft.${words.user}.`;
	const draftOf = (conversation) => DRAFTS + conversation;
	function forgetDrafts() {
		try {
			Object.keys(localStorage).filter((key) => key.startsWith(DRAFTS)).forEach((key) => localStorage.removeItem(key));
		} catch { /* no memory */ }
	}
	document.addEventListener('submit', (event) => { if (event.target.matches('[action="/sign-out"]')) forgetDrafts(); });

	/* The newest message on the screen; what polls have brought is there as well. */
	const lastSeen = (form) => $$('#messages .message[id]:not(.suggestion)').reduce((most, m) => Math.max(most, Number(m.id.slice(8)) || 0), Number(form.elements.seen.value));

	return {
		lastSeen, draftOf, keepTyped, $, $$, words, announce, remember, recall, replace, mergeList, takenIn, pollNow, post, act, renew, showBar, toast, errorOf, showError, showCounts, showCurrent, setUpMenusIn, loadParts,
		setUpPage, setTitle: (text) => { document.title = title = text; },
	};
})();
