const said = document.getElementById('said');
// Only a path of this site: what comes after a sign-in is not for a link to choose.
const wanted = new URLSearchParams(location.search).get('to') ?? '/';
const to = wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.includes('\\') ? wanted : '/';
document.getElementById('form').addEventListener('submit', async event => {
  event.preventDefault();
  const value = id => document.getElementById(id).value;
  said.textContent = '';
  try {
    const answer = await fetch('/api/v1/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Matchbox': '1' },
      body: JSON.stringify({ name: value('name'), password: value('password') }),
    });
    if (answer.ok) {
      location.replace(to);
      return;
    }
    const body = await answer.json().catch(() => ({}));
    said.textContent = body.detail ?? `The appliance answered ${answer.status}.`;
  } catch {
    said.textContent = 'The appliance does not answer.';
  }
});
