/*
 * desk-list.js - the list: opens conversations and acts in place, several at once, moves by keys.
 */
'use strict';
(() => {
	const { $, $$, words, recall, mergeList, pollNow, act, toast, showCounts, showCurrent, setUpMenusIn } = desk;

	/* ---- In place ---- */

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
		if ($('article.thread', old)?.dataset.conversation === $('article.thread', panes)?.dataset.conversation && $('.about', old) && $('.about', panes))
			desk.keepTyped($('.about', old), $('.about', panes));
		list.dataset.updates = theirs.dataset.updates;
		theirs.replaceWith(list);
		old.replaceWith(panes);
		document.body.className = fresh.body.className;
		desk.setTitle(fresh.title);
		if (push)
			history.pushState(null, '', url);
		$('.rows-scroll', list).scrollTop = scrolled;
		desk.thread.setUp();
		setUpMenusIn(panes);
		showCurrent();
		markDrafts();
		paintSelected();
		desk.paintTabs();
		showCounts(true);
		if (focused)
			$('.row.here > a')?.focus({ preventScroll: true });
		else if (!document.activeElement || document.activeElement === document.body)
			($('#scroll') ?? $('#main')).focus({ preventScroll: true });
	}

	async function submitInPlace(form, button) {
		const url = button?.formAction && button.hasAttribute('formaction') ? button.formAction : form.action;
		const answer = await act(url, new URLSearchParams(new FormData(form, button)));
		if (!answer)
			return;
		form.reset(); /* what it held is stored */
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
			if (filled && desk.thread.fill(filled.dataset.fill))
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
			if (/^[nresatu]$/.test(event.key)) {
				event.preventDefault();
				press(event.key);
			}
			return null;
		});
	}

	desk.markDrafts = markDrafts;
	document.addEventListener('desk:page', markDrafts);
	setUpInPlace();
	setUpKeys();
	markDrafts();
})();
