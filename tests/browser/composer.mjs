/*
 * composer.mjs - files in the composer, in Chromium: several by button, drag and paste, what is too much, progress,
 * cancel, retry. composer.t starts it.
 *
 * Each conversation on a desk of its own width. Reads what it needs from standard input, writes a line of JSON a step.
 */
import fs from 'node:fs';
import { launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const PDF =
	'%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n' +
	'trailer<</Root 1 0 R>>\n%%EOF\n';
const browser = await launch();
let failed = 0;

async function step(name, act) {
	if (failed)
		return;
	const began = Date.now();
	let why = '';
	try {
		await act();
	} catch (error) {
		why = error.message;
		failed = 1;
	}
	tell({ name, ms: Date.now() - began, why });
}

async function until(what, ask) {
	for (const end = Date.now() + given.wait_ms; Date.now() < end; await new Promise((done) => setTimeout(done, 100)))
		if (await ask())
			return;
	throw new Error(`waited in vain for ${what}`);
}

const assert = (good, words) => {
	if (!good)
		throw new Error(words);
};

/* What a drag or the clipboard carries: pictures that a canvas made, pieces of text, and zeros where only the size
 * matters. */
const carried = (page, files) =>
	page.evaluateHandle(async (list) => {
		const data = new DataTransfer();
		for (const { name, type, text, bytes, side } of list) {
			let content = text ?? new Uint8Array(bytes ?? 0);
			if (side) {
				const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
				canvas.getContext('2d').fillRect(1, 1, side / 2, side / 3);
				content = await new Promise((done) => {
					canvas.toBlob(done, 'image/png');
				});
			}
			data.items.add(new File([content], name, { type }));
		}
		return data;
	}, files);

/*
 * What a phone's camera gives: a JPEG that lies on its side, red at its left, and says so in EXIF, with the place.
 */
async function photographed(page, name, width, height) {
	const url = await page.evaluate(([w, h]) => {
		const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
		const to = canvas.getContext('2d');
		to.fillStyle = '#00f';
		to.fillRect(0, 0, w, h);
		to.fillStyle = '#f00';
		to.fillRect(0, 0, w / 2, h);
		return canvas.toDataURL('image/jpeg');
	}, [width, height]);
	const jpeg = Buffer.from(url.split(',')[1], 'base64');
	const exif = Buffer.from(
		'Exif\0\0MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0' +
			'\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0at PLACE 38.7223',
		'latin1',
	);
	const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
	return { name, mimeType: 'image/jpeg', buffer: Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]) };
}

/* Its size, and whether it is red at the top and blue at the bottom. */
const seen = (page, bytes) =>
	page.evaluate(async (base64) => {
		const image = new Image();
		image.src = `data:image/jpeg;base64,${base64}`;
		await image.decode();
		const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
		const to = canvas.getContext('2d');
		to.drawImage(image, 0, 0);
		const red = (y) => to.getImageData(image.width / 2, y, 1, 1).data[0];
		return `${image.width} x ${image.height} ${red(2) > 200 && red(image.height - 3) < 50 ? 'upright' : 'turned'}`;
	}, bytes.toString('base64'));

