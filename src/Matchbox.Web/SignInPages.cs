using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Web;

/// <summary>The page where one signs in, for whoever is nobody yet. Its script and style are files beside those of the console.</summary>
internal static class SignInPages
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Sign in · Matchbox</title>
        <link rel="icon" type="image/svg+xml" href="/_content/Matchbox.Web/matchbox.svg">
        <link rel="stylesheet" href="/_content/Matchbox.Web/sign-in.css">
        <main>
          <h1><img src="/_content/Matchbox.Web/matchbox.svg" alt="" width="32" height="32"> Matchbox</h1>
          <form id="form">
            <label>Name <input id="name" autocomplete="username" required maxlength="64" autofocus></label>
            <label>Password <input id="password" type="password" autocomplete="current-password" required maxlength="256"></label>
            <button>Sign in</button>
          </form>
          <p id="said" role="alert"></p>
          <noscript><p>The console needs scripts. Without them there are the REST API and the commands of <code>matchbox</code>.</p></noscript>
        </main>
        <script src="/_content/Matchbox.Web/sign-in.js"></script>
        </html>
        """;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(ConsoleRegistration.SignInPath, context =>
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html, context.RequestAborted);
    }).AllowAnonymous();
}
