/*
 * act.mjs - what an operator does all day, in place: opens, closes, takes back, searches, selects, writes; at the width
 * of a desk and of a phone.
 *
 * Reads JSON from stdin: origin, control (of the simulator), number, password, emails (two operators), wait_ms, only
 * (words of the steps to take). Writes JSON lines: {name, ms, why} for each step, {cookies} at the end. Each step
 * begins in the list of those who wait; whatever the browser complains of fails the step in which it did.
 */
import fs from 'node:fs';
import { launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const browser = await launch();
const WAITING = `${given.origin}/inbox?view=waiting`;
const is = (what, good) => {
	if (!good)
		throw new Error(what);
};
const SEVERAL_LINES =
	'A reply of several lines, as somebody writes who has been asked three things in one message and likes to answer ' +
	'all of them.';
const complaints = [];

async function window(email, size) {
	const context = await browser.newContext({
		viewport: size,
		hasTouch: size.width < 700,
		isMobile: size.width < 700,
		locale: 'en-US',
		reducedMotion: 'reduce',
	});
	context.setDefaultTimeout(given.wait_ms);
	/* The icon of an installed desk shows a number; here it is kept. */
	await context.addInitScript(() => {
		Navigator.prototype.setAppBadge = async (n) => {
			globalThis.badge = n;
		};
	});
	context.on('page', (page) => {
		page.on('console', (m) => {
			if (m.type() === 'error' && !/ERR_INTERNET_DISCONNECTED/.test(m.text()))
				complaints.push(m.text());
		});
		page.on('pageerror', (e) => complaints.push(e.message));
	});
	const page = await context.newPage();
	await page.goto(`${given.origin}/sign-in`);
	await page.locator('#email').fill(email);
	await page.locator('#password').fill(given.password);
	await Promise.all([page.waitForURL((url) => url.pathname === '/inbox'), page.keyboard.press('Enter')]);
	return page;
}

const { width: DESK, height } = { width: 1440, height: 900 };
const page = await window(given.emails[0], { width: DESK, height }),
	phone = await window(given.emails[1], { width: 390, height: 844 });

const here = (p = page) => {
	const url = new URL(p.url());
	return url.pathname + url.search;
};
const arrived = (path, p = page) => p.waitForURL((url) => url.pathname + url.search === path);
const shown = (locator) => locator.waitFor({ state: 'visible' });
const stay = (p = page) =>
	p.evaluate(() => {
		globalThis.stayed = true;
	});
const stayed = async (p = page) => is('the page was loaded anew', await p.evaluate(() => globalThis.stayed === true));
const blur = (p = page) => p.evaluate(() => document.activeElement.blur());
const focused = (p = page) => p.evaluate(() => document.activeElement.id);
const rows = (p = page) => p.locator('#rows > .row');
const toast = (p = page) => p.locator('#toasts .toast');
const undo = (p = page) => p.locator('#toasts button');

/* Opens the one at this place of the list; its path. */
async function openAt(n, p = page) {
	const link = rows(p).nth(n).locator('a'),
		path = await link.getAttribute('href');
	await link.click();
	await p.locator(`#composer[data-draft="${path.match(/\d+/)[0]}"]`).waitFor();
	return path;
}

async function reply(text, p = page) {
	await p.locator('#text').fill(text);
	await p.locator('#composer .send').click();
	await shown(p.locator('#messages .operator', { hasText: text }));
}

const steps = {
	'a row is at most 64 px high and shows who waits, since when, with what': async () => {
		for (const p of [page, phone]) {
			const sizes = await rows(p).evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
			is(`rows of ${Math.max(...sizes)} px`, sizes.length > 10 && Math.max(...sizes) <= 64.5);
			await shown(rows(p).first().locator('.wait'));
			is(
				'the last sentence',
				(await rows(p).first().locator('.row-last').innerText()).includes('can you deliver it'),
			);
		}
	},
	'the same number stands in title, menu, view and on the icon': async () => {
		const n = await rows().count();
		await page.waitForFunction(
			(wanted) =>
				document.title.startsWith(`(${wanted}) `) &&
				globalThis.badge === wanted &&
				parseInt(document.querySelector('#waiting-count').textContent, 10) === wanted &&
				document.querySelector('.views [aria-current] .count').textContent === String(wanted),
			n,
		);
	},
	'the next one opens after Close, and Undo leads back': async () => {
		const path = await openAt(3),
			first = await rows().first().locator('a').getAttribute('href'),
			before = await page.locator('#scroll').evaluate((e) => JSON.stringify(e.getBoundingClientRect()));
		await page.locator('#actions [data-key="e"]').click();
		await arrived(first);
		await page.locator(`#row-${path.match(/\d+/)[0]}`).waitFor({ state: 'detached' });
		is(
			'the toast pushed something',
			before === (await page.locator('#scroll').evaluate((e) => JSON.stringify(e.getBoundingClientRect()))),
		);
		await undo().click();
		await arrived(path);
		await shown(page.locator(`#row-${path.match(/\d+/)[0]}.here`));
	},
	'Undo stands for ten seconds': async () => {
		const other = await page.context().newPage();
		await other.clock.install();
		await other.goto(WAITING);
		await openAt(0, other);
		await other.clock.pauseAt(Date.now() + 60000);
		await other.locator('#actions [data-key="t"]').click();
		await shown(undo(other));
		await other.clock.runFor(9500);
		is('gone too early', await undo(other).isVisible());
		await undo(other).click();
		await toast(other).waitFor({ state: 'detached' });
		await shown(other.locator('#actions [data-key="t"] span', { hasText: 'Take over' }));
		await other.locator('#actions [data-key="t"]').click();
		await shown(undo(other));
		await other.clock.runFor(10500);
		await toast(other).waitFor({ state: 'detached' });
		await other.clock.resume(); /* it is the clock of every page of the window */
		await other.close();
	},
	'views and filters open in place': async () => {
		await page.locator('.views a', { hasText: 'All' }).click();
		await arrived('/inbox');
		is('the focus is lost', await page.evaluate(() => document.activeElement.matches('.views [aria-current]')));
		await page.waitForFunction(() => document.querySelector('#day dd').textContent === '16');
		await page.locator('.filter summary').click();
		await page.locator('.filter .chip', { hasText: 'WhatsApp' }).click();
		await arrived('/inbox?platform=whatsapp');
		await page.locator('.filtered a').click();
		await arrived('/inbox');
		await page.goBack();
		await arrived('/inbox?platform=whatsapp');
		await shown(page.locator('.filtered'));
	},
	'the search finds while typing, closed conversations too, and emptied leads back': async () => {
		const path = await openAt(0),
			name = (await rows().first().locator('.row-name').innerText()).trim();
		await page.locator('#actions [data-key="e"]').click();
		await page.locator(`#row-${path.match(/\d+/)[0]}`).waitFor({ state: 'detached' });
		const before = here();
		await blur();
		await page.keyboard.press('/');
		await page.keyboard.type('4100', { delay: 80 });
		await arrived('/inbox?q=4100');
		await shown(rows().first());
		is(
			`found ${await rows().count()}`,
			(await rows().count()) === 1 &&
				(await rows().first().innerText()).includes(name) &&
				(await rows().first().innerText()).includes('closed'),
		);
		is('what is typed is lost', (await page.locator('#q').inputValue()) === '4100' && (await focused()) === 'q');
		for (let n = 0; n < 4; n++)
			await page.keyboard.press('Backspace');
		await arrived(before);
		await page.goto(`${given.origin}${path}`);
		await page.locator('#actions [data-key="reopen"]').click();
		await shown(page.locator('#actions [data-key="e"].primary'));
		is('the focus is lost', await focused() === 'close');
		await stay();
	},
	'a draft is marked in the list, outlives the window and ends with signing out': async () => {
		const path = await openAt(2),
			id = path.match(/\d+/)[0],
			name = await page.locator('#name').innerText(),
			mark = (p) => p.locator(`#row-${id} .row-last[data-draft]`);
		await page.locator('#text').fill('half a sentence');
		await shown(mark(page));
		is(
			'the mark has no word',
			(await mark(page).evaluate((e) => getComputedStyle(e, '::before').content)) === '"Draft"',
		);
		await openAt(4);
		await shown(mark(page));
		is('another conversation has the draft', (await page.locator('#text').inputValue()) === '');
		/* A customer writes: the row comes anew, with its mark. */
		await fetch(`${given.control}/control/inbound`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({
				phone_number_id: given.number,
				from: String(34611554100 + Number(name.match(/\d+/)[0])),
				name,
				text: 'zqbody hello?',
			}),
		});
		await shown(page.locator(`#row-${id} .badge`, { hasText: '1' }));
		await shown(mark(page));
		const other = await page.context().newPage();
		await page.goto('about:blank');
		await other.goto(given.origin + path);
		is('the draft is lost', (await other.locator('#text').inputValue()) === 'half a sentence');
		await other.goto(`${given.origin}/account`);
		await other.getByRole('button', { name: 'Sign out', exact: true }).click();
		await other.waitForURL((url) => url.pathname === '/sign-in');
		is(
			'the draft is still there',
			!(await other.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith('desk.draft')))),
		);
		await other.locator('#email').fill(given.emails[0]);
		await other.locator('#password').fill(given.password);
		await Promise.all([other.waitForURL((url) => url.pathname === '/inbox'), other.keyboard.press('Enter')]);
		await other.close();
		await page.goto(WAITING);
		is('it is still marked', (await page.locator('.row-last[data-draft]').count()) === 0);
		await stay();
	},
	'several are chosen by clicks, then assigned, tagged, snoozed and closed': async () => {
		const bar = page.locator('#bulk'),
			choose = async () => {
				for (const n of [5, 6])
					await rows().nth(n).locator('.avatar').click();
			};
		const ids = await rows().evaluateAll((all) => [5, 6].map((n) => all[n].id));
		await choose();
		is('not two', (await bar.locator('b').innerText()) === '2 selected' && here() === '/inbox?view=waiting');
		await bar.locator('select').selectOption({ label: given.emails[1] });
		for (const id of ids)
			await shown(page.locator(`#${id} .who`, { hasText: 'B' }));
		await undo().click();
		await page.locator(`#${ids[0]} .who`, { hasText: 'B' }).waitFor({ state: 'detached' });
		await choose();
		await bar.locator('input:not([type])').fill('saturday');
		await page.keyboard.press('Enter');
		await shown(page.locator(`#${ids[1]} .tag`, { hasText: 'saturday' }));
		await choose();
		await blur();
		await page.keyboard.press('s');
		await page.keyboard.press('Enter');
		await page.locator(`#${ids[1]}`).waitFor({ state: 'detached' });
		await undo().click();
		await shown(page.locator(`#${ids[1]}`));
		await shown(page.locator(`#${ids[0]}`));
		await choose();
		await blur();
		await page.keyboard.press('e');
		await page.locator(`#${ids[1]}`).waitFor({ state: 'detached' });
		await undo().click();
		await shown(page.locator(`#${ids[1]}`));
		await bar.waitFor({ state: 'hidden' });
		await rows().first().locator('.avatar').click();
		await bar.getByRole('button', { name: 'Select all' }).click();
		is('not all', (await bar.locator('b').innerText()) === `${await rows().count()} selected`);
		await bar.getByRole('button', { name: 'Clear the selection' }).click();
		await bar.waitFor({ state: 'hidden' });
	},
	'keys do what a click does': async () => {
		const paths = await rows().evaluateAll((all) => all.map((row) => row.querySelector('a').getAttribute('href')));
		await blur();
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		await page.keyboard.press('o');
		await arrived(paths[1]);
		await shown(page.locator('#composer'));
		await page.keyboard.press('r');
		is('r leads to the reply', (await focused()) === 'text');
		await page.keyboard.press('Escape');
		await page.keyboard.press('n');
		is('n leads to the note', (await focused()) === 'note');
		await page.keyboard.press('Escape');
		await page.keyboard.press('a');
		is('a leads to the assignee', (await focused()) === 'assignee');
		await page.keyboard.press('Escape');
		const taken = await page.locator('#actions [data-key="t"]').innerText();
		await page.keyboard.press('t');
		await page.waitForFunction((was) => document.querySelector('#actions [data-key="t"]').innerText !== was, taken);
		await undo().click();
		await page.waitForFunction((was) => document.querySelector('#actions [data-key="t"]').innerText === was, taken);
		await blur();
		await page.keyboard.press('?');
		await shown(page.locator('#keys[open]'));
		await page.keyboard.press('Escape');
		await page.locator('#keys').waitFor({ state: 'hidden' });
		await page.keyboard.press('s');
		await page.waitForFunction(() => document.activeElement.closest('#actions .menu[open]'));
		await page.keyboard.press('Enter');
		await page.locator(`#row-${paths[1].match(/\d+/)[0]}`).waitFor({ state: 'detached' });
		await undo().click();
		await arrived(paths[1]);
		await blur();
		await page.keyboard.press('e');
		await page.locator(`#row-${paths[1].match(/\d+/)[0]}`).waitFor({ state: 'detached' });
		await undo().click();
		await arrived(paths[1]);
		await blur();
		await page.keyboard.press('/');
		is('/ leads to the search', (await focused()) === 'q');
		await page.keyboard.press('Escape');
	},
	'offline is told at once, and what is typed stays': async () => {
		await openAt(1);
		await page.locator('#text').fill('typed meanwhile');
		await page.context().setOffline(true);
		await page.locator('#bar-offline').waitFor({ state: 'visible', timeout: 1900 });
		await page.locator('#composer .send').click();
		await shown(page.locator('#composer .error'));
		is('the text is gone', (await page.locator('#text').inputValue()) === 'typed meanwhile');
		await page.context().setOffline(false);
		await page.locator('#bar-offline').waitFor({ state: 'hidden' });
		await page.locator('#composer .send').click();
		await shown(page.locator('#messages .operator', { hasText: 'typed meanwhile' }));
	},
	'a tab that wakes asks at once': async () => {
		const hide = (hidden) =>
			page.evaluate((value) => {
				Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
				document.dispatchEvent(new Event('visibilitychange'));
			}, hidden);
		const asked = () => page.waitForRequest((request) => new URL(request.url()).pathname === '/inbox/updates');
		await Promise.all([asked(), hide(true)]);
		/* Hidden, it asks every twenty seconds; that it does not wait for that shows that waking asks. */
		await page.waitForTimeout(2500);
		const [request] = await Promise.all([
			page.waitForRequest((r) => new URL(r.url()).pathname === '/inbox/updates', { timeout: 1900 }),
			hide(false),
		]);
		is('no request', request);
	},
	'the details are live: who has it, and tags of a colleague; what is typed there stays': async () => {
		const path = await openAt(3);
		const assignee = (p) => p.locator('#assignee').evaluate((e) => e.selectedOptions[0].textContent.trim());
		await shown(page.locator('#composer-hint'));
		await page.locator('#note').fill('half a note');
		await page.locator('#actions [data-key="t"]').click();
		await page.locator('#composer-hint').waitFor({ state: 'hidden' });
		await page.waitForFunction(
			(email) => document.querySelector('#assignee').selectedOptions[0].textContent.trim() === email,
			given.emails[0],
		);
		await phone.goto(`${given.origin}${path}#about`);
		is(await assignee(phone), (await assignee(phone)) === given.emails[0]);
		await phone.locator('#tag').fill('urgent');
		await phone.locator('#tags .btn').last().tap();
		await shown(page.locator('#tags .chip', { hasText: 'urgent' }));
		is('the note is gone', (await page.locator('#note').inputValue()) === 'half a note');
		await phone.locator('#note').fill('zqbody call her back');
		await phone.locator('#notes .btn').first().tap();
		await shown(page.locator('#notes .note-item', { hasText: 'call her back' }));
		is('the note is gone', (await page.locator('#note').inputValue()) === 'half a note');
	},
	'a colleague closes it under the pointer: the click does not reopen it, and e goes on to the next one': async () => {
		const path = await openAt(2);
		await page.evaluate(() => {
			new MutationObserver((_, watch) => {
				const button = document.querySelector('#actions [data-key="reopen"]');
				if (button) {
					watch.disconnect();
					globalThis.pressed = true;
					button.click();
				}
			}).observe(document.querySelector('article.thread'), { childList: true, subtree: true });
		});
		await phone.goto(given.origin + path);
		await phone.locator('#actions [data-key="e"]').tap();
		await page.waitForFunction(() => globalThis.pressed);
		await page.waitForTimeout(800);
		is('reopened', await page.locator('#actions [data-key="reopen"]').isVisible() && await toast(page).count() === 0);
		await blur();
		await page.keyboard.press('e');
		await page.waitForFunction((was) => document.querySelector('#composer').dataset.draft !== was, path.match(/\d+/)[0]);
	},
	'a double click on Close closes one': async () => {
		const path = await openAt(2);
		const box = await page.locator('#actions [data-key="e"]').boundingBox();
		const at = [box.x + box.width / 2, box.y + box.height / 2];
		const n = await rows().count();
		await page.mouse.click(...at);
		await page.waitForFunction((was) => document.querySelector('#composer').dataset.draft !== was, path.match(/\d+/)[0]);
		const next = here();
		await page.mouse.down({ clickCount: 2 });
		await page.mouse.up({ clickCount: 2 });
		await page.waitForTimeout(500);
		is(`${here()} instead of ${next}`, here() === next && await page.locator('#actions [data-key="e"]').isVisible());
		await page.waitForFunction((wanted) => document.querySelectorAll('#rows > .row').length === wanted, n - 1);
	},
	'on a phone the details stay open, through a change, until one goes back': async () => {
		const path = await openAt(6, phone);
		await phone.locator('.to-about').click();
		await shown(phone.locator('#about'));
		await phone.locator('#tag').fill('vip');
		await phone.locator('#tags .btn').last().click();
		await shown(phone.locator('#tags .chip', { hasText: 'vip' }));
		await shown(phone.locator('#about'));
		await phone.goBack();
		await phone.locator('#about').waitFor({ state: 'hidden' });
		is('it led elsewhere', here(phone) === path);
		await stayed(phone);
	},
	"on a phone what can be done is within the thumb's reach": async () => {
		await openAt(7, phone);
		for (const button of await phone
			.locator('#actions > form button, #actions > .menu > summary, #composer .send')
			.all()) {
			const box = await button.boundingBox();
			is(
				`${await button.innerText()}: ${JSON.stringify(box)}`,
				box.y > 844 / 2 &&
					box.x >= 0 &&
					box.x + box.width <= 390 &&
					box.height >= 39.5 &&
					(await button.innerText()).trim(),
			);
		}
		const round = await phone.locator('#composer .send').evaluate((e) => {
			const r = e.getBoundingClientRect();
			return [r.width, r.height, getComputedStyle(e).borderRadius];
		});
		is(`the send button: ${round}`, round[0] === 44 && round[1] === 44 && round[2] === '50%');
		const one = await phone.locator('#text').evaluate((e) => e.getBoundingClientRect().height);
		await phone.locator('#text').fill(SEVERAL_LINES);
		const more = await phone.locator('#text').evaluate((e) => e.getBoundingClientRect().height);
		is(`one line of ${one} px grows to ${more}`, one <= 44 && more > one + 40 && more <= 150);
		await phone.locator('#text').fill('');
	},
	'on a phone with the keyboard up 60 % of the screen is left for messages': async () => {
		const left = () => phone.evaluate(() => document.querySelector('#scroll').clientHeight / innerHeight);
		await openAt(7, phone);
		is(`${await left()} without it`, (await left()) >= 0.6);
		for (const text of ['', SEVERAL_LINES]) {
			await phone.locator('#text').fill(text);
			await phone.setViewportSize({ width: 390, height: 844 - 336 });
			await phone.waitForFunction(() => document.querySelector('.thread-head #actions'));
			is(`${await left()} with it`, (await left()) >= 0.6);
			is(
				'the composer is not below',
				await phone.evaluate(
					() =>
						Math.round(document.querySelector('#composer').getBoundingClientRect().bottom) === innerHeight,
				),
			);
			await phone.setViewportSize({ width: 390, height: 844 });
			await phone.waitForFunction(() => !document.querySelector('.thread-head #actions'));
		}
		await phone.locator('#text').fill('');
	},
	'on a phone two taps close, and the next one is there': async () => {
		const path = await openAt(5, phone);
		await reply('zqbody it is ready', phone);
		await phone.locator('#actions [data-key="e"]').tap();
		await phone.waitForFunction(
			(was) => document.querySelector('#composer').dataset.draft !== was,
			path.match(/\d+/)[0],
		);
		await undo(phone).tap();
		await arrived(path, phone);
	},
};

try {
	for (const [name, step] of Object.entries(steps)) {
		if (given.only.length && !given.only.some((word) => name.includes(word)))
			continue;
		const began = Date.now();
		let why = '';
		for (const p of [page, phone]) {
			await p.goto(WAITING);
			await rows(p).first().waitFor();
			await stay(p);
		}
		await step()
			.then(() => stayed())
			.catch((error) => {
				why = `${error.message}\nat ${page.url()}, ${phone.url()}`;
			});
		tell({ name, ms: Date.now() - began, why: [why, ...complaints.splice(0)].filter(Boolean).join('\n') });
	}
	tell({ cookies: (await Promise.all([page, phone].map((p) => p.context().cookies()))).flat().map((c) => c.value) });
} catch (error) {
	tell({ name: 'the test itself', ms: 0, why: error.stack });
}
await browser.close();
