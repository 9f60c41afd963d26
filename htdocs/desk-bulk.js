/*
 * desk-bulk.js - several conversations at once: chosen by a click on their pictures or by the key x, then closed, snoozed, assigned or tagged.
 */
'use strict';
(() => {
	const { $, $$, words, pollNow, act, toast } = desk;

	const chosen = new Set();
	const selecting = () => chosen.size > 0;

	function paint() {
		const bar = $('#bulk');
		for (const row of $$('.row'))
			row.classList.toggle('chosen', chosen.has(row.id.slice(4)));
		if (!bar)
			return;
		if (bar.hidden && selecting() && $('#bulk-assign').length === 2) /* whom the filter knows */
			$('#bulk-assign').append(...[...$('#filter-assignee').options].slice(1).map((option) => new Option(option.text, option.value)));
		bar.hidden = !selecting();
		$('b', bar).textContent = `${chosen.size} ${words.selected}`;
	}

	function select(row) {
		if (!row)
			return;
		const id = row.id.slice(4);
		if (!chosen.delete(id))
			chosen.add(id);
		paint();
	}

	function selectAll() {
		$$('.row').forEach((row) => chosen.add(row.id.slice(4)));
		paint();
	}

	function clear() {
		chosen.clear();
		paint();
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
		paint();
		if (said || ids.length)
			toast(ids.length > 1 || !said ? `${ids.length} ${words.selected}: ${said ?? fields.add}` : said, undo.length > 0 && (() => desk.takeBack(undo)));
		pollNow();
	}

	function setUp() {
		const inBar = (handle) => (event) => event.target.closest('#bulk') && handle(event.target, event);
		document.addEventListener('click', inBar((target) => {
			const button = target.closest('button');
			if (button?.name === 'until')
				button.closest('.menu').open = false;
			return button && { until: () => bulk('snooze', { until: button.value }), close: () => bulk('close', {}), all: selectAll, none: clear }[button.name]();
		}));
		document.addEventListener('change', inBar((target) => {
			if (target.tagName === 'SELECT' && target.value)
				bulk('assign', { user: target.value });
			if (target.tagName === 'SELECT')
				target.value = '';
		}));
		document.addEventListener('keydown', inBar((target, event) => {
			if (event.key !== 'Enter' || target.tagName !== 'INPUT' || !target.value.trim())
				return;
			event.preventDefault();
			bulk('tags', { add: target.value.trim() });
			target.value = '';
		}));
	}

	desk.bulk = { selecting, select, clear, paint };
	desk.takenIn.push(paint);
	setUp();
})();
