/* An S3-compatible service with one bucket, for s3.t: node s3-server.cjs MODULES PORT FOLDER. It knows one key,
 * S3RVER. */
'use strict';
const [modules, port, directory] = process.argv.slice(2);
const S3rver = require(`${modules}/s3rver`);

new S3rver({
	port: Number(port),
	address: '127.0.0.1',
	silent: true,
	directory,
	configureBuckets: [{ name: 'deskbell' }],
}).run();
