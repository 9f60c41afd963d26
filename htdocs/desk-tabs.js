/*
 * desk-tabs.js - one Tab for each part of the inbox: the list, the head of the conversation, its messages, then the composer.
 *
 * Without it every link is a stop, in the order in which they stand on the screen.
 */
'use strict';
(() => {
	const { $, $$ } = desk;

	/* Inside a part the arrows move. The messages are one stop, too: Enter goes to the newest link or button in them. */
	const PARTS = [['.rows-scroll', '.row > a, a.older'], ['.thread-head', 'a, summary, .thread-actions > form button'], ['#scroll', 'a, button, summary, audio']];
	const membersOf = ([box, members]) => $$(`${box} :is(${members})`).filter((item) => item.checkVisibility({ visibilityProperty: true }));

	/* Which member of a part has the Tab: the one that has the focus, else the conversation that is open, else the first. */
	function paintTabs() {
		for (const part of PARTS) {
			const members = membersOf(part), entered = part[0] !== '#scroll';
			const chosen = members.find((m) => m === document.activeElement) ?? members.find((m) => m.getAttribute('tabindex') === '0') ?? members.find((m) => m.matches('.row.here > a')) ?? members[0];
			for (const member of members)
				member.tabIndex = entered && member === chosen ? 0 : -1;
		}
	}

	function moveInside(event) {
		const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
		const part = PARTS.find(([box]) => event.target.closest(box)), members = part ? membersOf(part) : [], at = members.indexOf(event.target);
		if (event.key === 'Enter' && event.target.matches('#scroll'))
			members.at(-1)?.focus();
		else if (event.key === 'Escape' && at >= 0 && part[0] === '#scroll')
			$('#scroll').focus();
		else if (by && at >= 0 && members[at + by])
			members[at + by].focus();
		else
			return false;
		event.preventDefault();
		return true;
	}

	function setUpTabs() {
		document.addEventListener('focusin', (event) => { if (PARTS.some(([box]) => event.target.closest(box))) paintTabs(); });
		document.addEventListener('keydown', (event) => {
			if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.target.closest('.pop, dialog'))
				moveInside(event);
		});
		desk.takenIn.push(paintTabs);
		paintTabs();
	}

	desk.paintTabs = paintTabs;
	document.addEventListener('desk:page', paintTabs);
	setUpTabs();
})();