async function compose({ name, width, href, most, kinds, chat }) {
	const context = await browser.newContext({
		viewport: { width, height: 844 },
		locale: 'en-US',
		reducedMotion: 'reduce',
		serviceWorkers: 'block',
	});
	context.setDefaultTimeout(given.wait_ms);
	const page = await context.newPage(),
		composer = page.locator('#composer'),
		tray = composer.locator('.tray-item');
	const item = (text) => tray.filter({ hasText: text });
	const send = () => composer.getByRole('button', { name: 'Send', exact: true }).click();
	const drop = async (files) => page.dispatchEvent('.thread', 'drop', { dataTransfer: await carried(page, files) });
	const remove = (text) =>
		item(text)
			.getByRole('button', { name: new RegExp(`^(Remove|Cancel) ${text}`) })
			.click();
	const had = async () =>
		(await (await fetch(`${given.control}/control/chat?${chat}`)).json()).messages.filter(
			(m) => m.direction === 'in',
		);
	const at = `${name} at ${width} px`;

	await step(`${at}: the limits are said before`, async () => {
		await page.goto(`${given.origin}/sign-in`);
		await page.locator('#email').fill(given.email);
		await page.locator('#password').fill(given.password);
		await page.getByRole('button', { name: 'Sign in', exact: true }).click();
		await page.waitForURL((url) => url.pathname === '/inbox');
		await page.goto(given.origin + href);
		const words = await page.locator('#file-limits').innerText();
		assert(
			most.every((size) => words.includes(size)) &&
				(await composer.locator('label[for="file"]').getAttribute('title')) === words,
			words,
		);
	});
	await step(`${at}: files by button, drag and paste wait together`, async () => {
		await page.locator('#file').setInputFiles([
			{ name: 'prices.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) },
			{ name: 'menu.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`${PDF}%`) },
		]);
		await item('menu.pdf').waitFor();
		const dragged = await carried(page, [{ name: 'roses.png', type: 'image/png', side: 40 }]);
		await page.dispatchEvent('.thread', 'dragover', { dataTransfer: dragged });
		assert((await page.locator('.thread.drop-here').count()) === 1, 'where it may be dropped is not shown');
		await page.dispatchEvent('.thread', 'drop', { dataTransfer: dragged });
		await item('roses.png').locator('img').waitFor();
		assert((await page.locator('.drop-here').count()) === 0, 'where it may be dropped is still shown');
		const pasted = await carried(page, [{ name: 'image.png', type: 'image/png', side: 60 }]);
		await pasted.evaluate((data) =>
			document
				.getElementById('text')
				.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })),
		);
		await item('image.png').waitFor();
		assert((await tray.count()) === 4, `${await tray.count()} files wait`);
		const out = await composer.evaluate((form) =>
			[...form.querySelectorAll('*')]
				.filter((box) => {
					const r = box.getBoundingClientRect();
					return r.width > 1 && r.right > innerWidth + 1;
				})
				.map((box) => box.outerHTML.slice(0, 100)),
		);
		assert(!out.length, `it sticks out: ${out.join('\n')}`);
		await remove('roses.png');
		await item('roses.png').waitFor({ state: 'detached' });
	});
	await step(`${at}: what is too large is told with the limit, and the rest stays`, async () => {
		await drop([{ name: 'film.mp4', type: 'video/mp4', bytes: 60e6 }]);
		await item('film.mp4').getByRole('alert').waitFor();
		const words = await item('film.mp4').innerText();
		assert(words.includes('Too large') && words.includes(most[1].replace(' MB', '.0 MB')), words);
		await remove('film.mp4');
	});
	await step(`${at}: more than ten are not taken`, async () => {
		await drop([...Array(8).keys()].map((n) => ({ name: `more${n}.txt`, type: 'text/plain', text: 'words' })));
		await page.getByText('Too many files').waitFor();
		assert((await tray.count()) === 10, `${await tray.count()} files wait`);
		for (let n = 0; n < 7; n++)
			await remove(`more${n}.txt`);
		assert((await tray.count()) === 3, `${await tray.count()} files wait`);
	});
	await step(`${at}: an upload shows its progress and can be cancelled`, async () => {
		let release;
		const held = new Promise((done) => {
			release = done;
		});
		await page.route('**/messages*', async (route) => {
			await held;
			await route.abort().catch(() => {});
		});
		await composer.locator('#text').fill(`${given.mark}here they are`);
		await send();
		await item('prices.pdf').locator('progress').waitFor();
		const ended = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
		await item('prices.pdf').getByRole('button', { name: 'Cancel prices.pdf' }).click();
		await item('prices.pdf').waitFor({ state: 'detached' });
		await ended; /* what is let go before would still be sent */
		release();
		await page.unroute('**/messages*');
		await until('the composer to rest', () => composer.evaluate((form) => !form.dataset.busy));
		assert(
			(await tray.count()) === 2 && (await composer.locator('#text').inputValue()).endsWith('here they are'),
			'what was not cancelled is gone',
		);
	});
	await step(`${at}: a lost connection is told, and "Try again" sends each once, in order`, async () => {
		const before = (await had()).length;
		await page.route('**/messages*', (route) => route.abort('connectionfailed'));
		await send();
		await item('menu.pdf').getByRole('alert').waitFor();
		await page.unroute('**/messages*');
		await item('menu.pdf').getByRole('button', { name: 'Try again' }).click();
		await until('the tray to empty', async () => (await tray.count()) === 0);
		await until('the customer to have them', async () => (await had()).length >= before + 2);
		const got = (await had()).slice(before).map((m) => `${m.type}: ${m.text.replace(given.mark, '')}`);
		assert(got.join() === [`${kinds[0]}: here they are`, `${kinds[1]}: `].join(), got.join());
		assert((await composer.locator('#text').inputValue()) === '', 'the text is still there');
	});
	await step(`${at}: what the camera gives is sent upright and without its place`, async () => {
		const input = composer.locator('#file');
		const accept = await input.getAttribute('accept');
		/* With `capture` a phone would offer its camera alone, and no picture that was taken before. */
		assert((!accept || accept.includes('image/*')) && (await input.getAttribute('capture')) === null, accept);
		const button = await composer.locator('label[for="file"]').boundingBox();
		const least = width < 720 ? 40 : 32;
		const fits = button.x >= 0 && button.x + button.width <= width;
		assert(fits && Math.min(button.width, button.height) >= least, `the button: ${JSON.stringify(button)}`);
		for (const [n, [w, h, wanted]] of [[60, 40, '40 x 60'], [4000, 3000, '1920 x 2560']].entries()) {
			const before = (await had()).length;
			const photo = await photographed(page, `camera${n}.jpg`, w, h);
			assert(photo.buffer.includes('PLACE') && (await seen(page, photo.buffer)).endsWith('upright'), 'no photo');
			await input.setInputFiles(photo);
			await item(`camera${n}.jpg`).locator('img').waitFor();
			await send();
			await until('the customer to have it', async () => (await had()).length > before);
			const id = encodeURIComponent((await had()).at(-1).media);
			const got = await fetch(`${given.control}/control/media?id=${id}`);
			const bytes = Buffer.from(await got.arrayBuffer());
			assert(!bytes.includes('PLACE') && !bytes.includes('Exif'), 'the place is sent');
			assert((await seen(page, bytes)) === `${wanted} upright`, await seen(page, bytes));
		}
	});
	await context.close();
}

for (const one of given.conversations)
	await compose(one);
await browser.close();
process.exit(failed);
