/*
 * desk.js - makes the desk pleasanter; every page works without it.
 *
 * Polls for new messages, keeps drafts, offers canned replies after a slash, sends and acts without a new page, with a toast and Undo, moves through the
 * list by keys, copies, shows the progress of an upload.
 * Owns no markup: what it shows comes rendered from the server (the same partials as the page) and its words stand in #words. It never builds
 * HTML from data. When a request fails, nothing that somebody wrote is lost: the text and its idempotency key stay, so sending again is safe.
 */
'use strict';
(() => {
	const $ = (selector, root = document) => root.querySelector(selector);
	const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
	const words = $('#words')?.dataset ?? {};
	const announce = (text) => { const live = $('#live'); if (live) live.textContent = text; };

	/* Storage may be refused (private windows, full): then there is just no memory. */
	const remember = (store, key, value) => { try { value === null ? store.removeItem(key) : store.setItem(key, value); } catch { /* no memory */ } };
	const recall = (store, key) => { try { return store.getItem(key); } catch { return null; } };

	/* ---- New messages: title, sound, notification ---- */

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

	function notify(text) {
		if (recall(localStorage, 'desk.sound') === 'yes')
			beep();
		if (document.hidden && recall(localStorage, 'desk.notify') === 'yes' && 'Notification' in window && Notification.permission === 'granted') {
			try {
				const note = new Notification('Deskbell', { body: text, tag: 'deskbell' });
				note.onclick = () => { window.focus(); note.close(); };
			} catch { /* some phones allow it to service workers only */ }
		}
	}

	/* The newest message that any window has told of, so that several windows ring once. */
	function showCounts(quietly) {
		const counts = $('#waiting-count')?.dataset;
		if (!counts)
			return;
		document.title = counts.waiting && counts.waiting !== '0' ? `(${counts.waiting}) ${title}` : title;
		const newest = Number(counts.newest) || 0;
		if (newest <= (Number(recall(localStorage, 'desk.newest')) || 0))
			return;
		remember(localStorage, 'desk.newest', String(newest));
		if (!quietly)
			notify(`${words.new} ${counts.newestFrom}`);
	}

	/* ---- Taking in what the server rendered ---- */

	/* As the server rendered it: what has just arrived, and what somebody has opened, is no other. */
	function plain(element) {
		const copy = element.cloneNode(true);
		copy.classList.remove('arrived');
		$$('details', copy).forEach((d) => { d.open = false; });
		return copy.outerHTML;
	}

	const same = (a, b) => plain(a) === plain(b);

	function replace(old, fresh) {
		const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
		const open = $$('details', old).map((d) => d.open);
		$$('details', fresh).forEach((d, i) => { d.open = open[i] ?? d.open; });
		old.replaceWith(fresh);
		if (focused)
			document.getElementById(focused)?.focus({ preventScroll: true });
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
				continue; /* came and went meanwhile: the next poll brings it */
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
		openOrClose();
		/* The box scrolls from its end: who reads further up stays where they are. */
		if (scroll && away > 40)
			scroll.scrollTop -= scroll.scrollHeight - height;
		const heard = arrived.filter((item) => item.matches('.theirs'));
		if (heard.length) {
			announce(`${words.new} ${$('#name')?.textContent ?? ''}: ${$('.text', heard.at(-1))?.textContent ?? ''}`);
			markRead();
		}
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

	/* ---- Conversation ---- */

	let composer = $('#composer'), fillComposer = () => false;

	function post(url, body) {
		return fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'manual' });
	}

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

	function newKey() {
		return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
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

	function setUpComposer() {
		const form = composer;
		const text = composer.elements.text, send = $('button[value="send"]', composer), select = composer.elements.canned;
		const draft = `desk.draft.${composer.dataset.draft}`;

		const fit = () => {
			text.style.height = 'auto';
			text.style.height = `${text.scrollHeight}px`;
		};
		const fill = (value) => {
			text.value = value;
			text.focus();
			text.dispatchEvent(new Event('input', { bubbles: true }));
		};
		if (!text.value && !text.disabled)
			text.value = recall(sessionStorage, draft) ?? '';
		text.addEventListener('input', () => {
			fit();
			remember(sessionStorage, draft, text.value || null);
			markDrafts();
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
			event.preventDefault();
			if (!text.value.trim() || form.dataset.busy)
				return;
			form.dataset.busy = 'yes';
			send.setAttribute('aria-disabled', 'true');
			announce(words.sending);
			const body = new URLSearchParams(new FormData(form, send));
			try {
				const response = await post(form.action, body);
				if (response.type === 'opaqueredirect' || response.status === 401)
					throw new Error(words.signedOut);
				if (!response.ok)
					throw new Error(errorOf(await response.json().catch(() => null)));
				showError(form, '');
				text.value = '';
				remember(sessionStorage, draft, null);
				markDrafts();
				form.elements.key.value = newKey();
				fit();
				$('#scroll').scrollTop = 0;
				announce('');
				pollNow();
			} catch (error) {
				showError(form, error instanceof TypeError ? words.failed : error.message);
			}
			delete form.dataset.busy;
			send.removeAttribute('aria-disabled');
			text.focus();
		});
		fillComposer = (value) => { if (!text.disabled && form.isConnected) fill(value); return !text.disabled; };
		if (select)
			setUpSlash(text, select, fill);
	}

	/* Canned replies after a slash: a listbox that the arrow keys walk through while the caret stays in the text. */
	function setUpSlash(text, select, fill) {
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
			found = replies.filter((r) => r.label.toLowerCase().includes(wanted)).slice(0, 8);
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
			const { value, dataset: { text: reply } } = select.selectedOptions[0];
			if (value && !reply)
				return insert(value);
			select.selectedIndex = 0;
			if (reply)
				fill(text.value ? `${text.value.trimEnd()}\n${reply}` : reply);
		});
	}

	/* ---- Forms, copying, uploads, menus, settings ---- */

	/* Pressed twice, sent once. The buttons are switched off after the browser has read which of them was pressed. */
	function guardForms() {
		document.addEventListener('submit', (event) => {
			if (event.defaultPrevented || event.target.method !== 'post' || event.target.matches('[data-in-place]'))
				return;
			if (event.target.dataset.busy)
				return event.preventDefault();
			event.target.dataset.busy = 'yes';
		});
		window.addEventListener('pageshow', () => $$('form[data-busy]').forEach((form) => { delete form.dataset.busy; }));
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

	/* ---- In place: actions, toasts, moving on ---- */

	let toastTimer = 0;

	function toast(text, undo) {
		const box = $('#toasts'), line = document.createElement('p');
		line.className = 'toast';
		line.textContent = text;
		if (undo) {
			const button = document.createElement('button');
			button.type = 'button';
			button.className = 'btn small';
			button.textContent = words.undo;
			button.addEventListener('click', async () => {
				line.remove();
				for (const url of [undo].flat())
					await act(url, {});
				pollNow();
			});
			line.append(button);
		}
		box.replaceChildren(line);
		clearTimeout(toastTimer);
		toastTimer = setTimeout(() => line.remove(), undo ? 10000 : 5000);
	}

	const token = () => $('input[name="csrf"]')?.value ?? '';

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

	/* Opens another conversation: its thread and details take the place of those here, the list stays as it is. */
	let opening = 0;
	async function open(url, push = true) {
		const mine = ++opening;
		if (!$('.panes') || !/^\/inbox/.test(url))
			return location.assign(url);
		try {
			const response = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin', redirect: 'manual' });
			if (!response.ok)
				return location.assign(url);
			const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
			if (mine !== opening || !$('.panes', fresh))
				return null;
			take(fresh, url, push);
		} catch {
			location.assign(url);
		}
		return null;
	}

	function take(fresh, url, push) {
		const old = $('.panes'), panes = $('.panes', fresh), list = $('.list', old), theirs = $('.list', panes);
		const scrolled = $('.rows-scroll', list).scrollTop, focused = list.contains(document.activeElement);
		mergeList($('#rows', list), $('#rows', theirs));
		for (const part of ['.views', '.filtered', '.list-head'])
			if ($(part, theirs) && $(part, list) && !$(part, list).contains(document.activeElement))
				$(part, list).replaceWith($(part, theirs));
		list.dataset.updates = theirs.dataset.updates;
		theirs.replaceWith(list);
		old.replaceWith(panes);
		document.body.className = fresh.body.className;
		document.title = fresh.title;
		title = fresh.title;
		if (push)
			history.pushState(null, '', url);
		$('.rows-scroll', list).scrollTop = scrolled;
		composer = $('#composer');
		if (composer)
			setUpComposer();
		setUpMenusIn(panes);
		showCurrent();
		openOrClose();
		markRead();
		markDrafts();
		paintSelected();
		showCounts(true);
		if (focused)
			$('.row.here > a')?.focus({ preventScroll: true });
		else if (!document.activeElement || document.activeElement === document.body)
			($('#scroll') ?? $('#main')).focus({ preventScroll: true });
	}

	const setUpMenusIn = (root) => $$('[data-submit]', root).forEach((select) => select.addEventListener('change', () => select.form.requestSubmit()));

	async function submitInPlace(form, button) {
		const url = button?.formAction && button.hasAttribute('formaction') ? button.formAction : form.action;
		const answer = await act(url, new URLSearchParams(new FormData(form, button)));
		if (!answer)
			return;
		if (answer.said)
			toast(answer.said, answer.undo);
		$$('.menu[open]').forEach((menu) => { menu.open = false; });
		const here = new URL(answer.location, location.href);
		if (here.pathname !== location.pathname)
			await open(here.pathname + here.search);
		else if (form.closest('.about'))
			await open(here.pathname + location.search, false);
		pollNow();
	}

	function setUpInPlace() {
		document.addEventListener('submit', (event) => {
			const form = event.target;
			if (!form.matches('[data-in-place]') || event.defaultPrevented)
				return;
			event.preventDefault();
			submitInPlace(form, event.submitter);
		}, true);
		document.addEventListener('click', (event) => {
			const filled = event.target.closest('[data-fill]');
			if (filled && fillComposer(filled.dataset.fill))
				return event.preventDefault();
			if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
				return null;
			const avatar = event.target.closest('.row .avatar');
			if (avatar && selecting()) {
				event.preventDefault();
				return select(avatar.closest('.row'));
			}
			const link = event.target.closest('.row > a');
			if (link) {
				event.preventDefault();
				open(link.getAttribute('href'));
			}
			return null;
		});
		window.addEventListener('popstate', () => open(location.pathname + location.search, false));
		setUpMenusIn(document);
	}

	/* A conversation with something typed and not sent says so in the list. */
	function markDrafts() {
		for (const row of $$('.row'))
			row.classList.toggle('has-draft', Boolean(recall(sessionStorage, `desk.draft.${row.id.slice(4)}`)));
	}

	/* ---- Several at once ---- */

	const chosen = new Set();
	const selecting = () => chosen.size > 0;

	function paintSelected() {
		for (const row of $$('.row'))
			row.classList.toggle('chosen', chosen.has(row.id.slice(4)));
		let bar = $('#bulk');
		if (!selecting())
			return bar?.remove();
		if (!bar) {
			bar = document.createElement('div');
			bar.id = 'bulk';
			bar.className = 'bulk';
			bar.append(document.createElement('b'));
			for (const [name, run] of [['close', () => bulk('close', {})], ['snooze', () => bulk('snooze', { until: 'tomorrow' })],
				['assign', () => bulk('assign', { user: words.user })], ['tag', askTag], ['clear', () => { chosen.clear(); paintSelected(); }]]) {
				const button = document.createElement('button');
				button.type = 'button';
				button.className = 'btn small';
				button.textContent = words[name];
				button.addEventListener('click', run);
				bar.append(button);
			}
			$('.views').after(bar);
		}
		bar.firstChild.textContent = `${chosen.size} ${words.selected}`;
		return null;
	}

	function select(row) {
		if (!row)
			return;
		const id = row.id.slice(4);
		if (!chosen.delete(id))
			chosen.add(id);
		paintSelected();
	}

	function askTag() {
		const bar = $('#bulk'), input = document.createElement('input');
		input.maxLength = 40;
		input.setAttribute('aria-label', words.tagName);
		input.placeholder = words.tagName;
		input.addEventListener('keydown', (event) => { if (event.key === 'Enter' && input.value.trim()) bulk('tags', { add: input.value.trim() }); });
		bar.append(input);
		input.focus();
	}

	async function bulk(action, fields) {
		const undo = [], ids = [...chosen];
		let said = null;
		for (const id of ids) {
			const answer = await act(`/inbox/${id}/${action}`, fields);
			if (!answer)
				break;
			said = answer.said ?? said;
			if (answer.undo)
				undo.push(answer.undo);
			chosen.delete(id);
		}
		paintSelected();
		if (said || ids.length)
			toast(said ?? `${ids.length} ${words.selected}`, undo.length ? undo : null);
		pollNow();
	}

	/* ---- Keyboard ---- */

	const focusedRow = () => document.activeElement?.closest?.('.row') ?? $('.row.here') ?? null;

	function step(by) {
		const rows = $$('.row'), at = rows.indexOf(focusedRow());
		const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
		$('a', next)?.focus();
		next?.scrollIntoView({ block: 'nearest' });
	}

	function press(key) {
		const target = $(`[data-key="${key}"]`);
		if (!target)
			return;
		if (target.matches('button'))
			target.click();
		else if (target.matches('details')) {
			target.open = true;
			$('button', target)?.focus();
		} else
			target.focus();
	}

	function setUpKeys() {
		const keys = {
			j: () => step(1), k: () => step(-1), o: () => { const link = $('a', focusedRow() ?? document.createElement('i')); if (link) open(link.getAttribute('href')); },
			x: () => select(focusedRow()), '/': () => $('#q')?.focus(), '?': () => $('#keys')?.showModal(),
			g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
		};
		let going = false;
		document.addEventListener('keydown', (event) => {
			if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented)
				return;
			if (event.key === 'Escape' && event.target.matches('input, textarea, select'))
				return event.target.blur();
			if (event.target.closest('input, textarea, select, dialog, [contenteditable]'))
				return null;
			const place = going && { i: '/inbox?view=waiting', l: '/leads', b: '/skills', s: '/settings/channels' }[event.key];
			if (place) {
				event.preventDefault();
				return location.assign(place);
			}
			if (keys[event.key]) {
				event.preventDefault();
				return keys[event.key]();
			}
			if (/^[resatu]$/.test(event.key)) {
				event.preventDefault();
				press(event.key);
			}
			return null;
		});
	}

	function setUpUpload(form) {
		const progress = $('progress', form), button = $('.btn.primary', form);
		form.addEventListener('submit', (event) => {
			event.preventDefault();
			if (button.disabled)
				return;
			const request = new XMLHttpRequest();
			const done = (error) => {
				button.disabled = false;
				progress.hidden = true;
				showError(form, error);
			};
			request.open('POST', form.action);
			request.setRequestHeader('Accept', 'application/json');
			request.responseType = 'json';
			request.upload.onprogress = (e) => { progress.value = e.lengthComputable ? 100 * e.loaded / e.total : 0; };
			request.upload.onload = () => announce(words.uploaded);
			request.onload = () => {
				if (request.status < 300 && request.response?.location)
					location.assign(request.response.location);
				else
					done(errorOf(request.response));
			};
			request.onerror = () => done(words.failed);
			showError(form, '');
			progress.hidden = false;
			button.disabled = true;
			request.send(new FormData(form));
		});
	}

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
		box.addEventListener('change', async () => {
			if (box.checked && box.dataset.setting === 'sound')
				beep();
			if (box.checked && box.dataset.setting === 'notify' && (!('Notification' in window) || await Notification.requestPermission() !== 'granted')) {
				box.checked = false;
				announce(words.denied);
			}
			remember(localStorage, key, box.checked ? 'yes' : null);
		});
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

	if (composer)
		setUpComposer();
	$$('form[data-upload]').forEach(setUpUpload);
	guardForms();
	$$('[data-copy]').forEach(setUpCopy);
	setUpMenus();
	$$('[data-setting]').forEach(setUpSetting);
	showCurrent();
	showCounts(true);
	markRead();
	setUpInPlace();
	setUpKeys();
	markDrafts();
	const polled = (selector) => () => { const element = $(selector); return { url: element?.dataset.updates || null, shown: Boolean(element?.offsetParent) }; };
	if ($('.panes'))
		pollers.push(poller(polled('.list')), poller(polled('article.thread')));
	else if ($('.rail'))
		pollers.push(poller(() => ({ url: '/updates', shown: true })));
	window.addEventListener('online', () => pollNow());
	document.addEventListener('desk:changed', () => pollNow());
	document.addEventListener('visibilitychange', () => {
		if (!document.hidden) {
			markRead();
			pollNow();
		}
	});
})();
