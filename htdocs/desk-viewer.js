/*
 * desk-viewer.js - looks at the pictures of a conversation: full size, by keys, with zoom.
 *
 * Without it a picture is a link. Owns the dialog #viewer, whose words come from the server. Never builds
 * HTML from data.
 */
'use strict';
(() => {
	const $ = (selector, root = document) => root.querySelector(selector);
	/* Of the thread, or of the contact's files: those that stand with the one that was opened. */
	let group = '#scroll';
	const pictures = () => [...document.querySelectorAll(`${group} a.picture`)].sort((a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
	let all = [], at = 0, zoom = 1;

	const viewer = () => $('#viewer');

	function scale(to) {
		const image = $('img', viewer());
		zoom = Math.min(8, Math.max(1, to));
		image.style.width = zoom === 1 ? '' : `${zoom * 100}%`;
		viewer().classList.toggle('zoomed', zoom > 1);
	}

	function show(index) {
		const box = viewer(), link = all[(index + all.length) % all.length], image = $('img', box);
		at = (index + all.length) % all.length;
		scale(1);
		image.src = link.href;
		image.alt = $('img', link).alt;
		$('.viewer-count', box).textContent = `${at + 1} / ${all.length}`;
		$('.viewer-download', box).href = link.dataset.download;
		for (const button of box.querySelectorAll('[data-step]'))
			button.hidden = all.length < 2;
	}

	document.addEventListener('click', (event) => {
		const link = event.target.closest?.('a.picture');
		if (link && viewer() && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
			event.preventDefault();
			group = link.closest('#files') ? '#files' : '#scroll';
			all = pictures();
			show(Math.max(0, all.indexOf(link)));
			viewer().showModal();
			return;
		}
		const button = event.target.closest?.('#viewer [data-step], #viewer [data-zoom]');
		if (button?.dataset.step)
			show(at + Number(button.dataset.step));
		else if (button?.dataset.zoom)
			scale(zoom * Number(button.dataset.zoom));
		else if (event.target === viewer())
			viewer().close();
	});

	document.addEventListener('dblclick', (event) => {
		if (event.target.closest?.('#viewer img'))
			scale(zoom > 1 ? 1 : 2.5);
	});

	document.addEventListener('keydown', (event) => {
		if (!viewer()?.open)
			return;
		const keys = { ArrowLeft: () => show(at - 1), ArrowRight: () => show(at + 1), Home: () => show(0), End: () => show(all.length - 1),
			'+': () => scale(zoom * 1.5), '=': () => scale(zoom * 1.5), '-': () => scale(zoom / 1.5), 0: () => scale(1) };
		if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey)
			return;
		event.preventDefault();
		event.stopPropagation(); /* the list's keys are not meant */
		keys[event.key]();
	}, true);

	document.addEventListener('close', (event) => {
		if (event.target === viewer()) {
			$('img', viewer()).removeAttribute('src');
			pictures().find((link) => link.href === all[at]?.href)?.focus(); /* the list may have been drawn anew meanwhile */
		}
	}, true);
})();
