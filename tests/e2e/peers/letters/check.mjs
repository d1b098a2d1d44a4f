// check - what mailauth and caniemail say of letters.  On standard input {dns: {NAME: TEXT}, ip, clients, letters: [{raw, from, html}]}, raw in base64; on standard
// output a list with one object for each letter: {dkim: [[ALGORITHM, RESULT, DOMAIN, ALIGNED]], spf, dmarc, html: [FEATURE of an HTML part that a client does not know]}.
import { readFileSync } from 'node:fs';
import { authenticate } from 'mailauth';
import { caniemail } from 'caniemail';

const asked = JSON.parse(readFileSync(0));

const resolver = async (name, type) => {
	const text = type === 'TXT' ? asked.dns[name.toLowerCase()] : undefined;
	if (text === undefined)
		throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
	return [[text]];
};

const unknown = (html) => {
	const { issues } = caniemail({ clients: asked.clients, html });
	const titles = new Set();
	for (const client of issues.errors.values())
		for (const issue of client)
			titles.add(issue.title);
	return [...titles].sort();
};

const all = [];
for (const { raw, from, html } of asked.letters) {
	const r = await authenticate(Buffer.from(raw, 'base64'), { ip: asked.ip, helo: from.split('@').pop(), mta: 'mx.test', sender: from, resolver });
	all.push({
		dkim: r.dkim.results.map((one) => [one.algo, one.status.result, one.signingDomain, one.status.aligned || '']),
		spf: r.spf.status.result,
		dmarc: r.dmarc.status.result,
		html: html ? unknown(html) : [],
	});
}
console.log(JSON.stringify(all));
