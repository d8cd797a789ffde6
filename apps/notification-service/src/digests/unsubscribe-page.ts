import { createHash } from 'node:crypto';

/** Says in words what the answer of the form would say as JSON. */
const SCRIPT = `
const form = document.querySelector('form');
const said = document.querySelector('[role=status]');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  fetch(location.href, { method: 'POST' }).then(({ ok }) => ok, () => false).then((ok) => {
    form.hidden = ok;
    said.textContent = ok ? 'Done: there will be no more of these mails.' : 'That did not work. Please try again.';
  });
});
`;

const hash = createHash('sha256').update(SCRIPT).digest('base64');

/** It runs its own script and talks to its own address, and that is all. */
const POLICY = `default-src 'none'; script-src 'sha256-${hash}'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export const UNSUBSCRIBE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'Cache-Control': 'no-store',
  // The address is what counts.
  'Referrer-Policy': 'no-referrer',
} as const;

/** Opening it changes nothing: scanners open what stands in mails. It names nobody, and goes without the script, too. */
export const UNSUBSCRIBE_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>No more digests?</title>
<h1>No more mails about unread notifications?</h1>
<p>They can be switched on again in the settings of the app.</p>
<form method="post"><button>No more of these mails</button></form>
<p role="status"></p>
<script>${SCRIPT}</script>
</html>
`;
