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
            <label>Name <input id="name" autocomplete="username" required pattern="[a-z0-9][a-z0-9._\-]*" maxlength="64"></label>
            <label>Password, at least 12 characters <input id="password" type="password" autocomplete="new-password" required minlength="12" maxlength="256"></label>
            <button>Make admin</button>
          </form>
          <p id="said" role="status"></p>
          <noscript><p>Without scripts: POST code, name and password as JSON to /api/v1/setup.</p></noscript>
        </main>
        <script src="/setup.js"></script>
        </html>
        """;

    public const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1b1f24; background: #f6f7f9; }
        main { max-width: 26rem; margin: 10vh auto; padding: 2rem; background: #fff; border: 1px solid #d7dbe0; border-radius: 8px; }
        label { display: block; margin: 0 0 1rem; }
        input { display: block; box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
        button { padding: .5rem 1rem; font: inherit; }
        """;

    public const string Script = """
        const said = document.getElementById('said');
        const form = document.getElementById('form');
        const code = location.hash.slice(1);
        history.replaceState(null, '', location.pathname);
        if (!code) said.textContent = 'The link has no code: copy all of it.';
        form.addEventListener('submit', async event => {
          event.preventDefault();
          const value = id => document.getElementById(id).value;
          const answer = await fetch('/api/v1/setup', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Matchbox': '1' },
            body: JSON.stringify({ code, name: value('name'), password: value('password') }),
          });
          const body = await answer.json().catch(() => ({}));
          said.textContent = body.text ?? body.detail ?? body.error ?? `The appliance answered ${answer.status}.`;
          if (answer.ok) form.remove();
        });
        """;

    public static Task WriteAsync(HttpContext context, string text, string type)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
