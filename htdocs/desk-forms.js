/*
 * desk-forms.js - sends forms without leaving their page, so that nothing that was typed is lost: offline, signed out, or after an error of the server.
 *
 * Without it the browser sends them, and the error page holds what was typed (src/desk/kept.c). What is done in place is desk-list.js, the composer desk-thread.js.
 */
'use strict';
(() => {
	const { $, $$, words, announce, showBar, showError, renew } = desk;

	/* Pages come from the server as they are; a redirect comes as a header, so that its flash message is shown by the page that it leads to. */
	function deliver(url, body, progress) {
		return new Promise((done) => {
			const request = new XMLHttpRequest();
			request.open('POST', url);
			request.setRequestHeader('Accept', 'text/html');
			request.setRequestHeader('X-Redirect', 'header');
			request.responseType = 'blob';
			if (progress) {
				request.upload.onprogress = (e) => { progress.value = e.lengthComputable ? 100 * e.loaded / e.total : 0; };
				request.upload.onload = () => announce(words.uploaded);
			}
			request.onloadend = () => done(request);
			request.send(body);
		});
	}

	const go = (path) => {
		const to = new URL(path, location.href);
		if (!to.hash || to.pathname + to.search !== location.pathname + location.search)
			return location.assign(to);
		history.replaceState(null, '', to);
		return location.reload();
	};

	/* The page that a form was answered with: the form with what is wrong, a question, a result. */
	function takePage(fresh, isNew) {
		$('#main').replaceWith($('#main', fresh));
		document.body.className = fresh.body.className;
		desk.setTitle(fresh.title);
		if (isNew)
			history.pushState(null, '', location.href);
		scrollTo(0, 0);
		desk.setUpPage();
		document.dispatchEvent(new Event('desk:page'));
		($('#main [aria-invalid="true"]') ?? $('#main')).focus();
	}

	function save(blob, disposition) {
		const link = document.createElement('a');
		link.href = URL.createObjectURL(blob);
		link.download = /filename="([^"]*)"/.exec(disposition ?? '')?.[1] ?? '';
		link.click();
		URL.revokeObjectURL(link.href);
	}

	/* What stands in the form's place when it was not taken: the form stays as it is, with the reason. True: send it again. */
	function refused(form, status, page) {
		const kept = $('#kept input[name="csrf"]', page), user = $('#words', page)?.dataset.user;
		if (status === 403 && kept && renew(kept.value, user))
			return true;
		showBar('bar-signed-out', status === 401);
		showError(form, status === 401 ? words.kept : $('.empty p', page)?.textContent ?? words.failed);
		return false;
	}

	/* Nothing that was typed is lost: a form stays on its page until the server has taken it. */
	async function sendForm(form, button, again = false) {
		const data = new FormData(form, button), progress = $('progress', form);
		const url = button?.hasAttribute('formaction') ? button.formAction : form.getAttribute('action') || location.href;
		if (progress)
			progress.hidden = false;
		const request = await deliver(url, form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data), progress);
		if (progress)
			progress.hidden = true;
		const { status } = request, to = request.getResponseHeader('X-Location');
		showBar('bar-offline', !status);
		if (to)
			return go(to); /* busy until the page is another */
		delete form.dataset.busy;
		if (!status)
			return showError(form, words.failed);
		if (!/^text\/html/.test(request.getResponseHeader('Content-Type') ?? ''))
			return save(request.response, request.getResponseHeader('Content-Disposition'));
		const page = new DOMParser().parseFromString(await request.response.text(), 'text/html');
		if (!page.body.matches('.page-error'))
			return $('#main', page) ? takePage(page, status === 200) : showError(form, words.failed);
		return refused(form, status, page) && !again ? sendForm(form, button, true) : null;
	}

	/* Pressed twice, sent once. */
	function guardForms() {
		document.addEventListener('submit', (event) => {
			const form = event.target;
			if (event.defaultPrevented || form.method !== 'post' || form.matches('[data-in-place]'))
				return;
			event.preventDefault();
			if (form.dataset.busy)
				return;
			form.dataset.busy = 'yes';
			$('.js-error', form)?.remove();
			sendForm(form, event.submitter);
		});
		window.addEventListener('pageshow', () => $$('form[data-busy]').forEach((form) => { delete form.dataset.busy; }));
	}

	guardForms();
})();
