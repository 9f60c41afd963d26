/*
 * desk.js - makes the desk pleasanter; every page works without it.
 *
 * Polls for new messages, keeps drafts, offers canned replies after a slash, sends without a new page, copies, shows the progress of an upload.
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

	const title = document.title;
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
		const counts = $('#waiting')?.dataset;
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

	const same = (a, b) => a.outerHTML === b.outerHTML;

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
		for (const item of [...fresh.children].reverse()) {
			let mine = document.getElementById(item.id);
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
			if (mine.parentNode !== old || (whole && mine.nextElementSibling !== before)) {
				const focused = mine.contains(document.activeElement) ? document.activeElement : null;
				old.insertBefore(mine, before);
				focused?.focus({ preventScroll: true });
			}
			before = mine;
		}
		return arrived;
	}

	function takeIn(html) {
		const holder = document.createElement('template');
		holder.innerHTML = html;
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

	function poller(element) {
		let etag = null, failures = 0, timer = 0, running = false, again = false;
		const wait = () => {
			const usual = document.hidden || !element.offsetParent ? HIDDEN_MS : VISIBLE_MS;
			return failures ? Math.min(WORST_MS, usual * 2 ** failures) * (0.75 + Math.random() / 2) : usual;
		};
		async function look() {
			const response = await fetch(element.dataset.updates, {
				headers: etag ? { 'If-None-Match': etag } : {}, cache: 'no-store', credentials: 'same-origin', redirect: 'manual',
			});
			if (response.type === 'opaqueredirect' || response.status === 401)
				return 'signed out';
			if (response.status === 200)
				takeIn(await response.text());
			else if (response.status !== 304)
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
				if (await look()) {
					announce(words.signedOut);
					return; /* for good: the page has to be opened again */
				}
				failures = 0;
			} catch {
				if (++failures === 3)
					announce(words.offline);
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

	const composer = $('#composer');

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
		});
		if (text.value)
			fit();
		text.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
				event.preventDefault();
				composer.requestSubmit(send);
			}
		});
		composer.addEventListener('submit', async (event) => {
			if (event.submitter?.value === 'insert')
				return; /* answered with a page */
			event.preventDefault();
			if (!text.value.trim() || composer.dataset.busy)
				return;
			composer.dataset.busy = 'yes';
			send.setAttribute('aria-disabled', 'true');
			announce(words.sending);
			const body = new URLSearchParams(new FormData(composer, send));
			try {
				const response = await post(composer.action, body);
				if (response.type === 'opaqueredirect' || response.status === 401)
					throw new Error(words.signedOut);
				if (!response.ok)
					throw new Error(errorOf(await response.json().catch(() => null)));
				showError(composer, '');
				text.value = '';
				remember(sessionStorage, draft, null);
				composer.elements.key.value = newKey();
				fit();
				$('#scroll').scrollTop = 0;
				announce('');
				pollNow();
			} catch (error) {
				showError(composer, error instanceof TypeError ? words.failed : error.message);
			}
			delete composer.dataset.busy;
			send.removeAttribute('aria-disabled');
			text.focus();
		});
		document.addEventListener('click', (event) => {
			const link = event.target.closest('[data-fill]');
			if (!link || text.disabled)
				return;
			event.preventDefault();
			fill(link.dataset.fill);
		});
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
			if (event.defaultPrevented || event.target.method !== 'post')
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
	$$('[data-updates]').filter((element) => element.dataset.updates).forEach((element) => pollers.push(poller(element)));
	document.addEventListener('visibilitychange', () => {
		if (!document.hidden) {
			markRead();
			pollNow();
		}
	});
})();
