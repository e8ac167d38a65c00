// What pages need of the browser itself.
window.matchbox = {
  remembered: key => { try { return localStorage.getItem(`matchbox.${key}`); } catch { return null; } },
  remember: (key, value) => { try { localStorage.setItem(`matchbox.${key}`, value); } catch { /* a private window forgets */ } },
  prefersDark: () => matchMedia('(prefers-color-scheme: dark)').matches,
  copy: text => navigator.clipboard.writeText(text),
  // Chooses a line of a text area (from 1) and brings it into sight, from a column on where one is named.
  toLine: (area, line, column) => {
    const lines = area.value.split('\n');
    const at = Math.min(Math.max(line, 1), lines.length) - 1;
    const start = lines.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0);
    area.focus({ preventScroll: true });
    area.setSelectionRange(start + Math.min(Math.max(column - 1, 0), lines[at].length), start + lines[at].length);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    const box = area.parentElement;
    box.scrollTop = Math.max(0, at * height - box.clientHeight / 2);
    box.scrollIntoView({ block: 'nearest' });
  },
  toEnd: element => { element.scrollTop = element.scrollHeight; },
  scrolled: element => element.scrollTop,
  toTop: element => { element.scrollTop = 0; },
  save: (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  },
};

// The appliance was started anew: its pages are gone, and this one is made anew as well, once somebody answers.
const lost = document.getElementById('components-reconnect-modal');
const again = async () => {
  try {
    if ((await fetch('/healthz', { cache: 'no-store' })).ok) location.reload();
  } catch { /* not yet */ }
};
let trying;
new MutationObserver(() => {
  const gone = /reconnect-(rejected|failed)|resume-failed/.test(lost.className);
  if (gone && !trying) { again(); trying = setInterval(again, 2000); }
  if (!gone && trying) { clearInterval(trying); trying = undefined; }
}).observe(lost, { attributes: true, attributeFilter: ['class'] });
document.addEventListener('click', event => {
  if (event.target.id === 'reload-page') location.reload();
});

// "/" goes to the search of the page, as everywhere.
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '') || document.activeElement?.isContentEditable) return;
  const search = document.querySelector('[data-search] input, input[data-search]');
  if (search) { search.focus(); event.preventDefault(); }
});
