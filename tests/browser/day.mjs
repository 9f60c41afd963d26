/*
 * day.mjs - a day at the desk: customers write, the bot is on, three operators work in browsers of their own, one of
 * them on a phone.
 *
 * Reads as JSON from stdin: origin, control (of the simulator), number, password, think_ms, customers (how many),
 * gap_ms (between two of them), operators ([{email, phone}]), most_ms. Writes JSON lines: {customer, asks, from} for
 * each who wrote, {handled: {by, id, clicks, said}}, {met: where a reply was refused}, {wrong: what a page showed that
 * it must not}, at the end {clicks, opened, cookies}. Looking costs no click. The clicks are those of the mouse or the
 * finger; keys write replies only.
 */
import fs from 'node:fs';
import { launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const browser = await launch();
const end = Date.now() + given.most_ms;
let allWrote = false;

/* What customers want: the bot knows the first three; the rest wait for a person, some of whom write again. */
const WANTS = [
	{ asks: 'skill', text: 'when are you open?' },
	{ asks: 'skill', text: 'do you deliver to my house?' },
	{ asks: 'skill', text: 'what are your opening hours' },
	{ asks: 'person', text: 'I want to talk to a person please' },
	{ asks: 'unknown', text: 'is the zeppelin licence included with the accordion?' },
	{ asks: 'handover', text: 'we need a wedding decoration' },
	{
		asks: 'picture',
		message: {
			type: 'image',
			image: { id: '404', mime_type: 'image/jpeg', sha256: 'x', caption: 'can you make this' },
		},
	},
	{ asks: 'twice', text: 'can somebody call me back about the invoice of Tuesday' },
];

async function control(path, value) {
	const answer = await fetch(`${given.control}/control/${path}`, {
		method: 'POST',
		body: JSON.stringify(value),
		headers: { 'Content-Type': 'application/json' },
	});
	if (!answer.ok)
		throw new Error(`the simulator answered ${answer.status} to ${path}`);
}

async function writes(n, text, message) {
	await control('inbound', {
		phone_number_id: given.number,
		from: String(34600000000 + n),
		name: `Customer ${n}`,
		...(text ? { text } : { message }),
	});
}

async function customers() {
	for (let n = 1; n <= given.customers; n++) {
		const { asks, text, message } = WANTS[(n * 5) % WANTS.length];
		await writes(n, text, message);
		tell({ customer: n, asks });
		if (asks === 'twice')
			setTimeout(() => writes(n, 'hello?').catch((error) => tell({ wrong: error.message })), 4 * given.gap_ms);
		await pause(given.gap_ms);
	}
	await pause(5 * given.gap_ms + 3000);
	allWrote = true;
}

/* In the page, at every change of the list: who waits longest stands first. */
function watchOrder() {
	const look = () => {
		if (!location.search.includes('view=waiting'))
			return;
		const since = [...document.querySelectorAll('#rows > .row [data-since]')].map((item) =>
			Number(item.dataset.since),
		);
		sessionStorage.setItem('looked', Number(sessionStorage.getItem('looked')) + 1);
		if (since.some((s, i) => i && s < since[i - 1]))
			console.error(`wrong order of waiting: ${since}`);
	};
	document.addEventListener('DOMContentLoaded', () => {
		look();
		new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
	});
}

class Operator {
	constructor({ email, phone }) {
		Object.assign(this, { email, phone, clicks: 0, opened: 0, handled: 0, mine: 0, replies: 0 });
	}

	async begin() {
		this.context = await browser.newContext({
			viewport: this.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
			hasTouch: this.phone,
			isMobile: this.phone,
			locale: 'en-US',
			reducedMotion: 'reduce',
		});
		this.context.setDefaultTimeout(given.wait_ms);
		await this.context.addInitScript(watchOrder);
		this.page = await this.context.newPage();
		const wrong = (text) => tell({ wrong: `${this.email}: ${text}` });
		this.page.on('console', (m) => {
			if (m.type() === 'error' && !/ 409 /.test(m.text()))
				wrong(`${m.text()} ${m.location().url}`);
		});
		this.page.on('pageerror', (e) => wrong(e.message));
		await this.page.goto(`${given.origin}/sign-in`);
		await this.page.locator('#email').fill(this.email);
		await this.page.locator('#password').fill(given.password);
		await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
		await this.page.waitForURL((url) => url.pathname === '/inbox');
		await this.page.goto(`${given.origin}/inbox?view=waiting`);
	}

	async click(locator) {
		this.clicks++;
		await (this.phone ? locator.tap() : locator.click());
	}

	here() {
		return this.page.evaluate(() => document.querySelector('#composer')?.dataset.draft ?? null);
	}

	/* Where two meet, the one who comes first in the alphabet stays. */
	async yields() {
		const others = await this.page.locator('#notices .blue b').allInnerTexts();
		return others.some((name) => name < this.email);
	}

	/* The topmost that no colleague has or looks at. */
	async openNext() {
		const row = this.page
			.locator('#rows > .row.waiting:not(.here)')
			.filter({ hasNot: this.page.locator('.who:not(.bot):not(.me), .who.looks') })
			.first();
		if (!(await row.isVisible()))
			return false;
		const id = (await row.getAttribute('id')).slice(4);
		/* This one, wherever it stands by now; a colleague may have had it meanwhile. */
		const link = this.page.locator(`#open-${id}`);
		if ((await link.count()) === 0)
			return false;
		await this.click(link);
		await this.page.locator(`#composer[data-draft="${id}"]`).waitFor();
		this.opened++;
		return true;
	}

	async handle(id) {
		const before = this.clicks - this.mine,
			text = `Reply ${id} of ${this.email.split('@')[0]}, number ${++this.replies}`;
		await pause(given.think_ms); /* reads what the customer wrote */
		await this.page.locator('#text').fill(text);
		await this.click(this.page.locator('#composer .send'));
		await Promise.race([
			this.page.locator('#messages .operator', { hasText: text }).first().waitFor(),
			this.page.locator('#composer-error:not([hidden]), .js-error:not([hidden])').first().waitFor(),
		]);
		if ((await this.page.locator('#messages .operator', { hasText: text }).count()) === 0)
			return tell({
				met: { by: this.email, id, why: await this.page.locator('.composer .error').allInnerTexts() },
			});
		const close = this.page.locator('#actions [data-key="e"]');
		if (await close.click({ trial: true, timeout: 3000 }).catch(() => true))
			return null; /* a colleague has closed it meanwhile */
		await this.click(close);
		await this.page.waitForFunction((was) => document.querySelector('#composer')?.dataset.draft !== was, id);
		this.handled++;
		tell({ handled: { by: this.email, id, clicks: this.clicks - before, said: text } });
		this.mine = 0;
		return null;
	}

	/* What is closed is done, by whomever. */
	async isClosed() {
		return await this.page.locator('#actions [data-key="reopen"]').count() > 0;
	}

	async work() {
		while (Date.now() < end) {
			const id = await this.here();
			if (id && !(await this.isClosed()) && !(await this.yields())) {
				await this.handle(id);
				continue;
			}
			if (id && this.phone)
				await this.click(this.page.locator('.to-list'));
			if (!(await this.openNext())) {
				if (allWrote && (await this.page.locator('#rows > .row.waiting').count()) === 0)
					return;
				await pause(500);
			}
		}
		tell({ wrong: `${this.email}: the day did not end` });
	}
}

const operators = given.operators.map((o) => new Operator(o));
try {
	for (const operator of operators)
		await operator.begin();
	await Promise.all([customers(), ...operators.map((o) => o.work())]);
	const looked = await Promise.all(
		operators.map((o) => o.page.evaluate(() => Number(sessionStorage.getItem('looked')))),
	);
	for (const [i, o] of operators.entries())
		tell({
			operator: o.email,
			clicks: o.clicks,
			opened: o.opened,
			done: o.handled,
			looked: looked[i],
			cookies: (await o.context.cookies()).map((c) => c.value),
		});
} catch (error) {
	tell({ wrong: error.stack });
}
await browser.close();
