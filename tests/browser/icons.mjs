/*
 * icons.mjs - draws the application's icons from htdocs/logo.svg: node icons.mjs FOLDER
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const svg = fs.readFileSync(path.join(here, '../../htdocs/logo.svg'), 'utf8');
const browser = await launch();
/* Of a maskable icon only the middle is sure to be seen; Apple cuts the corners itself. */
for (const [name, size, part, ground] of [
	['icon-192', 192, 1, 'transparent'],
	['icon-512', 512, 1, 'transparent'],
	['icon-180', 180, 1, '#17362c'],
	['icon-maskable', 512, 0.7, '#17362c'],
]) {
	const page = await browser.newPage({ viewport: { width: size, height: size } }),
		inner = Math.round(size * part),
		edge = (size - inner) / 2;
	const place = `position:absolute;left:${edge}px;top:${edge}px;width:${inner}px;height:${inner}px`;
	await page.setContent(`<style>body{margin:0;background:${ground}}svg{${place}}</style>${svg}`);
	await page.screenshot({
		path: path.join(process.argv[2], `${name}.png`),
		omitBackground: ground === 'transparent',
	});
	await page.close();
}
await browser.close();
