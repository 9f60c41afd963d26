/*
 * desk-list.js - the list: opens conversations and other lists and acts in place, searches while typing, moves by keys.
 */
'use strict';
(() => {
	const { $, $$, words, recall, mergeList, pollNow, act, toast, showCounts, showCurrent, setUpMenusIn } = desk;

	/* ---- In place ---- */

	/* Which list an address of the inbox shows: its view, filters, search and page; not which part of a thread. */
	function listOf(url) {
		const asked = new URL(url, location.href).searchParams;
		asked.delete('before');
		const query = asked.toString();
		return query && `?${query}`;
	}
	let opening = 0, at = location.pathname + location.search;

	/*
	 * Opens another conversation, or another list: what the server rendered takes the place of what is here. The list
	 * of another conversation of the same list stays as it is, place and focus with it.
	 */
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

	/* The same list: its rows are merged, what stands above them is replaced, but for what has the focus. */
	function keepList(list, theirs) {
		const scrolled = $('.rows-scroll', list).scrollTop;
		mergeList($('#rows', list), $('#rows', theirs));
		for (const part of ['.views', '.filtered', '.list-head'])
			if ($(part, theirs) && $(part, list) && !$(part, list).contains(document.activeElement))
				$(part, list).replaceWith($(part, theirs));
		list.dataset.updates = theirs.dataset.updates;
		theirs.replaceWith(list);
		return () => { $('.rows-scroll', list).scrollTop = scrolled; };
	}

	/* Another list: nothing is chosen in it, and what is being typed into the search stays. */
	function newList(list, theirs) {
		const old = $('#q', list), typing = old === document.activeElement;
		const caret = old.selectionStart;
		if (typing)
			$('#q', theirs).value = old.value;
		desk.bulk.clear();
		return () => {
			const field = typing ? $('#q') : $('.views [aria-current]');
			field?.focus({ preventScroll: true });
			if (typing)
				field.setSelectionRange(caret, caret);
		};
	}

	function take(fresh, url, push) {
		const old = $('.panes'), panes = $('.panes', fresh), list = $('.list', old), theirs = $('.list', panes);
		const focused = list.contains(document.activeElement), isSame = listOf(url) === listOf(at);
		const settle = isSame ? keepList(list, theirs) : newList(list, theirs);
		if ($('article.thread', old)?.dataset.conversation === $('article.thread', panes)?.dataset.conversation && $('.about', old) && $('.about', panes))
			desk.keepTyped($('.about', old), $('.about', panes));
		old.replaceWith(panes);
		document.body.className = fresh.body.className;
		desk.setTitle(fresh.title);
		if (push)
			history.pushState(null, '', url);
		else if (location.hash)
			location.replace(location.href); /* what it names is another element now: the details of a phone stay open */
		at = url;
		actions = $('#actions');
		desk.thread.setUp();
		setUpMenusIn(panes);
		desk.loadParts();
		showCurrent();
		markDrafts();
		desk.bulk.paint();
		desk.paintTabs();
		showCounts(true);
		settle();
		if (focused && isSame)
			$('.row.here > a')?.focus({ preventScroll: true });
		else if (!document.activeElement || document.activeElement === document.body)
			($('#scroll') ?? $('#main')).focus({ preventScroll: true });
	}

	/* What was done is undone, and where one conversation was left, it is there again. */
	async function takeBack(urls) {
		let answer = null;
		for (const url of urls)
			answer = await act(url, {});
		if (answer && urls.length === 1)
			await open(new URL(answer.location, location.href).pathname + listOf(at), answer.location !== location.pathname);
		pollNow();
	}

	async function submitInPlace(form, button) {
		const url = button?.formAction && button.hasAttribute('formaction') ? button.formAction : form.action;
		const answer = await act(url, new URLSearchParams(new FormData(form, button)));
		if (!answer)
			return;
		form.reset(); /* what it held is stored */
		if (answer.said)
			toast(answer.said, answer.undo && (() => takeBack([answer.undo])));
		$$('.menu[open]').forEach((menu) => { menu.open = false; });
		const here = new URL(answer.location, location.href);
		if (here.pathname !== location.pathname)
			await open(here.pathname + here.search);
		else if (form.closest('.about'))
			await open(here.pathname + location.search, false);
		pollNow();
	}

	/* A form that narrows the list; what is empty is left out, as the server's own addresses do. */
	function submitList(form) {
		const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
		$$('.menu[open]', form.closest('.list')).forEach((menu) => { menu.open = false; });
		return open(`/inbox${asked.size ? `?${asked}` : ''}`);
	}

	/* The search finds while typing; emptied, it leads back to where it began. */
	const TYPING_MS = 300;
	let typing = 0, before = '/inbox?view=waiting';
	function search() {
		const field = $('#q');
		clearTimeout(typing);
		if (!new URLSearchParams(listOf(at)).has('q'))
			before = at;
		return field.value.trim() ? submitList(field.form) : open(before);
	}

	/* Reopen that a poll has put in the place of Close is not meant, nor is the second click of a double one, which comes when the next conversation is there. */
	const SETTLED_MS = 700;
	let actions = $('#actions'), changedAt = 0, clicks = 0;
	const isMeant = (form, button) => !form.closest('#actions') || (clicks < 2 && !(button?.matches('[data-key="reopen"]') && Date.now() - changedAt < SETTLED_MS));
	desk.takenIn.push(() => {
		if (actions === $('#actions'))
			return;
		actions = $('#actions');
		changedAt = Date.now();
	});

	function setUpInPlace() {
		document.addEventListener('click', (event) => { clicks = event.detail; }, true);
		document.addEventListener('submit', (event) => {
			const form = event.target, isList = form.method === 'get' && form.closest('.list');
			if (!isMeant(form, event.submitter))
				return event.preventDefault();
			if ((!form.matches('[data-in-place]') && !isList) || event.defaultPrevented)
				return;
			event.preventDefault();
			if (form.matches('.search'))
				search();
			else
				(isList ? submitList : submitInPlace)(form, event.submitter);
		}, true);
		document.addEventListener('input', (event) => {
			if (event.target.id !== 'q' || !event.target.closest('.list') || event.isComposing)
				return;
			clearTimeout(typing);
			typing = setTimeout(search, TYPING_MS);
		});
		document.addEventListener('click', (event) => {
			const filled = event.target.closest('[data-fill]');
			if (filled && desk.thread.fill(filled.dataset.fill))
				return event.preventDefault();
			if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
				return null;
			const avatar = event.target.closest('.row .avatar');
			if (avatar) {
				event.preventDefault();
				return desk.bulk.select(avatar.closest('.row'));
			}
			const link = event.target.closest('.list a[href^="/inbox"], .today a[href^="/inbox"]');
			if (link) {
				event.preventDefault();
				open(link.getAttribute('href'));
			}
			return null;
		});
		window.addEventListener('popstate', () => {
			const url = location.pathname + location.search;
			if (url !== at) /* else only what is shown of the page is another, as the details of a phone */
				open(url, false);
		});
	}

	/* A conversation with something typed and not sent says so in the list. */
	function markDrafts() {
		for (const row of $$('.row')) {
			const { dataset } = $('.row-last', row);
			if (recall(localStorage, desk.draftOf(row.id.slice(4))))
				dataset.draft = words.draft;
			else
				delete dataset.draft;
		}
	}

	/* ---- Keyboard ---- */

	const focusedRow = () => document.activeElement?.closest?.('.row') ?? $('.row.here') ?? null;

	function step(by) {
		const rows = $$('.row'), at = rows.indexOf(focusedRow());
		const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
		$('a', next)?.focus();
		next?.scrollIntoView({ block: 'nearest' });
	}

	/* A colleague was faster: on to the next one, as after one's own Close. */
	async function closeAgain() {
		const answer = $('.thread') && await act(`${location.pathname}/close${location.search}`, {});
		if (answer)
			open(answer.location);
	}

	/* With several chosen, what can be done with them; else with the conversation that is open. */
	function press(key) {
		const target = (desk.bulk.selecting() && $(`#bulk [data-key="${key}"]`)) || $(`:is(.thread, .about) [data-key="${key}"]`);
		if (!target)
			return key === 'e' ? closeAgain() : null;
		if (target.matches('button'))
			target.click();
		else if (target.matches('details')) {
			target.open = true;
			$('button', target)?.focus();
		} else
			target.focus();
		return null;
	}

	function setUpKeys() {
		const keys = {
			j: () => step(1), k: () => step(-1), o: () => { const link = $('a', focusedRow() ?? document.createElement('i')); if (link) open(link.getAttribute('href')); },
			x: () => desk.bulk.select(focusedRow()), '/': () => $('#q')?.focus(), '?': () => $('#keys')?.showModal(),
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
	desk.takenIn.push(markDrafts);
	desk.takeBack = takeBack;
	document.addEventListener('desk:page', markDrafts);
	setUpInPlace();
	setUpKeys();
	markDrafts();
})();
