using System.Net;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access;

/// <summary>
/// Who has a page of the console open. The console calls the API as its user does, and the user's right is looked up at each call.
/// </summary>
/// <param name="SessionHash">The session, where there is one.</param>
/// <param name="User">The user of a client certificate, where there is none.</param>
/// <param name="From">The browser's address.</param>
public sealed record ConsoleCaller(string? SessionHash, string? User, IPAddress? From);

/// <summary>On an endpoint that people open in a browser: whoever is nobody goes there first, and comes back.</summary>
public sealed record SignInPage(string Path)
{
    internal string For(HttpRequest request) => $"{Path}?to={Uri.EscapeDataString(request.Path + request.QueryString)}";
}
