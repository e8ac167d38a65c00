using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>The page that a set-up link opens: a name, a password, done. Its script is a file of its own, as the policy of content asks.</summary>
internal static class SetupPage
{
    public const string PagePath = "/setup";
    public const string ScriptPath = "/setup.js";
    public const string StylePath = "/setup.css";

    public const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Matchbox: first admin</title>
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/setup.css">
        <main>
          <h1>Make the first admin</h1>
          <p>This link works once, and for an hour.</p>
          <form id="form">
            <label>Name <small>(a-z, 0-9, and . _ - within)</small> <input id="name" autocomplete="username" autocapitalize="none" spellcheck="false" required pattern="[a-z0-9][a-z0-9._\-]*" title="small letters and digits, and . _ - after the first" maxlength="64" autofocus></label>
            <label>Password <small>(at least 12 characters)</small> <input id="password" type="password" autocomplete="new-password" required minlength="12" maxlength="256"></label>
            <button>Make admin</button>
          </form>
          <p id="said" role="status"></p>
          <noscript><p>Without scripts: POST code, name and password as JSON to /api/v1/setup.</p></noscript>
        </main>
        <script src="/setup.js"></script>
        </html>
        """;

    public const string Style = """
        :root {
          color-scheme: light dark;
          --text: #1b1f24; --muted: #57606a; --ground: #f6f7f9; --card: #fff; --line: #d0d5db; --field: #fff; --accent: #0b57a4; --on-accent: #fff; --bad: #b3261e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --text: #e6e9ed; --muted: #9aa4af; --ground: #14171b; --card: #1d2126; --line: #3a414a; --field: #14171b; --accent: #7ab7f5; --on-accent: #0b1a2a; --bad: #ff8f87;
          }
        }
        * { box-sizing: border-box; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; color: var(--text); background: var(--ground); }
        main { max-width: 26rem; margin: 8vh auto 1rem; padding: clamp(1.25rem, 5vw, 2rem); background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
        p { margin: 0 0 1.25rem; color: var(--muted); overflow-wrap: anywhere; }
        label { display: block; margin: 0 0 1rem; }
        small { color: var(--muted); }
        input { display: block; width: 100%; margin-top: .25rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: 6px; }
        button { padding: .5rem 1.25rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 6px; cursor: pointer; }
        button:disabled { opacity: .6; cursor: default; }
        input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        #said { margin: 1.25rem 0 0; color: var(--text); }
        #said:empty { display: none; }
        #said.bad { color: var(--bad); }
        """;

    public const string Script = """
        const said = document.getElementById('said');
        const form = document.getElementById('form');
        const button = form.querySelector('button');
        const code = location.hash.slice(1);
        history.replaceState(null, '', location.pathname);
        const say = (text, bad) => {
          said.textContent = text;
          said.classList.toggle('bad', bad);
        };
        if (!code) say('The link has no code: copy all of it.', true);
        form.addEventListener('submit', async event => {
          event.preventDefault();
          const value = id => document.getElementById(id).value;
          button.disabled = true;
          try {
            const answer = await fetch('/api/v1/setup', {
              method: 'POST',
              headers: { 'Content-Type': 'application/json', 'X-Matchbox': '1' },
              body: JSON.stringify({ code, name: value('name'), password: value('password') }),
            });
            const body = await answer.json().catch(() => ({}));
            say(body.text ?? body.detail ?? body.error ?? `The appliance answered ${answer.status}.`, !answer.ok);
            if (answer.ok) document.querySelectorAll('form, main > p:not([id])').forEach(done => done.remove());
          } catch {
            say('The appliance cannot be reached: is it still running?', true);
          } finally {
            button.disabled = false;
          }
        });
        """;

    public static Task WriteAsync(HttpContext context, string text, string type)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
