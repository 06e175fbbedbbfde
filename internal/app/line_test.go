// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"entente.example/internal/journey"
)

// badLine is a line to the server that the test is: streams are opened and lost,
// questions answered, and time passes, when it says so.
const badLine = `
	let made = 0, waiting = [];
	window.setTimeout = (fn, ms) => { waiting.push({ id: ++made, fn, ms: ms ?? 0 }); return made; };
	window.clearTimeout = id => { waiting = waiting.filter(t => t.id !== id); };
	const settles = async () => {
		for (let n = 0; n < 5; n++) await new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); });
	};
	window.waits = ms => waiting.some(t => t.ms === ms);
	window.passes = async ms => { // for what waits now
		for (const t of waiting.filter(t => t.ms <= ms)) { clearTimeout(t.id); t.fn(); }
		await settles();
	};

	window.streams = [];
	window.EventSource = class extends EventTarget {
		static CLOSED = 2;
		readyState = 0;
		constructor() { super(); streams.push(this); }
		close() { this.readyState = 2; }
		tells(what) { this.dispatchEvent(new Event(what)); }
	};

	const questions = [];
	window.asked = part => questions.filter(url => url.includes(part)).length;
	window.answer = () => new Response('');
	window.fetch = async url => { questions.push(String(url)); return window.answer(); };
	window.answers = async how => { window.release(how); await settles(); };
	window.holds = () => { window.answer = () => new Promise(done => { window.release = done; }); };
`

// TestPagesOnABadLine has pages lose what they live by, at the moments at which
// something may be missed.
func TestPagesOnABadLine(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	amina := s.joins(t, b, "amina", "Amina Rahal", "ncb-fr")
	signsIn(amina)
	amina.Goes("/exchange/topics/new?channel=trends")
	amina.Writes("input[name=title]", "A wave of invoices")
	amina.Writes("textarea[name=text]", "Has anybody met this?")
	amina.Clicks("main form .btn-primary")
	amina.SeesElement("entente-thread")
	topic := amina.Path()
	amina.Prepares(badLine)
	for _, c := range []struct{ name, path, ready, script, want string }{
		{"posts that came between the page and its stream are asked for", topic, "entente-thread",
			`streams[0].tells('open'); await passes(500); return asked('after=')`, "1"},
		{"posts that came between two streams are asked for once the next is open", topic, "entente-thread",
			`streams[0].tells('open'); await passes(500); streams[0].readyState = 2; streams[0].tells('error'); await passes(3000);
			const before = asked('after='); streams[1].tells('open'); await passes(500); return before + ', ' + asked('after=')`, "1, 2"},
		{"a page whose stream was renewed does not say that it is offline", topic, "entente-thread",
			`streams[0].tells('open'); streams[0].tells('renew'); streams[0].readyState = 2; streams[0].tells('error'); await passes(3000);
			streams[1].tells('open'); await passes(15000); return streams.length + ', ' + Boolean(document.querySelector('body > .offline'))`, "2, false"},
		{"a page whose stream stays away says so", topic, "entente-thread",
			`streams[0].tells('open'); window.answer = () => new Response('', { status: 503 }); streams[0].tells('renew'); streams[0].readyState = 2; streams[0].tells('error');
			await passes(3000); await passes(15000); return streams.length + ', ' + Boolean(document.querySelector('body > .offline'))`, "1, true"},
		{"a post that came during a question that brought nothing is asked for", topic, "entente-thread",
			`const t = document.querySelector('entente-thread'); holds(); t.grown(1000); await passes(500); t.grown(1001); await answers(new Response(''));
			await passes(500); return asked('after=')`, "2"},
		{"a server that has too much to do is asked again later", topic, "entente-thread",
			`const t = document.querySelector('entente-thread'); holds(); t.grown(1000); await passes(500); await answers(new Response('', { status: 503 }));
			await passes(500); const soon = asked('after='); await passes(5000); return soon + ', ' + asked('after=')`, "1, 2"},
		{"a question that brought nothing is the last", topic, "entente-thread",
			`const t = document.querySelector('entente-thread'); holds(); t.grown(Infinity); await passes(500); await answers(new Response(''));
			await passes(5000); return asked('after=')`, "1"},
		{"an answer to what one typed before is not offered for what one types", "/home", "[data-search]",
			`const box = document.querySelector('[data-search]'), types = text => { box.value = text; box.dispatchEvent(new Event('input')); };
			holds(); types('pan'); await passes(120); types('lantern'); await answers(new Response(JSON.stringify([{ title: 'Panel', note: '', href: '/' }])));
			return document.querySelector('#suggestions').childElementCount`, "0"},
		{"a job's progress is asked for again where the server has too much to do", "/home", "[data-search]",
			`window.answer = () => new Response('', { status: 429 }); const p = document.createElement('entente-progress'); p.dataset.src = '/progress';
			document.body.append(p); await passes(1000); return asked('/progress') + ', ' + waits(5000)`, "1, true"},
	} {
		amina.Goes(c.path)
		amina.SeesElement(c.ready)
		if got := amina.Tells("(async () => {" + c.script + "})().then(String)"); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}
