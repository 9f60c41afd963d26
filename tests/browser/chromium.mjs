/*
 * chromium.mjs - starts the browser: Chromium without a screen where it is installed, else the whole one, which takes
 * half as much again. CHROMIUM names another.
 */
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const NAMES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/* The whole one: without a screen of its own Chromium refuses all notifications. */
export const launchWhole = () =>
	chromium.launch({
		executablePath: process.env.CHROMIUM ?? [...NAMES].reverse().find((n) => fs.existsSync(n)),
		args: ['--no-sandbox'],
	});

export const launch = (...more) =>
	chromium.launch({
		executablePath: process.env.CHROMIUM ?? NAMES.find((n) => fs.existsSync(n)),
		args: ['--no-sandbox', ...more],
	});

/* Text in the colour of what is behind it is left to a person by axe-core. */
export const cannotBeRead = ({ incomplete }) =>
	incomplete
		.flatMap((v) => v.nodes.filter((n) => n.any.some((a) => a.data?.messageKey === 'equalRatio')))
		.map((n) => `cannot be read: ${n.html.slice(0, 160)}`);
