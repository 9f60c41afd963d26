/*
 * The customer's phone: writes through /control/inbound, shows /control/chat, sets /control/behaviour.
 * Knows no secret. Builds every node by textContent, so that no message can become markup.
 */
'use strict';

const POLL_MS = 700;
const SMALL_IMAGE = { id: '1003383421387256', mime_type: 'image/jpeg', sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=', caption: 'Do you have this one?' };
const FIRST_PEOPLE = [
	{ name: 'Ada Miller', from: '16505551234', user_id: '', telegram: '5001234567' },
	{ name: 'Mehmet Kaya', from: '905321234567', user_id: 'TR.20819787093429420001', telegram: '5007654321' },
	{ name: 'Zoë', from: '', user_id: 'US.13491208655302741918' },
];
const FAULT_FIELDS = ['latency_ms', 'latency_jitter_ms', 'fail_every', 'fail_with', 'lose_response_every', 'hang_every', 'inbound_copies', 'status_copies',
	'ladder_order', 'enforce_window', 'enforce_pair_rate'];
const NO_FAULTS = { latency_ms: 0, latency_jitter_ms: 0, fail_every: 0, fail_with: 'unknown', lose_response_every: 0, hang_every: 0, garbage_every: 0, reset_every: 0,
	inbound_copies: 1, status_copies: 1, ladder_order: 'in_order', enforce_window: false, enforce_pair_rate: false };
const TICKS = { sent: ['✓', 'sent'], delivered: ['✓✓', 'delivered'], read: ['✓✓', 'read'], failed: ['!', 'not delivered'] };

const byId = (id) => document.getElementById(id);
const state = { channels: [], people: loadPeople(), shown: '', messages: [], asked: 0 };

function loadPeople() {
	try {
		const people = JSON.parse(localStorage.getItem('people'));
		return Array.isArray(people) && people.length ? people : FIRST_PEOPLE;
	} catch {
		return FIRST_PEOPLE;
	}
}

async function call(path, body) {
	const response = await fetch('/control/' + path, body === undefined ? {} :
		{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
	const answer = await response.json();
	if (!response.ok)
		throw new Error(answer.error || 'HTTP ' + response.status);
	return answer;
}

function say(id, words, bad) {
	byId(id).textContent = words;
	byId(id).classList.toggle('bad', Boolean(bad));
}

function element(tag, className, text) {
	const node = document.createElement(tag);
	node.className = className;
	node.textContent = text;
	return node;
}

function fillSelect(select, options, chosen) {
	select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

const person = () => state.people[byId('person').value] || state.people[0];
const channel = () => state.channels.find((c) => c.phone_number_id === byId('number').value);
const onTelegram = () => Boolean(channel() && channel().bot);
const canWrite = () => channel() && (!onTelegram() || person().telegram);
const address = (c) => c.bot ? '@' + c.username : '+' + c.display_phone_number.replace(/^\+/, '');

function showPeople() {
	fillSelect(byId('person'), state.people.map((p, i) => [String(i), p.name || p.from || p.user_id]), localStorage.getItem('person') || '0');
	showIdentity();
}

function showIdentity() {
	const { from, user_id: userId, telegram } = person();
	byId('identity').textContent = onTelegram() ? telegram ? `Telegram ${telegram}` : 'not on Telegram' :
		[from && '+' + from, userId].filter(Boolean).join(' · ') + (from ? '' : ' (no phone number)');
}

function showChannel() {
	const current = channel();
	byId('chat-title').textContent = current ? current.verified_name : 'No number yet';
	byId('avatar').textContent = current ? [...current.verified_name][0] : '';
	for (const id of ['image', 'attach', 'record'])
		byId(id).disabled = !canWrite();
	for (const id of ['duplicate', 'reaction', 'statuses'])
		byId(id).disabled = !current || onTelegram();
	for (const id of ['press', 'block'])
		byId(id).hidden = !onTelegram() || !canWrite();
	byId('composer').querySelector('button').disabled = !canWrite();
}

async function loadChannels() {
	const [numbers, { bots }] = [(await call('channels')).channels, await call('bots')];
	const channels = [...numbers, ...bots.map((b) => ({ bot: true, phone_number_id: b.id, verified_name: b.first_name, username: b.username }))];
	if (JSON.stringify(channels) === JSON.stringify(state.channels))
		return;
	state.channels = channels;
	fillSelect(byId('number'), channels.map((c) => [c.phone_number_id, `${c.verified_name} · ${address(c)}`]),
		localStorage.getItem('number') || byId('number').value);
	showChannel();
	showIdentity();
}

/* The platform may deliver one message twice: shown once, with a count. */
function mergeCopies(messages) {
	const seen = new Map();
	for (const message of messages) {
		const key = message.direction + message.wamid;
		if (seen.has(key))
			Object.assign(seen.get(key), { copies: seen.get(key).copies + 1, state: message.state });
		else
			seen.set(key, { ...message, copies: 1 });
	}
	return [...seen.values()];
}

function messageNode(message) {
	const node = element('div', message.direction, '');
	const meta = element('span', 'meta', '');
	const time = new Date(message.at_ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
	node.append(element('span', 'unseen', message.direction === 'out' ? 'You: ' : 'Business: '));
	if (message.type !== 'text' && !message.buttons)
		node.append(element('span', 'kind', message.type));
	if (message.media)
		node.append(mediaNode(message));
	node.append(element('span', 'words', message.text));
	meta.append(element('span', '', message.copies > 1 ? `${time} · ×${message.copies}` : time));
	if (message.direction === 'out') {
		const [ticks, words] = TICKS[message.state] || TICKS.sent;
		const mark = element('span', 'ticks ' + message.state, ticks);
		mark.setAttribute('aria-hidden', 'true');
		mark.title = words;
		meta.append(mark, element('span', 'unseen', words));
	}
	node.append(meta);
	if (message.buttons)
		node.append(buttonsNode(message));
	return node;
}

/* A file, whoever sent it: seen, heard, or to be saved. */
function mediaNode(message) {
	const address = `/control/media?id=${encodeURIComponent(message.media)}`;
	const kind = /^(image|photo|sticker)$/.test(message.type) ? 'img' : /^(audio|voice)$/.test(message.type) ? 'audio' : message.type === 'video' ? 'video' : 'a';
	const node = element(kind, 'media', kind === 'a' ? 'Open the file' : '');
	if (kind === 'a') {
		node.href = address;
		node.target = '_blank';
	} else {
		node.src = address;
		if (kind === 'img')
			node.alt = 'Picture';
		else
			node.controls = true;
	}
	return node;
}

/* The bytes as /control/media takes them. */
async function base64url(file) {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = '';
	for (let at = 0; at < bytes.length; at += 0x8000)
		text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
	return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

async function sendFile(file, isVoice) {
	if (!canWrite())
		return;
	const type = file.type.split(';')[0] || 'application/octet-stream', caption = byId('text').value.trim();
	const kind = isVoice ? 'voice' : /^image\/(jpeg|png)$/.test(type) ? 'image' : type === 'video/mp4' ? 'video' : /^audio\//.test(type) ? 'audio' : 'document';
	try {
		const { id } = await call('media', { mime_type: type, name: file.name, base64url: await base64url(file) });
		byId('text').value = '';
		const said = caption ? { caption } : {};
		if (onTelegram()) {
			const held = { file_id: id, file_unique_id: id.slice(2), mime_type: type, file_name: file.name, file_size: file.size, duration: 1 };
			await write({ message: kind === 'image' ? { photo: [{ file_id: id, file_unique_id: id.slice(2), width: 640, height: 480 }], ...said } : { [kind]: held, ...said } });
		} else {
			const name = kind === 'document' ? { filename: file.name } : {};
			const whatsapp = kind === 'voice' ? 'audio' : kind, voice = kind === 'voice' ? { voice: true } : {};
			await write({ message: { type: whatsapp, [whatsapp]: { id, mime_type: type, ...name, ...voice, ...(whatsapp === 'audio' ? {} : said) } } });
		}
	} catch (error) {
		say('note', error.message, true);
	}
}

let recorder = null;

async function record() {
	if (recorder)
		return recorder.stop();
	try {
		const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
		const chunks = [];
		recorder = new MediaRecorder(stream);
		recorder.ondataavailable = (event) => chunks.push(event.data);
		recorder.onstop = () => {
			const type = recorder.mimeType;
			stream.getTracks().forEach((track) => track.stop());
			recorder = null;
			byId('record').textContent = 'Record';
			sendFile(new File(chunks, 'voice', { type }), true);
		};
		recorder.start();
		byId('record').textContent = 'Send the recording';
	} catch (error) {
		say('note', error.message, true);
	}
	return null;
}

/* What the business offers to press; an old button may still be pressed. */
function buttonsNode(message) {
	const group = element('div', 'replies', '');
	for (const title of message.buttons) {
		const button = element('button', '', title);
		button.type = 'button';
		button.addEventListener('click', () => pressButton(message, title));
		group.append(button);
	}
	return group;
}

const pressButton = (message, title) => write(onTelegram() ? { callback: title } : { message: { type: 'interactive',
	context: { id: message.wamid }, interactive: { type: 'button_reply', button_reply: { id: title, title } } } });

function showMessages(messages) {
	const list = byId('messages');
	const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
	state.messages = messages;
	list.replaceChildren(...(messages.length ? messages.map(messageNode) : [element('div', 'empty', channel() ?
		'Nothing yet. Write as this customer.' : 'Add a number or a bot first: POST /control/channels, POST /control/bots.')]));
	if (atEnd)
		list.scrollTop = list.scrollHeight;
}

function chatQuery() {
	const { from, user_id: userId, telegram } = person();
	const query = new URLSearchParams({ phone_number_id: channel() ? channel().phone_number_id : '' });
	if (onTelegram() ? telegram : from)
		query.set('from', onTelegram() ? telegram : from);
	if (userId && !onTelegram())
		query.set('user_id', userId);
	return 'chat?' + query;
}

/* Several may be under way: only the one that asked last shows what it got, for another may have asked for another chat. */
async function refresh() {
	const turn = ++state.asked;
	await loadChannels();
	const query = chatQuery();
	const chat = await call(query);
	if (turn !== state.asked)
		return;
	const shown = query + JSON.stringify(chat.messages);
	byId('presence').textContent = chat.typing ? 'typing…' : channel() ? address(channel()) : '';
	if (shown !== state.shown)
		showMessages(mergeCopies(chat.messages));
	state.shown = shown;
	byId('link').textContent = state.channels.length ? 'Connected' : 'Connected, no business number yet';
}

async function poll() {
	try {
		if (!document.hidden)
			await refresh();
	} catch {
		byId('link').textContent = 'The simulator does not answer';
	}
	setTimeout(poll, POLL_MS);
}

async function write(content) {
	const { name, from, user_id: userId, telegram } = person();
	const identity = Object.fromEntries(Object.entries({ name, from, user_id: userId }).filter(([, value]) => value));
	say('note', '');
	try {
		if (onTelegram())
			await call('telegram', { bot_id: channel().phone_number_id, wait: false, name, from: telegram, ...content });
		else
			await call('inbound', { phone_number_id: channel().phone_number_id, wait: false, ...identity, ...content });
		await refresh();
		byId('messages').scrollTop = byId('messages').scrollHeight;
	} catch (error) {
		say('note', error.message, true);
	}
}

const last = (direction) => state.messages.findLast((message) => message.direction === direction);

function sendText(event) {
	const text = byId('text').value.trim();
	event.preventDefault();
	if (!text || !canWrite())
		return;
	byId('text').value = '';
	growText();
	write({ text });
}

function sendDuplicate() {
	const message = last('out');
	if (!message)
		return say('note', 'Write something first.');
	const content = message.type === 'text' ? { type: 'text', text: { body: message.text } } : message.type === 'image' ? { type: 'image', image: SMALL_IMAGE } : null;
	return content ? write({ message: { id: message.wamid, ...content }, timestamp: Math.floor(message.at_ms / 1000) }) : say('note', 'Only text and images can be repeated.');
}

const sendImage = () => write({ message: onTelegram() ? { photo: [{ file_id: 'A1', width: 90, height: 60 }], caption: SMALL_IMAGE.caption } :
	{ type: 'image', image: SMALL_IMAGE } });

/* A button under a message of the bot: its data is what is typed. */
function press() {
	const data = byId('text').value.trim();
	if (!data)
		return say('note', 'Type the button’s words first.');
	byId('text').value = '';
	return write({ callback: data });
}

function block() {
	const blocks = byId('block').textContent === 'Block';
	byId('block').textContent = blocks ? 'Unblock' : 'Block';
	write({ block: blocks });
}

function sendReaction() {
	const reply = last('in');
	if (!reply)
		return say('note', 'There is no reply to react to yet.');
	return write({ message: { type: 'reaction', reaction: { message_id: reply.wamid, emoji: '👍' } } });
}

async function sendStatuses() {
	const reply = last('in');
	if (!reply)
		return say('note', 'There is no reply yet that could have statuses.');
	try {
		await call('statuses', { wamid: reply.wamid, statuses: ['read', 'sent', 'delivered'] });
		return say('note', 'Sent for the last reply: read, sent, delivered.');
	} catch (error) {
		return say('note', error.message, true);
	}
}

function growText() {
	const text = byId('text');
	text.rows = Math.min(5, text.value.split('\n').length);
}

function addPerson(event) {
	const from = byId('person-phone').value.replace(/^\+/, '');
	const userId = byId('person-id').value;
	const telegram = byId('person-telegram').value;
	event.preventDefault();
	if (!from && !userId && !telegram) {
		byId('person-phone').focus();
		return;
	}
	state.people = [...state.people, { name: byId('person-name').value, from, user_id: userId, telegram }];
	localStorage.setItem('people', JSON.stringify(state.people));
	localStorage.setItem('person', String(state.people.length - 1));
	event.target.reset();
	byId('new-person').open = false;
	showPeople();
	refresh();
}

function showBehaviour(behaviour) {
	for (const id of FAULT_FIELDS) {
		const field = byId(id);
		if (field.type === 'checkbox')
			field.checked = behaviour[id];
		else if (field.tagName !== 'SELECT' || [...field.options].some((option) => option.value === behaviour[id]))
			field.value = behaviour[id];
	}
}

function readBehaviour() {
	return Object.fromEntries(FAULT_FIELDS.map((id) => {
		const field = byId(id);
		return [id, field.type === 'checkbox' ? field.checked : field.type === 'number' ? Number(field.value) : field.value];
	}));
}

async function setBehaviour(changes) {
	try {
		showBehaviour(await call('behaviour', changes));
		say('faults-note', 'In effect.');
	} catch (error) {
		say('faults-note', error.message, true);
	}
}

function remember(id, key, after) {
	byId(id).addEventListener('change', () => {
		localStorage.setItem(key, byId(id).value);
		after();
		refresh().catch(() => {});
	});
}

function start() {
	const show = () => {
		showChannel();
		showIdentity();
	};
	remember('number', 'number', show);
	remember('person', 'person', show);
	byId('composer').addEventListener('submit', sendText);
	byId('text').addEventListener('input', growText);
	byId('text').addEventListener('keydown', (event) => {
		if (event.key === 'Enter' && !event.shiftKey && !event.isComposing)
			sendText(event);
	});
	byId('duplicate').addEventListener('click', sendDuplicate);
	byId('image').addEventListener('click', sendImage);
	byId('attach').addEventListener('click', () => byId('file').click());
	byId('file').addEventListener('change', () => {
		for (const file of byId('file').files)
			sendFile(file, false);
		byId('file').value = '';
	});
	byId('record').addEventListener('click', record);
	byId('press').addEventListener('click', press);
	byId('block').addEventListener('click', block);
	byId('reaction').addEventListener('click', sendReaction);
	byId('statuses').addEventListener('click', sendStatuses);
	byId('person-form').addEventListener('submit', addPerson);
	byId('faults').addEventListener('submit', (event) => {
		event.preventDefault();
		setBehaviour(readBehaviour());
	});
	byId('healthy').addEventListener('click', () => setBehaviour(NO_FAULTS));
	/* A turned or resized screen keeps the newest message in view. */
	new ResizeObserver(() => { byId('messages').scrollTop = byId('messages').scrollHeight; }).observe(byId('messages'));
	showPeople();
	showChannel();
	call('behaviour').then(showBehaviour).catch(() => {});
	poll();
}

start();
