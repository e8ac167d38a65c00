// What pages need of the browser itself.
window.matchbox = {
  remembered: key => { try { return localStorage.getItem(`matchbox.${key}`); } catch { return null; } },
  remember: (key, value) => { try { localStorage.setItem(`matchbox.${key}`, value); } catch { /* a private window forgets */ } },
  prefersDark: () => matchMedia('(prefers-color-scheme: dark)').matches,
  copy: text => navigator.clipboard.writeText(text),
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

// The appliance was started anew: its pages are gone, and this one is made anew as well.
document.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail?.state === 'rejected') location.reload();
});
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
