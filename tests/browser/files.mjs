/*
 * files.mjs - files between an operator and the customer's phone page: sent from the composer, looked at in the viewer,
 * recorded. A part of story.mjs.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { cannotBeRead } from './chromium.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [
	{ width: 1440, height: 900 },
	{ width: 390, height: 844 },
];
const PDF = Buffer.from(
	'%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
		'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/* A picture that no other can be taken for, as a file. */
async function picture(page, name, width, height) {
	const url = await page.evaluate(
		([w, h]) => {
			const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h }),
				to = canvas.getContext('2d'),
				colours = to.createLinearGradient(0, 0, w, h);
			['#e8b9c4', '#7d1f3a', '#f4e3a1', '#2f5d50'].forEach((colour, i) => colours.addColorStop(i / 3, colour));
			to.fillStyle = colours;
			to.fillRect(0, 0, w, h);
			return canvas.toDataURL('image/png');
		},
		[width, height],
	);
	return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1], 'base64') };
}

/* What axe-core and the edge of the window say of a part that is open, at both sizes. */
async function inspect(page, selector) {
	const before = page.viewportSize();
	await page.evaluate(axe);
	for (const size of SIZES) {
		await page.setViewportSize(size);
		const result = await page.evaluate(
			(within) => axe.run(within, { resultTypes: ['violations', 'incomplete'] }),
			selector,
		);
		const out = await page.evaluate(
			(within) =>
				[...document.querySelectorAll(`${within} *`)]
					.filter((box) => {
						const r = box.getBoundingClientRect();
						return r.width && (r.right > innerWidth + 1 || r.left < -1);
					})
					.map((box) => `sticks out: ${box.outerHTML.slice(0, 120)}`),
			selector,
		);
		const wrong = [
			...result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`)),
			...cannotBeRead(result),
			...out,
		];
		if (result.passes.length < 5)
			wrong.push('axe-core has hardly looked');
		if (wrong.length)
			throw new Error(`${selector} at ${size.width} px: ${wrong.join('\n')}`);
	}
	await page.setViewportSize(before);
}

/* `kinds` are what the platform calls a photo and a voice note. */
export async function exchangeFiles({
	step,
	page,
	phone,
	go,
	shown,
	until,
	control,
	number,
	chat,
	kinds,
	mark,
	snap = async () => {},
}) {
	const composer = page.locator('#composer'),
		tray = composer.locator('.tray-item'),
		viewer = page.locator('#viewer');
	const send = () => composer.getByRole('button', { name: 'Send', exact: true }).click();
	const loaded = (image) => until('the picture', () => image.evaluate((i) => i.complete && i.naturalWidth > 0));
	const arrived = (kind) => phone.locator('#messages .in', { has: phone.locator('.kind', { hasText: kind }) });

	await step('files: a customer writes from the phone page', async () => {
		await phone.goto(control);
		await phone.locator(`#number option[value="${number}"]`).waitFor({ state: 'attached' });
		await phone.locator('#number').selectOption(number);
		/* The same person writes on the other platform too: which conversation is this one its text tells, once it
		 * has come. */
		const question = `${mark}may I send a picture to ${number}?`;
		await phone.locator('#text').fill(question);
		await phone.keyboard.press('Enter');
		await until("the customer's message", async () => {
			await go('/inbox?view=all');
			await go(
				await page.locator('.row', { hasText: 'Ada Miller' }).first().locator('a').first().getAttribute('href'),
			);
			return (await page.locator('#messages .message.theirs', { hasText: question }).count()) > 0;
		});
	});
	await step('files: a photo and a document wait above the composer', async () => {
		await page
			.locator('#file')
			.setInputFiles([
				await picture(page, 'roses.png', 3000, 2000),
				{ name: 'Price list.pdf', mimeType: 'application/pdf', buffer: PDF },
			]);
		await shown(tray.filter({ hasText: 'Price list.pdf' }));
		await shown(tray.filter({ hasText: 'roses.jpg' }));
		await loaded(tray.locator('img'));
		await inspect(page, '#composer');
		await snap('composer');
	});
	await step('files: their progress is seen, and they arrive as what they are', async () => {
		await page.evaluate(() => {
			window.progressSeen = 0;
			new MutationObserver(() => {
				window.progressSeen += document.querySelectorAll('#composer .tray progress').length;
			}).observe(document.getElementById('composer'), { childList: true, subtree: true });
		});
		await page.locator('#text').fill(`${mark}these are fresh`);
		await send();
		await shown(page.locator('#messages .message.operator a.picture'));
		await shown(page.locator('#messages .message.operator a.file', { hasText: 'Price list.pdf' }));
		await until('the tray to empty', async () => (await tray.count()) === 0);
		if (!(await page.evaluate(() => window.progressSeen)) || (await page.locator('#text').inputValue()))
			throw new Error('no progress was seen, or the text is still in the composer');
		await shown(arrived(kinds.photo).filter({ hasText: 'these are fresh' }));
		await loaded(arrived(kinds.photo).locator('img'));
		await shown(arrived('document').locator('a.media'));
	});
	await step("files: the customer's photo opens in the viewer, Escape closes it", async () => {
		await phone.locator('#file').setInputFiles(await picture(page, 'mine.png', 900, 600));
		const link = page.locator('#messages .message.theirs a.picture');
		await loaded(link.locator('img'));
		await snap('thread');
		await link.focus();
		await page.keyboard.press('Enter');
		await shown(viewer);
		await loaded(viewer.locator('img'));
		if ((await viewer.locator('.viewer-count').innerText()) !== '2 / 2')
			throw new Error(`it shows ${await viewer.locator('.viewer-count').innerText()}`);
		await inspect(page, '#viewer');
		await snap('viewer');
		await page.keyboard.press('+');
		await shown(page.locator('#viewer.zoomed'));
		await page.keyboard.press('0');
		await page.locator('#viewer:not(.zoomed)').waitFor();
		await page.keyboard.press('ArrowLeft');
		await shown(viewer.getByText('1 / 2'));
		await loaded(viewer.locator('img'));
		await page.keyboard.press('ArrowRight');
		await shown(viewer.getByText('2 / 2'));
		/* The thread is drawn anew meanwhile, as when a tick follows or a preview is there. */
		await link.evaluate((a) => a.replaceWith(a.cloneNode(true)));
		await page.keyboard.press('Escape');
		await viewer.waitFor({ state: 'hidden' });
		await until('the focus to return', () => link.evaluate((a) => document.activeElement === a));
		await link.evaluate((a) => {
			const message = a.closest('li');
			desk.replace(message, message.cloneNode(true));
		});
		await until('the focus to stay', () => link.evaluate((a) => document.activeElement === a));
	});
	await step('files: a voice note is recorded and arrives as one', async () => {
		await composer.getByRole('button', { name: 'Record a voice note' }).click();
		await until('a second of sound', async () =>
			/0:0[1-9]/.test(await composer.locator('.recorder time').innerText()),
		);
		await inspect(page, '#composer');
		await snap('recorder');
		await composer.getByRole('button', { name: 'Stop', exact: true }).click();
		await shown(tray);
		await send();
		await shown(page.locator('#messages .message.operator .voice'));
		await shown(arrived(kinds.voice).locator('audio'));
		const told = (await chat()).findLast((m) => m.direction === 'in' && m.media);
		const sound = Buffer.from(
			await (await fetch(`${control}/control/media?id=${encodeURIComponent(told.media)}`)).arrayBuffer(),
		);
		if (sound.toString('latin1', 0, 4) !== 'OggS' || !sound.includes('OpusHead'))
			throw new Error(`${told.type}: ${sound.toString('hex', 0, 16)}`);
	});
	await step('files: its waveform is drawn, and it plays faster', async () => {
		const voice = page.locator('#messages .message.operator .voice').last();
		await voice.evaluate((e) => e.scrollIntoView());
		await shown(voice.locator('.wave'));
		await until('100 points of the waveform', () =>
			voice.locator('canvas').evaluate(
				(c) =>
					c
						.getContext('2d')
						.getImageData(0, 0, c.width, c.height)
						.data.filter((v, i) => i % 4 === 3 && v).length >= 100,
			),
		);
		await voice.getByRole('button', { name: 'Speed' }).click();
		await shown(voice.getByText('1.5×'));
		await voice.getByRole('button', { name: 'Play' }).click();
		await until('it to be heard', () =>
			voice.locator('audio').evaluate((a) => a.currentTime > 0 && a.playbackRate === 1.5),
		);
		await inspect(page, '#messages');
		await snap('voice');
	});
	await step("files: the customer's voice note is new until it is played, also after a reload", async () => {
		await phone.locator('#record').click();
		await phone.waitForTimeout(1200);
		await phone.locator('#record').click();
		const voice = page.locator('#messages .message.theirs .voice').last();
		await shown(voice.getByText('Not played yet'));
		await voice.evaluate((e) => e.scrollIntoView());
		await shown(voice.locator('.wave'));
		const told = page.waitForResponse((r) => r.url().endsWith('/played') && r.request().method() === 'POST');
		await voice.getByRole('button', { name: 'Play' }).click();
		await told;
		await until('the mark to go', async () => (await voice.locator('.unplayed').count()) === 0);
		await page.reload();
		await shown(page.locator('#messages .message.theirs .voice').last());
		if (await page.locator('#messages .unplayed').count())
			throw new Error('it is new again');
	});
	await step("files: the customer's document can be had", async () => {
		await phone.locator('#file').setInputFiles({ name: 'Order.pdf', mimeType: 'application/pdf', buffer: PDF });
		const link = page.locator('#messages .message.theirs a.file', { hasText: 'Order.pdf' });
		await shown(link);
		const [status, named, bytes] = await link.evaluate(async (a) => {
			const answer = await fetch(a.href);
			return [answer.status, answer.headers.get('Content-Disposition'), (await answer.arrayBuffer()).byteLength];
		});
		if (status !== 200 || !named.includes('Order.pdf') || bytes !== PDF.length)
			throw new Error(`${status} ${named} ${bytes}`);
	});
	await step('files: a photo is found over all conversations, and opens where it stands', async () => {
		await go('/inbox');
		await page.locator('.filter > summary').click();
		await inspect(page, '.filter .pop');
		await page.locator('.filter').getByRole('link', { name: 'Photos', exact: true }).click();
		await shown(page.locator('.filtered', { hasText: 'Photos' }));
		const row = page.locator('.row', { has: page.locator('.row-picture') }).first();
		await loaded(row.locator('.row-picture'));
		await inspect(page, '.rows-scroll');
		await snap('found');
		await row.locator('a').click();
		await shown(page.locator('#messages a.picture').first());
		if (!page.url().includes('has=image') || !await page.locator('.row.here .row-picture').count())
			throw new Error(`the list is another one: ${page.url()}`);
		await go('/inbox?has=document&q=Order');
		await shown(page.locator('.row mark', { hasText: 'Order' }).first());
	});
}
