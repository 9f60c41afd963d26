/*
 * desk-files.js - files in the composer: chosen, dropped or pasted, shown with their progress, sent one after the other.
 *
 * The form works without it: then the browser sends the chosen files with the text. Each file is a message of its own with a key of its own, so that a
 * retry after a lost connection sends nothing twice; the text goes along with the first. Large pictures are scaled down here, and lose what a
 * camera has written into them. Owns the list above the composer; its words stand in the form's data. Never builds HTML from data.
 */
'use strict';
(() => {
	const $ = (selector, root = document) => root.querySelector(selector);
	const SIDE_MAX = 2560, QUALITY = 0.86, FILES_MAX = 10;
	const trays = new WeakMap();

	const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

	function trayOf(form) {
		if (!trays.has(form))
			trays.set(form, { items: [], sending: null });
		return trays.get(form);
	}

	const composer = () => $('#composer');
	const words = (form) => form.dataset;
	const sizeOf = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

	function limitOf(form, file) {
		const kind = /^image\//.test(file.type) ? 'image' : /^(video|audio)\//.test(file.type) ? 'media' : 'document';
		return Number(form.dataset[`max${kind[0].toUpperCase()}${kind.slice(1)}`]) || Infinity;
	}

	/* ---- The list ---- */

	function element(tag, className, text) {
		const node = document.createElement(tag);
		node.className = className;
		if (text !== undefined)
			node.textContent = text;
		return node;
	}

	function button(className, text, act) {
		const node = element('button', className, text);
		node.type = 'button';
		node.addEventListener('click', act);
		return node;
	}

	function draw(form) {
		const tray = trayOf(form);
		let list = $('.tray', form);
		if (!list) {
			list = element('ul', 'tray');
			list.setAttribute('aria-label', words(form).files);
			$('.composer-box', form).before(list);
		}
		list.hidden = !tray.items.length;
		list.replaceChildren(...tray.items.map((item) => drawItem(form, item)));
		form.classList.toggle('has-files', tray.items.length > 0);
	}

	function drawItem(form, item) {
		const row = element('li', `tray-item${item.error ? ' bad' : ''}`);
		if (item.preview) {
			const picture = element('img', 'tray-picture');
			picture.src = item.preview;
			picture.alt = '';
			row.append(picture);
		}
		const what = element('span', 'tray-name');
		what.append(element('bdi', '', item.file.name || words(form).recording), element('span', 'faint', ` ${sizeOf(item.file.size)}`));
		row.append(what);
		if (item.error) {
			const error = element('span', 'error', item.error);
			error.setAttribute('role', 'alert');
			row.append(error, button('btn small', words(form).retry, () => { item.error = ''; send(form); }));
		}
		if (item.request || item.waits) {
			const bar = element('progress', '');
			bar.max = 1;
			bar.value = item.done ?? 0;
			bar.setAttribute('aria-label', item.file.name);
			item.bar = bar;
			row.append(bar);
		}
		row.append(button('btn icon quiet small', '×', () => drop(form, item)));
		row.lastChild.setAttribute('aria-label', `${item.request ? words(form).cancel : words(form).remove} ${item.file.name}`);
		return row;
	}

	function drop(form, item) {
		const tray = trayOf(form);
		item.request?.abort();
		if (item.preview)
			URL.revokeObjectURL(item.preview);
		tray.items = tray.items.filter((other) => other !== item);
		draw(form);
		form.elements.text.focus();
	}

	/* ---- Taking files ---- */

	/* A picture of at most SIDE_MAX, as JPEG, turned the right way round and without the camera's notes; what a browser cannot read stays as it is. */
	async function scaled(file, limit) {
		if (!/^image\/(jpeg|png|webp|heic|heif|avif|bmp)$/.test(file.type))
			return file;
		let bitmap;
		try {
			bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
		} catch {
			return file;
		}
		const scale = Math.min(1, SIDE_MAX / Math.max(bitmap.width, bitmap.height));
		if (scale === 1 && file.type === 'image/png' && file.size <= limit)
			return file;
		const canvas = document.createElement('canvas');
		canvas.width = Math.max(1, Math.round(bitmap.width * scale));
		canvas.height = Math.max(1, Math.round(bitmap.height * scale));
		const context = canvas.getContext('2d');
		context.fillStyle = '#fff';
		context.fillRect(0, 0, canvas.width, canvas.height);
		context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
		bitmap.close();
		const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', QUALITY); });
		return blob ? new File([blob], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' }) : file;
	}

	async function take(form, files, more = {}) {
		const tray = trayOf(form);
		for (const given of files) {
			if (tray.items.length >= FILES_MAX) {
				desk.toast(words(form).tooMany);
				break;
			}
			const file = await scaled(given, limitOf(form, given)), limit = limitOf(form, file);
			const item = { file, key: newKey(), preview: /^image\//.test(file.type) ? URL.createObjectURL(file) : '', ...more };
			if (file.size > limit)
				item.error = `${words(form).tooLarge} ${sizeOf(limit)}`;
			tray.items.push(item);
		}
		draw(form);
		form.elements.text.focus();
	}

	document.addEventListener('change', (event) => {
		const form = event.target.closest('#composer');
		if (!form || event.target.type !== 'file')
			return;
		take(form, [...event.target.files]);
		event.target.value = '';
	});

	document.addEventListener('paste', (event) => {
		const form = composer(), files = [...event.clipboardData?.files ?? []];
		if (!form || !files.length || form.elements.text.disabled || !event.target.closest?.('.thread'))
			return;
		event.preventDefault();
		take(form, files.map((file, n) => file.name ? file : new File([file], `pasted-${n + 1}.png`, { type: file.type })));
	});

	const carriesFiles = (event) => [...event.dataTransfer?.types ?? []].includes('Files');

	document.addEventListener('dragover', (event) => {
		const form = composer();
		if (!form || !carriesFiles(event))
			return;
		event.preventDefault();
		$('.thread')?.classList.toggle('drop-here', !form.elements.text.disabled && Boolean(event.target.closest?.('.thread')));
	});
	for (const end of ['dragleave', 'drop'])
		document.addEventListener(end, (event) => {
			const form = composer(), here = event.target.closest?.('.thread');
			if (end === 'dragleave' && event.relatedTarget)
				return;
			$('.thread')?.classList.remove('drop-here');
			if (end !== 'drop' || !form || !carriesFiles(event))
				return;
			event.preventDefault(); /* else the browser leaves the page for the file */
			if (here && !form.elements.text.disabled)
				take(form, [...event.dataTransfer.files]);
		});

	/* ---- Sending ---- */

	const errorOf = (form, request) => request.status === 0 ? words(form).failed
		: request.response?.form?.error || request.response?.problem?.words || words(form).failed;

	/* One file; true when it is sent. */
	function upload(form, item, text, seen, along, pressed) {
		return new Promise((done) => {
			const body = new FormData(), request = new XMLHttpRequest();
			body.append('csrf', form.elements.csrf.value);
			body.append('key', item.key);
			body.append('text', text);
			body.append('seen', seen);
			body.append('do', 'send');
			body.append('quote', form.elements.quote.value);
			if (pressed?.name === 'until') {
				body.append('until', pressed.value);
				body.append('at', form.elements.at.value);
			}
			if (along)
				body.append('with', along);
			if (item.voice)
				body.append('voice', 'on');
			body.append('file', item.file, item.file.name || 'voice');
			item.request = request;
			request.open('POST', form.action);
			request.setRequestHeader('Accept', 'application/json');
			request.responseType = 'json';
			request.upload.onprogress = (event) => {
				item.done = event.lengthComputable ? event.loaded / event.total : 0;
				if (item.bar)
					item.bar.value = item.done;
			};
			const end = (error) => {
				item.request = null;
				item.error = error;
				done(!error);
			};
			request.onload = () => {
				if (request.status === 403)
					desk.renew(request.response?.csrf, request.response?.user?.id);
				desk.showBar('bar-signed-out', request.status === 401);
				end(request.status < 300 ? '' : errorOf(form, request));
			};
			request.onerror = () => end(words(form).failed);
			request.onabort = () => end(words(form).cancelled);
			draw(form);
			request.send(body);
		});
	}

	async function send(form, pressed) {
		const tray = trayOf(form), text = form.elements.text;
		if (tray.sending)
			return;
		tray.sending = true;
		form.dataset.busy = 'yes';
		const seen = desk.lastSeen(form);
		while (tray.items.length && !tray.items[0].error) {
			const item = tray.items[0], caption = text.value, box = form.elements.with;
			if (!await upload(form, item, caption, seen, box.checked ? box.value : '', pressed))
				break;
			drop(form, item);
			box.checked = false;
			form.elements.quote.value = 0;
			$('.quoting', form).hidden = true;
			box.closest('label').hidden = true;
			if (caption && text.value === caption) {
				text.value = '';
				text.dispatchEvent(new Event('input', { bubbles: true }));
			}
			document.dispatchEvent(new Event('desk:changed'));
		}
		tray.sending = false;
		delete form.dataset.busy;
		draw(form);
	}

	document.addEventListener('submit', (event) => {
		const form = event.target;
		if (form.id !== 'composer' || event.submitter?.value === 'insert' || !trayOf(form).items.length)
			return;
		event.preventDefault();
		event.stopImmediatePropagation(); /* desk.js sends texts only */
		send(form, event.submitter);
	}, true);

	/* ---- Recording a voice note ---- */

	/* So long, at this rate, a note stays below 512 kB: WhatsApp shows a larger one as a file. */
	const RECORDING_MAX_MS = 4 * 60 * 1000, RECORDING_RATE = 16000;
	let recorder = null;

	const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

	function showRecorder(form, on) {
		const start = $('[data-record]', form), bar = $('.recorder', form);
		start.hidden = on;
		bar.hidden = !on;
		if (on)
			$('button', bar).focus();
	}

	async function record(form) {
		let stream;
		try {
			stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
		} catch {
			const live = document.getElementById('live');
			if (live)
				live.textContent = words(form).noMicrophone;
			return;
		}
		const type = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].find((t) => MediaRecorder.isTypeSupported(t)) ?? '';
		const chunks = [], began = Date.now();
		recorder = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: RECORDING_RATE } : {});
		const mine = recorder, time = $('.recorder time', form);
		const tick = setInterval(() => {
			time.textContent = clock(Date.now() - began);
			if (Date.now() - began > RECORDING_MAX_MS)
				mine.stop();
		}, 250);
		mine.ondataavailable = (event) => { if (event.data.size) chunks.push(event.data); };
		mine.onstop = () => {
			clearInterval(tick);
			stream.getTracks().forEach((track) => track.stop());
			recorder = null;
			showRecorder(form, false);
			if (mine.dropped || !chunks.length)
				return;
			const plain = mine.mimeType.split(';')[0], ending = { 'audio/ogg': 'ogg', 'audio/webm': 'webm', 'audio/mp4': 'm4a' }[plain] ?? 'ogg';
			take(form, [new File(chunks, `voice.${ending}`, { type: plain })], { voice: true });
		};
		time.textContent = clock(0);
		showRecorder(form, true);
		mine.start(1000);
	}

	document.addEventListener('click', (event) => {
		const form = event.target.closest?.('#composer');
		if (!form)
			return;
		if (event.target.closest('[data-record]'))
			record(form);
		else if (event.target.closest('[data-record-stop]'))
			recorder?.stop();
		else if (event.target.closest('[data-record-drop]') && recorder) {
			recorder.dropped = true;
			recorder.stop();
		}
	});

	/* The button is there only where a browser can record. */
	const offerRecording = () => {
		const start = $('#composer [data-record]');
		if (start && window.MediaRecorder && navigator.mediaDevices && start.dataset.ready !== 'yes') {
			start.dataset.ready = 'yes';
			start.hidden = false;
		}
	};
	offerRecording();
	new MutationObserver(offerRecording).observe($('#main') ?? document.body, { childList: true, subtree: true });
})();
