/*
 * desk-voice.js - plays voice notes: their waveform, a place in them, their speed, and that they were played.
 *
 * Without it, and where a browser cannot read the sound, there is the browser's own player. The waveform is made here, of the file that is played anyway, when it
 * comes into sight: so the host needs no program that reads sound. Never builds HTML from data.
 */
'use strict';
(() => {
	const $ = (selector, root = document) => root.querySelector(selector);
	const SPEEDS = [1, 1.5, 2], BARS = 64, STEPS = 1000, MOST_BYTES = 4e6;
	const notes = new WeakMap();
	let speed = 1;

	const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

	/* The loudest moment of each part, the loudest of all as 1. */
	function peaksOf(samples) {
		const size = Math.max(1, Math.floor(samples.length / BARS)), peaks = [];
		for (let bar = 0; bar < BARS; bar++) {
			let peak = 0;
			for (let i = bar * size; i < (bar + 1) * size && i < samples.length; i++)
				peak = Math.max(peak, Math.abs(samples[i]));
			peaks.push(peak);
		}
		const most = Math.max(...peaks, 0.01);
		return peaks.map((peak) => peak / most);
	}

	async function soundOf(address) {
		const answer = await fetch(address);
		if (!answer.ok || Number(answer.headers.get('Content-Length')) > MOST_BYTES)
			throw new Error('no sound');
		const sound = await new OfflineAudioContext(1, 1, 16000).decodeAudioData(await answer.arrayBuffer());
		return { seconds: sound.duration, peaks: peaksOf(sound.getChannelData(0)) };
	}

	function draw(voice) {
		const note = notes.get(voice), canvas = $('canvas', voice), style = getComputedStyle(canvas);
		const width = canvas.clientWidth, height = canvas.clientHeight, scale = window.devicePixelRatio || 1;
		canvas.width = width * scale;
		canvas.height = height * scale;
		const to = canvas.getContext('2d'), done = $('audio', voice).currentTime / note.seconds * BARS;
		to.scale(scale, scale);
		note.peaks.forEach((peak, bar) => {
			const tall = Math.max(2, peak * (height - 4));
			to.fillStyle = bar < done ? style.color : style.borderTopColor;
			to.fillRect(bar * width / BARS, (height - tall) / 2, Math.max(1, width / BARS - 1.5), tall);
		});
	}

	function tell(voice) {
		const audio = $('audio', voice), note = notes.get(voice), place = $('input', voice), button = $('[data-play]', voice);
		place.value = Math.round(audio.currentTime / note.seconds * STEPS);
		place.setAttribute('aria-valuetext', `${clock(audio.currentTime)} / ${clock(note.seconds)}`);
		$('.time', voice).textContent = audio.currentTime > 0 ? `${clock(audio.currentTime)} / ${clock(note.seconds)}` : clock(note.seconds);
		button.setAttribute('aria-pressed', String(!audio.paused));
		$('use', button).setAttribute('href', $('use', button).getAttribute('href').replace(/#\w+$/, audio.paused ? '#play' : '#pause'));
		draw(voice);
	}

	async function prepare(voice) {
		if (notes.has(voice))
			return;
		notes.set(voice, null);
		const note = await soundOf($('audio', voice).src).catch(() => null);
		if (!note || !voice.isConnected)
			return; /* the browser's own player stays */
		notes.set(voice, note);
		$('audio', voice).controls = false;
		for (const part of voice.querySelectorAll('[data-play], .wave, [data-speed]'))
			part.hidden = false;
		$('.rate', voice).textContent = `${speed}×`;
		tell(voice);
	}

	const inSight = new IntersectionObserver((seen) => {
		for (const { isIntersecting, target } of seen) {
			if (!isIntersecting)
				continue;
			inSight.unobserve(target);
			prepare(target);
		}
	});
	const look = () => document.querySelectorAll('.voice:not([data-seen])').forEach((voice) => {
		voice.dataset.seen = '';
		inSight.observe(voice);
	});
	new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
	look();

	/* That an operator has played it, once. */
	function notePlayed(voice) {
		const address = voice.dataset.played, csrf = $('input[name="csrf"]')?.value;
		if (!address || !csrf)
			return;
		delete voice.dataset.played;
		fetch(address, { method: 'POST', body: new URLSearchParams({ csrf }), redirect: 'manual' }).catch(() => { voice.dataset.played = address; });
		$('.unplayed', voice)?.remove();
	}

	document.addEventListener('play', (event) => {
		const voice = event.target.closest?.('.voice');
		for (const other of document.querySelectorAll('audio, video'))
			if (other !== event.target)
				other.pause();
		if (!voice)
			return;
		event.target.playbackRate = speed;
		$('[data-speed]', voice).hidden = false;
		$('.rate', voice).textContent = `${speed}×`;
		notePlayed(voice);
	}, true);

	for (const name of ['play', 'pause', 'timeupdate', 'seeked', 'ended'])
		document.addEventListener(name, (event) => {
			const voice = event.target.closest?.('.voice');
			if (voice && notes.get(voice))
				tell(voice);
		}, true);

	document.addEventListener('click', (event) => {
		const button = event.target.closest?.('[data-play], [data-speed]'), voice = button?.closest('.voice');
		if (!voice)
			return;
		const audio = $('audio', voice);
		if ('play' in button.dataset) {
			if (audio.paused)
				audio.play().catch(() => { audio.controls = true; });
			else
				audio.pause();
			return;
		}
		speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
		for (const other of document.querySelectorAll('.voice .rate'))
			other.textContent = `${speed}×`;
		audio.playbackRate = speed;
	});

	document.addEventListener('input', (event) => {
		const voice = event.target.closest?.('.voice');
		if (voice && notes.get(voice))
			$('audio', voice).currentTime = event.target.value / STEPS * notes.get(voice).seconds;
	});
})();
